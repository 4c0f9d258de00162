"""The page shows what people would see, and nothing in a message becomes part of the page."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from infra.local.channel.page import page, write_page
from tests.unit.channel.notes import arrived, note, threaded

VOID = {"meta", "path"}
HOSTILE = '</pre><script>alert(1)</script><img src=x onerror=alert(1)>" onload="x {{ 7*7 }} {% raw %}'


class Outline(HTMLParser):
    """The elements of a page, their attributes, and its text; fails on unbalanced tags."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open:
            self.texts.append((self._open[-1], data))

    def text(self, tag: str = "") -> str:
        return "".join(data for inside, data in self.texts if tag in {"", inside})

    def of(self, tag: str, css: str = "") -> list[dict[str, str | None]]:
        return [
            attrs
            for name, attrs in self.elements
            if name == tag and (not css or css in (attrs.get("class") or "").split())
        ]


def test_a_thread_shows_its_summary_its_card_and_its_replies() -> None:
    content = {
        "title": "*Orders* fail",
        "description": "See `price_of`\n```\nKeyError\n```",
        "nextSteps": ["Roll _back_", "Call"],
        "keywords": ["orders", "KeyError"],
    }
    outline = Outline(page(arrived(threaded("a", **content), threaded("a"), threaded("a")), "alerts"))

    assert outline.text("h1").endswith("alerts")
    assert "Summary of a" in outline.text("div")
    assert outline.text().count("Summary of a") == 1
    assert ("b", "Orders") in outline.texts
    assert ("code", "price_of") in outline.texts
    assert ("pre", "KeyError") in outline.texts
    assert ("i", "back") in outline.texts
    assert outline.text("summary") == "2 replies"
    assert len(outline.of("article")) == 3
    assert len(outline.of("ul", "keywords")) == 1
    assert "3 messages" in outline.text("p")


@pytest.mark.parametrize("field", ["title", "description"])
@pytest.mark.parametrize("wrap", ["{}", "`{}`", "```{}```", "*{}*", "<https://a.example/|{}>"])
def test_markup_in_a_message_is_text(field: str, wrap: str) -> None:
    text = wrap.format(HOSTILE)

    outline = Outline(page(arrived(note({"description": "d", field: text}))))

    assert not outline.of("script")
    assert not outline.of("img")
    assert not any(name.startswith("on") for _, attrs in outline.elements for name in attrs)
    assert "alert(1)</script>" in outline.text()
    assert "{{ 7*7 }} {% raw %}" in outline.text()


@pytest.mark.parametrize("field", ["id", "source", "detail"])
def test_markup_in_the_frame_is_text_too(field: str) -> None:
    outline = Outline(page(arrived(note(id=HOSTILE), note(None, **{"id": HOSTILE, field: HOSTILE}))))

    assert not outline.of("script")
    assert not outline.of("img")


def test_links_lead_to_web_pages_only() -> None:
    text = '<https://a.example/?q="x&amp;y|ok> <javascript:alert(1)|no> <data:text/html,x|no>'

    outline = Outline(page(arrived(note({"description": text}))))

    assert [link["href"] for link in outline.of("a")] == ['https://a.example/?q="x&y']


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    html = page(arrived(threaded("a"), note({"title": "x" * 251})))
    outline = Outline(html)

    assert not {"script", "link", "img", "iframe"} & {name for name, _ in outline.elements}
    assert "url(" not in html
    assert "@import" not in html
    assert {"content": "default-src 'none'; style-src 'unsafe-inline'"}.items() <= outline.of("meta")[
        3
    ].items()


def test_a_live_mention_is_marked_and_an_escaped_one_is_not() -> None:
    live, tame = note({"description": "<!channel> and @here"}), note({"description": "&lt;!channel&gt;"})

    outline = Outline(page(arrived(live, tame)))

    assert [article["data-pings"] for article in outline.of("article")] == ["2", "0"]
    assert [text for tag, text in outline.texts if tag == "mark"] == ["@channel", "@here"]
    assert len(outline.of("p", "loud")) == 1
    assert "<!channel>" in outline.text("div")


def test_a_second_publish_of_one_id_stands_out() -> None:
    outline = Outline(page(arrived(note(id="same"), note(id="same"))))

    assert outline.text().count("Same id as an earlier message") == 1
    assert [article["data-id"] for article in outline.of("article")] == ["same", "same"]


def test_a_dropped_message_is_a_notice_with_its_reasons() -> None:
    outline = Outline(page(arrived(note(), note({"title": "x" * 251, "keywords": [1]}))))

    assert len(outline.of("section", "dropped")) == 1
    assert "content.title: 251 characters, at most 250" in outline.text("li")
    assert "content.keywords[0]: must be of type string, is number" in outline.text("li")
    assert "1 dropped" in outline.text("span")
    assert len(outline.of("article")) == 1


def test_what_shows_badly_is_said() -> None:
    outline = Outline(page(arrived(note({"nextSteps": ["a", "a"]}))))

    assert "content.nextSteps: holds the same item twice" in outline.text("p")


def test_an_empty_channel_says_so() -> None:
    assert "Nothing here yet" in Outline(page(())).text("p")


def test_writing_replaces_the_page_and_leaves_no_draft(tmp_path: Path) -> None:
    path = tmp_path / "channel.html"

    write_page(path, ())
    write_page(path, arrived(note({"description": "é \U0001f6a8"})))

    assert "é \U0001f6a8" in path.read_text(encoding="utf-8")
    assert [each.name for each in tmp_path.iterdir()] == ["channel.html"]
