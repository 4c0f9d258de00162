"""What people type to a source."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit, urlunsplit

from knowledge.errors import SourceUnusable
from knowledge.sources.access import Access
from knowledge.sources.crawl.limits import Limits
from knowledge.sources.folder import Folder
from knowledge.sources.reach import Reach, Resolve, system_resolve
from knowledge.sources.source import Source

FORMS = (
    "https://host/wiki/ · confluence+https://host/wiki?space=KEY · git+https://host/team/repo.git@branch#folder"
    " · s3://bucket/prefix · a folder"
)


# The form of scp, in which code hosts show what is cloned over ssh.
_SCP = re.compile(r"[\w.-]+@[\w.-]+:")


@dataclass(frozen=True, slots=True)
class Options:
    """What goes with an address.

    `access` opens it; `private` names hosts that may stand at private addresses and be asked over http;
    `include` and `exclude` are patterns of a wiki's paths, `limits` its crawl's; `client` is boto3's for S3.
    """

    access: Access | None = None
    private: frozenset[str] = frozenset()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    client: Any = None
    limits: Limits = field(default_factory=Limits)
    resolve: Resolve = field(default=system_resolve, repr=False)

    @property
    def reach(self) -> Reach:
        """Where its requests may go."""
        return Reach(frozenset(host.lower() for host in self.private), self.resolve)


def source_from(address: str, options: Options | None = None) -> Source:
    """The source that an address names; nothing is read yet. Raises SourceUnusable for what is none."""
    told = options or Options()
    kind, mark, rest = address.partition("://")
    if kind in ("ssh", "git+ssh") or _SCP.match(address):
        raise SourceUnusable("git over ssh is not read; write git+https://host/team/repo.git")
    if not mark or len(kind) < 2:
        return Folder(Path(address))
    if "@" in rest.partition("/")[0]:
        raise SourceUnusable(f"an address of {kind}:// has a password in it; give it as a secret instead")
    try:
        parts = urlsplit(address)
        named = bool(parts.netloc) or kind == "git+file"
        known = named and (parts.port is None or parts.port > 0)
    except ValueError:
        known = False
    if known and kind in ("https", "http"):
        return _wiki(address, told)
    if known and kind in ("git+https", "git+http", "git+file"):
        return _repository(address, told)
    if known and kind in ("confluence+https", "confluence+http"):
        return _confluence(address, told)
    if known and kind == "s3":
        from knowledge.sources.s3 import Bucket  # noqa: PLC0415 - loads the SDK

        return Bucket(parts.netloc, parts.path.lstrip("/"), told.client)
    raise SourceUnusable(f"{kind}:// is no source that can be read. Write one of: {FORMS}")


def _wiki(address: str, told: Options) -> Source:
    from knowledge.sources.crawl.wiki import Wiki  # noqa: PLC0415 - few need it

    return Wiki(address, told.include, told.exclude, told.reach.private_hosts, told.access, told.limits)


def _repository(address: str, told: Options) -> Source:
    from knowledge.sources.git import Repository, folder_of  # noqa: PLC0415 - few need it

    parts = urlsplit(address.removeprefix("git+"))
    path, _, ref = parts.path.partition("@")
    if ref.startswith("-") or ":" in ref:
        raise SourceUnusable(f"{ref} is no branch or tag")
    url = urlunsplit((parts.scheme, parts.netloc, path, "", ""))
    return Repository(url, ref, folder_of(parts.fragment), told.access, told.reach)


def _confluence(address: str, told: Options) -> Source:
    """`space=A,B` and `label=x` choose pages, `attachments=no` leaves files out, `api` is v1 or v2."""
    parts = urlsplit(address.removeprefix("confluence+"))
    asked = parse_qs(parts.query)
    if unknown := sorted(set(asked) - {"space", "label", "attachments", "api"}):
        raise SourceUnusable(f"{', '.join(unknown)} says nothing here; use space, label, attachments, api")
    home = urlunsplit((parts.scheme, parts.netloc, parts.path.rstrip("/"), "", ""))
    from knowledge.sources.confluence.cloud import Cloud  # noqa: PLC0415 - few need it
    from knowledge.sources.confluence.data_center import DataCenter  # noqa: PLC0415 - likewise
    from knowledge.sources.confluence.rest import Rest  # noqa: PLC0415 - likewise
    from knowledge.sources.confluence.spaces import Spaces  # noqa: PLC0415 - likewise
    from knowledge.sources.fetch import Fetch  # noqa: PLC0415 - likewise

    is_cloud = (parts.hostname or "").endswith((".atlassian.net", "api.atlassian.com"))
    api = asked.get("api", ["v2" if is_cloud else "v1"])[0]
    if api not in ("v1", "v2"):
        raise SourceUnusable(f"api={api} is no Confluence API; use v1 for Data Center, v2 for Cloud")
    rest = Rest(home, told.access, Fetch(told.reach))
    speaks = Cloud if api == "v2" else DataCenter
    chosen = speaks(rest, _list(asked.get("space")), _list(asked.get("label")))
    return Spaces(address, rest, chosen, asked.get("attachments") != ["no"])


def _list(values: list[str] | None) -> tuple[str, ...]:
    return tuple(word.strip() for value in values or () for word in value.split(",") if word.strip())
