"""The handler `respond` tells apart what `intake` queues: problems, spikes and digests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from lambda_image import bootstrap
from lambda_image.adapters.clock import InvocationClock
from lambda_image.desk import Desk
from lambda_image.domain.incident import Incident, Intake
from lambda_image.domain.noise import Digest, NoisePolicy, Spike
from lambda_image.domain.quiet import KeptMessage, Morning
from lambda_image.domain.storm import Joined, Shares
from lambda_image.handlers.respond import handler
from lambda_image.observing.work import NoTracer
from lambda_image.pipeline import Tools
from lambda_image.wire import encode
from lambda_image.wiring.functions import RespondFunction
from tests.fakes.clock import FixedClock
from tests.fakes.events import START, intake
from tests.fakes.ledger import MemoryLedger
from tests.fakes.ledger_entry import Entry
from tests.fakes.reasoner import ScriptedReasoner
from tests.fakes.stores import MemoryKeeping, MemoryNotifier, MemoryTraces


class Context:
    """As much of Lambda's context as is asked for."""

    function_name = "respond"
    aws_request_id = "request-1"

    def get_remaining_time_in_millis(self) -> int:
        """A minute."""
        return 60_000


def delivered(*bodies: str) -> Any:
    """An SQS batch."""
    records = [
        {
            "messageId": f"m{at}",
            "body": body,
            "attributes": {"ApproximateReceiveCount": "4"},
            "messageAttributes": {},
        }
        for at, body in enumerate(bodies)
    ]
    return {"Records": [{"eventSource": "aws:sqs", **record} for record in records]}


def test_each_kind_of_work_is_done_once_and_what_is_none_comes_again(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, notifier = FixedClock(START, remaining=60), MemoryNotifier()
    ledger = MemoryLedger(clock, NoisePolicy(problems=1))
    storm = [intake(fingerprint=name).sightings[0] for name in ("v1-a", "v1-b")]
    incident, digest = ledger.observe(Intake("d1", tuple(storm)))
    assert isinstance(incident, Incident)
    assert isinstance(digest, Digest)
    clock.time = digest.closes
    spiking = replace(incident, spike=Spike(START, 51, 10))
    ledger.entries["v1-c"] = Entry()
    member = replace(incident, fingerprint="v1-c", joined=Joined("v1-a", "t", Shares.REQUEST, "", "", "/g"))
    quiet, keeping = Digest("digest-quiet-ops-1", 0, 1), MemoryKeeping(ledger.begin)
    keeping.keep("ops", quiet, KeptMessage("m", "v1-a", "KeyError", "normal"))
    desk = Desk(clock, ledger, MemoryTraces(), notifier)
    said = {"claims": [{"text": "why", "spans": ["L1"]}], "fault": "unknown", "steps": []}
    reasoner = ScriptedReasoner(lambda _prompt: said)
    function = RespondFunction(
        InvocationClock(), NoTracer(), desk, Tools(reasoner, None, None), None, ledger, keeping, 4, ()
    )
    monkeypatch.setattr(bootstrap, "respond", lambda: function)
    bodies = [encode(each) for each in (incident, spiking, digest, member)] + [encode(Morning("ops"))]
    answer = handler(delivered(*bodies, *bodies, "{}"), Context())

    assert answer == {"batchItemFailures": [{"itemIdentifier": "m10"}]}
    told = [each.event_type for each in notifier.published]
    assert told == [f"tracemend.{each}" for each in ("respond", "spike", "digest", "joined", "digest")]
    assert len(reasoner.prompts) == 1
