"""How many invocations of each function may run at once, taken out of what the account has."""

from __future__ import annotations

from infra.aws.config import Config

RECEIPTS_AT_ONCE = 2
# A flood of forged requests to its URL takes no more of the account than this.
SLACK_AT_ONCE = 5


def reserved(config: Config) -> dict[str, int]:
    """Reserved concurrency by function; empty where `concurrency.reserve` is off. Others take what is left.

    `verify` is asked by `repair` alone, once at a time.
    """
    own = config.concurrency
    if not own.reserve:
        return {}
    repairing = {"repair": own.repair, "verify": own.repair} if config.pull_requests else {}
    slack = {"slack": SLACK_AT_ONCE} if config.chat.slack_secret else {}
    return {"intake": own.intake, "respond": own.respond, "receipt": RECEIPTS_AT_ONCE, **repairing, **slack}
