"""Phone numbers: as countries write them where that tells, else by the words that stand beside them.

A number without a code of its country or of a long-distance call looks like any other number. The forms are those
of ITU-T E.123 and of the national plans in its annexes to E.164.
"""

from __future__ import annotations

# What stands between the digits, and how many of these there are.
_GAP = r"[ ./()-]{0,2}"
_BEGIN, _END = r"(?<![\w.:/+-])", r"(?:x\d{2,5})?(?![\w:/]|[.,-]\d)"
_GROUPED = r"(?=(?:\d[ -]?){9,12}(?!\d))(?!\d\d-\d\d-\d{4})"
_WORDS = (
    r"(?:(?:phone|mobile|cell|tel|telephone|fax|msisdn)(?:[ _-]?(?:no|nr|number))?"
    r"|(?:sms|whatsapp) to|call(?:er|ee)(?: id)?)"
)
_CALLS = r"(?:(?:call(?:ed|ing|back)?|dial(?:l?ed|l?ing)?)(?: (?:me|us|to|at|on|back))?|(?:reach|answer)\w* (?:at|on))"
_KINDS = r"(?:office|fax|mobile|landline|cell|home|phone)"
# An address, a date, a large number before its unit.
_OTHER = r"(?!(?:\d{1,3}\.){3}\d{1,3}(?!\.?\d)|\d{4}[-/]\d\d[-/]\d\d|\d{1,3}(?: \d{3})+ [a-z])"

# What must stand in the text (in lower case; nothing: a long number), and the shape.
PHONES: tuple[tuple[tuple[str, ...], str], ...] = (
    # With the code of a country.
    ((), rf"(?<![\w.+-])\+\d(?=(?:{_GAP}\d){{7,14}}(?!\d))(?:{_GAP}\d){{7,14}}(?:x\d{{2,5}})?(?![\w-])"),
    (
        (),
        rf"{_BEGIN}00[1-9]\d{{0,2}}[ -](?=(?:[ -]?\d){{7,12}}(?!\d))\d{{1,5}}(?:[ -]?\d{{2,8}}){{1,4}}{_END}",
    ),
    # With brackets.
    ((), r"(?<![\w.-])\(\d{2,3}\) ?\d{3,5}[ -]\d{3,4}(?:x\d{2,5})?(?![\w-])"),
    ((), rf"{_BEGIN}[08] ?\(\d{{3,4}}\) ?\d{{2,3}}(?:[ -]\d{{2,4}}){{1,3}}{_END}"),
    # North America, and mobile numbers of China.
    ((), r"(?<![\w.-])(?:1[.-])?\d{3}([.-])\d{3}\1\d{4}(?:x\d{2,5})?(?![\w-])"),
    ((), rf"{_BEGIN}1[3-9]\d-\d{{4}}-\d{{4}}{_END}"),
    # With the 0 of long-distance calls, in groups.
    ((), rf"{_BEGIN}{_GROUPED}0[1-9]\d{{0,3}}-\d{{2,8}}(?:[ -]\d{{2,5}}){{0,4}}{_END}"),
    ((), rf"{_BEGIN}{_GROUPED}0[1-9]\d{{1,3}} \d{{2,8}}(?:[ -]\d{{1,5}}){{0,4}}{_END}"),
    ((), rf"{_BEGIN}0[1-9]\d{{1,3}}/\d{{6,8}}{_END}"),
    ((), rf"{_BEGIN}(?<!\d[ .])0[1-9](?:([ .])\d\d)(?:\1\d\d){{3}}(?!\1\d){_END}"),
    ((), rf"{_BEGIN}{_GROUPED}0[1-9](?: \d{{3,5}}){{2}}{_END}"),
    # By a word beside it; `call 4711` is none.
    (
        ("phone", "mobile", "cell", "tel", "fax", "msisdn", "whatsapp", "sms", "call"),
        rf"(?i)\b{_WORDS}\W{{1,4}}(?P<secret>{_OTHER}\d(?:{_GAP}\d){{5,13}})(?![\w-])",
    ),
    (
        ("call", "dial", "reach", "answer"),
        rf"(?i)\b{_CALLS}\W{{1,3}}(?P<secret>{_OTHER}\(?\d{{1,5}}\)?(?=(?:{_GAP}\d){{4,12}}(?!\d))(?:[ /-]\d{{2,6}}){{1,5}})(?![\w:/-]|[.,]\d)",
    ),
    (
        ("office", "fax", "mobile", "landline", "cell", "home", "phone"),
        rf"(?i)(?<![\w.:/+-])(?P<secret>{_OTHER}(?:\(?\d{{1,5}}\)?(?:[ ./-]\d{{2,8}}){{1,5}}|\d{{9,13}}))[ -]{_KINDS}\b",
    ),
)
