"""What every index choice gives the rest of the stack."""

from __future__ import annotations

from aws_cdk import aws_iam as iam
from constructs import Construct

from infra.aws.config import Config
from infra.aws.indexes.file import index_file


class IndexChoice(Construct):
    """Where the runbooks are searched.

    `setting` is the value of the setting `index`, as knowledge/address.py writes it; `reading` is for
    `respond`, `writing` for our own job, and empty where the service crawls by itself. `file` is the index
    that the job keeps in S3, where it reads the wiki, and copies from there.
    """

    setting: str
    reading: list[iam.PolicyStatement]
    writing: list[iam.PolicyStatement]

    def __init__(self, scope: Construct, config: Config) -> None:
        super().__init__(scope, "Index")
        kept = config.index.kind == "embedded" or config.read_by_us
        self.file = index_file(self, config) if kept else None
        self.setting = ""
        self.reading = []
        self.writing = []

    def admit(self, reader: iam.IRole, writer: iam.IRole | None) -> None:
        """Name the roles to a service that keeps a list of its own besides IAM; others need nothing."""
