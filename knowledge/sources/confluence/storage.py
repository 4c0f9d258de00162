"""Confluence's storage format to Markdown: macros become what they show, code keeps every byte.

The format: https://confluence.atlassian.com/doc/confluence-storage-format-790796544.html
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape
from urllib.parse import quote_plus

from lxml import etree

from knowledge.sources.documents.html import fragment

AC, RI = "{ac}", "{ri}"
_CDATA = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
# XML knows five of HTML's names for characters.
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)\w+;")
_CODE = frozenset({"code", "noformat"})
_NOTES = {"info": "Info", "note": "Note", "warning": "Warning", "tip": "Tip", "panel": "", "expand": ""}
# What they show is made of other pages.
_NO_TEXT = frozenset({
    "toc", "children", "pagetree", "recently-updated", "livesearch", "contentbylabel",
    "attachments", "gallery",
    "anchor",
    "profile-picture", "contributors", "blog-posts", "pagetreesearch", "include", "excerpt-include",
})  # fmt: skip
# Of these a link is left: the page is read by itself.
_OTHER_PAGE = frozenset({"include", "excerpt-include"})
_VOID = frozenset({"br", "hr", "img", "col"})


def markdown(storage: str, home: str, space: str) -> str:
    """The body of a page of a space; `home` is the address of the wiki, for its links."""
    parts = _CDATA.split(storage)
    clean = "".join(
        part if part.startswith("<![CDATA[") else _ENTITY.sub(lambda found: unescape(found[0]), part)
        for part in parts
    )
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, remove_comments=True)
    root = etree.fromstring(f'<root xmlns:ac="ac" xmlns:ri="ri">{clean}</root>'.encode(), parser)
    return fragment(_Storage(home, space).inner(root)) if root is not None else ""


class _Storage:
    """One page's elements as HTML."""

    def __init__(self, home: str, space: str) -> None:
        self._home = home
        self._space = space
        self._tags: dict[str, Callable[[etree._Element], str]] = {
            f"{AC}structured-macro": self._macro,
            f"{AC}macro": self._macro,
            f"{AC}link": self._link,
            f"{AC}image": self._image,
            f"{AC}task": self._task,
            f"{AC}task-list": lambda element: f"<ul>{self.inner(element)}</ul>",
            f"{AC}emoticon": lambda element: escape(element.get(f"{AC}emoji-fallback") or ""),
            f"{AC}adf-extension": self._fallback,
            f"{AC}placeholder": lambda _: "",
            f"{AC}parameter": lambda _: "",
            "time": lambda element: escape(element.get("datetime") or "".join(element.itertext())),
        }

    def inner(self, element: etree._Element) -> str:
        """What stands in an element."""
        children = (self._outer(child) + escape(child.tail or "", quote=False) for child in element)
        return escape(element.text or "", quote=False) + "".join(children)

    def _outer(self, element: etree._Element) -> str:
        tag = element.tag
        if not isinstance(tag, str):
            return ""
        if tag in self._tags:
            return self._tags[tag](element)
        if tag.startswith("{"):
            return self.inner(element)
        kept = "".join(
            f' {name}="{escape(str(value))}"'
            for name, value in element.attrib.items()
            if name in ("href", "colspan", "rowspan", "start", "src")
        )
        return f"<{tag}{kept}>" + ("" if tag in _VOID else f"{self.inner(element)}</{tag}>")

    def _macro(self, element: etree._Element) -> str:
        name = element.get(f"{AC}name") or ""
        parameters = {
            each.get(f"{AC}name") or "": "".join(each.itertext())
            for each in element.findall(f"{AC}parameter")
        }
        plain, rich = element.find(f"{AC}plain-text-body"), element.find(f"{AC}rich-text-body")
        title = escape(parameters.get("title", ""))
        if name in _NO_TEXT:
            links = element.iter(f"{AC}link") if name in _OTHER_PAGE else ()
            return "".join(f"<p>{self._link(link)}</p>" for link in links)
        if plain is not None:
            language = re.sub(r"[^\w+#-]", "", parameters.get("language", ""))
            code = escape("".join(plain.itertext()), quote=False)
            heading = f"<p><strong>{title}</strong></p>" if title else ""
            # The parser of HTML takes a first line break for one that only looks good.
            return (
                f'{heading}<pre class="language-{language}">\n{code}</pre>'
                if name in _CODE or code.strip()
                else heading
            )
        body = self.inner(rich) if rich is not None else ""
        if name in _NOTES:
            label = ": ".join(filter(None, (_NOTES[name], title)))
            heading = f"<p><strong>{label}</strong></p>" if label else ""
            return f"{heading}{body}" if name == "expand" else f"<blockquote>{heading}{body}</blockquote>"
        if name == "status":
            return f"<strong>{title}</strong>"
        if name in ("jira", "jiraissues"):
            return escape(parameters.get("key") or parameters.get("jqlQuery", ""))
        return body

    def _task(self, element: etree._Element) -> str:
        done = (element.findtext(f"{AC}task-status") or "").strip() == "complete"
        body = element.find(f"{AC}task-body")
        box = f'<input type="checkbox"{" checked" if done else ""}> '
        return f"<li>{box}{self.inner(body) if body is not None else ''}</li>"

    def _link(self, element: etree._Element) -> str:
        plain, rich = element.find(f"{AC}plain-text-link-body"), element.find(f"{AC}link-body")
        page, attached = element.find(f"{RI}page"), element.find(f"{RI}attachment")
        shown = (
            self.inner(rich)
            if rich is not None
            else escape("".join(plain.itertext()))
            if plain is not None
            else ""
        )
        if page is not None:
            title = page.get(f"{RI}content-title") or ""
            space = page.get(f"{RI}space-key") or self._space
            anchor = element.get(f"{AC}anchor")
            address = f"{self._home}/display/{quote_plus(space)}/{quote_plus(title)}" + (
                f"#{quote_plus(anchor)}" if anchor else ""
            )
            return f'<a href="{escape(address)}">{shown or escape(title)}</a>'
        if attached is not None:
            return shown or escape(attached.get(f"{RI}filename") or "")
        return shown or escape(element.get(f"{AC}anchor") or "")

    def _image(self, element: etree._Element) -> str:
        attached, linked = element.find(f"{RI}attachment"), element.find(f"{RI}url")
        name = (
            attached.get(f"{RI}filename")
            if attached is not None
            else linked.get(f"{RI}value")
            if linked is not None
            else ""
        )
        return f'<img alt="{escape(element.get(f"{AC}alt") or name or "")}" src="{escape(name or "")}">'

    def _fallback(self, element: etree._Element) -> str:
        """What the new editor writes carries the same for the old one."""
        found = next(element.iter(f"{AC}adf-fallback"), None)
        body = self.inner(found) if found is not None else self.inner(element)
        kind = next(
            (
                each.text or ""
                for each in element.iter(f"{AC}adf-attribute")
                if each.get("key") == "panel-type"
            ),
            "",
        )
        label = f"<p><strong>{escape(kind.capitalize())}</strong></p>" if kind else ""
        return f"<blockquote>{label}{body}</blockquote>" if kind else body
