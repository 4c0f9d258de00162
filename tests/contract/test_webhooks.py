"""What webhooks do beside what every way to people does: addresses, answers, signatures, and silence."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from lambda_image.adapters.channels.cards import CardNotifier
from lambda_image.adapters.channels.https import Door
from lambda_image.adapters.channels.webhook import SignedWebhook, TeamsWebhook, signature
from lambda_image.adapters.retry import Retry
from lambda_image.domain.channels import Channel
from lambda_image.domain.errors import PermanentError, TransientError
from lambda_image.domain.notification import Telling
from lambda_image.observing import log
from lambda_image.steps.cards.teams import teams_messages
from lambda_image.steps.cards.webhook import webhook_messages
from tests.contract.servers.hooks import KEY, Answer, Hooks
from tests.contract.test_notifier import told
from tests.fakes.clock import FixedClock
from tests.fakes.incidents import generated

SIGNED = "v1=5ef74ae713b43cf3a4a4e0450ecc2942657ba6fa9a9d67c88a8e7c70db5578b3"
pytestmark = pytest.mark.loopback
MESSAGE = webhook_messages(told().card)[0]  # type: ignore[arg-type]


@pytest.fixture
def clock() -> FixedClock:
    """Time that waits go on."""
    return FixedClock(remaining=60)


@pytest.fixture
def hooks(tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hooks]:
    """A receiver of signed messages, whose certificate is known."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "loopback.pem"))
    with Hooks("webhook", tmp_path, lambda: clock.now() / 1_000) as opened:
        yield opened


def door(
    hooks: Hooks, url: str = "", host: str = "127.0.0.1", secret: str = "", patience: float = 0.3
) -> Door:
    """Its door, or one to another address; `patience` is in seconds."""
    held = secret or json.dumps({"url": url or hooks.url, "key": KEY})
    return Door(Channel("ops", "webhook", host, "s"), lambda: held, (1.0, patience))


def signed(hooks: Hooks, clock: FixedClock) -> SignedWebhook:
    """Three tries, and waits that only move the clock."""
    return SignedWebhook(door(hooks), Retry(clock, attempts=3, sleep=clock.advance), clock)


@pytest.mark.parametrize(
    "answer", [Answer(429), Answer(408), Answer(500), Answer(503), Answer(0), Answer(200, seconds=0.6)]
)
def test_a_fault_that_passes_is_overcome(hooks: Hooks, clock: FixedClock, answer: Answer) -> None:
    hooks.room, hooks.answers = 0, [answer, Answer(200)]

    signed(hooks, clock)(MESSAGE["id"], MESSAGE)
    assert hooks.asked == 2


def test_the_other_sides_wish_is_kept(hooks: Hooks, clock: FixedClock) -> None:
    began = clock.now()
    hooks.room, hooks.answers = 0, [Answer(429, {"Retry-After": "17"}), Answer(200)]
    signed(hooks, clock)(MESSAGE["id"], MESSAGE)

    assert clock.now() - began == 17_000


def test_a_wish_beyond_the_deadline_gives_the_message_back(hooks: Hooks, clock: FixedClock) -> None:
    hooks.room, hooks.answers = 0, [Answer(429, {"Retry-After": "58"})]

    with pytest.raises(TransientError, match="the channel ops answers 429 Too Many Requests"):
        signed(hooks, clock)(MESSAGE["id"], MESSAGE)
    assert (hooks.asked, clock.remaining()) == (1, 60)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(413), "takes no .* bytes: 413"),
        (Answer(404), "answers 404 Not Found; look at its address"),
        (Answer(401), "answers 401 Unauthorized"),
        (Answer(302, {"Location": "https://127.0.0.1/elsewhere"}), "answers 302 Found"),
    ],
)
def test_a_refusal_is_not_tried_again_and_a_redirect_not_followed(
    hooks: Hooks, clock: FixedClock, answer: Answer, said: str
) -> None:
    hooks.room, hooks.answers = 0, [answer]

    with pytest.raises(PermanentError, match=said):
        signed(hooks, clock)(MESSAGE["id"], MESSAGE)
    assert hooks.asked == 1


def test_each_try_is_signed_for_its_time(hooks: Hooks, clock: FixedClock) -> None:
    hooks.answers = [Answer(429, {"Retry-After": "20"}), Answer(503)]
    first = clock.now() // 1_000
    hooks.room = 0
    with pytest.raises(TransientError):
        signed(hooks, clock)(MESSAGE["id"], MESSAGE)
    hooks.room = 1
    signed(hooks, clock)(MESSAGE["id"], MESSAGE)

    assert hooks.accepted == [json.loads(json.dumps(MESSAGE))]
    assert hooks.headers[0]["x-tracemend-timestamp"] == str(clock.now() // 1_000)
    assert clock.now() // 1_000 >= first + 20


def test_the_signature_is_what_the_handbook_says() -> None:
    # printf 'v1:1790000000:{}' | openssl dgst -sha256 -hmac secret
    assert signature("secret", 1_790_000_000, b"{}") == SIGNED


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://127.0.0.1/x", "127.0.0.1"),
        ("https://127.0.0.1/x", "hooks.example.com"),
        ("https://evil.example.com/x", "hooks.example.com"),
        ("https://hooks.example.com.evil.example/x", "hooks.example.com"),
        ("https://hooks.example.com@127.0.0.1/x", "hooks.example.com"),
        ("https://hooks.example.com@127.0.0.1/x", "127.0.0.1"),
        ("https://127.0.0.1\\@hooks.example.com/x", "hooks.example.com"),
        ("https://xhooks.example.com/x", "*.hooks.example.com"),
        ("https://hooks.example.com/x", "*.hooks.example.com"),
        ("https://[::1/x", "hooks.example.com"),
        ("file:///etc/passwd", "127.0.0.1"),
        ("https://127.0.0.1/x", ""),
    ],
)
def test_only_https_at_the_configured_host_is_opened(
    hooks: Hooks, clock: FixedClock, url: str, host: str
) -> None:
    opened = SignedWebhook(door(hooks, url, host), Retry(clock), clock)

    with pytest.raises(PermanentError, match="is not an https address at"):
        opened(MESSAGE["id"], MESSAGE)


@pytest.mark.parametrize("secret", ["https://127.0.0.1/x", "[]", '{"url": 1}', "{"])
def test_a_secret_of_another_form_is_explained(hooks: Hooks, clock: FixedClock, secret: str) -> None:
    opened = SignedWebhook(door(hooks, secret=secret), Retry(clock), clock)

    with pytest.raises(PermanentError, match="store its secret as a JSON object"):
        opened(MESSAGE["id"], MESSAGE)


def test_without_a_key_nothing_is_sent(hooks: Hooks, clock: FixedClock) -> None:
    opened = SignedWebhook(door(hooks, secret=json.dumps({"url": hooks.url})), Retry(clock), clock)

    with pytest.raises(PermanentError, match="secret has no key"):
        opened(MESSAGE["id"], MESSAGE)
    assert hooks.asked == 0


@pytest.mark.parametrize(
    "answer", [Answer(503), Answer(0), Answer(404), Answer(302), Answer(200, seconds=0.6)]
)
def test_nothing_tells_address_key_or_answer(
    hooks: Hooks,
    clock: FixedClock,
    answer: Answer,
    caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:
    hooks.room, hooks.answers = 0, [answer]
    with caplog.at_level(logging.DEBUG), pytest.raises((TransientError, PermanentError)) as failed:
        signed(hooks, clock)(MESSAGE["id"], MESSAGE)
    log.error("failed", **log.of(failed.value))

    errors = [failed.value, failed.value.__cause__, failed.value.__context__]
    said = caplog.text + capsys.readouterr().out + repr(errors)
    assert "the channel ops" in said
    assert not [secret for secret in ("SECRET-IN", KEY, "/workflows") if secret in said]


def test_an_unknown_certificate_is_no_receiver(
    hooks: Hooks, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")

    with pytest.raises(TransientError, match="cannot be reached: SSLError"):
        signed(hooks, clock)(MESSAGE["id"], MESSAGE)


@pytest.mark.parametrize("kind", ["teams", "webhook"])
def test_a_receiver_takes_every_generated_card(
    kind: str, tmp_path: Path, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / kind
    folder.mkdir()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(folder / "loopback.pem"))
    with Hooks(kind, folder, lambda: clock.now() / 1_000) as opened:
        once = Retry(clock, attempts=1)
        way = (
            CardNotifier(teams_messages, TeamsWebhook(door(opened, patience=10.0), once))
            if kind == "teams"
            else CardNotifier(webhook_messages, SignedWebhook(door(opened, patience=10.0), once, clock))
        )
        for seed in range(40):
            way.publish(Telling(generated(seed).outcome))

    assert opened.wrong == []
    assert len(opened.accepted) >= 40


def test_a_card_that_teams_would_drop_is_not_sent(hooks: Hooks, clock: FixedClock) -> None:
    with pytest.raises(PermanentError, match="Teams would drop message m: it has 30010 bytes"):
        TeamsWebhook(door(hooks), Retry(clock))("m", {"text": "x" * 29_998})
    assert hooks.asked == 0
