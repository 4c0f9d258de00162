"""HTML to Markdown: the page's own part of it, by lxml; its Markdown by html-to-markdown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from html_to_markdown import ConversionOptions, convert
from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring, tostring

from knowledge.errors import DocumentUnreadable
from knowledge.sources.documents.charset import decoded
from knowledge.sources.documents.document import Document
from knowledge.sources.documents.tables import plain

# What stands around a page on every page of a site.
_AROUND = (
    "script", "style", "noscript", "template", "svg", "iframe", "nav", "footer", "dialog", "button",
    "select", "input", "textarea",
)  # fmt: skip
_ROLES = ("navigation", "banner", "contentinfo", "search", "dialog", "menu", "menubar")
# Whole words of a class or id, as the common wikis and generators of documentation name such parts.
_FURNITURE = frozenset({
    "sidebar", "breadcrumb", "breadcrumbs", "toc", "navbar", "menu", "pagination", "pager", "skip-link",
    "skiplink", "headerlink", "anchor-link", "hash-link", "edit-link", "editsection", "mw-editsection",
    "mw-jump-link", "printfooter", "catlinks", "cookie-banner", "cookie-consent", "linenos", "lineno",
    "linenodiv", "gutter", "clipboard-copy", "copybtn", "sphinxsidebar", "wy-nav-side", "wy-breadcrumbs",
    "rst-footer-buttons", "md-sidebar", "navigation", "nav", "footer",
})  # fmt: skip
_MAIN = (
    "//main", "//*[@role='main']", "//article", "//*[@id='main-content']", "//*[@id='mw-content-text']",
    "//*[@id='bodyContent']", "//*[@id='content']", "//*[@id='wiki-body']", "//*[@id='main']",
    "//*[contains(concat(' ', @class, ' '), ' markdown-body ')]",
    "//*[contains(concat(' ', @class, ' '), ' wiki-content ')]",
)  # fmt: skip
# The page's own part holds most of its text; a small <article> among many is a teaser.
_MOST = 0.5
_OPTIONS = ConversionOptions(extract_metadata=False, skip_images=False, bullets="-", autolinks=False)
_META = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_SPACE = re.compile(r"\s+")
_LANGUAGE = re.compile(r"(?:^|\s)(?:language-|lang-|highlight-source-|highlight-|brush:\s*)([\w+#-]+)")
_ANCHOR = re.compile(r"[\w-]+")
_UNNAMED = frozenset({"default", "none", "notranslate", "text", "plaintext"})


@dataclass(frozen=True, slots=True)
class Parsed:
    """A page as a tree; `title` is that of its head."""

    root: HtmlElement
    title: str


def html_text(raw: bytes, declared: str) -> str:
    """The characters of a page; a declaration in the page itself counts after the server's."""
    found = _META.search(raw[:4_096])
    return decoded(raw, declared, found[1].decode("ascii") if found else "")


def parsed(text: str) -> Parsed:
    """However broken the HTML is. Raises DocumentUnreadable for a page of nothing."""
    # lxml refuses a declaration of the encoding in what is characters already.
    text = re.sub(r"^\s*<\?xml[^>]*\?>", "", text).replace("\0", "")
    try:
        root = document_fromstring(
            text, parser=HTMLParser(huge_tree=False, remove_comments=True, remove_pis=True)
        )
    except (etree.ParserError, ValueError) as error:
        raise DocumentUnreadable("empty") from error
    return Parsed(root, _words(root.findtext(".//title") or ""))


def read(raw: bytes, declared: str) -> Document:
    """See `formats.document`."""
    return own_part(parsed(html_text(raw, declared)))


def own_part(page: Parsed) -> Document:
    """What the page says itself, without the site around it. The tree is changed."""
    body = page.root.find("body")
    body = page.root if body is None else body
    _clear(body)
    main = _main(body)
    heading = main.find(".//h1")
    title = _words("".join(heading.itertext())) if heading is not None else ""
    return Document(title or page.title, _markdown(main))


def fragment(text: str) -> str:
    """Markdown of a piece of HTML that is all content."""
    if not text.strip():
        return ""
    body = document_fromstring(f"<body>{text}</body>").find("body")
    return _markdown(body) if body is not None else ""


def _clear(body: HtmlElement) -> None:
    for element in list(body.iter(*_AROUND)):
        if element.get("type") != "checkbox":
            _drop(element)
    for element in [each for each in body.iter() if isinstance(each.tag, str)]:
        names = {*element.get("class", "").lower().split(), element.get("id", "").lower()}
        is_furniture = (
            element.get("role") in _ROLES
            or names & _FURNITURE
            or (element.text or "").strip() == "¶"
            or (any("sidebar" in name for name in names) and not _holds_the_page(element))
            or _is_contents(element)
        )
        if element is not body and is_furniture and element.getparent() is not None:
            _drop(element)
    for aside in list(body.iter("aside")):
        if _is_links(aside):
            _drop(aside)
    for header in list(body.iter("header")):
        # The site's header has no heading of the page.
        if header.find(".//h1") is None and not any(True for _ in header.iterancestors("article", "main")):
            _drop(header)


def _holds_the_page(element: HtmlElement) -> bool:
    """A part that is called after the sidebar beside it has what the page is about."""
    return bool(element.xpath("boolean(self::body | .//h1 | .//main | .//article)"))


def _is_contents(element: HtmlElement) -> bool:
    """A list of nothing but links into its own page, with or without numbers."""
    if element.tag not in ("ul", "ol"):
        return False
    links = list(element.iter("a"))
    inside = all(link.get("href", "").startswith("#") for link in links)
    beside = [text for text in element.itertext() if any(map(str.isalpha, text))]
    return len(links) > 2 and inside and "".join(beside) == "".join(_lettered(links))


def _lettered(links: list[HtmlElement]) -> Iterator[str]:
    return (text for link in links for text in link.itertext() if any(map(str.isalpha, text)))


def _drop(element: HtmlElement) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _main(body: HtmlElement) -> HtmlElement:
    """The narrowest part that is called the page's own and has most of its text."""
    whole = len(_words("".join(body.itertext())))
    for path in _MAIN:
        found = body.xpath(path.replace("//", ".//", 1))
        if len(found) == 1 and len(_words("".join(found[0].itertext()))) >= _MOST * whole:
            return found[0]
    return body


def _is_links(element: HtmlElement) -> bool:
    """Whether most of its words lead elsewhere; an aside of other words is a note or a warning."""
    linked = sum(len(_words("".join(link.itertext()))) for link in element.iter("a"))
    return 2 * linked >= len(_words("".join(element.itertext())))


def _markdown(part: HtmlElement) -> str:
    for table in list(part.iter("table")):
        _unwrap_code(table)
    for table in list(part.iter("table")):
        plain(table)
    for block in part.iter("pre"):
        _name_language(block)
    for typed in part.iter("tt", "kbd", "samp"):
        typed.tag = "code"
    for quote in part.iter("blockquote"):
        # What is only indented in reStructuredText is a quote in HTML; its marks would stand in commands.
        if quote.find(".//pre") is not None:
            quote.tag = "div"
    for image in list(part.iter("img")):
        if image.get("src", "").startswith("data:") or not image.get("src"):
            _drop(image)
    for heading in part.iter("h2", "h3", "h4", "h5", "h6"):
        _keep_anchor(heading)
    html = tostring(part, encoding="unicode", with_tail=False)
    return (convert(html, _OPTIONS).content or "").strip("\n") + "\n"


def _unwrap_code(table: HtmlElement) -> None:
    """A table that only put line numbers beside a block of code."""
    blocks = table.findall(".//pre")
    if len(blocks) == 1 and table.getparent() is not None:
        code = "".join(blocks[0].itertext())
        if _words(code) == _words("".join(table.itertext())):
            blocks[0].tail = table.tail
            table.getparent().replace(table, blocks[0])


def _name_language(block: HtmlElement) -> None:
    """Where generators put a block's language: on the block, in it, or on what is around it."""
    near = [block, *block.findall("code"), *list(block.iterancestors())[:2]]
    names = [each.get("class", "") for each in near]
    found = [match[1] for name in names if (match := _LANGUAGE.search(name))]
    docutils = block.get("class", "").split()
    if "code" in docutils and "literal-block" in docutils:
        found += [name for name in docutils if name not in ("code", "literal-block", "highlight")]
    if language := next((name for name in found if name not in _UNNAMED), ""):
        block.set("class", f"language-{language.removeprefix('source-')}")


def _keep_anchor(heading: HtmlElement) -> None:
    """The id of a heading, or of the part that it opens, so that a passage's address leads to it."""
    parent = heading.getparent()
    opened = parent is not None and parent.tag == "section" and next(iter(parent), None) is heading
    near = [heading.get("id"), *(each.get("id") or each.get("name") for each in heading.iter("a", "span"))]
    anchor = next((each for each in [*near, parent.get("id") if opened else None] if each), "")
    if _ANCHOR.fullmatch(anchor) and anchor != _slug("".join(heading.itertext())):
        children = list(heading)
        if children:
            children[-1].tail = f"{(children[-1].tail or '').rstrip()} {{#{anchor}}}"
        else:
            heading.text = f"{(heading.text or '').rstrip()} {{#{anchor}}}"


def _slug(heading: str) -> str:
    """As `split` makes an address where none is given."""
    return re.sub(r"\s", "-", re.sub(r"[^\w\s-]", "", _words(heading).lower()))


def _words(text: str) -> str:
    return _SPACE.sub(" ", text).strip()
