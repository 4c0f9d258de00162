"""Crawls of a site on loopback, and what they gave."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from knowledge.passage import Page
from knowledge.sources.crawl.limits import Limits
from knowledge.sources.crawl.wiki import Wiki
from tests.fakes.web_site import WebSite

QUICK = Limits(delay=0, seconds=30, answer_seconds=5)
HERE = frozenset({"127.0.0.1"})


@dataclass
class Crawled:
    """What one crawl gave: pages by path, the paths that are as they were, what was left out and why."""

    pages: dict[str, Page] = field(default_factory=dict)
    same: set[str] = field(default_factory=set)
    skipped: dict[str, str] = field(default_factory=dict)

    @property
    def present(self) -> set[str]:
        """The paths that stay in the index."""
        return set(self.pages) | self.same

    @property
    def marks(self) -> dict[str, str]:
        """For the next crawl."""
        return {page.id: page.mark for page in self.pages.values()}


def crawl(site: WebSite, marks: Mapping[str, str] | None = None, path: str = "/", **named: Any) -> Crawled:
    """Crawl from a path; `named` are the wiki's other fields. No page is told twice."""
    wiki = Wiki(site.url(path), **{"private": HERE, "limits": QUICK, **named})
    found, home = Crawled(), site.url("")
    for page in wiki.pages(marks or {}, found.skipped.__setitem__):
        at = page.id.removeprefix(home)
        assert at not in found.present
        if isinstance(page, Page):
            found.pages[at] = page
        else:
            found.same.add(at)
    found.skipped = {name.removeprefix(home): reason for name, reason in found.skipped.items()}
    return found


def named(wiki: Wiki, table: Mapping[str, list[str]]) -> Wiki:
    """The same wiki where names stand at addresses of the test's choice."""
    return replace(wiki, command=(sys.executable, "-m", "tests.fakes.crawl_child", json.dumps(table)))
