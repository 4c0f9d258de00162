"""A short text beside an index: what a store must remember that cannot list what it holds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from knowledge.errors import IndexUnusable

ENDING = ".copied.json"


class Note(Protocol):
    """One text, which is replaced whole. Both raise IndexUnusable."""

    def read(self) -> str:
        """The text; empty where there is none yet."""

    def write(self, text: str) -> None:
        """Put another text in its place."""


@dataclass(frozen=True, slots=True)
class FileNote:
    """Implements `Note` on disk."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)

    def read(self) -> str:
        """See `Note.read`."""
        try:
            return self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""
        except (OSError, UnicodeDecodeError) as error:
            raise IndexUnusable(f"{self.path} cannot be read ({error}); name another file") from error

    def write(self, text: str) -> None:
        """See `Note.write`."""
        draft = self.path.with_name(f"{self.path.name}.draft")
        draft.write_text(text, encoding="utf-8")
        draft.replace(self.path)


@dataclass(frozen=True, slots=True)
class S3Note:
    """Implements `Note` in S3; `client` is S3's, `url` like s3://bucket/key."""

    client: Any
    url: str

    def __str__(self) -> str:
        return self.url

    def read(self) -> str:
        """See `Note.read`."""
        try:
            answer = self.client.get_object(**self._named())
            return str(answer["Body"].read().decode())
        except (ClientError, BotoCoreError) as error:
            if isinstance(error, ClientError) and error.response["Error"]["Code"] == "NoSuchKey":
                return ""
            raise IndexUnusable(f"{self.url}: {error}. Check that the role may read it") from error

    def write(self, text: str) -> None:
        """See `Note.write`."""
        try:
            self.client.put_object(**self._named(), Body=text.encode())
        except (ClientError, BotoCoreError) as error:
            raise IndexUnusable(f"{self.url}: {error}. Check that the role may write it") from error

    def _named(self) -> dict[str, str]:
        parts = urlsplit(self.url)
        return {"Bucket": parts.netloc, "Key": parts.path.lstrip("/")}
