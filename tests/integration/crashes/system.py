"""A system that loses a function at a chosen call, and the count of what came out of it all the same."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.local.bedrock.server import BedrockServer
from infra.local.demo import driver
from infra.local.demo.history import create_repository
from infra.local.functions.faults import Call, FaultPlan, Moment
from infra.local.system import REPOSITORY, LocalSystem, SystemConfig, repositories
from lambda_image.settings import variable
from tests.fakes.engine import KnowingEngine

INTAKE, RESPOND, REPAIR = "tracemend-intake", "tracemend-respond", "tracemend-repair"
RECEIPT, VERIFY = "tracemend-receipt", "tracemend-verify"
RESPOND_TIMEOUT = 20
REPAIR_TIMEOUT = 50
REACHED = 150.0


@dataclass(frozen=True)
class Crash:
    """One crash: the function, and whether it dies before or after its nth call of that operation.

    `verify` calls nobody: it dies while it runs the tests. The error may name a `request`, which makes it one
    incident with others that do.
    """

    function: str
    when: Moment = "before"
    operation: str = ""
    nth: int = 1
    request: str = ""

    @property
    def repaired(self) -> bool:
        """Whether the incident must come as far as a repair for the crash to happen."""
        return self.function in {REPAIR, VERIFY}


@dataclass(frozen=True)
class Aftermath:
    """What people saw: cards by notification id and by thread, open pull requests, and the ledger's verdict.

    `dead_letters` are counted by queue. `calls` are all that the functions made, `missed` the crashes that
    did not happen.
    """

    missed: tuple[Crash, ...]
    cards: Counter[str]
    threads: Counter[str]
    pull_requests: Counter[str]
    written: int
    counted: int
    waiting: int
    dead_letters: Counter[str]
    failure: str
    calls: tuple[Call, ...]


def error(number: int, *, repaired: bool) -> str:
    """An error that is a problem of its own, by its type; a repaired one is the demo's bug."""
    if not repaired:
        worker = chr(97 + number % 26) * (number // 26 + 1)
        return f"[ERROR] Worker{worker.title()}Error: the queue is not reachable"
    return (
        "[ERROR] ZeroDivisionError: division by zero\nTraceback (most recent call last):\n"
        f'  File "/var/task/checkout/handler.py", line 12, in handle_{number}\n    order = summarize(event)\n'
        '  File "/var/task/checkout/pricing.py", line 9, in average_item_price\n'
        "    return round(subtotal(lines) / quantity, 2)"
    )


def survive(
    folder: Path, crashes: Sequence[Crash], patience: float = 480, tell: Callable[[str], object] = str
) -> Aftermath:
    """One incident for each crash, each crash while its incident is worked on; then all comes to rest.

    A crash that does not come true within REACHED seconds is left out; `tell` hears of each.
    """
    bare = folder / "git" / REPOSITORY[0] / f"{REPOSITORY[1]}.git"
    bare.parent.mkdir(parents=True)
    create_repository(bare)
    plan = FaultPlan()
    with BedrockServer(KnowingEngine()) as bedrock:
        config = SystemConfig(
            folder=folder,
            bedrock_url=bedrock.url,
            log_groups=(driver.CHECKOUT,),
            respond_timeout=RESPOND_TIMEOUT,
            repair_timeout=REPAIR_TIMEOUT,
            # A crash may hit what came again after another one: nothing may be given up for that.
            retries=len(crashes) + 4,
            receives=len(crashes) + 4,
            settings={
                variable("repositories"): repositories(str(bare), driver.CHECKOUT),
                # Every problem is to be answered, however many crashes there are.
                variable("new_problems"): "1000",
            },
            faults=plan,
        )
        with LocalSystem(config) as system:
            missed = []
            for number, crash in enumerate(crashes):
                strikes = _armed(crash, plan, system)
                said = error(number, repaired=crash.repaired)
                said += f" request_id={crash.request}" if crash.request else ""
                system.logs.put(driver.CHECKOUT, "s", ["INFO begin", said])
                came = _comes_true(strikes)
                missed += [] if came else [crash]
                tell(f"{number + 1} of {len(crashes)} {'done' if came else 'missed'}: {crash}")
            system.wait_idle(patience)
            return _counted(system, tuple(missed), bare, plan.calls)


def _armed(crash: Crash, plan: FaultPlan, system: LocalSystem) -> Callable[[], bool]:
    """Says whether the crash has happened."""
    if crash.function == VERIFY:
        return lambda: system.functions.kill(VERIFY) > 0
    fault = plan.kill(crash.function, crash.when, crash.nth, crash.operation)
    return lambda: any(struck is fault for struck, _ in plan.struck)


def _comes_true(strikes: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + REACHED
    while time.monotonic() < deadline:
        if strikes():
            return True
        time.sleep(0.1)
    return False


def _counted(
    system: LocalSystem, missed: tuple[Crash, ...], bare: Path, calls: tuple[Call, ...]
) -> Aftermath:
    from infra.local.githost.pulls import Pulls  # noqa: PLC0415
    from infra.local.resources import TABLE  # noqa: PLC0415
    from lambda_image.wiring.operators import ledger_at  # noqa: PLC0415

    tally = ledger_at(system.client("dynamodb"), TABLE).tally()
    return Aftermath(
        missed=missed,
        cards=Counter(message.notification.id for message in system.channel.messages),
        threads=Counter(message.notification.thread_id for message in system.channel.messages),
        pull_requests=Counter(pull["head"] for pull in Pulls(bare).all()),
        written=system.logs.written,
        counted=tally.records,
        waiting=tally.suppressed.get("waiting for its answer", 0),
        dead_letters=_dead_letters(system),
        failure=system.failure,
        calls=calls,
    )


def _dead_letters(system: LocalSystem) -> Counter[str]:
    sqs = system.client("sqs")
    name = "ApproximateNumberOfMessages"
    return +Counter(
        {
            queue: int(sqs.get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name])
            for queue, url in system.made.dead_letters.items()
        }
    )
