"""The functions' own log: one JSON object a line, with the names of the work, and never text of others.

A log line says what happened in our words. Errors are told by type and place; the text of one only where it
is ours or a service's, redacted and cut, because others quote what they choked on: a log, a page, an answer.
"""

from __future__ import annotations

import logging
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from lambda_image.domain.errors import (
    ConfigurationError,
    DeadlineNear,
    PermanentError,
    TransientError,
    WorkInProgress,
)
from lambda_image.observing import work

if TYPE_CHECKING:
    from aws_lambda_powertools.logging import Logger

SERVICE = "tracemend"
QUOTABLE = (ConfigurationError, DeadlineNear, PermanentError, TransientError, WorkInProgress)
REASON_LIMIT = 300


class _StandardOutput(logging.Handler):
    """Writes to what standard output is at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        """One line."""
        sys.stdout.write(self.format(record) + "\n")


def info(message: str, **told: object) -> None:
    """Something that ended well and has no metric."""
    _logger().info(message, extra={**work.current().names, **told})


def warning(message: str, **told: object) -> None:
    """Something was lost or held up, and the work goes on."""
    _logger().warning(message, extra={**work.current().names, **told})


def error(message: str, **told: object) -> None:
    """A piece of work failed; it comes again, or waits for people."""
    _logger().error(message, extra={**work.current().names, **told})


def of(failure: BaseException) -> dict[str, str]:
    """What may be told of an error: its type, where it was raised, and its text if it can quote nobody."""
    told = {"error": type(failure).__name__}
    trace = failure.__traceback__
    while trace:
        code = trace.tb_frame.f_code
        if "lambda_image" in code.co_filename or "knowledge" in code.co_filename:
            told["where"] = f"{Path(code.co_filename).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    if isinstance(failure, QUOTABLE):
        from lambda_image.steps.redact import redact_text  # noqa: PLC0415 - on failure only

        told["reason"] = redact_text(str(failure)).text[:REASON_LIMIT]
    return told


@cache
def _logger() -> Logger:
    # Powertools waits for the first line: a batch of logs without a fault costs `intake` no import.
    from aws_lambda_powertools.logging import Logger  # noqa: PLC0415

    return Logger(
        service=SERVICE, logger_handler=_StandardOutput(), use_rfc3339=True, utc=True, location=None
    )
