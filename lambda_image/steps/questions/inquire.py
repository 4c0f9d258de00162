"""Ask a model about what is stored; what the stored evidence does not hold is not shown."""

from __future__ import annotations

from dataclasses import replace

from lambda_image.domain.diagnosis import Diagnosis, DiagnosisDraft, Fault
from lambda_image.domain.evidence import Evidence
from lambda_image.domain.incident import Incident
from lambda_image.ports import Reasoner
from lambda_image.prompts import render
from lambda_image.steps.answering.check import check
from lambda_image.steps.answering.diagnose import drafted, select, values

# Characters of a question.
QUESTION = 400


def inquire(
    question: str,
    incident: Incident,
    evidence: Evidence,
    reasoner: Reasoner,
    budget_tokens: int,
    language: str = "en",
) -> Diagnosis:
    """What of the model's answer stands in the evidence; no claims where nothing does.

    Raises what `Reasoner.ask` raises.
    """
    from lambda_image.steps.answering.answer import reply_type  # noqa: PLC0415 - pydantic waits for a question

    shown = select(incident, evidence, budget_tokens)
    prompt = render("question", question=question[:QUESTION], **values(shown, evidence, language))
    answered = reasoner.ask(prompt, reply_type(shown, translated=language != "en"))
    usage = (replace(answered.usage, stage="question"),)
    draft = DiagnosisDraft(
        drafted(answered.value), Fault.UNKNOWN, (), usage, f"{prompt.name}@{prompt.version}"
    )
    return check(draft, evidence)
