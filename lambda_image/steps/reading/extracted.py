"""What a subscription's pattern took out of a message, for what the message itself does not tell us."""

from __future__ import annotations

from dataclasses import replace

from lambda_image.steps.reading import fields as names
from lambda_image.steps.reading.line import LEVELS, Line

Extracted = tuple[tuple[str, str], ...]


def with_extracted(line: Line, extracted: Extracted) -> Line:
    """The line with level, request id, service and error code from the extracted fields where it has none."""
    if not extracted:
        return line
    fields = dict(extracted)
    level = names.stated(fields, names.LEVEL, 0) or ""
    return replace(
        line,
        level=line.level or LEVELS.get(level.strip("[]:").lower()),
        request_id=line.request_id or names.stated(fields, names.REQUEST, 0),
        service=line.service or names.stated(fields, names.SERVICE, 0),
        error_code=line.error_code or names.stated(fields, (*names.CODE, *names.STATUS), 0),
    )
