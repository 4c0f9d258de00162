"""A Confluence on loopback: version 2 of the Cloud's API and version 1 of the Data Center's, page by page.

The shapes are those of https://developer.atlassian.com/cloud/confluence/rest/v2/ and
https://developer.atlassian.com/server/confluence/rest/, as far as a reader needs them.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.fakes.web_site import Asked, Reply, WebSite

WHEN = "2026-11-20T10:00:00.000Z"


@dataclass(frozen=True)
class Stored:
    """One page, in storage format, with its files: name, media type, content."""

    title: str
    body: str
    space: str = "OPS"
    version: int = 1
    labels: tuple[str, ...] = ()
    files: tuple[tuple[str, str, bytes], ...] = ()

    def edited(self, body: str) -> Stored:
        """The next version."""
        return replace(self, body=body, version=self.version + 1)


@dataclass
class Confluence:
    """Its pages by number, and what is asked. `at_most` results are given at once, whatever is asked for."""

    pages: dict[str, Stored]
    context: str = "/wiki"
    authorization: str = "Bearer t0ken"
    at_most: int = 2
    failing: dict[str, list[Reply]] = field(default_factory=dict)
    files_at: str = ""

    def site(self) -> WebSite:
        """A server of it."""
        made = WebSite()
        made.reply = self.reply  # type: ignore[method-assign]
        return made

    def reply(self, asked: Asked) -> Reply:
        """What a request gets."""
        path = urlsplit(asked.target).path.removeprefix(self.context)
        if asked.headers.get("authorization") != self.authorization:
            return Reply(b"{}", 401)
        if self.failing.get(path):
            return self.failing[path].pop(0)
        query = {name: values[0] for name, values in parse_qs(urlsplit(asked.target).query).items()}
        if found := re.fullmatch(r"/download/attachments/(\d+)/(.+)", path):
            return self._file(*found.groups())
        answer = self._cloud(path, query) if path.startswith("/api/v2/") else self._data_center(path, query)
        return Reply(b"{}", 404) if answer is None else _json(answer)

    def _file(self, number: str, name: str) -> Reply:
        if self.files_at:
            return Reply(status=302, headers={"Location": f"{self.files_at}/{number}/{name}"})
        return Reply(next(content for each, _, content in self.pages[number].files if each == name))

    def _cloud(self, path: str, query: dict[str, str]) -> Any:
        if path == "/api/v2/spaces":
            keys = sorted({page.space for page in self.pages.values()})
            wanted = query["keys"].split(",") if "keys" in query else keys
            spaces = [
                {"id": str(100 + at), "key": key, "type": "global"}
                for at, key in enumerate(keys)
                if key in wanted
            ]
            return self._by_cursor(path, query, spaces)
        if found := re.fullmatch(r"/api/v2/spaces/(\d+)/pages", path):
            space = sorted({page.space for page in self.pages.values()})[int(found[1]) - 100]
            return self._by_cursor(
                path, query, [self._page_v2(n, p) for n, p in self.pages.items() if p.space == space]
            )
        if found := re.fullmatch(r"/api/v2/pages/(\d+)/attachments", path):
            files = [
                {"id": f"att{found[1]}{at}", "title": name, "mediaType": kind, "fileSize": len(content),
                 "version": {"number": 1}, "downloadLink": f"/download/attachments/{found[1]}/{name}"}
                for at, (name, kind, content) in enumerate(self.pages[found[1]].files)
            ]  # fmt: skip
            return self._by_cursor(path, query, files)
        if (found := re.fullmatch(r"/api/v2/pages/(\d+)", path)) and found[1] in self.pages:
            page = self.pages[found[1]]
            labels = {"results": [{"id": "1", "name": each, "prefix": "global"} for each in page.labels]}
            body = (
                {"storage": {"representation": "storage", "value": page.body}}
                if query.get("body-format")
                else {}
            )
            return {**self._page_v2(found[1], page), "body": body, "labels": labels}
        return None

    def _page_v2(self, number: str, page: Stored) -> dict[str, Any]:
        version = {"number": page.version, "createdAt": WHEN, "authorId": "5b10"}
        return {"id": number, "status": "current", "title": page.title, "spaceId": "100", "version": version,
                "body": {}, "_links": {"webui": f"/spaces/{page.space}/pages/{number}/x"}}  # fmt: skip

    def _by_cursor(self, path: str, query: dict[str, str], found: list[dict[str, Any]]) -> dict[str, Any]:
        start = int(query.get("cursor", "0"))
        end = start + min(self.at_most, int(query.get("limit", "25")))
        links = (
            {"next": f"{self.context}{path}?limit={query.get('limit', '25')}&cursor={end}"}
            if end < len(found)
            else {}
        )
        return {"results": found[start:end], "_links": links}

    def _data_center(self, path: str, query: dict[str, str]) -> Any:
        if path == "/rest/api/space":
            return self._by_start(
                path, query, [{"key": key} for key in sorted({p.space for p in self.pages.values()})]
            )
        if path == "/rest/api/content":
            listed = [
                self._page_v1(n, p, query) for n, p in self.pages.items() if p.space == query["spaceKey"]
            ]
            return self._by_start(path, query, listed) if listed else None
        if path == "/rest/api/content/search":
            wanted = re.findall(r'"([^"]+)"', query["cql"])
            hits = [
                n for n, p in self.pages.items() if p.space == wanted[0] and set(wanted[1:]) & set(p.labels)
            ]
            return self._by_start(path, query, [{"id": each, "type": "page"} for each in hits])
        if found := re.fullmatch(r"/rest/api/content/(\d+)/child/attachment", path):
            files = [
                {"id": f"att{found[1]}{at}", "title": name, "version": {"number": 1},
                 "extensions": {"mediaType": kind, "fileSize": len(content)},
                 "_links": {"download": f"/download/attachments/{found[1]}/{name}?version=1"}}
                for at, (name, kind, content) in enumerate(self.pages[found[1]].files)
            ]  # fmt: skip
            return self._by_start(path, query, files)
        if (found := re.fullmatch(r"/rest/api/content/(\d+)", path)) and found[1] in self.pages:
            return self._page_v1(found[1], self.pages[found[1]], query)
        return None

    def _page_v1(self, number: str, page: Stored, query: dict[str, str]) -> dict[str, Any]:
        expanded = query.get("expand", "").split(",")
        made: dict[str, Any] = {"id": number, "type": "page", "status": "current", "title": page.title}
        if "version" in expanded:
            made["version"] = {"number": page.version, "when": WHEN, "by": {"displayName": "Ada"}}
        if "metadata.labels" in expanded:
            made["metadata"] = {"labels": {"results": [{"name": each} for each in page.labels]}}
        if "body.storage" in expanded:
            made["body"] = {"storage": {"value": page.body, "representation": "storage"}}
        return {**made, "_links": {"webui": f"/display/{page.space}/{number}"}}

    def _by_start(self, path: str, query: dict[str, str], found: list[dict[str, Any]]) -> dict[str, Any]:
        start = int(query.get("start", "0"))
        size = min(self.at_most, int(query.get("limit", "25")))
        links = {"next": f"{path}?limit={size}&start={start + size}"} if start + size < len(found) else {}
        return {"results": found[start : start + size], "start": start, "limit": size, "_links": links}


def _json(told: Any) -> Reply:
    return Reply(json.dumps(told).encode(), headers={"Content-Type": "application/json"})
