"""Which blocks are errors, and the rule that holds the others back."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lambda_image.steps.assemble import Block
from lambda_image.steps.line import ERROR_LEVELS, level_of, read_line

# What tells an error stands near the beginning of a line.
READ = 2_000
NOT_AN_ERROR = "not an error"
OWN_LOG_GROUP = "own log group"
CONTROL_MESSAGE = "control message"
EXCLUDED = "excluded by pattern"

# What a runtime or the Lambda platform writes when something ended badly, without any level word.
_TELLS = re.compile(
    r"Traceback \(most recent call last\)|^panic: |^fatal error: |^thread '.{1,80}' panicked at"
    r"|^Exception in thread |^(?:Uncaught |Unhandled )\w*(?:Error|Exception|Rejection)"
    r"|^(?:[\w.$]+\.)?[A-Z]\w*(?:Error|Exception)(?:: |$)|^(?:PHP )?Fatal error: "
    r"|Task timed out after [\d.]+ seconds"
    r"|Runtime\.(?:ExitError|OutOfMemory|ImportModuleError|HandlerNotFound)"
    r"|Process exited before completing request|\bStatus: (?:error|timeout)\b|OOMKilled|Out of memory: Kill",
    re.MULTILINE,
)


def held_back(
    block: Block,
    own_log_groups: Sequence[str] = (),
    include: Sequence[str] = (),
    exclude: Sequence[str] = (),
) -> str | None:
    """The name of the rule that holds this block back, or None for an error.

    `own_log_groups` are prefixes; `include` and `exclude` are words as they stand in the text.
    """
    if block.records[0].log_group.startswith(tuple(own_log_groups)):
        return OWN_LOG_GROUP
    text = "\n".join(block.lines)
    if any(word in text for word in exclude):
        return EXCLUDED
    if include:
        return None if any(word in text for word in include) else NOT_AN_ERROR
    return None if is_error(block.lines) else NOT_AN_ERROR


def is_error(lines: Sequence[str]) -> bool:
    """Whether a block says that something went wrong: by its level first, else by what it looks like."""
    text = "\n".join(line[:READ] for line in lines)
    line = read_line(lines[0]) if lines else read_line("")
    level = line.level if line.level is not None else level_of(lines[0] if lines else "")
    if level is not None:
        return level in ERROR_LEVELS
    return bool(line.stack) or bool(_TELLS.search(text))
