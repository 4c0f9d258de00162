"""Evidence about the shop's division by zero: log, two runbook pages, the pricing code."""

from __future__ import annotations

from collections.abc import Sequence

from lambda_image.domain.events import RedactedEvent
from lambda_image.domain.evidence import Change, Evidence, Gap, Passage, Revision, SourceExcerpt
from lambda_image.steps.answering.spans import number_spans
from tests.fakes.events import START, redacted_event

PRICING_PAGE = Passage(
    id="p-1",
    title="Pricing errors",
    url="https://wiki.example.com/pricing",
    text="""## Symptoms
- ZeroDivisionError in pricing.py when an order has no items.

## Fix
1. Find the order in the log.
2. Replay the order after the items were added:

```bash
aws sqs send-message --queue-url "$QUEUE" && echo done
```
""",
    score=2.0,
)
OTHER_PAGE = Passage(
    id="p-2",
    title="Holiday calendar",
    url="https://wiki.example.com/holidays",
    text="## Steps\n1. Ask Petra for the calendar.\n",
    score=0.1,
)
PRICING_CODE = SourceExcerpt(
    file="shop/pricing.py",
    start=7,
    end=9,
    symbol="total",
    reason="raised here",
    text="""def total(items):
    prices = [item["price"] for item in items]
    return sum(prices) / len(prices)""",
)
CHANGE = Change("0123456789abcdef0123", "Ada", START - 86_400_000, "Average instead of sum")
REVISION = Revision("https://git.example.com/shop", "fedcba9876543210fedc", "mapping")


def evidence(
    event: RedactedEvent | None = None,
    passages: Sequence[Passage] = (PRICING_PAGE, OTHER_PAGE),
    excerpts: Sequence[SourceExcerpt] = (PRICING_CODE,),
    gaps: Sequence[Gap] = (),
) -> Evidence:
    """All of it, or less."""
    return Evidence(
        passages=tuple(passages),
        excerpts=tuple(excerpts),
        changes=(CHANGE,) if excerpts else (),
        spans=number_spans(event or redacted_event(), passages, excerpts),
        gaps=tuple(gaps),
        revision=REVISION if excerpts else None,
    )
