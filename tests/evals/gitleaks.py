"""gitleaks' rules beside ours: its own configuration file, which is read and never kept here.

TRACEMEND_GITLEAKS is the path of `config/gitleaks.toml` of a copy of https://github.com/gitleaks/gitleaks.
Rules are applied as its README says: keywords, pattern, entropy of the secret, allow-lists but for paths.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import re2

from lambda_image.steps.redaction.checks import entropy

Rule = dict[str, Any]
VARIABLE = "TRACEMEND_GITLEAKS"


def gitleaks_finds(texts: Sequence[str]) -> list[list[str]] | None:
    """The secrets that gitleaks' rules see in each text; None where there is no copy of them."""
    path = os.environ.get(VARIABLE)
    if not path:
        return None
    told = tomllib.loads(Path(path).read_text(encoding="utf-8"))
    everywhere = told.get("allowlist", {})
    rules = [rule for rule in told["rules"] if "regex" in rule]
    return [list(_found(text, rules, everywhere)) for text in texts]


def _found(text: str, rules: Sequence[Rule], everywhere: Rule) -> Iterator[str]:
    lower = text.lower()
    for rule in rules:
        if any(word in lower for word in rule.get("keywords", ())) or not rule.get("keywords"):
            yield from _secrets(text, rule, everywhere)


def _secrets(text: str, rule: Rule, everywhere: Rule) -> Iterator[str]:
    for match in _compiled(rule["regex"]).finditer(text):
        groups = [each for each in match.groups() if each]
        secret = match[rule["secretGroup"]] if "secretGroup" in rule else (groups[0] if groups else match[0])
        if entropy(secret) <= rule.get("entropy", 0):
            continue
        if not any(
            _allowed(each, secret, match[0], text) for each in (everywhere, *rule.get("allowlists", ()))
        ):
            yield secret


def _allowed(listed: Rule, secret: str, match: str, text: str) -> bool:
    if listed.get("condition") == "AND":
        return False
    target = {"match": match, "line": text}.get(listed.get("regexTarget", ""), secret)
    return any(_compiled(each).search(target) for each in listed.get("regexes", ())) or any(
        word.lower() in secret.lower() for word in listed.get("stopwords", ())
    )


@cache
def _compiled(pattern: str) -> Any:
    return re2.compile(pattern)
