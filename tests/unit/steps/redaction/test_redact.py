"""Secrets do not get past redaction; what merely looks like one does."""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_image.domain.events import Frame
from lambda_image.steps.reading.fingerprint import fingerprint
from lambda_image.steps.redact import finds, redact, redact_text
from lambda_image.steps.redaction.rules import RULES
from lambda_image.steps.redaction.tokens import TOKENS
from tests.fakes.events import error_event
from tests.unit.steps.redaction import hidden, samples

# Put together here, so that no scanner takes this file for a leak.
SECRETS = {
    "AWS_ACCESS_KEY": "AKIA" + "QYLPMN5HHHFPZAM2",
    "GITHUB_TOKEN": "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
    "GITLAB_TOKEN": "glpat-" + "x1y2z3A4B5C6d7e8f9g0",
    "SLACK_TOKEN": "xoxb-" + "781236542736-GkwFDQoHqz",
    "JWT": "eyJ" + "hbGciOiJIUzI1NiJ9." + "eyJzdWIiOiIxMjM0NTYifQ." + "dozjgNryP4J3jVmNHl0w5N",
    "GOOGLE_KEY": "AIza" + "SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q",
    "STRIPE_KEY": "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc",
    "NPM_TOKEN": "npm_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8",
    "EMAIL": "jane.doe@" + "example.com",
    "CARD": "4111 1111 " + "1111 1111",
    "IBAN": "DE89 3704 0044 " + "0532 0130 00",
}


@pytest.mark.parametrize(("kind", "secret"), SECRETS.items())
def test_each_kind_is_found_and_named(kind: str, secret: str) -> None:
    cleaned = redact_text(f"request failed for {secret} today")

    assert cleaned.text == f"request failed for <{kind}_1> today"


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("Authorization: Bearer {}", "abcDEF123456ghi"),
        ("postgres://app:{}@db.internal:5432/shop", "hunter2secret"),
        ('{{"password": "{}"}}', "correct horse"),
        ("api_key={}", "zx81spectrum99"),
        ("curl -u deploy:{} https://x.example", "s3cr3t-Pa55word"),
        ("run --password {} --verbose", "Tr0ub4dor&3xyz"),
        ('<add key="DbPassword" value="{}" />', "Tr0ub4dor3xyz"),
        ("X-Amz-Signature={}&x=1", "0f1e2d3c4b5a69788796a5b4c3d2e1f0"),
        ('{{"config": "{{\\"token\\": \\"{}\\"}}"}}', "a8f5f167f44f4964e6c998dee827110c"),
        ("datadog_key: {}", "9775a026f1ca7d1c6c5af9d94d9595a4"),
        ("calling api with key {}", "Zk3jf92mQp7Lx0aB4c8dE1"),
        ("-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----", "MIIEowIBAAKCAQEA" * 3),
    ],
)
def test_secrets_are_known_by_their_surroundings(text: str, secret: str) -> None:
    cleaned = redact_text(text.format(secret)).text

    assert not any(secret[at : at + 8] in cleaned for at in range(len(secret) - 7))


@pytest.mark.parametrize(
    "line",
    [
        "order 4111 1111 1111 1112 has a wrong check digit",
        "commit 3f6c1a527c0d4a0e9d1e0123456789abcdef0123 deployed",
        "request 3f6c1a52-7c0d-4a0e-9d1e-0123456789ab took 12 ms",
        "2026-11-23T08:00:00Z INFO 10.0.0.1 GET /index.html 200",
        "the password was changed",
        "password: ********",
        "Authorization: Bearer $TOKEN",
        "token = os.environ['TOKEN']",
        "unexpected token: identifier",
        "api_key=<your-key-here>",
        "token_url=https://login.example.com/oauth2/token",
        "credentialsId: 29f63271-dc2f-4734-8221-5b31b5169bac",
        "secret=${db.password}",
        "AKIA" + "X" * 16,
        "io.jsonwebtoken:jjwt-jackson-0.11.2",
        "User: arn:aws:iam::123456789012:user/developer is not authorized",
    ],
)
def test_ordinary_lines_are_left_alone(line: str) -> None:
    assert redact_text(line).text == line


@pytest.mark.parametrize(("line", "secret"), [*samples.SECRETS, *hidden.SECRETS])
def test_a_secret_in_each_form_that_programs_write_is_gone(line: str, secret: str) -> None:
    cleaned = redact_text(line).text

    assert not any(secret[at : at + 8] in cleaned for at in range(max(1, len(secret) - 7)))


@pytest.mark.parametrize("line", [*samples.NO_SECRETS, *hidden.NO_SECRETS])
def test_lines_that_speak_of_secrets_and_hold_none_are_left_alone(line: str) -> None:
    assert redact_text(line).text == line


def test_the_same_secret_has_the_same_placeholder_in_one_event() -> None:
    mail, other = "a.b@example.com", "c.d@example.com"
    event = redact(error_event(message=f"{mail} and {other}", lines=(f"ERROR {other}",), context=(mail,)))

    assert event.lines == ("ERROR <EMAIL_1>",)
    assert event.context == ("<EMAIL_2>",)
    assert event.message == "<EMAIL_2> and <EMAIL_1>"
    assert event.redactions == 4


def test_a_secret_is_gone_wherever_else_it_stands_without_its_name() -> None:
    cleaned = redact_text("token=zx81spectrum99abc refused: Client('zx81spectrum99abc', 3)").text

    assert cleaned == "token=<TOKEN_1> refused: Client('<TOKEN_1>', 3)"


@pytest.mark.parametrize("secret", ["orders-2024", "postgres14", "20240501000"])
def test_a_secret_that_may_be_a_name_or_a_number_elsewhere_stays_there(secret: str) -> None:
    cleaned = redact_text(f"password={secret} and topic {secret} of {secret}.internal").text

    assert cleaned == f"password=<PASSWORD_1> and topic {secret} of {secret}.internal"


def test_json_stays_json() -> None:
    text = json.dumps(
        {"m": json.dumps({"h": "X-JFrog-Art-Api: zx81spectrum99abc"}), "token": ["a1b2c3d4e5", 1]}
    )

    assert json.loads(redact_text(text).text)["token"] == ["<TOKEN_1>", 1]


@pytest.mark.parametrize(
    "repeated", ["apiKey", "apiKey=", "lob_ ", "pypi-", "password=token=", "<D><RSAKeyValue>", "\\"]
)
def test_what_begins_like_a_secret_again_and_again_costs_its_length(repeated: str) -> None:
    def seconds(size: int) -> float:
        began = time.process_time()
        redact_text(repeated * (size // len(repeated)))
        return time.process_time() - began

    seconds(1_000)
    assert seconds(16_000) < 12 * max(seconds(4_000), 0.002)


def test_base64_is_of_ascii() -> None:
    assert not finds("eyJ" + "\u0663" * 24)


def test_a_key_over_several_lines_is_taken_whole() -> None:
    key = ("-----BEGIN PRIVATE KEY-----", "MIIEowIBAAKCAQEAabcdefgh", "-----END PRIVATE KEY-----")

    assert redact(error_event(lines=key)).lines == ("<PRIVATE_KEY_1>",)


@given(st.text(max_size=300))
def test_spans_tell_where_the_secrets_stood(text: str) -> None:
    cleaned = redact_text(text)

    ends = [0, *(end for _, _, end in cleaned.redactions)]
    assert all(begin >= before for (_, begin, _), before in zip(cleaned.redactions, ends, strict=False))


@pytest.mark.parametrize("at", [19_990, 19_999, 20_000, 39_995, 65_530])
def test_a_secret_is_found_wherever_it_stands(at: int) -> None:
    text = ("x y " * at)[: at - 1] + " " + SECRETS["AWS_ACCESS_KEY"] + " failed"

    assert SECRETS["AWS_ACCESS_KEY"] not in redact_text(text).text


@pytest.mark.parametrize("end", ["", "x", '\\"'])
def test_backslashes_without_end_cost_their_length_once(end: str) -> None:
    began = time.process_time()
    redact_text('password=\\"' + "\\" * 36 + end)

    assert time.process_time() - began < 0.2


def test_the_end_of_a_private_key_is_known_without_its_beginning() -> None:
    body = "\n".join(["MIIEowIBAAKCAQEA" * 4] * 7)
    event = error_event(context=(*f"{body}\n-----END RSA PRIVATE KEY-----".split("\n"), "INFO next"))

    assert "MIIEow" not in "\n".join(redact(event).context)


@pytest.mark.parametrize("kind", sorted({kind for kind, *_ in TOKENS}))
def test_every_shape_of_a_token_compiles_and_finds_nothing_in_prose(kind: str) -> None:
    prose = "The quick brown fox-trot of the ordinary_service_name jumps over com.example.shop.OrderService"

    assert not [shape for name, _, shape, _ in TOKENS if name == kind and re.search(shape, prose)]


def test_every_hint_is_in_lower_case_so_that_it_can_be_found() -> None:
    assert [hint for rule in RULES for hint in rule.hint if hint != hint.lower()] == []


def test_secrets_in_what_a_trace_names_are_gone_too() -> None:
    token = SECRETS["GITHUB_TOKEN"]
    frame = Frame(f"/srv/{token}/app.py", 3, f"connect password={token}")
    event = redact(error_event(exception_type=token, frames=(frame,)))

    assert token not in repr(event)
    assert event.frames[0].line == 3


@pytest.mark.parametrize("first", ["a.b@example.com", "4111 1111 1111 1111 of c.d@example.com"])
def test_fingerprints_do_not_depend_on_which_placeholder_stands_where(first: str) -> None:
    def named(message: str, context: str) -> str:
        event = error_event(exception_type=None, frames=(), message=message, lines=(message,))
        return fingerprint(redact(replace(event, context=(context,))))

    assert named("no session for x.y@example.com", "") == named("no session for e.f@example.org", first)
