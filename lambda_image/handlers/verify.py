"""Lambda `verify`: a source tree and a patch in, the proof out. It has no rights and no route.

So it has no way to a collector either: its span is that of `repair`, whose trace its log names.
"""

from __future__ import annotations

import json
import time
from typing import Any

from lambda_image import bootstrap, wire
from lambda_image.domain.errors import TracemendError
from lambda_image.handlers import metrics
from lambda_image.observing import log
from lambda_image.observing.work import Work, first_here, going_on


def handler(event: Any, context: Any) -> Any:
    """The proof as JSON."""
    here = Work(context.function_name, context.aws_request_id, first_here(), **event.get("about", {}))
    with going_on(here):
        began = time.monotonic()
        try:
            proof = bootstrap.verify().prove(bootstrap.verify_request(event))
        except TracemendError:
            raise
        except Exception as error:  # noqa: BLE001 - an entry point
            # What is raised goes to the log and to `repair`, and this may quote the code that it choked on.
            raise RuntimeError(" ".join(log.of(error).values())) from None
        metrics.verified(context, proof, time.monotonic() - began)
        return json.loads(wire.encode(proof))
