"""Citations as people read them: a number in the text, and for each its place and words, lifted by code."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from lambda_image.domain.card import Line, Run
from lambda_image.domain.diagnosis import Claim
from lambda_image.domain.evidence import Span, SpanKind
from lambda_image.steps.answering.names import sentences
from lambda_image.steps.words import messages
from lambda_image.steps.words.ink import code, linked, prose
from lambda_image.steps.words.length import cut, short, size

if TYPE_CHECKING:
    from lambda_image.languages.speech import Voice

QUOTE_LIMIT = 300
# A statement is an answer's first lines; what is longer stands whole further down, or on in the thread.
STATED_LIMIT = 600


def cited(claims: Sequence[Claim]) -> tuple[Span, ...]:
    """The spans that the claims rest on, each once, in the order of their numbers."""
    return tuple(dict.fromkeys(span for claim in claims for span in claim.citations))


def numbered(claims: Sequence[Claim]) -> dict[str, int]:
    """Span id to citation number, from 1."""
    return {span.id: number for number, span in enumerate(cited(claims), start=1)}


def stated(claim: Claim, numbers: dict[str, int], address: Callable[[Span], str]) -> Line:
    """A statement in the language of the card, and the numbers of its citations, which lead to them."""
    in_order = sorted(claim.citations, key=lambda span: numbers[span.id])
    marks = (linked((Run(f"[{numbers[span.id]}]"),), address(span)) for span in in_order)
    return (*_said(claim), Run(" "), *(run for mark in marks for run in mark))


def _said(claim: Claim) -> Line:
    """The statement, so that it is seen whose words it is made of."""
    text, source = short(claim.told, STATED_LIMIT), lifted(claim)
    if source is None:
        return prose(text)
    if source.kind in {SpanKind.LOG, SpanKind.CODE} or source.command:
        return code(text)
    return (Run('"'), *prose(text), Run('"'))


def lifted(claim: Claim) -> Span | None:
    """The source that a statement was copied from, sentence by sentence; None for words of its own."""
    texts = [(span, " ".join(span.text.split())) for span in claim.citations]
    found = [next((span for span, text in texts if said in text), None) for said in sentences(claim.told)]
    return None if None in found else found[0]


def in_full(claims: Sequence[Claim]) -> tuple[Line, ...]:
    """The statements of which `stated` says the beginning."""
    return tuple(prose(claim.told) for claim in claims if size(claim.told) > STATED_LIMIT)


def quoted(say: Voice, claims: Sequence[Claim], address: Callable[[Span], str]) -> tuple[Line, ...]:
    """One line per citation: its number, where it stands, and its words."""
    return tuple(
        (*linked((Run(f"[{number}]"),), address(span)), Run(" "), *_quote(say, span, address(span)))
        for number, span in enumerate(cited(claims), start=1)
    )


def remembered(say: Voice, span: Span, address: str) -> Line:
    """What turned out before, or how the team corrected it; leads to the pull request that mended it."""
    told = messages.WORKED_BEFORE if span.kind is SpanKind.EARLIER else messages.CORRECTED
    quote = prose(cut(span.text, QUOTE_LIMIT), unlinked=str)
    return (*linked(say.line(told, day=span.source), address), Run(' "'), *quote, Run('"'))


def _quote(say: Voice, span: Span, address: str) -> Line:
    words = " ".join(cut(span.text, QUOTE_LIMIT).split())
    if span.kind is SpanKind.LOG:
        return say.line(messages.LOG_LINE, quote=code(words))
    if span.kind is SpanKind.CODE:
        return (*code(f"{span.source}:{span.line}", address), Run(": "), *code(words))
    if span.kind.told:
        return remembered(say, span, address)
    said = code(words) if span.command else (Run('"'), *prose(words, unlinked=str), Run('"'))
    return (*linked(prose(span.source), address), Run(": "), *said)
