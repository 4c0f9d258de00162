"""The function `slack`, made of adapters: the gate, and the app behind it, which share a secret."""

from __future__ import annotations

from lambda_image.adapters.channels.held import SLACK_APP, entry
from lambda_image.adapters.channels.slack_api import SlackApi
from lambda_image.adapters.dynamodb.report import DynamoReport
from lambda_image.adapters.dynamodb.seen import DynamoSeen
from lambda_image.adapters.secrets import Secret
from lambda_image.adapters.slack_app.app import TIMEOUT, Service, SlackApp
from lambda_image.adapters.slack_app.gate import Gate
from lambda_image.adapters.slack_app.pressing import Pressing
from lambda_image.steps.action_token import vouch
from lambda_image.steps.cards import slack_form
from lambda_image.steps.cards.slack import reply_messages
from lambda_image.talking.asking import Asking
from lambda_image.talking.describing import Describing
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
    key = parts.actions_key(made)

    def seal(by: str, said: str) -> str:
        return vouch(by, said, key().encode())

    pressing = Pressing(functions, made.settings.chat_function, seal, made.retry)
    asking = Asking(pressing, key, made.clock)
    describing = Describing(made.clock, reception.report, pressing, key)
    form = (slack_form.form, slack_form.sent, slack_form.NAME)
    service = Service(reception, pressing, asking, reply_messages, describing, *form)
    api = SlackApi(SLACK_APP, secret, TIMEOUT)
    app = SlackApp(service, lambda: entry("token", secret), functions, api, made.retry)
    return SlackFunction(made.clock, made.tracer, gate, app)
