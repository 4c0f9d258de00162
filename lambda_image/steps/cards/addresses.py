"""Where a citation leads: the log event in the CloudWatch console, the page, the code at its commit."""

from __future__ import annotations

import re
from urllib.parse import quote

from lambda_image.domain.events import RedactedEvent
from lambda_image.domain.evidence import Evidence, Span, SpanKind
from lambda_image.domain.records import NO_LOG_GROUPS
from lambda_image.steps.words.escape import is_web

CONSOLES = {"cn-": "console.amazonaws.cn", "us-gov-": "console.amazonaws-us-gov.com"}
# CloudWatch Logs' own event ids are long runs of digits; what stands in their place elsewhere is not.
_EVENT_ID = re.compile(r"\d{30,}")
_REGION = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d")
_COMMIT = re.compile(r"[0-9a-f]{7,64}")


def log_address(event: RedactedEvent, region: str) -> str:
    """The event in the CloudWatch console, marked there; empty where it is no event of CloudWatch Logs."""
    known = _REGION.fullmatch(region) and _EVENT_ID.fullmatch(event.id)
    if not known or event.log_group in NO_LOG_GROUPS or not event.log_stream:
        return ""
    domain = next(
        (each for start, each in CONSOLES.items() if region.startswith(start)), "console.aws.amazon.com"
    )
    place = f"log-group/{_twice(event.log_group)}/log-events/{_twice(event.log_stream)}"
    at = f"$3Fstart$3D{event.timestamp}$26refEventId$3D{event.id}"
    return f"https://{region}.{domain}/cloudwatch/home?region={region}#logsV2:log-groups/{place}{at}"


def code_address(evidence: Evidence, file: str, line: int | None) -> str:
    """The line at the commit that was read; empty where the code host is not known."""
    revision = evidence.revision
    if revision is None or not revision.web.startswith("https://") or not _COMMIT.fullmatch(revision.commit):
        return ""
    if "codecommit" in revision.web:  # it is read in the console, which has no address of one line
        return ""
    if revision.web.startswith("https://bitbucket.org/"):
        place = f"{revision.web}/src/{revision.commit}/{quote(file, errors='replace')}"
        return place + (f"#lines-{line}" if line else "")
    folder = "-/blob" if "gitlab" in revision.web else "blob"
    return f"{revision.web}/{folder}/{revision.commit}/{quote(file, errors='replace')}" + (
        f"#L{line}" if line else ""
    )


def address(span: Span, event: RedactedEvent, evidence: Evidence, region: str) -> str:
    """Where this span can be read in its place; empty where nobody can tell."""
    if span.kind is SpanKind.LOG:
        return log_address(event, region)
    if span.kind is SpanKind.CODE:
        return code_address(evidence, span.source, span.line)
    return span.url if span.url and is_web(span.url) else ""


def _twice(name: str) -> str:
    """The console reads names from its fragment that are encoded twice, with `$` in place of `%`."""
    return quote(quote(name, safe="", errors="replace"), safe="").replace("%", "$")
