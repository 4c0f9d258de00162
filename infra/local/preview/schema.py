"""What a Teams webhook takes of us."""

from __future__ import annotations

from pathlib import Path

SCHEMA = Path(__file__).with_name("adaptive-card.schema.json")
