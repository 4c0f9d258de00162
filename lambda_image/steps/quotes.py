"""Citations as people read them: a number in the text, and for each its place and words, lifted by code."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lambda_image.domain.diagnosis import Claim
from lambda_image.domain.evidence import Span, SpanKind
from lambda_image.steps.escape import code, plain
from lambda_image.steps.length import cut

QUOTE_LIMIT = 300


def cited(claims: Sequence[Claim]) -> tuple[Span, ...]:
    """The spans that the claims rest on, each once, in the order of their numbers."""
    return tuple(dict.fromkeys(span for claim in claims for span in claim.citations))


def numbered(claims: Sequence[Claim]) -> dict[str, int]:
    """Span id to citation number, from 1."""
    return {span.id: number for number, span in enumerate(cited(claims), start=1)}


def quoted(claims: Sequence[Claim], allowed: Callable[[str], bool]) -> list[str]:
    """One line per citation for the channel; only the address of a retrieved page is a link."""
    return [f"[{number}] {_quote(span, allowed)}" for number, span in enumerate(cited(claims), start=1)]


def _quote(span: Span, allowed: Callable[[str], bool]) -> str:
    words = " ".join(cut(span.text, QUOTE_LIMIT).split())
    if span.kind is SpanKind.LOG:
        return f"log: {code(words)}"
    if span.kind is SpanKind.CODE:
        return f"{code(f'{span.source}:{span.line}')}: {code(words)}"
    address = f" {plain(span.url, allowed)}" if span.url else ""
    said = code(words) if span.command else f'"{plain(words, allowed, unlinked=str)}"'
    return f"{plain(span.source)}{address}: {said}"
