"""`python -m tests.evals.image`: the image's size and cold starts, in the image and under the emulator.

`intake` and a peer that imports only boto3 and makes the same two clients start in turn, each in a fresh
container; the ratio of each pair is what counts, because the machine's speed drifts.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

from infra.local.resources import REGION
from tests.evals.bench import PEER
from tests.infra.image.build import BASE, build, megabytes, missing
from tests.infra.image.cloud import Cloud, open_cloud
from tests.infra.image.container import Container

PAIRS = 15
RESPONDS = 5
EVENTS = Path(__file__).parents[1] / "events"
PEER_HANDLER = f"{PEER.format(region=REGION)}\ndef handler(event, context):\n    return {{}}\n"


def starts(tag: str, cloud: Cloud, folder: Path) -> dict[str, float]:
    """Median seconds to the first answer, and the median of the ratios."""
    (folder / "peer.py").write_text(PEER_HANDLER, encoding="utf-8")
    event = json.loads((EVENTS / "pipe_batch.json").read_bytes())
    intake, peer = [], []
    for _ in range(PAIRS):
        with Container(tag, "lambda_image.handlers.intake.handler", cloud.environment) as function:
            intake.append(function.invoke(event)[1])
        told = cloud.environment | {"PYTHONPATH": "/opt/peer"}
        with Container(tag, "peer.handler", told, {"/opt/peer": folder}) as function:
            peer.append(function.invoke(event)[1])
    return {
        "intake_cold_seconds": statistics.median(intake),
        "boto3_only_cold_seconds": statistics.median(peer),
        "ratio": statistics.median(mine / theirs for mine, theirs in zip(intake, peer, strict=True)),
    }


def respond(tag: str, cloud: Cloud) -> float:
    """Seconds of a first answer of `respond`, whose model answers at once."""
    with Container(tag, "lambda_image.handlers.intake.handler", cloud.environment) as function:
        function.invoke(json.loads((EVENTS / "checkout_error.json").read_bytes()))
    asked = cloud.delivered("incidents")
    with Container(tag, "lambda_image.handlers.respond.handler", cloud.environment) as function:
        return function.invoke(asked)[1]


def measure() -> dict[str, Any]:
    """Sizes and times."""
    built = build()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        answers = []
        for number in range(RESPONDS):
            with open_cloud(folder / str(number)) as cloud:
                answers.append(respond(built.functions, cloud))
        with open_cloud(folder / "starts") as cloud:
            times = starts(built.functions, cloud, folder)
    times["respond_cold_seconds"] = statistics.median(answers)
    sizes = {"base": BASE, "functions": built.functions, "verify": built.verify}
    return {
        "megabytes": {variant: megabytes(tag) for variant, tag in sizes.items()},
        **{name: round(seconds, 3) for name, seconds in times.items()},
        "pairs": PAIRS,
    }


def main() -> int:
    """Measure and write one JSON object."""
    if reason := missing():
        sys.stderr.write(f"not measured: {reason}\n")
        return 1
    sys.stdout.write(json.dumps(measure(), indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
