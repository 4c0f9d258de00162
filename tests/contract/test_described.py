"""The descriptions of the code hosts' APIs judge requests: what breaks them is told."""

from __future__ import annotations

import json

import pytest

from tests.contract.servers.described import Description

PULLS = "/repos/team/shop/pulls"
REQUESTS = "/api/v4/projects/team%2Fshop/merge_requests"
BUCKET = "/2.0/repositories/team/shop/pullrequests"
GOOD = [
    ("github", "GET", PULLS, {"state": ["all"], "head": ["team:b"]}, None),
    ("github", "POST", PULLS, {}, {"head": "b", "base": "main", "title": "t", "draft": True}),
    ("github", "POST", "/repos/team/shop/issues/1/labels", {}, {"labels": ["tracemend"]}),
    ("gitlab", "POST", REQUESTS, {}, {"source_branch": "b", "target_branch": "main", "title": "t"}),
    ("gitlab", "PUT", f"{REQUESTS}/1", {}, {"add_labels": "tracemend,machine-made"}),
    ("bitbucket", "GET", BUCKET, {"state": ["OPEN", "MERGED"], "q": ["x"]}, None),
    ("bitbucket", "POST", BUCKET, {}, {"type": "pullrequest", "source": {"branch": {"name": "b"}}}),
]
BAD = [
    ("github", "POST", PULLS, {}, {"head": "b", "base": "main", "drafts": True}, "drafts is no field"),
    ("github", "POST", PULLS, {}, {"base": "main"}, "'head' is a required property"),
    ("github", "POST", PULLS, {}, None, "the body is missing"),
    ("github", "GET", PULLS, {"state": ["opened"]}, None, "'opened' is not one of"),
    ("github", "GET", PULLS, {"branch": ["b"]}, None, "branch is no parameter"),
    ("github", "POST", "/repos/team/shop/issues/1/labels", {}, ["tracemend"], "is not valid under any"),
    ("github", "PUT", f"{PULLS}/1/merge", {}, {}, "is not described"),
    ("gitlab", "GET", "/api/v4/projects/team/shop/merge_requests", {}, None, "is not described"),
    ("gitlab", "GET", REQUESTS, {"source_project_id": ["shop"]}, None, "'shop' is not of type 'integer'"),
    ("gitlab", "PUT", f"{REQUESTS}/x", {}, {}, "'x' is not of type 'integer'"),
    ("gitlab", "POST", REQUESTS, {}, {"source_branch": "b", "title": "t"}, "'target_branch' is a required"),
    ("bitbucket", "POST", BUCKET, {}, {"title": "t"}, "'type' is a required property"),
    (
        "bitbucket",
        "POST",
        BUCKET,
        {},
        {"type": "pullrequest", "source": {"branch": "b"}},
        "'b' is not of type 'object'",
    ),
    ("bitbucket", "GET", BUCKET, {"state": ["open"]}, None, "'open' is not one of"),
]


def told(host: str, method: str, path: str, query: dict[str, list[str]], body: object) -> str:
    """What is wrong with a request."""
    sent = b"" if body is None else json.dumps(body).encode()
    return "; ".join(Description(host).breaches(method, path, query, sent))


@pytest.mark.parametrize(("host", "method", "path", "query", "body"), GOOD)
def test_a_request_as_it_is_described_breaks_nothing(
    host: str, method: str, path: str, query: dict[str, list[str]], body: object
) -> None:
    assert told(host, method, path, query, body) == ""


@pytest.mark.parametrize(("host", "method", "path", "query", "body", "said"), BAD)
def test_a_request_that_breaks_the_description_is_told(
    host: str, method: str, path: str, query: dict[str, list[str]], body: object, said: str
) -> None:
    assert said in told(host, method, path, query, body)
