"""The function `slack`, made of adapters: the gate, and the app behind it, which share a secret."""

from __future__ import annotations

from lambda_image.adapters.channels.held import entry
from lambda_image.adapters.dynamodb.report import DynamoReport
from lambda_image.adapters.dynamodb.seen import DynamoSeen
from lambda_image.adapters.secrets import Secret
from lambda_image.adapters.slack_app.app import Service, SlackApp
from lambda_image.adapters.slack_app.gate import Gate
from lambda_image.adapters.slack_app.pressing import Pressing
from lambda_image.steps.cards import slack_form
from lambda_image.talking.asking import Asking
from lambda_image.talking.reception import Reception
from lambda_image.wiring import parts
from lambda_image.wiring.functions import SlackFunction
from lambda_image.wiring.invocations import invocations
from lambda_image.wiring.loading import once


@once
def slack() -> SlackFunction:
    """The function that hears what people send from Slack; `chat` serves its buttons."""
    made = invocations("ledger_table", "slack_secret", "chat_function", "actions_secret")
    secret = Secret(made.client("secretsmanager"), made.settings.slack_secret, made.retry)
    kept, functions = parts.table(made), made.client("lambda")
    gate = Gate(lambda: entry("signing_secret", secret), DynamoSeen(kept, made.clock), made.clock)
    reception = Reception(made.clock, DynamoReport(kept, made.clock))
    pressing = Pressing(functions, made.settings.chat_function, made.retry)
    asking = Asking(pressing, parts.actions_key(made), made.clock)
    service = Service(reception, pressing, asking, slack_form.form, slack_form.sent, slack_form.NAME)
    app = SlackApp(service, lambda: entry("token", secret), functions)
    return SlackFunction(made.clock, made.tracer, gate, app)
