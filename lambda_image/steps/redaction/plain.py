r"""A text as its writer meant it, each character where it stood, so that what escapes hide is found too.

Boundaries of words and quotes are what rules go by, and `%22`, `\u0022`, `&quot;`, an escaped new line or a colour
before a secret are made of letters and digits.
"""

from __future__ import annotations

import re

_MARKS = {"quot": '"', "apos": "'", "amp": "&", "lt": "<", "gt": ">"}
_HIDDEN = re.compile(
    # What stands in an address for a user, and for a secret in its query, is a value to its end.
    r"(?P<value>(?<=://)[^\s/@'\"<>]{1,200}@|(?<=[?&])[\w.-]{0,40}(?:pass|pwd|secret|token|key|auth|sig)[\w.-]{0,20}=[^\s&'\"<>\\]+)"
    r"|(?:\x1b|(?<!\\)\\++(?:u001[bB]|x1[bB]|033|e))\[[\d;]{0,16}[A-Za-z]"
    r"|%(?P<url>0[AaDd]|2[0267Cc]|3[ABCDEabcde]|5[BDbd]|7[BCDbcd])"
    r"|(?<!\\)\\++(?:u00(?P<unicode>2[0267]|3[CDEcde])|[nrt])"
    r"|&(?:amp;){0,3}(?P<entity>quot|apos|amp|lt|gt|#0?3[49]);"
)


def plain(text: str) -> str:
    """The text in the same length: blanks, then the character, where an escape of it stood."""
    if "\\" in text or "%" in text or "&" in text or "\x1b" in text:
        return _HIDDEN.sub(_meant, text)
    return text


def _meant(found: re.Match[str]) -> str:
    if found["value"]:
        return found[0]
    code, entity = found["url"] or found["unicode"], found["entity"]
    if entity:
        mark = _MARKS.get(entity) or chr(int(entity.lstrip("#0")))
    else:
        mark = chr(int(code, 16)) if code else " "
    # In a value it is a part of it.
    return mark.rjust(len(found[0]), "=" if mark == "=" else " ")
