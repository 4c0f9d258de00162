"""The resources of a team that a page names: alarms, queues, tables, functions, flags."""

from __future__ import annotations

import re
from collections.abc import Iterator

KINDS = {
    "alarm": "alarm",
    "alert": "alarm",
    "queue": "queue",
    "table": "table",
    "function": "function",
    "lambda": "function",
    "flag": "flag",
    "feature flag": "flag",
}
_KIND = r"(?:feature[ ]flag|alarm|alert|queue|table|function|lambda|flag)"
_QUOTED = r"(?:`(?P<{0}>[\w.:/-]{{2,256}})`|\*\*(?P<{0}b>[\w.:/-]{{2,256}})\*\*)"
_NAMED = re.compile(
    rf"""
    \b(?P<kind1>{_KIND})s?(?:[ ](?:named|called))?[ ]?:?[ ]*{_QUOTED.format("name1")}
  | {_QUOTED.format("name2")}[ ](?:SQS[ ]|DynamoDB[ ]|CloudWatch[ ]|Lambda[ ])?(?P<kind2>{_KIND})\b
  | --(?P<option>table-name|function-name|queue-name|alarm-names?)[ =]+["']?(?P<name3>[\w.:/-]{{2,256}})
  | arn:aws[\w-]*:(?P<service>sqs|dynamodb|lambda|cloudwatch):[\w-]*:\d*:(?:table/|function:|alarm:)?
    (?P<name4>[\w.-]{{2,256}})
  | https://(?:queue|sqs)\.[\w.-]+/\d{{12}}/(?P<queue>[\w.-]{{1,80}})
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SERVICES = {"sqs": "queue", "dynamodb": "table", "lambda": "function", "cloudwatch": "alarm"}


def resources_in(text: str) -> Iterator[tuple[str, str]]:
    """Kind and name of each resource, as often as it is named."""
    for found in _NAMED.finditer(text):
        name = next(found[each] for each in _NAMES if found[each])
        yield _kind(found), name.rpartition("/")[2] or name


_NAMES = ("name1", "name1b", "name2", "name2b", "name3", "name4", "queue")


def _kind(found: re.Match[str]) -> str:
    if found["service"]:
        return _SERVICES[found["service"].lower()]
    if found["option"]:
        return found["option"].partition("-")[0].lower()
    said = found["kind1"] or found["kind2"]
    return KINDS[said.lower()] if said else "queue"
