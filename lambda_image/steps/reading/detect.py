"""Which blocks are errors, and the rule that holds the others back."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lambda_image.steps.reading.assemble import Block
from lambda_image.steps.reading.extracted import Extracted, with_extracted
from lambda_image.steps.reading.line import ERROR_LEVELS
from lambda_image.steps.reading.policy import NOTHING_LEFT_OUT, IntakePolicy
from lambda_image.steps.reading.prefix import bare
from lambda_image.steps.reading.read_trace import find_trace, head_line
from lambda_image.steps.reading.unfold import unfolded

# What tells an error stands near the beginning of a line.
READ = 2_000
NOT_AN_ERROR = "not an error"
CONTROL_MESSAGE = "control message"

# Before a status that tells an error from an answer.
ANSWERED_WITH = "Method completed with status: "
# What a runtime or the Lambda platform writes when something ended badly, without any level word.
_TOLD_BY = (
    r"Traceback \(most recent call last\)|^panic: |^http: panic serving |^fatal error: ",
    r"^thread '.{1,80}' (?:\(\d+\) )?panicked at|^Exception in thread ",
    r"^(?i:unhandled|uncaught) (?:promise )?(?i:\w*(?:error|exception|rejection))\b",
    r"^(?:[\w$]{1,80}[.:\\]{1,2}){0,12}(?:[A-Z]\w*)?(?:Error|Exception)(?: \(.*\))?(?:: |:?$)",
    r"^(?:PHP )?(?:Fatal|Parse|Recoverable fatal) error: |^exception '[\w\\]+' with message",
    r"Task timed out after [\d.]+ seconds",
    r"Runtime\.(?:ExitError|OutOfMemory|ImportModuleError|HandlerNotFound|UserCodeSyntaxError|Unknown)",
    r"Error: Runtime exited (?:with error|without providing)",
    r"^\*\* \([A-Z]\w*(?:\.\w+)*\) ",
    r"UnhandledPromiseRejection|Unhandled promise rejection",
    r"Process exited before completing request|\bStatus: (?:error|timeout|failure)\b",
    # API Gateway's own log of how a method was executed.
    rf"Execution failed due to |Lambda execution failed with status |{ANSWERED_WITH}5\d\d",
    r"OOMKilled|Out of memory: Kill|java\.lang\.OutOfMemoryError|JavaScript heap out of memory",
    r"OutOfMemoryError: Container killed",
    r"^[\w./-]+\.swift:\d+: (?:Fatal error|Assertion failed)",
)
_TELLS = re.compile("|".join(_TOLD_BY), re.MULTILINE)
# Each tell holds one of these; most lines hold none.
_HINTS = (
    *("rror", "xception", "anic", "Traceback", "ejection", "timed out", "Runtime", "exited", "Status:"),
    *("emory", "OOMKilled", "Assertion failed", "xecution failed", ANSWERED_WITH, "** ("),
)


def held_back(block: Block, policy: IntakePolicy = NOTHING_LEFT_OUT) -> str | None:
    """The name of the rule that holds this block back, or None for an error."""
    if rule := policy.refuses(block.records):
        return rule
    return None if policy.include or is_error(block.lines, block.records[0].extracted) else NOT_AN_ERROR


def is_error(lines: Sequence[str], extracted: Extracted = ()) -> bool:
    """Whether a block says that something went wrong: by its level first, else by what it looks like.

    `extracted` are the fields that the subscription's pattern took out of its first record.
    """
    line = with_extracted(head_line(lines), extracted)
    if line.level is not None:
        return line.level in ERROR_LEVELS and any(bare(each).strip() for each in lines)
    if line.stack:
        return True
    text = "\n".join(each[:READ] for each in lines)
    if any(hint in text for hint in _HINTS) and _TELLS.search("\n".join(bare(each[:READ]) for each in lines)):
        return True
    return _shows_trace(lines)


def _shows_trace(lines: Sequence[str]) -> bool:
    """Whether there is a trace; in one line a lone place, as in `started at /app/main.js:3:5`, is none."""
    trace = find_trace(lines) if len(unfolded(lines)) > 1 else None
    return trace is not None and (len(lines) > 1 or bool(trace.exception_type) or len(trace.frames) > 1)
