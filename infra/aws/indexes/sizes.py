"""How large a managed OpenSearch domain is made: what is built and what is priced are the same."""

from __future__ import annotations

NODES = 2
DISK_GIB = 20
