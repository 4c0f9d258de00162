"""What the handbook's pictures show: it happens in the demo's system, and what was told of it is given."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from infra.local.demo.driver import INSTRUCTION, REVIEWS
from infra.local.demo.folder import INDEX
from infra.local.demo.run import PAGES, outcomes
from infra.local.endpoint import bedrock_on_loopback, chosen
from infra.local.logs import LogWriter
from infra.local.system import LocalSystem, SystemConfig
from knowledge.ingest import ingest
from knowledge.sources.folder import Folder
from lambda_image import wire
from lambda_image.domain.errors import InputRefused
from lambda_image.domain.incident import Task
from lambda_image.domain.notification import Outcome
from lambda_image.settings import variable
from lambda_image.steps.telling.decide import decide_again

PARTNERS, STOCK, ORDERS = "/ecs/partner-ledger", "/ecs/stock", "/ecs/orders"
RIGHT_TO_LEFT, EAST_ASIA = "/ecs/payments-eg", "/ecs/payments-kr"
# Each situation by the log groups that it comes from; the storm is what its digest tells.
SITUATIONS = {
    "unknown": (PARTNERS,),
    "injection": (REVIEWS,),
    "scripts": (RIGHT_TO_LEFT, EAST_ASIA),
    "long": (STOCK,),
}
# One of the storm is told beside these.
TOLD = 6
# A digest is told a minute after its minute, and a busy machine takes its time.
PATIENCE = 600.0
# Nothing that is said of it can be held against it: the statement is shorter than its only word.
UNREADABLE = f"ERROR the partner refused frame {bytes(range(60, 255)).hex().upper()}{'7F3A' * 90}"
MISCOUNTED = "ERROR StockMismatch: shelf count and ledger differ in 120 stores"
STORES = "\n".join(
    f"aws sqs send-message --queue-url $RECOUNT --message-body store-{n:03}" for n in range(120)
)
PAGE = f"""---
title: Stock service runbook
url: https://wiki.example.com/runbooks/stock
---

# Stock service runbook

1. Stop the nightly export: after a `StockMismatch` the ledger is wrong.
2. Have the shelf count of all stores repeated where it and the ledger differ:

   ```bash
{chr(10).join("   " + line for line in STORES.split(chr(10)))}
   ```

3. Start the export when the queue is empty.
"""
STORM = (
    "ERROR TimeoutError: payments did not answer in 3 s",
    "ERROR ConnectionError: orders-db:5432 refused",
    "[ERROR] KeyError: 'sku'",
    "ERROR org.springframework.dao.CannotAcquireLockException: could not obtain lock on row of orders",
    "ERROR TypeError: Cannot read properties of undefined (reading 'items')",
    "ERROR 결제 실패: 주문을 찾을 수 없습니다",
    "ERROR AccessDeniedException: not authorized to perform dynamodb:PutItem",
    "panic: runtime error: index out of range [3] with length 3",
    "FATAL disk /var/lib/orders is full",
    "ERROR certificate of search.internal has expired",
    "ERROR mail relay: 554 message rejected as spam",
    "ERROR cannot decode invoice: invalid UTF-8 at byte 17",
    "CRITICAL kafka: partition 7 of orders has no leader",
    "ERROR feature flag service unreachable, defaults used",
)


def happened(folder: Path, console: Console) -> dict[str, list[Outcome]]:
    """What was told by situation, answered by the engine that needs no model."""
    pages = folder / "pages"
    pages.mkdir()
    (pages / "stock.md").write_text(PAGE, encoding="utf-8")
    ingest([Folder(PAGES), Folder(pages)], folder / INDEX)
    groups = [group for several in SITUATIONS.values() for group in several] + [ORDERS]
    with bedrock_on_loopback(chosen("extractive"), console) as url:
        chosen_settings = {
            "index": str(folder / INDEX),
            "chat_client": "slack",
            "new_problems": str(TOLD),
            "new_problems_window_seconds": "60",
        }
        named = {variable(name): value for name, value in chosen_settings.items()}
        config = SystemConfig(folder, url, groups, settings=named)
        with LocalSystem(config) as system:
            _happen(system.logs)
            if not system.wait_idle(PATIENCE):
                raise InputRefused("not everything was told in time; the pictures stay as they are")
            told = outcomes(system, folder)
    return _sorted(told)


def mended(traces: Path) -> list[Outcome]:
    """The error that the demo mended, with the card of today; empty where none did, as without a model."""
    found = [wire.decode_outcome(path.read_bytes()) for path in sorted(traces.glob("*/*.json"))]
    fixed = {each.work_id for each in found if each.pull_request and each.proof}
    both = sorted((each for each in found if each.work_id in fixed), key=lambda each: each.task, reverse=True)
    return [_today(each) for each in both]


def _today(stored: Outcome) -> Outcome:
    if stored.basis is None:
        return stored
    audience = replace(stored.basis.audience, client="slack")
    return decide_again(replace(stored, basis=replace(stored.basis, audience=audience)))


def _happen(logs: LogWriter) -> None:
    logs.put(PARTNERS, "1", ["INFO import of orders started", UNREADABLE])
    logs.put(REVIEWS, "1", ["INFO moderation batch of 20 reviews", INSTRUCTION])
    logs.put(RIGHT_TO_LEFT, "1", ["ERROR PaymentError: فشل الدفع للطلب 1042: الرصيد غير كافٍ"])
    logs.put(EAST_ASIA, "1", ["ERROR 결제 실패: 주문 1042 の支払いに失敗しました、支付超时"])
    logs.put(STOCK, "1", [MISCOUNTED])
    logs.put(ORDERS, "1", list(_storm()))


def _storm() -> Iterator[str]:
    """Each problem of it, the first ones the most often."""
    for number, line in enumerate(STORM, start=1):
        yield from [line] * (120 // number)


def _sorted(told: list[Outcome]) -> dict[str, list[Outcome]]:
    digests = [each for each in told if each.task is Task.DIGEST]
    by_group = {each.basis.incident.event.log_group: each for each in told if each.basis}
    shown = {name: [by_group[group] for group in groups] for name, groups in SITUATIONS.items()}
    return shown | {"storm": digests}
