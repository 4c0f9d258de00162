"""Phone numbers: as countries write them where that tells, else by the words that stand beside them.

A number without the code of a country or of a long-distance call looks like any other number. With the first
it is written as ITU-T E.123 asks for; the national forms are those in which such numbers are mostly printed.
"""

from __future__ import annotations

# What stands between the digits; nine to twelve of them in groups; and no date.
_GAP = r"[ ./()-]{0,2}"
_GROUPED = r"(?=(?:\d[ -]?){9,12}(?!\d))(?!\d\d-\d\d-\d{4})"
_MORE = r"(?:x\d{2,5})?"
# By their shape alone: with the code of a country, with brackets, and as North America writes them.
_TOLD = (
    rf"(?<!\+)\+\d(?=(?:{_GAP}\d){{7,14}}(?!\d))(?:{_GAP}\d){{7,14}}",
    r"\(\d{2,3}\) ?\d{3,5}[ -]\d{3,4}",
    r"(?:1[.-])?\d{3}(?P<one>[.-])\d{3}(?P=one)\d{4}",
)
# The same where nothing joins them to an address or a path: mobile numbers of China, and numbers with the 0 of
# long-distance calls.
_ALONE = (
    r"00[1-9]\d{0,2}[ -](?=(?:[ -]?\d){7,12}(?!\d))\d{1,5}(?:[ -]?\d{2,8}){1,4}",
    r"[08] ?\(\d{3,4}\) ?\d{2,3}(?:[ -]\d{2,4}){1,3}",
    r"1[3-9]\d-\d{4}-\d{4}",
    rf"{_GROUPED}0[1-9]\d{{0,3}}-\d{{2,8}}(?:[ -]\d{{2,5}}){{0,4}}",
    rf"{_GROUPED}0[1-9]\d{{1,3}} \d{{2,8}}(?:[ -]\d{{1,5}}){{0,4}}",
    rf"{_GROUPED}0[1-9](?: \d{{3,5}}){{2}}",
    r"0[1-9]\d{1,3}/\d{6,8}",
    r"(?<!\d[ .])0[1-9](?:(?P<two>[ .])\d\d)(?:(?P=two)\d\d){3}(?!(?P=two)\d)",
)
_SHAPES = (
    rf"(?<![\w.-])(?=[+(\d])(?:(?:{'|'.join(_TOLD)}){_MORE}(?![\w-])"
    rf"|(?<![:/+])(?:{'|'.join(_ALONE)}){_MORE}(?![\w:/]|[.,-]\d))"
)
_WORDS = (
    r"(?:(?:phone|mobile|cell|tel|telephone|fax|msisdn|desk|contact)(?:[ _-]?(?:no|nr|number))?"
    r"|(?:sms|whatsapp) to|call(?:er|ee)(?: id)?)"
)
_CALLS = r"(?:(?:call(?:ed|ing|back)?|dial(?:l?ed|l?ing)?)(?: (?:me|us|to|at|on|back)){0,2}|(?:reach|answer)\w* (?:at|on))"
_KINDS = r"(?:office|fax|mobile|landline|cell|home|phone)"
# An address, a date, a large number before its unit.
_OTHER = r"(?!(?:\d{1,3}\.){3}\d{1,3}(?!\.?\d)|\d{4}[-/]\d\d[-/]\d\d|\d{1,3}(?: \d{3})+ [a-z])"

# What must stand in the text (in lower case; nothing: a long number), and the shape.
PHONES: tuple[tuple[tuple[str, ...], str], ...] = (
    ((), _SHAPES),
    # By a word beside it; `call 4711` is none.
    (
        ("phone", "mobile", "cell", "tel", "fax", "msisdn", "desk", "contact", "whatsapp", "sms", "call"),
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
