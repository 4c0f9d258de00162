"""Access logs: load balancer, API Gateway, S3 and the common format; a status of 500 and more is an error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from lambda_image.steps.reading.fields import REQUEST, stated

_ALB = re.compile(
    r"(?:https?|h2|grpcs?|wss?) \d{4}-\d\d-\d\dT[\d:.]+Z (?P<service>\S+)\s+\S+ \S+ (?:-?[\d.]+ ){3}"
    r'(?P<status>\d{3}|-) (?:\d{3}|-) \d+ \d+\s+"(?P<method>[A-Z-]+) (?P<url>\S+) [^"]*"'
)
_ALB_TRACE = re.compile(r'"(Root=1-[^"]+)"')
_ALB_REASON = re.compile(
    r'"(?:waf,?|forward|redirect|fixed-response|authenticate|,|-)*" "[^"]*" "([A-Z]\w+)"'
)
_S3 = re.compile(
    r"[0-9a-f]{64} (?P<service>\S+) \[[^\]]+\] \S+ \S+ (?P<request>[0-9A-Z]{8,}) \S+ \S+ "
    r'"(?P<method>[A-Z]+) (?P<url>\S+) [^"]*" (?P<status>\d{3}) (?P<code>\S+)'
)
_COMMON = re.compile(
    r'\S+ \S+ \S+ \[[^\]]{10,40}\] "(?P<method>[A-Z]{3,10}) (?P<url>\S+)(?: HTTP/[\d.]+)?" '
    r"(?P<status>\d{3}) (?:\d+|-)"
)
_SERVED = re.compile(r'"(?P<method>[A-Z]{3,7}) (?P<url>\S+) HTTP/[\d.]+" (?P<status>[1-5]\d\d)\b')
_METHODS = (
    "httpMethod",
    "method",
    "http_method",
    "routeKey",
    "http.request.method",
    "verb",
    "request_method",
)
_PATHS = ("path", "resourcePath", "routeKey", "uri", "url", "url.path", "request_uri", "requestPath")
_STATUS = (
    "status",
    "statusCode",
    "status_code",
    "http.response.status_code",
    "response_status",
    "responseStatus",
)
READ = 4_000


@dataclass(frozen=True, slots=True)
class Access:
    """One request as its server logged it; `status` is 0 where no answer was sent."""

    status: int
    message: str
    service: str | None = None
    request_id: str | None = None
    error_code: str | None = None


def read_access(text: str) -> Access | None:
    """The request in a line of an access log, or None."""
    text = text[:READ]
    if '"' not in text:
        return None
    found = _ALB.match(text) or _S3.match(text) or _COMMON.match(text) or _SERVED.search(text[:1_000])
    if found is None:
        return None
    parts = found.groupdict()
    status = int(parts["status"]) if parts["status"].isdecimal() else 0
    request, code = parts.get("request"), parts.get("code")
    if found.re is _ALB:
        trace, reason = _ALB_TRACE.search(text), _ALB_REASON.search(text)
        request, code = trace[1] if trace else None, reason[1] if reason else None
    named = code if code and code != "-" else str(status) if status >= 400 else None
    return Access(
        status, _message(status, parts["method"], parts["url"]), parts.get("service"), request, named
    )


def access_fields(fields: Mapping[str, Any]) -> Access | None:
    """The request in an access log written as JSON: it has a status, and a method or a route."""
    status, method, path = stated(fields, _STATUS, 0), stated(fields, _METHODS, 0), stated(fields, _PATHS, 0)
    if not (status and status.isdecimal() and len(status) == 3 and (method or path)):
        return None
    named = status if int(status) >= 400 else None
    route = path if method in (None, path) else f"{method} {path}" if path else method
    return Access(int(status), _message(int(status), "", route or ""), None, stated(fields, REQUEST), named)


def _message(status: int, method: str, url: str) -> str:
    """`502 Bad Gateway: GET /path`: the words tell one status from another when numbers are masked."""
    phrases = {each.value: each.phrase for each in HTTPStatus}
    path = re.sub(r"^[a-z]+://[^/]+", "", url.partition("?")[0]) or "/"
    return f"{status} {phrases.get(status, 'no known status')}: {f'{method} {path}'.strip()}"
