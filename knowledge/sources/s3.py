"""Documents below a prefix of an S3 bucket: one page an object, read again when its ETag is another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from knowledge.errors import DocumentUnreadable, SourceUnusable
from knowledge.passage import About, Page, Unchanged
from knowledge.sources.documents.formats import format_of, largest
from knowledge.sources.documents.kinds import UNREAD
from knowledge.sources.documents.page import File, page_from
from knowledge.sources.source import Skipped


@dataclass(frozen=True, slots=True)
class Bucket:
    """Implements `Source`; `client` is boto3's for S3, and needs to list the bucket and to get objects."""

    bucket: str
    prefix: str = ""
    client: Any = None

    @property
    def name(self) -> str:
        """See `Source.name`."""
        return f"s3://{self.bucket}/{self.prefix}"

    def pages(self, marks: Mapping[str, str], skipped: Skipped) -> Iterator[Page | Unchanged]:
        """See `Source.pages`; a page's id is s3://bucket/key. Raises SourceUnusable."""
        client = self.client or boto3.client("s3")
        for listed in self._listed(client):
            key = str(listed["Key"])
            page = f"s3://{self.bucket}/{key}"
            if not format_of(key):
                # A key that ends so is what consoles show as a folder.
                if not key.endswith("/"):
                    skipped(page, UNREAD)
            elif listed["Size"] > largest(format_of(key)):
                skipped(page, f"larger than {largest(format_of(key))} bytes")
            elif marks.get(page) == listed["ETag"]:
                yield Unchanged(page)
            else:
                yield from self._read(client, listed, marks, skipped)

    def _read(
        self, client: Any, listed: dict[str, Any], marks: Mapping[str, str], skipped: Skipped
    ) -> Iterator[Page | Unchanged]:
        key = str(listed["Key"])
        page = f"s3://{self.bucket}/{key}"
        try:
            # As it was listed: what is written meanwhile is read the next time.
            answer = client.get_object(Bucket=self.bucket, Key=key, IfMatch=listed["ETag"])
            raw = answer["Body"].read()
            about = About(modified=int(listed["LastModified"].timestamp() * 1000))
            yield page_from(File(page, page, key, about, listed["ETag"]), raw)
        except DocumentUnreadable as reason:
            skipped(page, str(reason))
        except (ClientError, BotoCoreError) as error:
            if _code(error) == "NoSuchKey":
                return
            skipped(page, f"could not be read ({_code(error)})")
            if page in marks:
                yield Unchanged(page)

    def _listed(self, client: Any) -> Iterator[dict[str, Any]]:
        try:
            pages = client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix)
            for each in pages:
                yield from each.get("Contents", ())
        except (ClientError, BotoCoreError) as error:
            raise SourceUnusable(
                f"{self.name} cannot be listed ({_code(error)});"
                " check its name, its Region, the credentials and s3:ListBucket"
            ) from error


def _code(error: ClientError | BotoCoreError) -> str:
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "unknown"))
    return type(error).__name__
