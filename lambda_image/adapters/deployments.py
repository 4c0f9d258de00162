"""Which commit runs behind a log group: asked of Lambda, and of ECS with ECR for containers.

Lambda's log groups are /aws/lambda/NAME, its streams DATE/[VERSION]ID. The awslogs driver of ECS names its
streams PREFIX/CONTAINER/TASK (Amazon ECS Developer Guide, "Send Amazon ECS logs to CloudWatch").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lambda_image.adapters.aws import translated
from lambda_image.adapters.retry import Retry
from lambda_image.domain.evidence import Deployed

LAMBDA = "/aws/lambda/"
_VERSION = re.compile(r"\[(\d+)\]")
_TASK = re.compile(r"[^/]+/(?P<container>[^/]+)/(?P<task>[0-9a-f]{32}|[0-9a-f-]{36})")
# What people call the commit in tags and variables, without case and separators.
NAMES = (
    "tracemendcommit",
    "orgopencontainersimagerevision",
    "gitcommit",
    "gitcommitsha",
    "gitsha",
    "commitsha",
    "commitid",
    "commit",
    "sourceversion",
    "revision",
    "gitref",
    "gittag",
    "appversion",
    "version",
)
# A commit at the end of an image's tag, as in main-3f2a1bc; a version, as in v1.2.3.
_COMMIT = re.compile(r"(?:^|[-_.])(?:g|sha-)?([0-9a-f]{7,40})$")
_RELEASE = re.compile(r"v?\d+(?:\.\d+)+[\w.-]*")
_REF = re.compile(r"[\w][\w./-]{0,200}")
CLUSTERS = 20


class Deployments:
    """Asks AWS what is deployed. `client` makes the client of a service."""

    def __init__(self, client: Callable[[str], Any], retry: Retry) -> None:
        self._client = client
        self._retry = retry

    def __call__(self, log_group: str, log_stream: str) -> tuple[Deployed, ...]:
        """Commits, tags or branches that are named as deployed, the surest first; empty where nothing tells.

        Raises PermanentError or TransientError.
        """
        if log_group.startswith(LAMBDA):
            return tuple(self._of_function(log_group.removeprefix(LAMBDA), log_stream))
        task = _TASK.fullmatch(log_stream)
        return tuple(self._of_task(task["task"], task["container"])) if task else ()

    def newest(self, log_group: str) -> str:
        """The log stream that was written last, by what runs now; empty for a group without one.

        CloudWatch tells it up to an hour late (API Reference, DescribeLogStreams). Raises as a call does.
        """
        asked = {"logGroupName": log_group, "orderBy": "LastEventTime", "descending": True, "limit": 1}
        found = self._ask("logs", "describe_log_streams", **asked)["logStreams"]
        return str(found[0]["logStreamName"]) if found else ""

    def _of_function(self, name: str, log_stream: str) -> Iterator[Deployed]:
        version = _VERSION.search(log_stream)
        which = {"FunctionName": name, **({"Qualifier": version[1]} if version else {})}
        found = self._ask("lambda", "get_function", **which)
        yield from _named(found.get("Tags", {}), "tag {name} of the function")
        variables = found["Configuration"].get("Environment", {}).get("Variables", {})
        yield from _named(variables, "variable {name} of the function")
        yield from self._of_image(found.get("Code", {}).get("ImageUri", ""))

    def _of_task(self, task: str, container: str) -> Iterator[Deployed]:
        clusters = self._ask("ecs", "list_clusters", maxResults=100)["clusterArns"]
        for cluster in clusters[:CLUSTERS]:
            found = self._ask("ecs", "describe_tasks", cluster=cluster, tasks=[task], include=["TAGS"])[
                "tasks"
            ]
            for each in found:
                tags = {tag["key"]: tag["value"] for tag in each.get("tags", [])}
                yield from _named(tags, "tag {name} of the task")
                for one in each.get("containers", []):
                    if one.get("name") == container:
                        yield from self._of_image(one.get("image", ""))
                return

    def _of_image(self, uri: str) -> Iterator[Deployed]:
        """An image by its tag, and by its other tags in ECR where it is named by its digest alone."""
        path, _, digest = uri.partition("@")
        name, _, tag = path.partition("/")[2].partition(":")
        tags = [tag] if tag else []
        registry = re.match(r"(\d{12})\.dkr\.ecr\.", uri)
        if digest and not tag and registry:
            asked = {"registryId": registry[1], "repositoryName": name, "imageIds": [{"imageDigest": digest}]}
            images = self._ask("ecr", "describe_images", **asked)["imageDetails"]
            tags = [tag for image in images for tag in image.get("imageTags", [])]
        for each in tags:
            if ref := ref_of(each):
                yield Deployed(ref, f"tag {each} of the image")

    def _ask(self, service: str, operation: str, **asked: Any) -> Any:
        def call() -> Any:
            with translated(f"{service} {operation}"):
                return getattr(self._client(service), operation)(**asked)

        return self._retry(call)


def ref_of(tag: str) -> str | None:
    """The commit or release that an image's tag names; None for `latest` and its like."""
    commit = _COMMIT.search(tag)
    if commit and any(letter.isdigit() for letter in commit[1]):
        return commit[1]
    return tag if _RELEASE.fullmatch(tag) else None


def _named(values: Mapping[str, str], how: str) -> Iterator[Deployed]:
    known = {re.sub(r"[^a-z0-9]", "", name.lower()): name for name in values}
    for each in NAMES:
        if (name := known.get(each)) and _REF.fullmatch(values[name]):
            yield Deployed(values[name], how.format(name=name))
