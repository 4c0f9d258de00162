"""What is remembered of a page of a wiki until the next crawl."""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mark:
    """`etag` and `modified` are the server's validators, `text` stands for what the page said.

    `depth` is the number of links from the first page. `links` are the pages that were first found here: a
    server that says "unchanged" does not send them again, and one of them may have failed the last time.
    """

    etag: str = ""
    modified: str = ""
    text: str = ""
    depth: int = 0
    links: tuple[str, ...] = ()

    @property
    def is_conditional(self) -> bool:
        """Whether the server can tell that nothing has changed."""
        return bool(self.etag or self.modified)

    def written(self) -> str:
        """As `read` takes it."""
        told = {"e": self.etag, "m": self.modified, "t": self.text, "d": self.depth, "l": self.links}
        return json.dumps({name: value for name, value in told.items() if value}, separators=(",", ":"))


def read(text: str) -> Mark:
    """A mark as it was written; an empty one for what is none."""
    try:
        told = json.loads(text)
        links = tuple(str(each) for each in told.get("l", ()))
        return Mark(
            str(told.get("e", "")),
            str(told.get("m", "")),
            str(told.get("t", "")),
            int(told.get("d", 0)),
            links,
        )
    except (ValueError, TypeError, AttributeError):
        return Mark()
