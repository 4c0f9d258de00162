"""Confluence Data Center, by its API (https://developer.atlassian.com/server/confluence/rest/)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from knowledge.passage import About
from knowledge.sources.confluence.content import Attached, Listed, about, label_names
from knowledge.sources.confluence.rest import Rest

_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class DataCenter:
    """Implements `Api`. Without `spaces`, all global ones that may be seen; with `labels`, pages with any."""

    rest: Rest
    spaces: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    def pages(self) -> Iterator[Listed]:
        """See `Api.pages`."""
        for space in self.spaces or self._all_spaces():
            query = {
                "type": "page",
                "spaceKey": space,
                "status": "current",
                "expand": "version,metadata.labels",
            }
            for each in self._all("/rest/api/content", query):
                names = label_names(each.get("metadata", {}).get("labels"))
                if not self.labels or set(self.labels) & set(names):
                    # A label is set without an edit.
                    version = " ".join([str(each["version"]["number"]), *sorted(names)])
                    yield Listed(
                        str(each["id"]), str(each["title"]), version, str(each["_links"]["webui"]), space
                    )

    def body(self, page: Listed) -> tuple[str, About]:
        """See `Api.body`."""
        told = self.rest.get(
            f"/rest/api/content/{page.id}", {"expand": "body.storage,version,metadata.labels"}
        )
        names = label_names(told.get("metadata", {}).get("labels"))
        version = told["version"]
        editor = str((version.get("by") or {}).get("displayName", ""))
        return str(told["body"]["storage"]["value"]), about(names, str(version.get("when", "")), editor)

    def attachments(self, page: Listed) -> Iterator[Attached]:
        """See `Api.attachments`."""
        for each in self._all(f"/rest/api/content/{page.id}/child/attachment", {"expand": "version"}):
            extensions = each.get("extensions", {})
            yield Attached(
                str(each["id"]),
                str(each["title"]),
                str(each["version"]["number"]),
                str(extensions.get("mediaType", each.get("metadata", {}).get("mediaType", ""))),
                int(extensions.get("fileSize", 0)),
                str(each["_links"]["download"]),
            )

    def _all_spaces(self) -> list[str]:
        return [
            str(each["key"]) for each in self._all("/rest/api/space", {"type": "global", "status": "current"})
        ]

    def _all(self, path: str, query: dict[str, str]) -> Iterator[dict[str, Any]]:
        return self.rest.all(path, {**query, "start": "0", "limit": str(_AT_ONCE)})
