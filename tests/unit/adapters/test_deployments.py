"""Which commit runs: by tags, variables and images, of functions and of tasks."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from lambda_image.adapters.deployments import Deployments, ref_of
from lambda_image.adapters.retry import Retry
from lambda_image.domain.errors import PermanentError
from tests.fakes.clock import FixedClock
from tests.fakes.events import START

COMMIT = "3f2a1bc94d0e5f67a8b9c0d1e2f3a4b5c6d7e8f9"
TASK = "0123456789abcdef0123456789abcdef"
GROUP, STREAM = "/aws/lambda/shop", "2026/11/25/[$LATEST]abc"
DIGEST = "sha256:" + "0" * 64


class ScriptedAws:
    """Clients of all services that give the answers of a test; what was asked is kept."""

    def __init__(self, **answers: Any) -> None:
        self._answers = answers
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def client(self, service: str) -> ScriptedAws:
        """One for all."""
        return self

    def __getattr__(self, operation: str) -> Any:
        def call(**asked: Any) -> Any:
            self.asked.append((operation, asked))
            answer = self._answers[operation]
            if isinstance(answer, ClientError):
                raise answer
            return answer

        return call


def named(aws: ScriptedAws, group: str = GROUP, stream: str = STREAM) -> list[tuple[str, str]]:
    """What is named as deployed, and by what."""
    clock = FixedClock(START, remaining=60)
    deployments = Deployments(aws.client, Retry(clock, sleep=lambda _: None))
    return [(each.ref, each.how) for each in deployments(group, stream)]


def function(**parts: Any) -> dict[str, Any]:
    """An answer of GetFunction."""
    return {
        "Configuration": {"Environment": {"Variables": parts.get("variables", {})}},
        "Code": {"ImageUri": parts["image"]} if "image" in parts else {},
        "Tags": parts.get("tags", {}),
    }


@pytest.mark.parametrize(("streams", "newest"), [([{"logStreamName": STREAM}], STREAM), ([], "")])
def test_the_newest_stream_is_the_one_that_was_written_last(
    streams: list[dict[str, str]], newest: str
) -> None:
    aws = ScriptedAws(describe_log_streams={"logStreams": streams})
    found = Deployments(aws.client, Retry(FixedClock(START), sleep=lambda _: None)).newest(GROUP)
    ((_, asked),) = aws.asked

    assert found == newest
    assert (asked["logGroupName"], asked["orderBy"], asked["descending"]) == (GROUP, "LastEventTime", True)


def test_a_tag_of_the_function_comes_before_its_variables_and_image() -> None:
    image = f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/shop:main-{COMMIT[:7]}"
    aws = ScriptedAws(
        get_function=function(tags={"git-commit": COMMIT}, variables={"GIT_SHA": COMMIT[:9]}, image=image)
    )

    assert named(aws) == [
        (COMMIT, "tag git-commit of the function"),
        (COMMIT[:9], "variable GIT_SHA of the function"),
        (COMMIT[:7], f"tag main-{COMMIT[:7]} of the image"),
    ]
    assert aws.asked == [("get_function", {"FunctionName": "shop"})]


def test_the_version_that_wrote_the_line_is_asked_for() -> None:
    aws = ScriptedAws(get_function=function(tags={"commit": COMMIT}))
    named(aws, stream="2026/11/25/[17]abc")

    assert aws.asked == [("get_function", {"FunctionName": "shop", "Qualifier": "17"})]


def test_a_variable_that_is_no_ref_is_left_out() -> None:
    values = {"COMMIT": "$(git rev-parse HEAD)", "VERSION": "--upload-pack=x", "SECRET": COMMIT}

    assert named(ScriptedAws(get_function=function(variables=values))) == []


def test_the_image_of_the_task_that_wrote_the_line_tells() -> None:
    containers = [{"name": "proxy", "image": "envoy:v1.30.1"}, {"name": "web", "image": "shop/web:v2.4.0"}]
    aws = ScriptedAws(
        list_clusters={"clusterArns": ["a"]}, describe_tasks={"tasks": [{"containers": containers}]}
    )

    assert named(aws, "/ecs/shop", f"ecs/web/{TASK}") == [("v2.4.0", "tag v2.4.0 of the image")]


def test_an_image_by_its_digest_is_looked_up_in_its_registry() -> None:
    uri = f"123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/shop@{DIGEST}"
    tags = {"imageDetails": [{"imageTags": ["latest", COMMIT]}]}
    aws = ScriptedAws(get_function=function(image=uri), describe_images=tags)

    assert named(aws) == [(COMMIT, f"tag {COMMIT} of the image")]
    assert aws.asked[1][1] == {
        "registryId": "123456789012",
        "repositoryName": "team/shop",
        "imageIds": [{"imageDigest": DIGEST}],
    }


def test_other_log_groups_name_nothing_and_ask_nothing() -> None:
    aws = ScriptedAws()

    assert named(aws, "/team/batch", "host-1") == []
    assert aws.asked == []


def test_a_missing_right_is_an_error_that_names_the_call() -> None:
    denied = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "GetFunction")

    with pytest.raises(PermanentError, match="lambda get_function"):
        named(ScriptedAws(get_function=denied))


@pytest.mark.parametrize(
    ("tag", "ref"),
    [
        (COMMIT, COMMIT),
        ("sha-3f2a1bc", "3f2a1bc"),
        ("main-20261125-3f2a1bc", "3f2a1bc"),
        ("v1.2.3", "v1.2.3"),
        ("2026.11.1-rc.1", "2026.11.1-rc.1"),
        ("latest", None),
        ("production", None),
        ("feedface", None),
        ("", None),
    ],
)
def test_an_images_tag_names_a_commit_or_a_release_or_nothing(tag: str, ref: str | None) -> None:
    assert ref_of(tag) == ref
