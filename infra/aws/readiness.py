"""Choices that can be synthesized but not deployed yet: their resources are here, their code is not.

`python -m infra.aws.readiness [CONFIG]` ends with 1 and says why; `make deploy` asks it first.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec

from infra.aws.config import Config, chosen


def without_code(config: Config) -> list[str]:
    """Why this configuration cannot be deployed, a sentence each; empty when it can."""
    reasons = []
    if config.index.kind != "embedded":
        reasons.append(f"index.kind {config.index.kind}: `respond` reads the embedded index only")
    if config.wiki.sources and not find_spec("lambda_image.handlers.ingest"):
        reasons.append(
            "wiki.sources: there is no handler `ingest` that would crawl them; make the index with"
            " `tracemend ingest` and put it into the index bucket"
        )
    if config.chat.buttons and not find_spec("lambda_image.handlers.chat"):
        reasons.append("chat.buttons: there is no handler `chat` that would serve them")
    return reasons


if __name__ == "__main__":
    if found := without_code(chosen(sys.argv[1:])):
        sys.exit("this configuration cannot be deployed yet:\n" + "\n".join(f"- {each}" for each in found))
