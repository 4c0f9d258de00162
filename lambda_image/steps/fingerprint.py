"""The identity of a problem: the same for all its occurrences, different for different problems.

Versioned, so that a better rule never regroups what an older one has put together.
"""

from __future__ import annotations

import hashlib
import re

from lambda_image.domain.events import Frame, RedactedEvent
from lambda_image.steps.masks import collapse, template

VERSION = "v1"
FRAMES = 5
MESSAGE_REACH = 400
# A request refused and a request that failed are two problems, whatever else is masked.
_STATUS = re.compile(r"(?i)\b(?:status(?:[ _-]?code)?|http(?:/[\d.]+)?|returned|response)\W{1,4}([45])\d\d\b")


def fingerprint(event: RedactedEvent) -> str:
    """`v1-` and 16 hex digits, from the log group and from the best that the event has.

    In-app frames with the exception type; without frames the exception type and the normalised message;
    without a type the message's template alone. Line numbers count only in the frame that raised: two
    failing lines of one function are two problems.
    """
    parts = (event.log_group, *identity(event))
    digest = hashlib.sha256("\x1f".join(parts).encode("utf-8", errors="replace")).hexdigest()
    return f"{VERSION}-{digest[:16]}"


def identity(event: RedactedEvent) -> tuple[str, ...]:
    """What the fingerprint is made of, the rule's name first."""
    kind = event.exception_type or ""
    own = [frame for frame in event.frames if frame.in_app] or list(event.frames)
    if own:
        return ("frames", kind, *(_place(frame) for frame in own[-FRAMES:]), str(own[-1].line))
    message = event.message[:MESSAGE_REACH]
    status = _STATUS.search(message)
    said = (" ".join(template(collapse(message))), f"{status[1]}xx" if status else "")
    return ("exception", kind, *said) if kind else ("template", *said)


def _place(frame: Frame) -> str:
    """File and function, without the part of the path that depends on where it is deployed."""
    return f"{'/'.join(frame.file.replace(chr(92), '/').split('/')[-2:])}:{frame.function or ''}"
