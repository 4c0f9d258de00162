"""An account in which everything is ready for a deployment, for the tests of `tracemend doctor`."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.stub import Stubber

from infra.aws.config import Config
from infra.aws.doctor.check import Check
from infra.aws.doctor.examine import examine

REGION = "eu-central-1"
HAIKU = "anthropic.claude-haiku-4-5-20251001-v1:0"
AVAILABLE = {
    "modelId": HAIKU,
    "agreementAvailability": {"status": "AVAILABLE"},
    "authorizationStatus": "AUTHORIZED",
    "entitlementAvailability": "AVAILABLE",
    "regionAvailability": "AVAILABLE",
}


class Account:
    """An emulated account, with prepared answers of the services that the emulator lacks."""

    def __init__(self) -> None:
        self.answers: dict[str, list[tuple[str, Any]]] = {
            "chatbot": [("describe_slack_workspaces", {"SlackWorkspaces": [workspace("T0123ABCD")]})],
            "bedrock": [
                ("get_inference_profile", profile()),
                ("get_foundation_model_availability", AVAILABLE),
            ],
            "lambda": [("get_account_settings", {"AccountLimit": {"UnreservedConcurrentExecutions": 1000}})],
        }
        # The second client of Lambda asks what the deployed `respond` is told.
        self.deployed: Any = "ResourceNotFoundException"

    def client(self, service: str) -> Any:
        """A client that answers from what was prepared, if anything was, in order."""
        made = boto3.client(  # type: ignore[call-overload]
            service,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )
        if service in self.answers:
            stub = Stubber(made)
            for method, answer in self.answers[service]:
                if isinstance(answer, str):
                    stub.add_client_error(method, answer, "no")
                else:
                    stub.add_response(method, answer)
            stub.activate()
        if service == "lambda":
            self.answers["lambda"] = [("get_function_configuration", self.deployed)]
        return made

    def examined(self, asked: Config) -> dict[str, Check]:
        """All checks by name."""
        return {check.check: check for check in examine(asked, self.client)}


def workspace(team: str) -> dict[str, str]:
    """As Chatbot tells of it."""
    return {"SlackTeamId": team, "SlackTeamName": "Team"}


def profile() -> dict[str, Any]:
    """Of the model that the smallest configuration asks."""
    return {
        "inferenceProfileName": "Haiku",
        "inferenceProfileArn": f"arn:aws:bedrock:{REGION}:123456789012:inference-profile/global.{HAIKU}",
        "inferenceProfileId": f"global.{HAIKU}",
        "status": "ACTIVE",
        "type": "SYSTEM_DEFINED",
        "models": [{"modelArn": f"arn:aws:bedrock:::foundation-model/{HAIKU}"}],
    }
