"""Untrusted text in the Markdown of a pull request: no formatting, HTML, mention, reference or command.

A line that begins with `/merge` is a command to GitLab ("Quick actions") and to bots at other hosts.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from lambda_image.steps.words.escape import JOINER, URL, defanged, entities, no_links, visible

# Of an issue, at GitHub (GH-1) and in trackers that read what is pushed.
_KEY = r"\b[A-Za-z][A-Za-z0-9]{1,9}-(?=\d|$)"


def line(text: str, allowed: Callable[[str], bool] = no_links) -> str:
    """Running text on one line; a URL that is not `allowed` can no longer be followed."""
    pieces = []
    at = 0
    inside = " ".join(visible(text).split())
    for found in URL.finditer(inside):
        pieces += [_unmarked(inside[at : found.start()]), _url(found[0], allowed)]
        at = found.end()
    marked = "".join((*pieces, _unmarked(inside[at:])))
    return re.sub(r"^(?:([-+>]|#{1,6}|\d+[.)])(?=\s)|(/)(?=\w))", r"\\\1\2", marked)


def _url(url: str, allowed: Callable[[str], bool]) -> str:
    return url if allowed(url.rstrip(".,;:!?")) else _unmarked(defanged(url))


def _unmarked(text: str) -> str:
    marked = re.sub(r"([\\`*_{}\[\]|~])", r"\\\1", entities(text))
    return re.sub(r"@(?=\w|$)", f"@{JOINER}", re.sub(rf"(#(?=\d|$)|{_KEY}|!(?=\d))", rf"\1{JOINER}", marked))


def title(text: str) -> str:
    """A pull request's or a commit's first line, where Markdown is not read but mentions are.

    Nor does it close an issue of a tracker (ENG-3, or its address) or keep checks from running (`[skip ci]`,
    `***NO_CI***`).
    """
    said = URL.sub(lambda found: defanged(found[0]), " ".join(visible(text).split()))
    return re.sub(rf"[@#](?=\w)|!(?=\d)|\[(?=\w)|\*(?=\*)|{_KEY}", lambda found: found[0] + JOINER, said)


def code(text: str) -> str:
    """Inline code, in marks longer than any run of them in the text."""
    inside = " ".join(visible(text).split())
    marks = _marks(inside, least=1)
    return f"{marks} {inside} {marks}" if "`" in inside else f"{marks}{inside}{marks}"


def fence(text: str) -> str:
    """A code block whose fence is longer than any in the text."""
    marks = _marks(text, least=3)
    return f"{marks}\n{visible(text).rstrip()}\n{marks}"


def _marks(text: str, least: int) -> str:
    longest = max((len(found) for found in re.findall(r"`+", text)), default=0)
    return "`" * max(least, longest + 1)
