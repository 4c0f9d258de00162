"""What an index is called in a setting: the one place that writes and reads it.

runbooks.index                            a file
s3://BUCKET/KEY                           the same in S3
opensearch+https://HOST/INDEX             an OpenSearch server that asks for no signature
es+https://HOST/INDEX                     a managed OpenSearch domain
aoss+https://HOST/INDEX                   a collection of OpenSearch Serverless
s3vectors:BUCKET/INDEX                    S3 Vectors
bedrock-kb:ID, bedrock-kb:ID?team=pay     a Bedrock Knowledge Base, or what has this metadata in it
kendra:ID, kendra:ID/SOURCE               a Kendra index, or our own data source in it
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, cast, get_args
from urllib.parse import parse_qsl

from knowledge.errors import IndexUnusable

Kind = Literal["file", "s3", "opensearch", "es", "aoss", "s3vectors", "bedrock-kb", "kendra"]
SERVERS = ("opensearch", "es", "aoss")
FORMS = (
    "FILE, s3://BUCKET/KEY, opensearch+https://HOST/INDEX, es+https://HOST/INDEX, aoss+https://HOST/INDEX,"
    " s3vectors:BUCKET/INDEX, bedrock-kb:ID or kendra:ID"
)
_SCHEME = re.compile(r"([a-z][a-z0-9-]+)(\+https?)?:(?!\\)(.*)", re.DOTALL)
# What must stand behind the colon of each kind: where it is, and what it is called there.
_PLACES = {
    "s3": r"//(?P<place>[^/?#]+)/(?P<name>.+)",
    "s3vectors": r"(?P<place>[^/?#]+)/(?P<name>[^/?#]+)",
    "bedrock-kb": r"(?P<place>[^/?#]+)(\?(?P<only>.+))?",
    "kendra": r"(?P<place>[^/?#]+)(/(?P<name>[^/?#]+))?",
    "server": r"(?P<place>//[^/?#]+)/(?P<name>[^/?#]+)",
}


@dataclass(frozen=True, slots=True)
class Address:
    """An index.

    `place` is a path, a bucket, an id, or for a server its URL; `name` an object, an index or a data source
    there. `only` are metadata that passages must have.
    """

    kind: Kind
    place: str
    name: str = ""
    only: tuple[tuple[str, str], ...] = ()

    @property
    def setting(self) -> str:
        """As it is written."""
        match self.kind:
            case "file":
                return self.place
            case "s3":
                return f"s3://{self.place}/{self.name}"
            case "opensearch" | "es" | "aoss":
                return f"{self.kind}+{self.place}/{self.name}"
        told = f"{self.kind}:{self.place}{'/' if self.name else ''}{self.name}"
        return told + ("?" + "&".join(f"{key}={value}" for key, value in self.only) if self.only else "")


def read(setting: str) -> Address:
    """The index of a setting. Raises IndexUnusable naming the forms that there are."""
    found = _SCHEME.fullmatch(setting)
    if not found:
        return Address("file", setting)
    kind, protocol, rest = found.group(1), found.group(2) or "", found.group(3)
    known = kind in get_args(Kind) and kind != "file" and (kind in SERVERS) == bool(protocol)
    parts = re.fullmatch(_PLACES["server" if protocol else kind], rest) if known else None
    if parts is None:
        raise IndexUnusable(f"{setting!r} names no index; write {FORMS}")
    told = parts.groupdict()
    place = f"{protocol[1:]}:{told['place']}" if protocol else told["place"]
    only = tuple(parse_qsl(told.get("only") or ""))
    return Address(cast("Kind", kind), place, told.get("name") or "", only)
