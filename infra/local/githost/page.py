"""What a person sees of a pull request: its text, its diff, its comments, all escaped."""

from __future__ import annotations

from typing import Any

from markupsafe import escape

STYLE = """
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
pre { white-space: pre-wrap; background: #8881; padding: 1rem }
"""


def page(pull: dict[str, Any], diff: str) -> str:
    """One HTML page."""
    state = "draft" if pull["draft"] and pull["state"] == "open" else pull["state"]
    title = f"{pull['title']} #{pull['number']}"
    about = f"{state}: {pull['head']} into {pull['base']}; labels: {', '.join(pull['labels'])}"
    parts = [
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{escape(title)}</title>",
        f"<style>{STYLE}</style>",
        f"<h1>{escape(title)}</h1><p>{escape(about)}</p><pre>{escape(pull['body'])}</pre>",
        f"<h2>Files changed</h2><pre>{escape(diff)}</pre>",
        *(f"<h3>Comment</h3><pre>{escape(text)}</pre>" for text in pull["comments"]),
    ]
    return "".join(parts)
