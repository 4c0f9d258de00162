"""cfn-lint has no error and no warning for any of the resources that a choice can bring."""

from __future__ import annotations

from functools import cache

import pytest
from cfnlint.config import ConfigMixIn
from cfnlint.decode import decode
from cfnlint.runner import Runner

from tests.infra.matrix import Case, covering
from tests.infra.template import synthesized

# Newer than cfn-lint's list of actions: botocore's model of s3vectors has the operation.
KNOWN_BETTER = "'updatemetadataconfiguration' is not one of"


@cache
def linter() -> Runner:
    """cfn-lint with its rules loaded, for a Region that has every service."""
    return Runner(ConfigMixIn([], regions=["us-east-1"]))


@pytest.mark.parametrize("case", covering(), ids=lambda case: case.name)
def test_cfn_lint_has_nothing_to_say(case: Case) -> None:
    body, problems = decode(str(synthesized(case.config).path))

    assert not problems
    said = [str(match) for match in linter().validate_template(body)]
    assert [each for each in said if KNOWN_BETTER not in each] == []
