"""Why a page could not be read, in words for people; when to ask again."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadTimeoutError,
    IgnoreRequest,
)
from scrapy.http import Response
from twisted.python.failure import Failure

from knowledge.sources.crawl.limits import Limits


def why(failure: Failure, limits: Limits) -> str:
    """The reason; never what was sent."""
    error = failure.value
    if isinstance(error, DownloadTimeoutError):
        return f"did not answer within {limits.answer_seconds:g} seconds"
    if isinstance(error, DownloadCancelledError | IgnoreRequest):
        return f"larger than {limits.page_bytes} bytes"
    if isinstance(error, CannotResolveHostError):
        return "its host cannot be found"
    if isinstance(error, DownloadConnectionRefusedError):
        return "the connection was refused"
    return f"could not be read ({type(error).__name__})"


def retry_after(response: Response, tries: int) -> float:
    """Seconds to wait: what the server asks, a number or a date, else ever longer."""
    told = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if told.isdecimal():
        return float(told)
    try:
        return max(0.0, parsedate_to_datetime(told).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return float(2**tries)
