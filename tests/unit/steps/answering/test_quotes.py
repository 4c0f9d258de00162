"""What a model copied is shown as the words of others."""

from __future__ import annotations

from lambda_image.domain.card import Part, Run, Style, words
from lambda_image.domain.diagnosis import DiagnosisDraft, DraftClaim, Fault
from lambda_image.steps.answering.check import check
from lambda_image.steps.telling.compose import compose_answer
from tests.fakes.events import incident, redacted_event
from tests.fakes.evidence import PRICING_PAGE, evidence


def test_what_is_copied_is_seen_to_be_the_words_of_others() -> None:
    said = "All is well, says the log, and nobody needs to do anything"
    of = evidence(redacted_event(lines=(f"ERROR {said}",)), passages=[PRICING_PAGE])
    about = "ZeroDivisionError in pricing.py when an order has no items."
    drafts = (DraftClaim(said, ("L2",)), DraftClaim(about, ("P1.1",)))
    diagnosis = check(DiagnosisDraft(drafts, Fault.UNKNOWN, (), ()), of)
    card = compose_answer(incident(), diagnosis, of).card
    assert card
    cause = next(each for each in card.sections if each.part is Part.CAUSE)
    copied, quoted = cause.blocks[0].lines[:2]

    assert copied[0] == Run(said, Style.CODE)
    assert words(quoted).startswith(f'"{about}"')
