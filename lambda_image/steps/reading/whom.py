"""Whom an error names as hit: users, tenants and requests, by the names that loggers give such fields.

The names are those of Datadog (`usr.id`), OpenTelemetry (`enduser.id`, `user.id`), the Elastic Common Schema
(`user.name`, `organization.id`), Lambda's and Powertools' request ids, X-Ray, W3C's `traceparent`, and what
web frameworks log.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from lambda_image.domain.affected import KEPT, Named, Whom

# So much of an error is read for it.
READ = 1_000
# Occurrences of one problem in one delivery that are read for it.
LOOKED_AT = KEPT
_ID = r"(?:[_.-]?(?:id|name|uid|key))"
_KEYS = {
    Whom.USERS: r"(?:end)?user(?:[_.-]?(?:id|name|uid|email|sub))?|usr\.id|uid"
    rf"|customer{_ID}?|member{_ID}",
    Whom.TENANTS: rf"tenant{_ID}?|org(?:ani[sz]ation)?{_ID}|workspace{_ID}?|company{_ID}|merchant{_ID}?",
    Whom.REQUESTS: r"(?:aws|function)?request[_-]?id|req_?id|correlation[_-]?id|trace[_.-]?id|traceparent",
}
# The key of a field holds one of these; nearly all errors hold none, and looking for them is cheap.
_HINTS = (
    *("user", "usr.", "uid", "customer", "member", "tenant", "organi", "org_", "orgi", "orgn", "workspace"),
    *("company", "merchant", "request_id", "requestid", "request-id", "req_id", "reqid", "correlation"),
    *("trace_id", "traceid", "trace-id", "trace.id", "traceparent"),
)
# Letters that may stand before it in a key, as in `functionRequestId`; other words are not looked at.
_BEFORE = re.compile(r"[A-Za-z]{0,9}$")
_NAMED = re.compile(
    r"(?i)(?:"
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
        if "\t" in said or "RequestId: " in said:
            found.update((Whom.REQUESTS, one or other) for one, other in _LAMBDA.findall(said))
        found.update(_named(said, said.lower()))
    return frozenset(found)


def _named(said: str, lower: str) -> Iterator[tuple[Whom, str]]:
    for hint in _HINTS:
        at = lower.find(hint)
        while at >= 0:
            before = _BEFORE.search(said, max(at - 9, 0), at)
            yield from _field(_NAMED.match(said, before.start() if before else at))
            at = lower.find(hint, at + len(hint))


def _field(found: re.Match[str] | None) -> Iterator[tuple[Whom, str]]:
    if found is None:
        return
    name = found["name"].rstrip(".:")
    # Behind a blank and without quotes may stand a sentence: "user: not found".
    sure = not found["gap"] or found["inside"] or found["quote"] or re.search(r"[\d@]", name)
    if name and sure and not _NOBODY.fullmatch(name):
        yield next(whom for whom in Whom if found[whom]), name
