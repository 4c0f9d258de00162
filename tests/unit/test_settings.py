"""Settings: defaults, and one message for all that is missing or wrong."""

from __future__ import annotations

import pytest

from lambda_image import settings
from lambda_image.domain.errors import ConfigurationError
from lambda_image.domain.evidence import RepositoryMapping
from lambda_image.domain.gate import Level, RepairPolicy
from lambda_image.domain.identity import FingerprintRule
from lambda_image.domain.noise import NoisePolicy
from lambda_image.settings import Settings


def test_an_empty_environment_gives_the_defaults() -> None:
    assert settings.read({}) == Settings()


def test_values_are_read_with_their_types() -> None:
    found = settings.read(
        {
            "AWS_REGION": "eu-central-1",
            "TRACEMEND_MODELS": "a, b ,",
            "TRACEMEND_TEMPERATURE": "0",
            "TRACEMEND_REPAIR_ATTEMPTS": "5",
            "TRACEMEND_REPOSITORIES": '[{"log_group": "/aws/*", "clone_url": "u", "name": "o/n"}]',
        }
    )

    assert found.region == "eu-central-1"
    assert found.models == ("a", "b")
    assert found.temperature == 0.0
    assert found.repair_attempts == 5
    assert found.repositories == (RepositoryMapping("/aws/*", "u", "o/n"),)


def test_every_wrong_value_is_named_at_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        settings.read({"TRACEMEND_REPAIR_ATTEMPTS": "many", "TRACEMEND_REPOSITORIES": "{"})

    assert "TRACEMEND_REPAIR_ATTEMPTS" in str(caught.value)
    assert "TRACEMEND_REPOSITORIES" in str(caught.value)


def test_fingerprint_rules_are_read_with_their_names() -> None:
    text = '[{"name": "db", "pattern": "refused$"}, {"name": "db", "exception_type": "*Timeout"}]'
    found = settings.read({"TRACEMEND_FINGERPRINT_RULES": text})

    assert found.fingerprint_rules == (
        FingerprintRule("db", pattern="refused$"),
        FingerprintRule("db", exception_type="*Timeout"),
    )


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ('{"pattern": "x"}', "rule 1: missing 1 required positional argument: 'name'"),
        ('{"name": "a", "patern": "x"}', "unexpected keyword argument 'patern'"),
        ('{"name": "a"}', "one of pattern, exception_type and log_group is needed"),
        ('{"name": " ", "pattern": "x"}', "name is empty"),
        ('{"name": "a", "pattern": "("}', "pattern '(' is no regular expression of Python: missing )"),
        ('{"name": "a", "pattern": "(a+)+$"}', "pattern '(a+)+$' could be slow; give each repeat"),
        ('{"name": "a", "pattern": 7}', "pattern is no string"),
        ("7", "rule 1 is no object"),
    ],
)
def test_a_wrong_fingerprint_rule_says_what_is_wrong(rule: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=r"TRACEMEND_FINGERPRINT_RULES \(.*rule 1") as caught:
        settings.read({"TRACEMEND_FINGERPRINT_RULES": f"[{rule}]"})

    assert said in str(caught.value)


def test_a_value_beyond_its_limits_is_named_with_them() -> None:
    with pytest.raises(ConfigurationError, match=r"WINDOW_SECONDS \(it is 841; 60 to 840 are possible\)"):
        settings.read({"TRACEMEND_NEW_PROBLEMS_WINDOW_SECONDS": "841"})


def test_what_is_told_follows_from_the_settings() -> None:
    found = settings.read({"TRACEMEND_NEW_PROBLEMS": "3", "TRACEMEND_DEDUP_WINDOW_SECONDS": "60"}).noise()

    assert (found.problems, found.silence) == (3, 60)
    assert settings.read({}).noise() == NoisePolicy(receipts=True)


def test_every_missing_setting_is_named_at_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        Settings(topic_arn="arn").require("ledger_table", "topic_arn", "trace_bucket")

    assert "TRACEMEND_LEDGER_TABLE, TRACEMEND_TRACE_BUCKET" in str(caught.value)
    assert "TOPIC" not in str(caught.value)


def test_filter_patterns_are_lists_and_checked_when_they_are_read() -> None:
    found = settings.read(
        {
            "TRACEMEND_EXCLUDE": '["[a, b = 1]", "ERROR -Timeout"]',
            "TRACEMEND_PATTERNS": '{"/team/shop": "?ERROR ?WARN"}',
        }
    )
    with pytest.raises(ConfigurationError) as caught:
        settings.read(
            {
                "TRACEMEND_INCLUDE": '["{ $.a = }"]',
                "TRACEMEND_EXCLUDE": "ERROR",
                "TRACEMEND_PATTERNS": '["ERROR"]',
            }
        )

    assert found.exclude == ("[a, b = 1]", "ERROR -Timeout")
    assert found.patterns == {"/team/shop": "?ERROR ?WARN"}
    said = str(caught.value)
    assert "TRACEMEND_INCLUDE (the filter pattern '{ $.a = }' is wrong at character 9" in said
    assert "TRACEMEND_EXCLUDE" in said
    assert "TRACEMEND_PATTERNS (patterns by log group are written as a JSON object" in said


def test_how_far_a_repair_goes_is_read_as_one_of_three_words() -> None:
    careful = "src/tax/*, src/vat/*"
    found = settings.read({"TRACEMEND_REPAIR_MOST": "suggestion", "TRACEMEND_REPAIR_CAREFUL": careful})

    assert found.repairs() == RepairPolicy(Level.SUGGESTION, ("src/tax/*", "src/vat/*"), 100)
    assert settings.read({"TRACEMEND_EDIT_DENY": '["a,b/*", "[ab]/*"]'}).edit_deny == ("a,b/*", "[ab]/*")
    assert settings.read({"TRACEMEND_EDIT_DENY": "[ab]/*,c"}).edit_deny == ("[ab]/*", "c")
    with pytest.raises(ConfigurationError, match="TRACEMEND_EDIT_DENY"):
        settings.read({"TRACEMEND_EDIT_DENY": '["a'})
    with pytest.raises(ConfigurationError, match="TRACEMEND_REPAIR_MOST"):
        settings.read({"TRACEMEND_REPAIR_MOST": "merge"})
