"""A chain of models on the real wire, watched: what a failure counts as, and what the audit trail keeps."""

from __future__ import annotations

import pytest

from lambda_image.adapters.bedrock import DENIED, BedrockConfig, BedrockReasoner
from lambda_image.adapters.retry import Retry
from lambda_image.domain.audit import ModelCall
from lambda_image.domain.errors import BudgetExceeded, PermanentError, TransientError
from lambda_image.domain.prompt import Prompt
from lambda_image.observing.audit import AuditedReasoner, Auditing
from lambda_image.observing.traced import TracedReasoner
from lambda_image.observing.work import Work, going_on
from tests.fakes.audit import MemoryAudit
from tests.fakes.clock import FixedClock
from tests.fakes.converse import ConverseWire, Refusal, Said, text

pytestmark = pytest.mark.loopback
MODELS = ("anthropic.claude-a", "anthropic.claude-b")
PROMPT = Prompt("diagnose", "be brief", "why?", 100, "v1")


def asked(
    monkeypatch: pytest.MonkeyPatch, answers: dict[str, Said | Refusal]
) -> tuple[Work, list[ModelCall], str]:
    """The work after one question, its audit entries, and the error's name."""
    with ConverseWire(lambda model, _: answers[model]) as wire:
        monkeypatch.setenv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", wire.url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        clock, trail = FixedClock(), MemoryAudit()
        retry = Retry(clock, attempts=2, sleep=lambda _: None)
        inner = BedrockReasoner(BedrockConfig(MODELS, "eu-west-1"), clock, retry)
        reasoner = AuditedReasoner(TracedReasoner(inner, MODELS[0]), Auditing(trail, clock, MODELS))
        failed = ""
        with going_on(Work()) as here:
            try:
                reasoner.write(PROMPT)
            except (PermanentError, TransientError) as error:
                failed = type(error).__name__
        return here, [each for each in trail.kept if isinstance(each, ModelCall)], failed


def test_models_that_the_hard_stop_took_away_are_an_exceeded_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    denied = Refusal("AccessDeniedException", 403, f"not authorized, with an {DENIED}")
    here, (entry,), failed = asked(monkeypatch, dict.fromkeys(MODELS, denied))

    assert (failed, entry.outcome, entry.answered) == (BudgetExceeded.__name__, BudgetExceeded.__name__, "")
    assert (here.counts["ModelErrors"], here.counts["BudgetExceeded"]) == (1, 1)


@pytest.mark.parametrize("code", ["AccessDeniedException", "ThrottlingException"])
def test_other_refusals_are_errors_of_the_model(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    refusal = Refusal(code, 403 if code == "AccessDeniedException" else 429)
    here, (entry,), failed = asked(monkeypatch, dict.fromkeys(MODELS, refusal))

    assert failed == entry.outcome != BudgetExceeded.__name__
    assert (here.counts["ModelErrors"], here.counts["BudgetExceeded"]) == (1, 0)


def test_the_model_that_answered_in_place_of_another_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    answers: dict[str, Said | Refusal] = {
        MODELS[0]: Refusal("ThrottlingException", 429),
        MODELS[1]: text("because"),
    }
    here, (entry,), failed = asked(monkeypatch, answers)

    assert (failed, entry.outcome) == ("", "answered")
    assert (entry.asked, entry.answered) == (MODELS, MODELS[1])
    assert here.counts["ModelErrors"] == 0
