"""A team's own redaction rules: what may be one, and that a slow one is never taken."""

from __future__ import annotations

import json
import time

import pytest

from lambda_image import settings
from lambda_image.domain.errors import ConfigurationError
from lambda_image.domain.redaction import UserRule
from lambda_image.steps.redact import Rulebook, redact_text, rulebook
from lambda_image.steps.redaction.rules import Rule
from lambda_image.wiring.left_out import policy


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(", "no regular expression"),
        ("a?", "matches the empty text"),
        (r"C-\d+", "could be slow"),
        (r"C-\d{8,}", "could be slow"),
        ("(a{1,50}){1,50}b", "could be slow"),
        (r"\w{1,100}\w{1,100}\w{1,100}x", "could be slow"),
        ("(?:(?:a?b?){1,20}){1,20}c", "could be slow"),
        ("x" * 501, "longer than 500"),
    ],
)
def test_a_bad_pattern_is_one_clear_error_that_names_the_rule(pattern: str, reason: str) -> None:
    with pytest.raises(ConfigurationError, match=f"TRACEMEND_REDACT .*CUSTOMER.*{reason}"):
        settings.read({"TRACEMEND_REDACT": json.dumps([{"name": "CUSTOMER", "pattern": pattern}])})


@pytest.mark.parametrize("name", ["", "customer", "A1", "A>", "A__B"])
def test_a_name_that_is_no_placeholder_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match="capital letters"):
        settings.read({"TRACEMEND_REDACT": json.dumps([{"name": name, "pattern": "x"}])})


@pytest.mark.parametrize(
    "pattern",
    [
        r"\bC-\d{8}\b",
        r"(?:\d{4}[ -]?){3}",
        r"(?i)patient[ :=]{1,3}(?P<secret>[A-Z]{2,3}\d{6,10})",
        r"[+*{}]x|[]^]y\+",
        r"(?<=id=)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}",
    ],
)
def test_an_ordinary_pattern_is_taken(pattern: str) -> None:
    assert UserRule("CUSTOMER", pattern).fault is None


@pytest.mark.parametrize("pattern", [r"[a-z]{1,14}[a-z]{1,14}!", r"\d{1,190}x", "(?:a?b?){1,3}c"])
def test_the_slowest_pattern_that_is_taken_reads_a_hostile_line_in_time(pattern: str) -> None:
    rule = UserRule("CUSTOMER", pattern)
    began = time.process_time()
    redact_text("a" * 20_000 + "1" * 20_000 + "ab" * 10_000, Rulebook.of(Rule(rule.name, rule.pattern)))

    assert rule.fault is None
    assert time.process_time() - began < 2


def test_own_rules_come_first_and_addresses_when_asked() -> None:
    found = settings.read(
        {
            "TRACEMEND_REDACT": '[{"name": "CUSTOMER", "pattern": "mail of (?P<secret>[^ ]{1,50})"}]',
            "TRACEMEND_REDACT_IPS": "true",
        }
    )
    rules = policy(found).redaction

    text = "mail of a.b@example.com from 10.1.2.3 and fe80::1ff:fe23:4567:890a at 12:34:56, c.d@example.com"
    assert redact_text(text, rules).text == (
        "mail of <CUSTOMER_1> from <IP_1> and <IP_2> at 12:34:56, <EMAIL_1>"
    )


@pytest.mark.parametrize(
    "line", ["127.0.0.1 and ::1", "version 1.2.3.4.5", "a::b::c at 10:20:30", "999.1.1.1"]
)
def test_what_only_looks_like_an_address_stays(line: str) -> None:
    assert redact_text(line, rulebook(addresses=True)).text == line


def test_an_answer_that_is_neither_true_nor_false_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="TRACEMEND_REDACT_IPS"):
        settings.read({"TRACEMEND_REDACT_IPS": "perhaps"})
