"""Markdown as people read it: without what only a site's generator or a browser understands.

Blocks of code, indented lines and code in a line stay byte for byte, and so does what merely looks like a
tag: `<namespace>` is to be filled in.
"""

from __future__ import annotations

import re
from functools import partial

# What none of the below can be in.
_ODD = re.compile(r"<[A-Za-z/!]|\{[{%:]|\]\(#|^import |\[_?toc", re.IGNORECASE | re.MULTILINE)
_FENCE = re.compile(
    r"^[ \t>]*(?:(?:[-*+]|\d+[.)])[ \t]+)?(?P<fence>`{3,}|~{3,})[^\n]*"
    r"(?:\n.*?(?:^[ \t>]*(?P=fence)[`~]*[ \t\r]*$|\Z)|\Z)",
    re.MULTILINE | re.DOTALL,
)
# A list of links into its own page, and the marks that generators make one of.
_CONTENTS = re.compile(
    r"(?:^[ \t]*(?:[-*+]|\d+[.)])[ \t]+(?:\d[\d.]*[ \t]+)?\[[^\n]*\]\(#[^)\s]*\)[ \t\r]*(?:\n|\Z)){3,}"
    r"|^[ \t]*(?:\[\[?_?toc_?\]?\]|\{:[^}\n]*\})[ \t\r]*$",
    re.IGNORECASE | re.MULTILINE,
)
_LISTED = re.compile(r"\]\(#|\[_?toc|\{:", re.IGNORECASE)
_VALUE = r"\"[^\"]*\"|'[^']*'|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}|[^\s\"'=<>`{]+"
_ATTRIBUTES = rf"(?:\s+[\w:@.-]+(?:=(?:{_VALUE}))?|\s*\{{[^{{}}]*\}})*"
_MARKUP = re.compile(
    rf"""
    (?P<kept> ^(?:[ ]{{4}}|\t).*?$ | (?<!`)(?P<tick>`+)(?!`)(?:(?!\n[ \t\r]*\n).)+?(?<!`)(?P=tick)(?!`)
      | <(?P<whole>pre|table)\b.*?(?:</(?P=whole)\s*>|\Z) )
  | (?P<gone> <!--.*?(?:-->|(?P<open>\Z)) | <(?P<never>script|style)\b.*?(?:</(?P=never)\s*>|(?P<unended>\Z))
      | ^import\s(?:[\w*$,\s]*\{{[^{{}}]*\}}|[\w*$,\ ]+)\s*from\s+["'][^"'\n]+["'];?[ \t\r]*$
      | ^import\s+["'][^"'\n]+["'];?[ \t\r]*$ )
  | <(?P<ends>/?)(?P<tag>[A-Za-z][\w.]*)(?P<attributes>{_ATTRIBUTES})\s*(?P<closed>/?)>
  | \{{\{{[<%]\s*(?P<short>/?[\w./-]+)(?P<arguments>(?:(?!\{{\{{).)*?)[%>]\}}\}}
  | \{{%-?\s*(?P<block>[\w./-]+)(?P<words>(?:(?!\{{%).)*?)-?%\}}
    """,
    re.VERBOSE | re.MULTILINE | re.DOTALL | re.IGNORECASE,
)
# Elements that lay a page out. Names that people also put between < and > as something to fill in count
# where they are closed.
_LAYOUT = frozenset({
    "a", "article", "aside", "b", "big", "center", "details", "div", "em", "figcaption", "figure", "font",
    "footer", "header", "i", "main", "nav", "p", "picture", "section", "small", "span", "strong",
    "summary", "u",
})  # fmt: skip
_VOID = frozenset({"br", "img", "hr", "source"})
_LINES = re.compile(r"(\r?\n)[ \t\r]*\n(?:[ \t\r]*\n)+")
_HEADING = re.compile(r"^[ \t]*<h([1-6])\b[^<>]*>(.*?)</h\1>[ \t\r]*$", re.MULTILINE | re.IGNORECASE)
_LINK = re.compile(r"<a\s[^<>]*?href=[\"']([^\"'\s]*)[\"'][^<>]*>([^<>\[\]\n]+)</a>", re.IGNORECASE)
_CLOSED = re.compile(r"</([A-Za-z][\w.]*)\s*>|\{\{[<%]\s*/([\w.-]+)|\{%-?\s*(?:end|/)([\w.-]+)")
# What a tag or shortcode shows on the page: what is so called, or the first words of one that opens.
_LABEL = re.compile(
    r"\b(?:text|title|label|heading|header|summary|tabname)\s*=\s*[\"']([^\"'\n]+)[\"']", re.IGNORECASE
)
_NAME = re.compile(r"\b(?:name|value)\s*=\s*[\"']([^\"'\n]+)[\"']|\s*[\"`]([^\"`\n]+)[\"`]")
_OPENED = ("tab", "expand", "details", "collapse", "accordion", "step")
_BOXES = frozenset({"note", "tip", "info", "warning", "caution", "danger", "important"})


def tidy(text: str) -> str:
    """The text as its readers see it. Labels of tabs and boxes stay, headings and links become Markdown's."""
    if not _ODD.search(text):
        return text
    closed = frozenset(name.lower() for names in _CLOSED.findall(text) for name in names if name)
    parts, at = [], 0
    for code in _FENCE.finditer(text):
        parts += [_prose(text[at : code.start()], closed), code[0]]
        at = code.end()
    return "".join([*parts, _prose(text[at:], closed)])


def _prose(text: str, closed: frozenset[str]) -> str:
    if not _ODD.search(text):
        return text
    made = _CONTENTS.sub("", text) if _LISTED.search(text) else text
    made = _HEADING.sub(lambda found: f"{'#' * int(found[1])} {found[2].strip()}", made)
    made = _LINK.sub(r"[\2](\1)", made)
    made = _MARKUP.sub(partial(_shown, closed), made)
    return text if made == text else _LINES.sub(r"\1\1", made)


def _shown(closed: frozenset[str], found: re.Match[str]) -> str:
    """What a reader sees of it."""
    if found["kept"] is not None:
        return found[0]
    if found["gone"] is not None:
        # What never ends hides nothing: whoever wrote it saw the rest of the page.
        return "" if found["open"] is found["unended"] is None else found[0]
    return _tag(closed, found) if found["tag"] else _shortcode(closed, found)


def _shortcode(closed: frozenset[str], found: re.Match[str]) -> str:
    name, told = (
        found[part] or "" for part in (("short", "arguments") if found["short"] else ("block", "words"))
    )
    if name in ("ref", "relref"):
        return told.strip().strip("\"'`")
    if name in ("highlight", "endhighlight"):
        return f"```{'' if name.startswith('end') else told.strip()}"
    if name.startswith(("/", "end")):
        return ""
    if label := _label(name, told):
        return f"**{label}**\n\n" if name.lower() in closed else label
    # What ends nowhere and stands in a sentence has a value there that is not known here.
    return "" if name.lower() in closed or _is_alone(found) else found[0]


def _label(name: str, told: str) -> str:
    if found := _LABEL.search(told):
        return found[1]
    if name.lower().startswith(_OPENED) and (found := _NAME.match(told.lstrip())):
        return found[1] or found[2]
    box = next((word for word in (told.strip(" \"'"), name) if word.lower() in _BOXES), "")
    return box.capitalize()


def _tag(closed: frozenset[str], found: re.Match[str]) -> str:
    name, told = found["tag"], found["attributes"]
    if name.lower() in _VOID:
        return _alternative(told) if name.lower() == "img" else " "
    if name.islower() or name.isupper():
        is_layout = name.lower() in _LAYOUT and bool(found["closed"] or name.lower() in closed)
        kept = _is_anchor(name, told) and not _is_alone(found)
        return "" if is_layout and not kept else found[0]
    if not (name.lower() in closed or found["closed"] or "=" in told):
        return found[0]
    label = "" if found["ends"] else _label(name, told)
    return f"**{label}**\n\n" if label else ""


def _alternative(told: str) -> str:
    alt, source = (re.search(rf"\b{name}=[\"']([^\"']+)[\"']", told) for name in ("alt", "src"))
    return f"![{alt[1]}]({source[1]})" if alt and source else ""


def _is_anchor(name: str, told: str) -> bool:
    """What a heading may have in it, for `split` to lead to."""
    return name.lower() == "a" and bool(re.search(r"\b(?:name|id)=", told))


def _is_alone(found: re.Match[str]) -> bool:
    """Whether it has its line for itself."""
    before = found.string[: found.start()].rpartition("\n")[2]
    after = found.string[found.end() :].partition("\n")[0]
    return not (before + after).strip()
