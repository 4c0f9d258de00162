"""Kendra and a Bedrock Knowledge Base, as stand-ins that hold documents and rank by common words."""

from __future__ import annotations

from typing import Any

from knowledge.passage import Passage
from tests.fakes.aws_service import Asked, Refusal, StandIn

INDEX = "c0806df7-e76b-4bce-9b5c-d5582f6b1a03"
SOURCE = "5a0b1c2d-0000-4000-8000-000000000001"
BASE = "KB12345678"


class KendraService(StandIn):
    """An index. `passages` is false where Retrieve finds nothing and Query has to."""

    def __init__(self, *, passages: bool = True) -> None:
        super().__init__(
            "kendra",
            {
                "Retrieve": self._retrieve,
                "Query": self._query,
                "BatchPutDocument": self._put,
                "BatchDeleteDocument": self._delete,
                "StartDataSourceSyncJob": lambda _: {"ExecutionId": "job-1"},
                "StopDataSourceSyncJob": lambda _: {},
            },
        )
        self.documents: dict[str, dict[str, Any]] = {}
        self.refused: set[str] = set()
        self.passages = passages

    def _put(self, asked: Asked) -> dict[str, Any]:
        for each in asked["Documents"]:
            if each["Id"] not in self.refused:
                self.documents[each["Id"]] = each
        return {
            "FailedDocuments": _failed(
                each["Id"] for each in asked["Documents"] if each["Id"] in self.refused
            )
        }

    def _delete(self, asked: Asked) -> dict[str, Any]:
        for each in asked["DocumentIdList"]:
            if each not in self.refused:
                self.documents.pop(each, None)
        return {"FailedDocuments": _failed(each for each in asked["DocumentIdList"] if each in self.refused)}

    def _found(self, asked: Asked) -> list[tuple[float, dict[str, Any]]]:
        found = []
        for each in self.documents.values():
            attributes = {told["Key"]: next(iter(told["Value"].values())) for told in each["Attributes"]}
            if not all(
                _within(one, attributes) for one in asked.get("AttributeFilter", {}).get("AndAllFilters", [])
            ):
                continue
            if share := common(asked["QueryText"], f"{each['Title']} {each['Blob'].decode()}"):
                found.append((share, each))
        return sorted(found, key=lambda pair: -pair[0])[: asked["PageSize"]]

    def _retrieve(self, asked: Asked) -> dict[str, Any]:
        items = [
            {
                "Id": f"{INDEX}-{number}",
                "DocumentId": each["Id"],
                "DocumentTitle": each["Title"],
                "Content": each["Blob"].decode(),
                "DocumentURI": f"https://wiki.example.com/{each['Id']}",
                "DocumentAttributes": each["Attributes"],
                "ScoreAttributes": {"ScoreConfidence": _confidence(share)},
            }
            for number, (share, each) in enumerate(self._found(asked))
        ]
        return {"QueryId": "q", "ResultItems": items if self.passages else []}

    def _query(self, asked: Asked) -> dict[str, Any]:
        items = [
            {
                "Id": f"{INDEX}-{number}",
                "Type": "DOCUMENT",
                "DocumentId": each["Id"],
                "DocumentTitle": {"Text": each["Title"], "Highlights": []},
                "DocumentExcerpt": {"Text": each["Blob"].decode()[:300], "Highlights": []},
                "DocumentAttributes": each["Attributes"],
                "ScoreAttributes": {"ScoreConfidence": _confidence(share)},
            }
            for number, (share, each) in enumerate(self._found(asked))
        ]
        return {"QueryId": "q", "ResultItems": items, "TotalNumberOfResults": len(items)}


class KnowledgeBaseService(StandIn):
    """A base that knows one kind of search: `HYBRID`, `vector` or `managed`."""

    def __init__(self, kind: str = "vector", page_size: int = 100) -> None:
        super().__init__("bedrock-agent-runtime", {"Retrieve": self._retrieve})
        self.kept: list[Passage] = []
        self.kind = kind
        self.page_size = page_size

    def _retrieve(self, asked: Asked) -> dict[str, Any]:
        ((kind, search),) = asked["retrievalConfiguration"].items()
        served = "managed" if kind.startswith("managed") else search.get("overrideSearchType", "vector")
        if served != self.kind and (self.kind, served) != ("HYBRID", "vector"):
            raise Refusal("ValidationException", f"{served} is not supported by this knowledge base")
        text = asked["retrievalQuery"]["text"]
        shares = [(common(text, f"{each.title} {each.text}"), each) for each in self.kept]
        found = sorted((pair for pair in shares if pair[0]), key=lambda pair: -pair[0])
        start = int(asked.get("nextToken", 0))
        end = start + min(self.page_size, search["numberOfResults"])
        token = {"nextToken": str(end)} if end < len(found) else {}
        return {"retrievalResults": [_result(*pair) for pair in found[start:end]], **token}


def _result(share: float, passage: Passage) -> dict[str, Any]:
    about = passage.about
    named = {
        key: list(names)
        for key, names in (("services", about.services), ("environments", about.environments))
        if names
    }
    return {
        "content": {"type": "TEXT", "text": passage.text},
        "location": {"type": "WEB", "webLocation": {"url": passage.url}},
        "metadata": {"x-amz-bedrock-kb-source-uri": passage.url, "title": passage.title, **named},
        "score": share,
        "documentId": passage.page_id,
    }


def common(asked: str, text: str) -> float:
    """The share of the asked words that are in a text."""
    words, there = (
        {*"".join(c if c.isalnum() else " " for c in each.lower()).split()} for each in (asked, text)
    )
    return len(words & there) / len(words) if words else 0.0


def _confidence(share: float) -> str:
    return "VERY_HIGH" if share > 0.9 else "MEDIUM" if share > 0.4 else "LOW"


def _failed(ids: Any) -> list[dict[str, str]]:
    return [{"Id": each, "ErrorCode": "InvalidRequest", "ErrorMessage": "no"} for each in ids]


def _within(told: dict[str, Any], attributes: dict[str, Any]) -> bool:
    ((operator, attribute),) = told.items()
    value = next(iter(attribute["Value"].values()))
    there = attributes.get(attribute["Key"])
    if operator == "EqualsTo":
        return bool(there == value)
    assert operator == "ContainsAny", f"no {operator} here"
    return bool(set(value) & set(there or ()))
