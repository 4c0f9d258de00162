"""An engine that knows the demo's bug: for tests of the machinery around a model, never of its quality."""

from __future__ import annotations

import json
import re

from infra.local.bedrock.engines.engine import Completion, Prompt, StopReason

FIXED = '''def subtotal(lines):
    """Price of all order lines, before shipping."""
    return sum(line["price"] * line["quantity"] for line in lines)


def average_item_price(lines):
    """Mean price of one item in the order, rounded to cents."""
    quantity = sum(line["quantity"] for line in lines)
    if quantity == 0:
        return 0.0
    return round(subtotal(lines) / quantity, 2)
'''
REPRODUCTION = """from checkout.pricing import average_item_price


def test_an_order_without_lines():
    assert average_item_price([]) == 0
"""


class KnowingEngine:
    """Implements `Engine`."""

    name = "scripted"
    model = "for tests"

    def complete(self, prompt: Prompt) -> Completion:
        """The right answer to each of the product's three questions."""
        text = self._answer(prompt)
        return Completion(text, 10, 10, StopReason.END_TURN)

    def close(self) -> None:
        """Nothing to close."""

    def _answer(self, prompt: Prompt) -> str:
        asked = prompt.turns[-1][1]
        if prompt.json_schema:
            said = re.search(r"^\[(L\d+)\] (?:\[ERROR\] )?(\w+Error: [^\n]+)", asked, re.MULTILINE)
            span, words = (
                (said[1], said[2]) if said else ("L1", asked.partition("[L1] ")[2].partition("\n")[0])
            )
            fault = "code" if "ZeroDivisionError" in words else "configuration"
            return json.dumps(
                {"claims": [{"text": words[:280], "spans": [span]}], "fault": fault, "steps": []}
            )
        code = REPRODUCTION if "pytest tests" in prompt.system else FIXED
        return f"```python\n{code}```"
