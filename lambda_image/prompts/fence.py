"""How untrusted text is kept inside its fence: same words, but none of our marks."""

from __future__ import annotations

import re
import unicodedata

# The tags that our templates put around data. A test finds a template's tag that is not named here.
TAGS = (
    "answer",
    "assistant",
    "attempt",
    "code",
    "earlier",
    "evidence",
    "example",
    "failure",
    "file",
    "log",
    "output",
    "passage",
    "question",
    "schema",
    "source",
    "system",
    "test",
    "trace",
    "user",
)
LINE_LIMIT = 400

_LESS_THAN = "[<\uff1c\ufe64]"
_TAG = re.compile(rf"{_LESS_THAN}(?=[\s/\uff0f]*(?:{'|'.join(TAGS)})\b)", re.IGNORECASE)
_FENCED = re.compile(
    rf"&lt;(?=[\s/\uff0f]*(?:{'|'.join(TAGS)})\b|\|[\w ]{{1,40}}\|>|</?SYS>>)", re.IGNORECASE
)
# Turn marks of chat templates: ChatML, Llama; a local engine may read them as its own.
_CONTROL_TOKEN = re.compile(r"<(?=\|[\w ]{1,40}\|>)|<(?=</?SYS>>)|\[(?=/?INST\])", re.IGNORECASE)
_SPAN_ID = re.compile(r"^([^\w\n\[]*)\[([ \t]*[LPCE]\d+(?:\.\d+)*[ \t]*)\]", re.MULTILINE)
_LINE_ENDS = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")


def neutralise(value: object) -> str:
    """Text that cannot close a tag of ours, begin a line with a span id, or give itself a turn to speak.

    Control and invisible format characters are left out; all line ends become a line feed.
    """
    text = _LINE_ENDS.sub("\n", str(value))
    text = "".join(each for each in text if each in "\n\t" or unicodedata.category(each) not in ("Cc", "Cf"))
    text = _CONTROL_TOKEN.sub(lambda found: "&lt;" if found[0] == "<" else "(", text)
    text = _TAG.sub("&lt;", text)
    return _SPAN_ID.sub(r"\1(\2)", text)


def as_written(text: str) -> str:
    """What a model quotes of a prompt, with the marks that `neutralise` took from it."""
    return _FENCED.sub("<", text)


def one_line(value: object, limit: int = LINE_LIMIT) -> str:
    """The text on one line, and cut with a mark when it is longer than `limit` characters."""
    text = " ".join(str(value).split())
    return text if len(text) <= limit else text[:limit].rstrip() + " [cut]"


def attribute(value: object) -> str:
    """The text as the value of a quoted attribute."""
    return one_line(value, 200).translate(str.maketrans('"<>', "'()"))


def capped(value: object, limit: int) -> str:
    """The text with its middle left out when it is longer than `limit` characters."""
    text = str(value)
    if len(text) <= limit:
        return text
    half = max(limit // 2, 1)
    return f"{text[:half]}\n[cut: {len(text) - 2 * half} characters]\n{text[-half:]}"
