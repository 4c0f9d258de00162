"""Confluence Cloud, by version 2 of its API (https://developer.atlassian.com/cloud/confluence/rest/v2/)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from knowledge.errors import SourceUnusable
from knowledge.passage import About
from knowledge.sources.confluence.content import Attached, Listed, about, label_names, labelled
from knowledge.sources.confluence.rest import Rest

_AT_ONCE = "250"


@dataclass(frozen=True, slots=True)
class Cloud:
    """Implements `Api`. Without `spaces`, all global ones that may be seen; with `labels`, pages with any."""

    rest: Rest
    spaces: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    def pages(self) -> Iterator[Listed]:
        """See `Api.pages`."""
        named = {"keys": ",".join(self.spaces)} if self.spaces else {"type": "global", "status": "current"}
        spaces = {
            str(each["key"]): str(each["id"])
            for each in self.rest.all("/api/v2/spaces", {"limit": _AT_ONCE, **named})
        }
        if missing := sorted(set(self.spaces) - set(spaces)):
            raise SourceUnusable(
                f"{self.rest.home} has no space {', '.join(missing)}, or the secret may not see it"
            )
        for key, number in spaces.items():
            wanted = self._labelled(key)
            query = {"limit": _AT_ONCE, "status": "current"}
            for each in self.rest.all(f"/api/v2/spaces/{number}/pages", query):
                if wanted is None or str(each["id"]) in wanted:
                    path = str(each.get("_links", {}).get("webui", ""))
                    yield Listed(
                        str(each["id"]), str(each["title"]), str(each["version"]["number"]), path, key
                    )

    def body(self, page: Listed) -> tuple[str, About]:
        """See `Api.body`."""
        told = self.rest.get(f"/api/v2/pages/{page.id}", {"body-format": "storage", "include-labels": "true"})
        return str(told["body"]["storage"]["value"]), about(
            label_names(told.get("labels")), str(told["version"].get("createdAt", ""))
        )

    def attachments(self, page: Listed) -> Iterator[Attached]:
        """See `Api.attachments`."""
        for each in self.rest.all(
            f"/api/v2/pages/{page.id}/attachments", {"limit": _AT_ONCE, "status": "current"}
        ):
            yield Attached(
                str(each["id"]),
                str(each["title"]),
                str(each["version"]["number"]),
                str(each.get("mediaType", "")),
                int(each.get("fileSize", 0)),
                str(each.get("downloadLink", "")),
            )

    def _labelled(self, space: str) -> set[str] | None:
        """Version 2 finds pages by a label's number only; the search of version 1 finds them by its name."""
        if not self.labels:
            return None
        query = {"cql": labelled(space, self.labels), "limit": "100"}
        return {str(each["id"]) for each in self.rest.all("/rest/api/content/search", query)}
