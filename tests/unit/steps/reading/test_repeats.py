"""What is remembered is what would be found: with a memory and without, a delivery is understood alike.

Lines and traces come again and again with other digits and ids, in one record or one for each line. Nothing
may differ: which records are held back, which problems the others are, how these are told, what stood before.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lambda_image.domain.incident import Intake
from lambda_image.domain.records import Delivery, Records
from lambda_image.steps.filters import parse
from lambda_image.steps.reading.policy import IntakePolicy
from lambda_image.steps.reading.understand import understand
from tests.unit.steps.reading.test_known import LINES
from tests.unit.steps.reading.test_stability import ERROR, STATUSES
from tests.unit.steps.redaction.samples import NO_SECRETS, SECRETS
from tests.unit.steps.traces.samples import TRACES

# It fits nothing; but where there is a pattern, everything is looked at.
LOOKED_AT = IntakePolicy(exclude=(parse('"no line says this"'),))
ID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b[0-9a-f]{16,64}\b")
IN_JSON = [
    json.dumps({"level": level, "message": f"order 4711 {text}", "request_id": ID_OF_REQUEST, **more})
    for ID_OF_REQUEST in ("3f6c1a52-7c0d-4a0e-9d1e-0123456789ab",)
    for text, more in (
        ("failed", {}),
        ("refused", {"status": 404, "method": "GET", "path": "/orders/7"}),
        ("broke", {"exception": TRACES["python chain"], "duration": 37}),
        ("broke", {"err": {"type": "TypeError", "message": "x", "stack": TRACES["node"]}}),
    )
    for level in ("ERROR", "info", 30, 50)
]
# With other digits some are redacted and some are not.
NUMBERS = ("4111 1111 1111 1111", "0170 1234567", "123-45-6789", "2005.08.02 1123030687 M0-N2")
MESSAGES = (
    *LINES,
    *TRACES.values(),
    *(f"2026-11-23 08:00:00,123 ERROR  order 4711 failed\n{text}" for text in TRACES.values()),
    *(text.format(status) for text in STATUSES for status in (200, 404, 502)),
    *(f"(3f6c1a52-7c0d-4a0e-9d1e-0123456789ab) Method completed with status: {it}" for it in (200, 404, 502)),
    *IN_JSON,
    *(f"ERROR login of 17 failed: {text}" for text, _ in SECRETS[::7]),
    *(f"ERROR it broke: {text}" for text in NO_SECRETS[::7]),
    "ERROR card 4111 1111 1111 1111 s refused",
    "ERROR called +49 170 1234567 ms for 4111111111111111",
    "ERROR Http2Exception: stream 3 closed",
    "ERROR rows 404, code 502",
    'java.sql.SQLException: ORA-06512: at "SHOP.PLACE", line 17',
    "<11>1 2026-11-23T08:00:00Z host-9 shop 77 - - ERROR it broke",
    "ERROR trace 4bf92f3577b34da6a3ce929d0e0e4736 of deadbeefdeadbeef lost",
    *(f"ERROR {told} {'of many words ' * 20}{told} {'and ever more ' * 5}" for told in NUMBERS),
    json.dumps({"level": "error", "msg": f"{NUMBERS[0]} \"so\" {'of many words ' * 30}", "status": 502}),
    f"ERROR {NUMBERS[1]} {'of many words ' * 140} status=503",
    "ERROR Überweisung 4711 für Größe ٤٧١١ schlug mit Status 502 fehl: 17 € ab f00dfacef00dface",
    ERROR.format(id=1, user="a@b.cc", ip="10.0.0.1", host="h", ms=3, request="f" * 8, time="08:00:00"),
)  # fmt: skip


def again(text: str, chance: random.Random) -> str:
    """The text with other digits and ids; now and then one has another length."""
    if chance.random() < 0.2:
        return text
    text = ID.sub(
        lambda found: re.sub("[0-9a-f]", lambda _: chance.choice("0123456789abcdef"), found[0]), text
    )
    if chance.random() < 0.5:
        return re.sub(r"\d{4,}", lambda found: "".join(chance.choices("0123456789", k=len(found[0]))), text)
    share = chance.choice((0.1, 0.5, 1))
    return re.sub(
        r"\d", lambda found: chance.choice("0123456789") if chance.random() < share else found[0], text
    )


def delivery(number: int, messages: Sequence[str]) -> Delivery:
    """Messages as CloudWatch Logs delivers them."""
    ids = [f"{number}-{at}" for at in range(len(messages))]
    return Delivery(str(number), Records("/ecs/shop", "web/1", range(len(ids)), ids, messages))


def told(intake: Intake) -> tuple[object, ...]:
    """All of an intake."""
    problems = [(each, each.told, each.sample) for each in intake.sightings]
    return (intake.suppressed, [(each, told, sample) for each, told, sample in problems])


def deliveries(chance: random.Random, messages: Sequence[str], size: int) -> list[list[str]]:
    """So many deliveries that say the same again and again, some with a trace in records of a line each."""
    made: list[list[str]] = []
    for _ in range(size):
        texts = [again(chance.choice(messages), chance) for _ in range(chance.randrange(1, 20))]
        split = [text.split("\n") if chance.random() < 0.2 else [text] for text in texts]
        made.append([line for lines in split for line in lines])
    return made


# Each example is some fifty messages that are looked at twice.
@settings(max_examples=25)
@given(st.randoms(use_true_random=False), st.lists(st.sampled_from(MESSAGES), min_size=1, max_size=6))
def test_a_memory_changes_nothing(chance: random.Random, messages: list[str]) -> None:
    policy = IntakePolicy()
    for number, batch in enumerate(deliveries(chance, messages, 5)):
        seen = delivery(number, batch)

        assert told(understand(seen, policy)) == told(understand(seen, LOOKED_AT)), batch


def test_numbers_that_are_redacted_do_not_move_what_a_long_message_is_known_by() -> None:
    policy, seen = IntakePolicy(), set()
    text = f"ERROR {{}} {'of many words ' * 27}at the very last"
    for number in ("0170 1234567", "9170 1234567"):
        for told in (policy, LOOKED_AT):
            (sighting,) = understand(delivery(0, [text.format(number)] * 2), told).sightings
            seen.add((number, sighting.fingerprint))

    assert len(seen) == 2


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("$argon{}id$v=19$m=65536$abcdefghijklmnopqrstuvwx", ("7", "2")),
        ("quoted password=&#{};secretabc", ("71", "39")),
        ("signed by authorization: aws4-hmac-sha{} credential", ("111", "256")),
    ],
)
def test_what_would_be_a_secret_with_other_digits_is_not_remembered(
    text: str, digits: tuple[str, str]
) -> None:
    policy = IntakePolicy()
    for number in (*digits, digits[0]):
        seen = delivery(0, [f"ERROR {text.format(number)} refused"])

        assert told(understand(seen, policy)) == told(understand(seen, LOOKED_AT)), number


def test_what_were_a_frame_with_other_digits_is_not_remembered_as_none() -> None:
    policy, trace = (
        IntakePolicy(),
        "panic: x\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:5 +{}x1d\n",
    )
    for number in (3, 0):
        seen = delivery(number, [trace.format(number)])

        assert told(understand(seen, policy)) == told(understand(seen, LOOKED_AT)), number


def test_most_errors_are_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    policy = IntakePolicy()
    trace = f"ERROR order {{}} failed\n{TRACES['java']}"
    understand(delivery(0, [trace.format(4711), "INFO  fine"]), policy)
    monkeypatch.setattr("lambda_image.steps.reading.understand.read_trace", None)
    seen = understand(delivery(1, [trace.format(number) for number in range(1_000, 1_500)]), policy)

    (sighting,) = seen.sightings
    assert (sighting.count, sighting.records) == (500, 500)


def test_another_line_that_raised_is_not_taken_for_a_known_one() -> None:
    policy, trace = (
        IntakePolicy(),
        'Traceback (most recent call last):\n  File "/app/a.py", line {}, in f\nE: {}',
    )
    seen = [understand(delivery(at, [trace.format(at, 70 + at)] * 2), policy) for at in (11, 12, 11, 12)]

    assert len({each.sightings[0].fingerprint for each in seen}) == 2


def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lambda_image.steps.reading.memory.ROOM", 20_000)
    policy, chance = IntakePolicy(), random.Random(7)  # noqa: S311
    for number in range(20):
        words = ["".join(chance.choices("ghijklmnop", k=12)) for _ in range(100)]
        lines = [f"{level} {word} said no" for word in words for level in ("INFO", "ERROR")]
        seen = understand(delivery(number, lines), policy)

        assert policy.memory.kept <= 20_000
        assert len(policy.memory.verdicts) + len(policy.memory.outlines) <= 200
        assert seen.records == 200
