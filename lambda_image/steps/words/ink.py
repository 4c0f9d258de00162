"""Text from logs, pages, code and models as runs of a card: no link but an allowed one, nothing invisible.

What it would do in a client's markup is the renderer's matter.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace

from lambda_image.domain.card import Block, Form, Line, Run, Style
from lambda_image.domain.unseen import unseen
from lambda_image.steps.words.escape import END, ISOLATE, TOKEN, URL, defanged, inert, no_links, visible

_ODD = {ord(each): f"%{ord(each):02X}" for each in "<>\"'`|*()[]{} "}


def prose(
    text: str, allowed: Callable[[str], bool] = no_links, unlinked: Callable[[str], str] = defanged
) -> Line:
    """Running text on one line. Inline code stays code; a URL that is not `allowed` becomes code.

    `unlinked` says how such a URL is written.
    """
    runs: list[Run] = []
    at = 0
    text = re.sub(r"\s+", " ", visible(text)).strip()
    for found in TOKEN.finditer(text):
        runs += _plain(text[at : found.start()])
        runs += code(found["code"]) if found["code"] else _url(found[0], allowed, unlinked)
        at = found.end()
    return (*runs, *_plain(text[at:]))


def code(text: str, url: str = "") -> Line:
    """Code on one line, its blanks as they are; empty for nothing."""
    inside = re.sub(r"\s*[\r\n]\s*", " ", visible(text)).strip()
    return (Run(inside, Style.CODE, address(url)),) if inside else ()


def address(url: str) -> str:
    """The address as all clients' markup takes it: no brackets, bars, stars, blanks and unseen characters."""
    return "".join(each for each in url.translate(_ODD) if not unseen(each))


def linked(line: Line, url: str) -> Line:
    """The line as a link; without an address as it is."""
    return tuple(replace(run, url=address(url)) for run in line) if url else line


def listing(text: str) -> tuple[Block, ...]:
    """Code with its line breaks, as a block; none for nothing."""
    inside = visible(text).strip("\n")
    return (Block(Form.LISTING, ((Run(inside, Style.CODE),),)),) if inside.strip() else ()


def label(text: str) -> str:
    """A title or keyword: one line of plain text, in which no URL is live."""
    return inert(" ".join(URL.sub(lambda found: defanged(found[0]), visible(text)).split()))


def _plain(text: str) -> Line:
    text = text.replace("`", "'")
    # Words that run from right to left would draw the numbers and marks around them along.
    turned = any(unicodedata.bidirectional(each) in {"R", "AL"} for each in text)
    return (Run(f"{ISOLATE}{text}{END}" if turned else text),) if text else ()


def _url(url: str, allowed: Callable[[str], bool], unlinked: Callable[[str], str]) -> Line:
    bare = url.rstrip(".,;:!?")
    run = Run(address(bare), url=address(bare)) if allowed(bare) else Run(unlinked(bare), Style.CODE)
    return (run, *_plain(url[len(bare) :]))
