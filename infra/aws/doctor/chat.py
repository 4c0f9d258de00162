"""Whether AWS Chatbot was let into the workspace or tenant, which only a person can do."""

from __future__ import annotations

from collections.abc import Iterator

from infra.aws.config import Config
from infra.aws.doctor.check import Check, Client, judged

FIX = "Open Amazon Q Developer in chat applications in the AWS console, choose {client}, and authorise once"
# No call of the service tells what people chose in the channel (botocore's model of `chatbot`).
THREADS = (
    "cannot be seen from here: say `@Amazon Q preferences` in the channel and have updates sent in threads;"
    " without it each line about a problem stands in the channel"
)


def channels(config: Config, client: Client) -> Iterator[Check]:
    """The Slack workspace and the Teams team that the configuration names."""
    chatbot = client("chatbot")
    if workspace := config.chat.slack.workspace:
        found = chatbot.describe_slack_workspaces()["SlackWorkspaces"]
        known = [each["SlackTeamId"] for each in found]
        yield _known("Slack workspace", workspace, known, "Slack")
    if team := config.chat.teams.team:
        found = chatbot.list_microsoft_teams_configured_teams()["ConfiguredTeams"]
        known = [each["TeamId"] for each in found]
        yield _known("Teams team", team, known, "Microsoft Teams")
    if workspace or team:
        yield judged("threads in the channel", THREADS, "", ok=True)


def _known(what: str, wanted: str, known: list[str], client: str) -> Check:
    detail = f"{wanted}; authorised: {', '.join(known) or 'none'}"
    return judged(what, detail, FIX.format(client=client), ok=wanted in known)
