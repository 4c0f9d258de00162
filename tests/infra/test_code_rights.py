"""Who may read and write the team's repositories, and who follows what was opened there."""

from __future__ import annotations

import json
from typing import Any

from infra.aws.functions import TIMEOUTS
from infra.aws.wildcards import flat
from lambda_image.settings import variable
from tests.infra.variants import environment, template


def test_repair_and_watch_alone_read_the_token_that_can_write() -> None:
    readers = {
        function: secret.rpartition(":secret:")[2]
        for function in TIMEOUTS
        for statement in template("pulls").rights_of(function)
        if statement["Action"] == "secretsmanager:GetSecretValue"
        and "ActionsKey" not in (secret := flat(statement["Resource"]))
    }

    writing, reading = "tracemend/git-token", "tracemend/read-token"
    assert readers == {
        "repair": f"{writing}-??????",
        "watch": f"{writing}-??????",
        "respond": f"{reading}-??????",
    }
    told = {
        function: json.loads(environment("pulls", function)[variable("code_hosts")])[0]["secret"]
        for function in readers
    }
    assert told == {"repair": writing, "watch": writing, "respond": reading}


def test_at_codecommit_only_repair_may_push_and_only_branches_of_ours() -> None:
    arn = "arn:<AWS::Partition>:codecommit:eu-west-1:<AWS::AccountId>:checkout"
    rights: dict[str, dict[str, Any]] = {
        function: {
            statement["Effect"]: statement
            for statement in template("codecommit").rights_of(function)
            if "codecommit:" in str(statement["Action"])
        }
        for function in ("intake", "respond", "repair", "verify", "receipt", "watch")
    }
    deny = rights["repair"]["Deny"]

    assert {function for function, found in rights.items() if found} == {"repair", "respond", "watch"}
    assert rights["respond"]["Allow"]["Action"] == "codecommit:GitPull"
    assert "codecommit:MergePullRequestByFastForward" not in rights["repair"]["Allow"]["Action"]
    assert set(rights["watch"]["Allow"]["Action"]) == {
        "codecommit:DescribePullRequestEvents",
        "codecommit:GetPullRequest",
        "codecommit:GetRepository",
        "codecommit:GitPull",
        "codecommit:PostCommentForPullRequest",
    }
    assert {flat(each["Resource"]) for found in rights.values() for each in found.values()} == {arn}
    assert (deny["Action"], deny["Condition"]) == (
        "codecommit:GitPush",
        {
            "StringNotLike": {"codecommit:References": ["refs/heads/tracemend/*"]},
            "Null": {"codecommit:References": "false"},
        },
    )


def test_watch_is_asked_on_a_schedule_only_where_pull_requests_are_opened() -> None:
    found = template("pulls")
    rates = {
        flat(each["Target"]["Arn"]): each["ScheduleExpression"]
        for each in found.of("Scheduler::Schedule").values()
    }
    (rate,) = [rate for arn, rate in rates.items() if "Watch" in arn]

    assert rate == "rate(15 minutes)"
    assert found.function("watch")["DeadLetterConfig"]
    assert not [name for name in template("plain").of("Lambda::Function") if "Watch" in name]
