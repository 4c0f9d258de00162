"""Text from logs, pages, code and models, shown as text: it cannot format, ping or link in the channel.

Slack (mrkdwn) and Teams (Markdown) share no escape character. So a word with marks in it becomes inline
code, which both show as it is; what is code already keeps its bytes.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from urllib.parse import urlsplit

from lambda_image.domain.unseen import unseen

# A word joiner: unseen, and enough to keep `@here` from being read as a mention.
JOINER = "\u2060"
# First strong isolate, pop directional isolate (Unicode Bidirectional Algorithm, UAX 9).
ISOLATE, END = "\u2068", "\u2069"
FENCE = "```"
# No language puts more marks on one letter; what has more covers the lines above and below.
MARKS = 8

URL = re.compile(
    r"[a-zA-Z][a-zA-Z0-9+.-]{1,20}://[^\s<>\"'`|\])}]+|(?:(?<![A-Za-z0-9])[wW]{3}\.|(?i:mailto):)[^\s<>\"'`|\])}]+"
)
_LIVE = re.compile(r"://|mailto:|(?<![a-z0-9])www\.", re.IGNORECASE)
_MENTION = re.compile(r"@(?=[\w-]|$)")
_BROADCAST = re.compile(r"@(?=(?:here|channel|everyone|all)\b)", re.IGNORECASE)
_MARKED = re.compile(r"\S*(?:[*~]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|\]\()\S*")
_LIST_MARK = re.compile(r"^(?:>+|(?:[-+]|#{1,6}|\d+[.)])(?=\s|$))")
_EMOJI = re.compile(r"(?<!\w):(?=[a-z][a-z0-9_+-]*:)")
TOKEN = re.compile(rf"`(?P<code>[^`\n]+)`|(?P<url>{URL.pattern})")


def links(hosts: Collection[str], pages: Collection[str]) -> Callable[[str], bool]:
    """Says which URLs may stay links: those of the pages that were retrieved, and https on these hosts."""

    def allowed(url: str) -> bool:
        if not is_web(url):
            return False
        parts = urlsplit(url)
        return url in pages or (parts.scheme == "https" and parts.hostname in hosts)

    return allowed


def is_web(url: str) -> bool:
    """Whether all programs take it for the same address of the web; an index may say another of a page."""
    try:
        parts = urlsplit(url)
    except ValueError:  # half an IPv6 address
        return False
    # Programs differ in what they make of these.
    alone = "@" not in parts.netloc and "\\" not in url and not any(map(unseen, url))
    return alone and parts.scheme in ("http", "https") and bool(parts.hostname)


def no_links(_url: str) -> bool:
    """Nothing may stay a link."""
    return False


def visible(text: str) -> str:
    """Without control and invisible characters, which hide text or turn its direction, and towers of marks.

    Nor with the two that XML, and so a queue behind the channel's topic, cannot hold.
    """
    if text.isascii() and text.isprintable():
        return text
    kept = []
    marks = 0
    for each in text:
        marks = marks + 1 if unicodedata.category(each) in ("Mn", "Me") else 0
        if each in "\n\t" or (not unseen(each) and marks <= MARKS):
            kept.append(each)
    return "".join(kept)


def entities(text: str) -> str:
    """The three characters that Slack reserves, as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def plain(text: str) -> str:
    """Words of ours that may quote others, in Slack's markup: code stays code, and nobody is called."""
    return quiet(entities(text))


def running(text: str, *, opening: bool) -> str:
    """Running text in a client's markup; `opening` where it begins a line."""
    pieces = []
    text = re.sub(r"\s+", " ", text.replace("`", "'"))
    at = 0
    if opening and (mark := _LIST_MARK.match(text)):
        pieces, at = [code(mark[0])], mark.end()
    for found in _MARKED.finditer(text, at):
        # Code has no directions in it; what turns around it is kept.
        turns, ends = (each * found[0].count(each) for each in (ISOLATE, END))
        pieces += [_unmarked(text[at : found.start()]), turns, code(found[0]), ends]
        at = found.end()
    return "".join((*pieces, _unmarked(text[at:])))


def _unmarked(text: str) -> str:
    return _EMOJI.sub(f":{JOINER}", _MENTION.sub(f"@{JOINER}", entities(text)))


def defanged(url: str) -> str:
    """A URL that reads the same and leads nowhere."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        return inert(url.replace(".", "[.]"))
    host, slash, path = rest.partition("/")
    return inert(f"{scheme.replace('tt', 'xx')}://{host.replace('.', '[.]')}{slash}{path}")


def inert(text: str) -> str:
    """The text, with nothing in it that any program takes for an address."""
    return _LIVE.sub(lambda found: found[0].replace(":", "[:]").replace(".", "[.]"), text)


def label(text: str) -> str:
    """A title or keyword, which clients may show without reading Markdown: nothing in it is live."""
    marked = re.sub(r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])", "\uff3f", text)
    marked = marked.translate(str.maketrans("`*~", "'\u2217\u223c"))
    return _unmarked(marked.replace("](", f"]{JOINER}("))


def quiet(text: str) -> str:
    """The text, with nothing in it that calls people by name."""
    return _MENTION.sub(f"@{JOINER}", text)


def code(text: str) -> str:
    """Inline code on one line; blanks inside stay as they are."""
    inside = re.sub(r"\s*[\r\n]\s*", " ", visible(text).replace("`", "'")).strip()
    return f"`{_quiet(inside)}`" if inside else ""


def fence(text: str) -> str:
    """A code block; its content is unchanged but for what would end it or ping."""
    inside = re.sub("``(?=`)", f"``{JOINER}", visible(text)).strip("\n")
    return f"{FENCE}\n{_quiet(inside)}\n{FENCE}"


def _quiet(text: str) -> str:
    return _BROADCAST.sub(f"@{JOINER}", entities(text))
