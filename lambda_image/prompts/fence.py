"""How untrusted text is kept inside its fence: same words, but none of our marks."""

from __future__ import annotations

import re
import unicodedata

from lambda_image.domain.unseen import unseen

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

# What opens a tag, what closes one, and letters of other scripts that look Latin (Unicode, confusables.txt).
_LESS_THAN = "<\uff1c\ufe64\u2039\u2329\u276c\u276e\u27e8\u3008"
_SLASHES = "/\uff0f\u2044\u2215\u2571\u29f8"
_ALIKE = str.maketrans(
    "\u0430\u0441\u0435\u043e\u0440\u0445\u0443\u0456\u0458\u0455\u0501\u051b\u04cf"
    "\u03b1\u03b5\u03b9\u03bd\u03bf\u03c1\u03c5\u0261\u217c",
    "aceopxyijsdqlaeivopugl",
)
_NAMED = re.compile(rf"(?:{'|'.join(TAGS)})\b")
_OPENING = re.compile(rf"(?:[{_LESS_THAN}]|&lt;)(?=[\s{_SLASHES}]*+([^\s{_SLASHES}{_LESS_THAN}>&|]{{1,40}}))")
# Turns and calls of tools in chat templates; a model, or the engine around it, may read them as its own.
_TURN = (
    r"[|\uff5c][\w\u2581 -]{1,40}[|\uff5c]>|(?:<|&lt;)?/?SYS>>|/?(?:start|end)_of_turn>|/?(?:s|bos|eos)>"
    r"|[\s/]*+(?:antml:)?(?:function_calls?|invoke|tool_?(?:calls?|uses?|results?|responses?))\b"
)
_CONTROL_TOKEN = re.compile(rf"<(?={_TURN})|\[(?=/?INST\])", re.IGNORECASE)
_CONTROLLED = re.compile(rf"&lt;(?={_TURN})", re.IGNORECASE)
# A quotation that was cut at its limit may end within a mark.
_HALF = re.compile(r"&lt?$|&lt;(?=/?\w*$)")
_SPAN_ID = re.compile(
    r"^([^\w\n\[\uff3b]*)[\[\uff3b]([ \t]*[LPCE\uff2c\uff30\uff23\uff25]\d+(?:\.\d+)*[ \t]*)[\]\uff3d]",
    re.MULTILINE,
)
_LINE_ENDS = re.compile(r"\r\n?|[\v\f\x1c-\x1e\x85\u2028\u2029]")


def neutralise(value: object) -> str:
    """Text that cannot close a tag of ours, begin a line with a span id, or give itself a turn to speak.

    Control and invisible format characters are left out; all line ends become a line feed.
    """
    text = _LINE_ENDS.sub("\n", str(value))
    text = "".join(each for each in text if each in "\n\t" or not unseen(each))
    text = _CONTROL_TOKEN.sub(lambda found: "&lt;" if found[0] == "<" else "(", text)
    text = _OPENING.sub(lambda found: "&lt;" if _ours(found[1]) else found[0], text)
    return _SPAN_ID.sub(r"\1(\2)", text)


def as_written(text: str) -> str:
    """What a model quotes of a prompt, with the marks that `neutralise` took from it."""
    text = _OPENING.sub(lambda found: "<" if _ours(found[1]) else found[0], text)
    return _HALF.sub("<", _CONTROLLED.sub("<", text))


def _ours(word: str) -> bool:
    """Whether what stands behind an opening mark reads as one of our tags, in whatever letters."""
    plain = "".join(
        each for each in unicodedata.normalize("NFKD", word) if unicodedata.category(each) not in ("Mn", "Me")
    )
    return _NAMED.match(plain.casefold().translate(_ALIKE)) is not None


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
