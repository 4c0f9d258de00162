"""What every index choice gives the rest of the stack."""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from constructs import Construct


class IndexChoice(Construct):
    """Where the runbooks are searched.

    `setting` is the value of the setting `index`, as knowledge/address.py writes it; `reading` is for
    `respond`, `writing` for our own ingest, and empty where the service crawls by itself.
    """

    setting: str
    reading: list[iam.PolicyStatement]
    writing: list[iam.PolicyStatement]

    def __init__(self, scope: Construct) -> None:
        super().__init__(scope, "Index")
        self.setting = ""
        self.reading = []
        self.writing = []

    def admit(self, reader: iam.IRole, writer: iam.IRole | None) -> None:
        """Name the roles to a service that keeps a list of its own besides IAM; others need nothing."""
