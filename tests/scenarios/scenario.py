"""A scenario is a folder: `scenario.toml`, and the runbook pages beside it; adding one needs no Python.

title = "what holds, as a sentence"
[[deliveries]]            # in order; `log` is one record a line, `event` a file of tests/events
log = '''...'''
log_group = "/ecs/shop"
log_stream = "2026/11/26/[7]a"   # where its name tells what ran
id = "d1"                 # the same id again is a redelivery
after = 3600              # seconds before it, at whose beginning all that is queued is worked on
mute = { seconds = 86400, reason = "..." }      # before it, of all problems that are known
times = 100               # the log so often, with another word in place of each {word}
[model]                   # what it says; `error` is the name of what it raises instead
claims = [{ text = "...", spans = ["L1"] }]
fault = "code"
steps = ["P1.2"]
[expect]                  # what is not named is not looked at
cards = 1                 # published, after `respond` has worked on all that is queued, digests too
threads = 1               # so many threads these make: each is one message in the channel
asked = 1                 # questions to the model
suppressed = { "not an error" = 2 }
confidence = "high"
repairs = 0
says = ["..."]            # in the cards, word for word
never_says = ["..."]      # neither in a card nor in a prompt
"""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from knowledge.ingest import ingest
from knowledge.sources.folder import Folder
from lambda_image.adapters.channels.chatbot import envelope
from lambda_image.adapters.runbooks.embedded import EmbeddedKnowledge
from lambda_image.desk import Desk
from lambda_image.domain import errors
from lambda_image.domain.incident import Incident
from lambda_image.domain.noise import Digest
from lambda_image.domain.notification import Outcome
from lambda_image.domain.prompt import Prompt
from lambda_image.intake import take_in
from lambda_image.notices import tell_digest, tell_member, tell_spike
from lambda_image.pipeline import Tools, respond
from lambda_image.recognition import Recognition
from lambda_image.steps.reading.policy import IntakePolicy
from lambda_image.steps.reading.understand import text_delivery, understand
from tests.fakes.clock import FixedClock
from tests.fakes.events import START
from tests.fakes.identities import MemoryIdentities
from tests.fakes.ledger import MemoryLedger
from tests.fakes.reasoner import ScriptedReasoner
from tests.fakes.stores import MemoryNotifier, MemoryQueue, MemoryTraces

EVENTS = Path(__file__).parents[1] / "events"
OWN = ("/aws/lambda/tracemend",)
HOUR = 3_600


@dataclass
class World:
    """The product in memory, around one model."""

    reasoner: ScriptedReasoner
    tools: Tools
    clock: FixedClock = field(default_factory=lambda: FixedClock(START))
    incidents: MemoryQueue = field(default_factory=MemoryQueue)
    repairs: MemoryQueue = field(default_factory=MemoryQueue)
    notifier: MemoryNotifier = field(default_factory=MemoryNotifier)
    traces: MemoryTraces = field(default_factory=MemoryTraces)

    def __post_init__(self) -> None:
        self.ledger = MemoryLedger(self.clock)
        self.recognition = Recognition(MemoryIdentities(self.ledger))
        self.desk = Desk(self.clock, self.ledger, self.traces, self.notifier)

    def deliver(self, delivery: dict[str, Any]) -> None:
        """What `intake` does with it."""
        policy = IntakePolicy(own_log_groups=OWN)
        if "event" in delivery:
            event = json.loads((EVENTS / delivery["event"]).read_text("utf-8"))
            taken = take_in(event, policy, self.recognition, self.ledger, self.incidents)
            assert taken.failed == ()
            return
        logs = [delivery["log"].replace("{word}", word(each)) for each in range(delivery.get("times", 1))]
        group, stream = delivery.get("log_group", "/ecs/shop"), delivery.get("log_stream", "")
        lines = text_delivery("\n".join(logs), group, START)
        name = delivery.get("id", "d1")
        records = tuple(
            replace(each, log_stream=stream or each.log_stream, id=f"{name}-{each.id}")
            for each in lines.records
        )
        named = type(lines)(name, records, lines.control, stream=stream)
        for work in self.ledger.observe(self.recognition.settle(understand(named, policy))):
            self.incidents.send(work)

    def pass_time(self, seconds: float) -> list[Outcome]:
        """All that is queued is worked on, then time passes, and digests that have closed are told."""
        done = self.respond()
        self.clock.advance(seconds)
        return done + self.respond()

    def mute(self, seconds: float, reason: str) -> None:
        """Mute all problems that are known."""
        for problem in self.ledger.problems():
            assert self.ledger.mute(problem.fingerprint, self.clock.now() + int(seconds * 1000), reason)

    def respond(self) -> list[Outcome]:
        """What `respond` does with all that was queued and has come, the last time that it is tried."""
        now = self.clock.now()
        waiting = [work for work in self.incidents.sent if isinstance(work, Digest) and work.closes > now]
        come = [work for work in self.incidents.sent if work not in waiting]
        self.incidents.sent = list(waiting)
        return [outcome for outcome in map(self._respond, come) if outcome]

    def _respond(self, work: Incident | Digest) -> Outcome | None:
        if isinstance(work, Digest):
            return tell_digest(work, self.desk, self.ledger)
        if work.spike:
            return tell_spike(work, self.desk)
        if work.joined:
            return tell_member(work, self.desk)
        return respond(work, self.desk, self.tools, self.repairs, final=True)


def play(folder: Path, scratch: Path) -> tuple[World, list[Outcome], dict[str, Any]]:
    """Run a folder's scenario; what it expects is the last part."""
    told = tomllib.loads((folder / "scenario.toml").read_text("utf-8"))
    reasoner = _reasoner(told.get("model", {}))
    pages = None
    if any(folder.glob("*.md")):
        ingest([Folder(folder)], scratch / "index")
        pages = EmbeddedKnowledge(lambda: scratch / "index")
    world = World(reasoner, Tools(reasoner, pages, None))
    done = []
    for delivery in told["deliveries"]:
        done += world.pass_time(delivery["after"]) if "after" in delivery else []
        if "mute" in delivery:
            world.mute(**delivery["mute"])
        world.deliver(delivery)
    return world, done + world.pass_time(HOUR), told["expect"]


def word(number: int) -> str:
    """Another word for each number: letters, so that no mask takes them for a value."""
    letters = "bcdfghjklm"
    return "".join(f"{letters[int(digit)]}a" for digit in f"{number:03}").capitalize()


def cards(world: World) -> str:
    """All that was published, as it would be."""
    return "\n".join(
        json.dumps(json.loads(envelope(each)), ensure_ascii=False) for each in world.notifier.published
    )


def prompts(world: World) -> str:
    """All that the model was shown."""
    return "\n".join(f"{prompt.system}\n{prompt.user}" for prompt in world.reasoner.prompts)


def _reasoner(model: dict[str, Any]) -> ScriptedReasoner:
    def ask(_prompt: Prompt) -> dict[str, Any]:
        if "error" in model:
            raise getattr(errors, model["error"])("said by the scenario")
        return {"claims": model["claims"], "fault": model["fault"], "steps": model.get("steps", [])}

    return ScriptedReasoner(ask=ask)
