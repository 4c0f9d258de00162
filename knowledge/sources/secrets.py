"""What opens the sources of one run, by host, so that no source's secret goes to another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import urlsplit

from knowledge.errors import SourceUnusable
from knowledge.sources.access import Access, access_from

_FORM = '{"wiki.example.com": {"bearer": "token"}, "git.example.com": {"basic": "user:password"}}'


def accesses(text: str) -> Mapping[str, Access]:
    """Read the secrets of several hosts. Raises SourceUnusable, without any of them."""
    try:
        told = json.loads(text) if text.strip() else {}
        found = {host.lower(): json.dumps(dict(each)) for host, each in told.items()}
    except (ValueError, AttributeError):
        raise SourceUnusable(f"the secrets of the sources are not understood; write {_FORM}") from None
    return {host: access_from(each) for host, each in found.items()}


def host_of(address: str) -> str:
    """The host of a source's address; a folder has none."""
    return (urlsplit(address).hostname or "").lower()
