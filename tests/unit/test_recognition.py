"""New fingerprints of known problems: what joins, what stays apart, and what it costs."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_image import wire
from lambda_image.domain.identity import Decision, FingerprintRule, Sayings
from lambda_image.domain.incident import Incident, Intake, Sighting
from lambda_image.recognition import Recognition
from lambda_image.steps.reading import fingerprint
from lambda_image.steps.reading.policy import IntakePolicy
from lambda_image.steps.reading.recognise import BYTES, TEMPLATES
from lambda_image.steps.reading.understand import text_delivery, understand
from tests.fakes.clock import FixedClock
from tests.fakes.events import START, batch_of, intake, redacted_event, said, sighting, with_frames
from tests.fakes.identities import MemoryIdentities
from tests.fakes.ledger import MemoryLedger


@pytest.fixture
def identities() -> MemoryIdentities:
    """A memory without a ledger beside it."""
    return MemoryIdentities()


USERS = ("ann", "bob", "eve", "ida", "joe", "kim")


def settled(identities: MemoryIdentities, *sightings: Sighting) -> list[str]:
    """The fingerprints that a function which has just started gives, one sighting after the other."""
    recognition = Recognition(identities)
    return [recognition.settle(batch_of([each])).sightings[0].fingerprint for each in sightings]


def test_a_frame_that_becomes_a_librarys_does_not_split_history(identities: MemoryIdentities) -> None:
    before = with_frames("handler", "client", "retry")
    after = with_frames("handler", "client", "retry", library="retry")

    assert before.fingerprint != after.fingerprint
    assert settled(identities, before) + settled(identities, after) == [before.fingerprint] * 2
    assert settled(identities, after, before) == [before.fingerprint] * 2


def test_two_failing_lines_are_two_problems_whatever_library_raised(identities: MemoryIdentities) -> None:
    one = with_frames("handler", "library", library="library")
    frames = tuple(replace(each, line=8) if each.in_app else each for each in one.told.frames)
    other = sighting(redacted_event(frames=frames))

    assert len(set(settled(identities, one, other))) == 2


def test_a_reclassified_frame_is_told_with_its_rule(identities: MemoryIdentities) -> None:
    settled(identities, with_frames("a", "b"))
    (seen,) = Recognition(identities).settle(batch_of([with_frames("a", "b", library="b")])).sightings

    assert seen.decision
    assert (seen.decision.rule, seen.decision.version) == ("all frames", fingerprint.VERSION)


def test_words_become_values_and_later_ones_join_the_earliest(identities: MemoryIdentities) -> None:
    users = [said(f"session of user {name} was lost") for name in USERS]
    own = [each.fingerprint for each in users]

    assert settled(identities, *users) == [*own[:4], own[0], own[0]]
    assert settled(identities, *reversed(users)) == [own[0], own[0], *reversed(own[:4])]


def test_the_distance_and_what_is_common_are_told(identities: MemoryIdentities) -> None:
    users = [said(f"session of user {name} was lost") for name in USERS]
    first, *_ = Recognition(identities).settle(batch_of(users)).sightings
    (joined,) = Recognition(identities).settle(batch_of(users[4:5])).sightings

    assert first.count == 3
    assert joined.decision == Decision(
        users[0].fingerprint, "words", "v1", "session of user <*> was lost", round(1 / 6, 3)
    )


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (said("cannot load module a.b.c now"), said("cannot load module a.b.c now", "/ecs/other")),
        (said("no entry x.y for it", exception_type="KeyError"), said("no entry z.y for it")),
        (
            said("call of x.y.z ended with status 404 today"),
            said("call of u.v.w ended with status 503 today"),
        ),
        (said("payment was declined"), said("payment was expired")),
    ],
)
def test_what_is_of_another_kind_or_place_stays_apart(
    identities: MemoryIdentities, one: Sighting, other: Sighting
) -> None:
    assert len(set(settled(identities, one, other))) == 2


def test_occurrences_that_turn_out_to_be_one_problem_are_one_sighting(identities: MemoryIdentities) -> None:
    names = [f"cannot load module {name}.{name} now" for name in ("a", "b", "c")]
    seen = Recognition(identities).settle(batch_of([said(name, timestamp=START + 5) for name in names]))

    assert [(each.count, each.records) for each in seen.sightings] == [(3, 3)]
    assert seen.records == 3


def test_the_usual_batch_asks_nothing(identities: MemoryIdentities) -> None:
    recognition = Recognition(identities)
    batch = batch_of([said("disk full"), with_frames("a")])
    recognition.settle(batch)
    asked, kept = identities.asked, identities.kept
    for _ in range(5):
        recognition.settle(batch)

    assert (identities.asked, identities.kept) == (asked, kept) == (1, 1)


def test_a_function_that_starts_later_asks_once_and_writes_nothing(identities: MemoryIdentities) -> None:
    batch = batch_of([said("disk full"), with_frames("a")])
    first = Recognition(identities).settle(batch)

    assert Recognition(identities).settle(batch) == first
    assert (identities.asked, identities.kept) == (2, 1)


def test_an_explicit_rule_is_the_last_word(identities: MemoryIdentities) -> None:
    rules = (FingerprintRule("modules", pattern="^cannot load"),)
    settled(identities, said("cannot load module a.b.c now"))
    ruled = sighting(said("cannot load module d.e.f now").told, rules)

    assert settled(identities, ruled) == [ruled.fingerprint]
    assert ruled.decision == Decision(ruled.fingerprint, "explicit", "v1", "modules")


WORDS = st.sampled_from(["ann", "bob", "a.b", "c.d", "failed", "orders", "10.0.0.1", "user", "of", "x=1"])
MESSAGES = st.lists(WORDS, min_size=1, max_size=5).map(lambda words: "lost session " + " ".join(words))


@given(st.lists(st.tuples(MESSAGES, st.booleans()), max_size=30))
def test_what_was_told_once_is_told_for_ever(seen: list[tuple[str, bool]]) -> None:
    identities = MemoryIdentities()
    running = Recognition(identities)
    told: dict[str, str] = {}
    for message, started in seen:
        one = said(message)
        recognition = Recognition(identities) if started else running
        (settled_one,) = recognition.settle(batch_of([one])).sightings

        assert settled_one.fingerprint == told.setdefault(one.fingerprint, settled_one.fingerprint)
        assert settled_one.fingerprint in {said(each).fingerprint for each, _ in seen}


def test_an_incident_carries_why_it_is_one_to_those_who_answer_it() -> None:
    ledger = MemoryLedger(FixedClock(START))
    (opened,) = ledger.observe(batch_of([said("disk 7 is full")]))
    sent = wire.decode(Incident, wire.encode(opened))

    assert sent.decision == Decision(opened.fingerprint, "template", "v1", "disk <*> is full")
    assert sent == opened


def test_an_incident_that_an_older_version_queued_has_no_decision() -> None:
    (opened,) = MemoryLedger(FixedClock(START)).observe(intake())
    queued = json.loads(wire.encode(opened))
    del queued["decision"]

    assert wire.decode(Incident, json.dumps(queued)).decision is None


def test_a_problem_of_an_older_version_is_never_regrouped() -> None:
    ledger = MemoryLedger(FixedClock(START))
    identities = MemoryIdentities(ledger)
    old = with_frames("a", "b", library="b")
    settled(identities, with_frames("a", "b"))
    ledger.observe(intake(fingerprint=old.fingerprint))

    assert settled(identities, old) == [old.fingerprint]


def test_the_templates_of_an_older_version_are_not_joined(
    identities: MemoryIdentities, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = said("cannot load module a.b.c now")
    settled(identities, module)
    monkeypatch.setattr("lambda_image.steps.reading.recognise.VERSION", "v2")
    later = said("cannot load module d.e.f now")

    assert settled(identities, later) == [later.fingerprint]
    assert settled(identities, module) == [module.fingerprint]


def test_without_a_turn_each_error_is_its_own_problem() -> None:
    class Busy(MemoryIdentities):
        """Another function is always faster."""

        def sayings(self, place: str) -> Sayings:
            """A revision that is never the last."""
            return replace(super().sayings(place), revision=7)

    modules = [said(f"cannot load module {name}.{name} now") for name in ("a", "b")]

    assert settled(Busy(), *modules) == [each.fingerprint for each in modules]


def test_every_error_of_a_delivery_has_its_decision() -> None:
    log = "ERROR disk full\nERROR KeyError: 'x'\nINFO fine"
    seen: Intake = understand(text_delivery(log), IntakePolicy())

    assert [each.decision and each.decision.rule for each in seen.sightings] == ["template", "exception"]
    assert all(each.decision and each.decision.fingerprint == each.fingerprint for each in seen.sightings)


def test_a_flood_of_long_messages_stays_far_below_the_size_of_an_item(
    identities: MemoryIdentities,
) -> None:
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = [f"{a}{b}{c}" for a in letters for b in letters for c in letters]
    for start in range(0, 900, 150):
        Recognition(identities).settle(
            batch_of([said(" ".join(words[at * 18 : at * 18 + 18])) for at in range(start, start + 150)])
        )
    kept = identities.sayings("v1#/aws/lambda/shop").known

    assert 0 < len(kept) <= TEMPLATES
    assert sum(len(each.kind + each.words + each.fingerprint) for each in kept) < BYTES
    assert kept[-1].words.startswith(words[899 * 18])
