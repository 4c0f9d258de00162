"""GitHub's JSON for what the git host tells: the fields that clients read, with GitHub's names."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def repository(api: str, url: str, full_name: str, default_branch: str) -> Json:
    """A repository; `api` is the host's address for clients, `url` the one for people."""
    owner, _, name = full_name.partition("/")
    return {
        "id": 1,
        "name": name,
        "full_name": full_name,
        "private": True,
        "default_branch": default_branch,
        "permissions": {"admin": False, "push": True, "pull": True},
        "owner": {"login": owner, "id": 1, "type": "Organization"},
        "url": f"{api}/repos/{full_name}",
        "html_url": f"{url}/{full_name}",
    }


def pull(url: str, repo: Json, kept: Json, heads: dict[str, str | None]) -> Json:
    """A pull request; `heads` are the commits of its two branches."""
    number, owner = kept["number"], repo["owner"]["login"]
    sides = {
        side: {"ref": kept[side], "sha": sha, "label": f"{owner}:{kept[side]}", "repo": repo}
        for side, sha in heads.items()
    }
    return {
        "id": number,
        "number": number,
        "url": f"{repo['url']}/pulls/{number}",
        "issue_url": f"{repo['url']}/issues/{number}",
        "html_url": f"{url}/{repo['full_name']}/pull/{number}",
        "state": kept["state"],
        "draft": kept["draft"],
        "merged": bool(kept.get("merged")),
        "merged_at": kept.get("merged"),
        "merged_by": _person(kept) if kept.get("merged") else None,
        "merge_commit_sha": kept.get("commit"),
        "closed_at": kept.get("closed") or kept.get("merged"),
        "title": kept["title"],
        "body": kept["body"],
        "labels": [{"name": label} for label in kept["labels"]],
        **sides,
    }


def issue(repo: Json, kept: Json) -> Json:
    """The issue that a pull request is, too."""
    number = kept["number"]
    return {
        "id": number,
        "number": number,
        "url": f"{repo['url']}/issues/{number}",
        "state": kept["state"],
        "closed_by": _person(kept),
    }


def _person(kept: Json) -> Json | None:
    return {"login": kept["by"], "id": 2, "type": "User"} if kept.get("by") else None
