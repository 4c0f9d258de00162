"""A prompt as the product writes it, and the schema that goes with it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from infra.local.bedrock.engines.engine import Prompt

LOG = """<log>
[L1] 2026-11-23T08:00:01Z INFO order 77 received
[L2] Traceback (most recent call last):
[L3]   File "/var/task/checkout.py", line 12, in price
[L4] KeyError: 'currency'
</log>"""
GATEWAY = """<passage id="P1" title="Payments: gateway timeouts" url="https://wiki/payments">
[P1.1] The payment gateway times out when its pool is exhausted.
[P1.2] Raise the pool size: `aws ssm put-parameter --name pool --value 40`
</passage>"""
CURRENCY = """<passage id="P2" title="Checkout: missing currency" url="https://wiki/checkout">
[P2.1] Checkout raises KeyError for orders of the old app, which send no currency.
[P2.2] Set DEFAULT_CURRENCY on the function.
[P2.3] `aws lambda update-function-configuration --function-name checkout`
</passage>"""
CODE = """<code file="checkout.py">
[C1] 11: def price(order):
[C2] 12:     return rates[order["currency"]] * order["total"]
</code>"""
IDS = ["L1", "L2", "L3", "L4", "P1.1", "P1.2", "P2.1", "P2.2", "P2.3", "C1", "C2"]
STEPS = ["P1.2", "P2.2", "P2.3"]
SCHEMA: dict[str, Any] = {
    "type": "object",
    "required": ["claims", "fault", "steps"],
    "properties": {
        "claims": {
            "type": "array",
            "minItems": 1,
            "maxItems": 3,
            "items": {
                "type": "object",
                "properties": {
                    "text": {"type": "string", "maxLength": 300},
                    "spans": {"type": "array", "items": {"enum": IDS}},
                },
            },
        },
        "fault": {"enum": ["code", "configuration", "dependency", "capacity", "unknown"]},
        "steps": {"type": "array", "maxItems": 5, "items": {"enum": STEPS}},
    },
}


def prompt(*parts: str, schema: Mapping[str, Any] | None = None, max_tokens: int = 700) -> Prompt:
    """A question over these parts of evidence."""
    text = "\n".join(["<evidence>", *parts, "</evidence>", "What broke, and why?"])
    return Prompt("", (("user", text),), schema, max_tokens, temperature=0, top_p=1)
