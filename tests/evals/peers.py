"""What we measure beside ourselves: Drain3 for groups, detect-secrets for secrets, both as they come.

Drain3 also with the masks of its own example, for by default it has none.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from detect_secrets.core.scan import scan_line
from detect_secrets.settings import default_settings
from drain3 import TemplateMiner
from drain3.template_miner_config import TemplateMinerConfig


def drain3_groups(lines: Sequence[str], settings: Path | None = None) -> list[int]:
    """The cluster of each line by Drain3's defaults or these settings, after the last line."""
    config = TemplateMinerConfig()
    if settings:
        config.load(str(settings))
        config.profiling_enabled = False
    miner = TemplateMiner(config=config)
    return [miner.add_log_message(line)["cluster_id"] for line in lines]


def detect_secrets_finds(texts: Sequence[str]) -> list[list[str]]:
    """The secrets that detect-secrets' default plugins see in each text, line by line."""
    with default_settings():
        return [
            [found.secret_value or "" for line in text.splitlines() for found in scan_line(line)]
            for text in texts
        ]
