"""Who may read and write the team's repositories."""

from __future__ import annotations

import json
from typing import Any

from infra.aws.functions import TIMEOUTS
from infra.aws.wildcards import flat
from lambda_image.settings import variable
from tests.infra.variants import environment, template


def test_only_repair_reads_the_token_that_can_write() -> None:
    readers = {
        function: secret.rpartition(":secret:")[2]
        for function in TIMEOUTS
        for statement in template("pulls").rights_of(function)
        if statement["Action"] == "secretsmanager:GetSecretValue"
        and "ActionsKey" not in (secret := flat(statement["Resource"]))
    }

    assert readers == {"repair": "tracemend/git-token-??????", "respond": "tracemend/read-token-??????"}
    told = {
        function: json.loads(environment("pulls", function)[variable("code_hosts")])[0]["secret"]
        for function in readers
    }
    assert told == {"repair": "tracemend/git-token", "respond": "tracemend/read-token"}


def test_at_codecommit_only_repair_may_push_and_only_branches_of_ours() -> None:
    arn = "arn:<AWS::Partition>:codecommit:eu-west-1:<AWS::AccountId>:checkout"
    rights: dict[str, dict[str, Any]] = {
        function: {
            statement["Effect"]: statement
            for statement in template("codecommit").rights_of(function)
            if "codecommit:" in str(statement["Action"])
        }
        for function in ("intake", "respond", "repair", "verify", "receipt")
    }
    deny = rights["repair"]["Deny"]

    assert {function for function, found in rights.items() if found} == {"repair", "respond"}
    assert rights["respond"]["Allow"]["Action"] == "codecommit:GitPull"
    assert "codecommit:MergePullRequestByFastForward" not in rights["repair"]["Allow"]["Action"]
    assert {flat(each["Resource"]) for found in rights.values() for each in found.values()} == {arn}
    assert (deny["Action"], deny["Condition"]) == (
        "codecommit:GitPush",
        {
            "StringNotLike": {"codecommit:References": ["refs/heads/tracemend/*"]},
            "Null": {"codecommit:References": "false"},
        },
    )
