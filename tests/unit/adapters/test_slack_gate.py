"""The gate of the Slack app: of a generated set of requests it lets in what Slack signed, just now, once."""

from __future__ import annotations

import hashlib
import hmac
import json
import random

import pytest

from lambda_image.adapters.slack_app.gate import SIGNATURE, TIME, Gate
from lambda_image.domain.errors import InputRefused, PermanentError
from tests.fakes.clock import FixedClock

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
FRESH = 300


class MemorySeen:
    """Remembers marks as the table does."""

    def __init__(self) -> None:
        self.marks: set[str] = set()

    def first(self, mark: str) -> bool:
        """Whether it is new."""
        new = mark not in self.marks
        self.marks.add(mark)
        return new

    def forget(self, mark: str) -> None:
        """It is new again."""
        self.marks.discard(mark)


def signed(body: bytes, at: int, secret: str = SECRET, **headers: str) -> dict[str, str]:
    """The headers that Slack sends; "Verifying requests from Slack" in its documentation."""
    mine = hmac.new(secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(at), "X-Slack-Signature": f"v0={mine}", **FORM, **headers}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def gate(clock: FixedClock) -> Gate:
    return Gate(lambda: SECRET, MemorySeen(), clock)


def test_the_published_example_is_genuine() -> None:
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&"
        b"channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&"
        b"response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F"
        b"96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    said = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    gate = Gate(lambda: SECRET, MemorySeen(), FixedClock(1_531_420_618_000))

    assert gate.admit({TIME: "1531420618", SIGNATURE: said}, body)


def altered(random_: random.Random, headers: dict[str, str], body: bytes) -> tuple[dict[str, str], bytes]:
    """A request that is a little other than the one that was signed."""
    where = random_.choice(("body", "signature", "time", "version", "longer", "no signature", "other key"))
    stamp, signature = headers["X-Slack-Request-Timestamp"], headers["X-Slack-Signature"]
    at = random_.randrange(len(body))
    changed = {
        "body": ({}, body[:at] + bytes([body[at] ^ (1 << random_.randrange(7))]) + body[at + 1 :]),
        "signature": ({"X-Slack-Signature": _flipped(random_, signature)}, body),
        "time": ({"X-Slack-Request-Timestamp": str(int(stamp) + random_.choice((-7, -1, 1, 60)))}, body),
        "version": (
            {"X-Slack-Signature": signature.replace("v0=", random_.choice(("v1=", "", "V0=")))},
            body,
        ),
        "longer": ({}, body + random_.randbytes(random_.randrange(1, 9))),
        "no signature": (
            {"X-Slack-Signature": random_.choice(("", "v0=", "v0=" + "0" * 64, "\u00e9"))},
            body,
        ),
        "other key": (signed(body, int(stamp), f"{SECRET}{random_.random()}"), body),
    }
    told, sent = changed[where]
    return {**headers, **told}, sent


def _flipped(random_: random.Random, signature: str) -> str:
    at = random_.randrange(3, len(signature))
    return (
        signature[:at]
        + random_.choice([each for each in "0123456789abcdef" if each != signature[at]])
        + signature[at + 1 :]
    )


def test_of_a_generated_set_all_that_is_forged_stale_replayed_or_altered_is_refused(
    gate: Gate, clock: FixedClock
) -> None:
    random_ = random.Random(8)  # noqa: S311 - it has to be the same set each time
    refused = 0
    for number in range(2_000):
        clock.advance(1)
        now = clock.now() // 1_000
        body = f"command=%2Ftracemend&text={number}&user=U{random_.randrange(10**9)}".encode()
        good = signed(body, now - random_.randrange(FRESH - 1))
        old = now + random_.choice((-1, 1)) * random_.randrange(FRESH + 1, 10**6)
        forgeries = [altered(random_, good, body), (signed(body, old), body)]
        for headers, sent in forgeries:
            with pytest.raises(
                InputRefused, match=r"older than five minutes, forged or altered|of Slack's form"
            ):
                gate.admit(headers, sent)
            refused += 1
        assert gate.admit(good, body)
        with pytest.raises(InputRefused, match="replayed"):
            gate.admit({**good, "X-Slack-Bolt-Lazy-Only": "1"}, body)
        refused += 1

    assert refused == 6_000


@pytest.mark.parametrize("stamp", ["", "now", "-1", "1e9", "\u0661" * 10, "9" * 13, " 1790000000"])
def test_a_timestamp_of_another_form_is_refused(gate: Gate, stamp: str) -> None:
    with pytest.raises(InputRefused, match="without a timestamp"):
        gate.admit({**signed(b"x", 1_790_000_000), TIME: stamp}, b"x")


@pytest.mark.parametrize("body", [b"\xff\xfe", b"x" * 300_000])
def test_a_body_that_is_no_text_or_endless_is_refused(gate: Gate, body: bytes) -> None:
    with pytest.raises(InputRefused):
        gate.admit(signed(body, 1_790_000_000), body)


def test_an_event_that_slack_sends_again_is_genuine_and_nothing_to_do(gate: Gate, clock: FixedClock) -> None:
    body = json.dumps({"type": "event_callback", "event_id": "Ev1"}).encode()
    kind = {"Content-Type": "application/json"}
    answers = []
    for wait in (0, 5, 60, 200):
        clock.advance(wait)
        answers.append(gate.admit({**signed(body, clock.now() // 1_000), **kind}, body))

    assert answers == [True, False, False, False]


def test_nothing_is_noted_of_what_is_refused_and_without_a_secret_nothing_gets_in(clock: FixedClock) -> None:
    seen = MemorySeen()
    with pytest.raises(InputRefused):
        Gate(lambda: "another", seen, clock).admit(signed(b"x", 1_790_000_000), b"x")
    assert not seen.marks

    def missing() -> str:
        raise PermanentError("there is none")

    with pytest.raises(PermanentError):
        Gate(missing, seen, clock).admit(signed(b"x", 1_790_000_000), b"x")
