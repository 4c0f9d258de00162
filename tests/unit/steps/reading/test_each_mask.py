"""Each mask alone, in their order: what it takes, and what it leaves to others or to the message."""

from __future__ import annotations

import pytest

from lambda_image.steps.reading.masks import MASKS, collapse, masks_in, normalise

# In the order of MASKS: what it is for, texts with what becomes of them, texts that it does not touch.
EXAMPLES: tuple[tuple[str, dict[str, str], tuple[str, ...]], ...] = (
    (
        "placeholders of redaction",
        {"token <API_KEY_12> of <EMAIL_1>": "token <SECRET> of <SECRET>"},
        ("List<Item>", "<html>", "a < 1 > b"),
    ),
    (
        "request lines",
        {'"GET /a/7?b=1 HTTP/1.1" failed': "GET <URL> failed", '"POST /x" refused': "POST <URL> refused"},
        ("GET failed", '"Get well"', '"GET"'),
    ),
    (
        "times with the name of a month",
        {
            "Mon Nov 23 08:00:00 UTC 2026 up": "<TIME> up",
            "[23/Nov/2026:08:00:00 +0000]": "[<TIME> +0]",
            "Nov  3 08:00:00 up": "<TIME> up",
        },
        ("May fail", "March 7", "Dec 7"),
    ),
    (
        "ARNs",
        {"arn:aws:iam::123456789012:role/a denied": "<ARN> denied", "arn:aws-cn:s3:::b": "<ARN>"},
        ("barn:aws", "arn of aws"),
    ),
    (
        "URLs",
        {"at https://a.b/c?d=1 now": "at <URL> now", "(s3://bucket/key)": "(<URL>)"},
        ("http: gone", "// a comment", "std::vector"),
    ),
    ("addresses of mail", {"to a.b+c@d-e.example.com now": "to <EMAIL> now"}, ("user@host", "@app.route")),
    (
        "UUIDs",
        {
            "3f6c1a52-7c0d-4a0e-9d1e-0123456789ab lost": "<UUID> lost",
            "abcdefab-cdef-abcd-efab-cdefabcdefab": "<UUID>",
        },
        ("face-to-face", "2026-11-23"),
    ),
    (
        "IPv6 addresses",
        {
            "[fe80::1]:80": "[<IP>]:0",
            "64:ff9b:: lost": "<IP> lost",
            "febf:ffff:ffff:ffff:ffff:ffff:ffff:fffa": "<IP>",
            "2001:db8:0:0:0:0:0:1": "<IP>",
        },
        ("Ab::Cd", "std::decay", "Shop::V7", "08:00:00", "x:1"),
    ),
    ("hardware addresses", {"00:1a:2b:3c:4d:5e is gone": "<IP> is gone"}, ("ab:cd", "08:00:00")),
    (
        "hexadecimal numbers",
        {"id deadbeefcafe lost": "id <HEX> lost", "mask ffff": "mask <HEX>"},
        ("facade", "defaced", "cafe", "effaced"),
    ),
    (
        "hosts",
        {
            "db-1.internal:5432 refused": "<HOST> refused",
            "ask api.example.com first": "ask <HOST> first",
            "kafka-0.kafka.svc.cluster.local:9092": "<HOST>",
        },
        ("com.example.shop.App", "app.py", "shop.pricing.total", "end of line.Next"),
    ),
    (
        "paths from a root",
        {"open /var/lib/x.db": "open <PATH>", "in ~/x/y": "in <PATH>", "of C:\\x\\y.txt": "of <PATH>"},
        ("and/or", "a / b", "1/2"),
    ),
    ("paths without a root", {"in a/b/c.txt": "in <PATH>"}, ("and/or", "read/write")),
    (
        "amounts with a unit",
        {"after 3001 ms": "after <N>", "in 3.5s": "in <N>", "of 12 MB": "of <N>", "> 7 seconds": "<N>"},
        ("S3", "7 orders", "v2.1"),
    ),
    (
        "quoted values",
        {"key 'a b' is unknown": "key <QUOTED> is unknown", 'no "x"': "no <QUOTED>"},
        ("the user's", "don't"),
    ),
    ("short ids", {"order A-17 lost": "order <ID> lost", "req-5": "<ID>"}, ("UTF-x", "pre-order")),
    (
        "numbers",
        {
            "order 7 lost": "order <N> lost",
            "2026-11-23 08:00:00,123": "<N> <N>",
            "10.0.0.1:443": "<N>",
            "-7 of 1,234": "<N> of <N>",
        },
        ("S3", "x_1"),
    ),
)


def alone(at: int, text: str) -> str:
    """The text with one mask only."""
    name, pattern = MASKS[at]
    return pattern.sub(name, collapse(text))


def test_every_mask_has_its_examples() -> None:
    assert len(EXAMPLES) == len(MASKS)


@pytest.mark.parametrize("at", range(len(EXAMPLES)), ids=[what for what, _, _ in EXAMPLES])
def test_a_mask_takes_what_it_is_for_and_leaves_the_rest(at: int) -> None:
    _, takes, leaves = EXAMPLES[at]

    assert {text: alone(at, text) for text in takes} == takes
    assert {text: alone(at, text) for text in leaves} == {text: collapse(text) for text in leaves}


@pytest.mark.parametrize(
    ("text", "masks"),
    [
        ("disk is full", []),
        ("disk 7 is full", ["digits", "n"]),
        ('"GET /a HTTP/1.1" by a@b.example.com', ["digits", "url", "email"]),
        ("arn:aws:s3:::b/c in /x/y", ["digits", "arn", "path"]),
    ],
)
def test_the_masks_of_a_line_are_told_by_name(text: str, masks: list[str]) -> None:
    assert masks_in(collapse(text)) == masks


def test_masking_twice_changes_nothing_more() -> None:
    for _, takes, _ in EXAMPLES:
        for text in takes:
            assert normalise(normalise(text)) == normalise(text)
