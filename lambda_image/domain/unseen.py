"""Characters that nobody sees, which hide text from people and show it to machines."""

from __future__ import annotations

import unicodedata

# Letters and marks that show nothing (Unicode, Default_Ignorable_Code_Point), beside the format characters.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0\ufffe\uffff")


def unseen(each: str) -> bool:
    """Whether a character is a control, a format or an invisible one. Line feed and tab are controls.

    Of the variation selectors, in which bytes can be hidden, the two that turn a sign into an emoji and back
    are left.
    """
    if "\ufe00" <= each <= "\ufe0d" or "\U000e0100" <= each <= "\U000e01ef" or each in _BLANK:
        return True
    return unicodedata.category(each) in ("Cc", "Cf", "Cs")
