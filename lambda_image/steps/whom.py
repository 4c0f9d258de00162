"""Whom an error names as hit: users, tenants and requests, by the names that loggers give such fields.

The names are those of Datadog (`usr.id`), OpenTelemetry (`enduser.id`, `user.id`), the Elastic Common Schema
(`user.name`, `organization.id`), Lambda's and Powertools' request ids, X-Ray, and what web frameworks log.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lambda_image.domain.affected import Named, Whom

# So much of an error is read for it.
READ = 2_000
# Occurrences of one problem in one delivery that are read for it.
LOOKED_AT = 100
_ID = r"(?:[_.-]?(?:id|name|uid|key))"
_KEYS = {
    Whom.USERS: r"(?:end[_-]?)?user(?:[_.-]?(?:id|name|uid|email|sub))?|usr\.id|uid"
    rf"|customer{_ID}?|member{_ID}",
    Whom.TENANTS: rf"tenant{_ID}?|org(?:ani[sz]ation)?{_ID}|workspace{_ID}?|company{_ID}|merchant{_ID}?",
    Whom.REQUESTS: r"(?:aws|function|x-amzn)?[_-]?request[_-]?id|req_id|correlation[_-]?id"
    r"|trace[_.-]?id|X-Amzn-Trace-Id",
}
# Nearly all errors have none of these, and are not searched.
_HINTS = (
    *("user", "usr.", "uid", "customer", "member", "tenant", "organi", "org_", "orgi", "orgn", "workspace"),
    *(
        "company",
        "merchant",
        "request",
        "req_id",
        "correlation",
        "trace_id",
        "traceid",
        "trace-id",
        "trace.id",
    ),
)
_NAMED = re.compile(
    r"(?i)(?<![A-Za-z])(?:"
    + "|".join(f"(?P<{whom}>{keys})" for whom, keys in _KEYS.items())
    + r""")\\?["']?\s{0,3}[:=](?P<gap>\s{0,3})"""
    r"""(?P<inside>\{\s{0,3}\\?["'](?:id|uid|name)\\?["']\s{0,3}:\s{0,3})?"""
    r"""(?P<quote>\\?["'])?(?:Root=)?(?P<name>[^\s"'\\,;&|(){}\[\]<>=]{1,128})"""
)
# Lambda's text format and its last words have the request id without a name, or with this one.
_LAMBDA = re.compile(r"\t([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\t|RequestId: ([0-9a-f-]{36})")
_NOBODY = re.compile(r"(?i)null|none|nil|undefined|unknown|anonymous|true|false|n/a|[-*.%?x]+|arn:.*|%\w")


def whom(texts: Iterable[str]) -> Named:
    """All that these errors name."""
    found: set[tuple[Whom, str]] = set()
    for text in texts:
        said = text[:READ]
        if "-" in said:
            found.update((Whom.REQUESTS, one or other) for one, other in _LAMBDA.findall(said))
        lower = said.lower()
        if any(hint in lower for hint in _HINTS):
            found.update(_named(said))
    return frozenset(found)


def _named(said: str) -> Iterator[tuple[Whom, str]]:
    for each in _NAMED.finditer(said):
        name = each["name"].rstrip(".:")
        # Behind a blank and without quotes may stand a sentence: "user: not found".
        sure = not each["gap"] or each["inside"] or each["quote"] or re.search(r"[\d@]", name)
        if name and sure and not _NOBODY.fullmatch(name):
            yield next(whom for whom in Whom if each[whom]), name
