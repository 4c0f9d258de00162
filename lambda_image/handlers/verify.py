"""Lambda `verify`: a source tree and a patch in, the proof out. It has no rights and no route."""

from __future__ import annotations

import json
from typing import Any

from lambda_image import bootstrap, wire


def handler(event: Any, _context: Any) -> Any:
    """The proof as JSON."""
    return json.loads(wire.encode(bootstrap.verify().prove(bootstrap.verify_request(event))))
