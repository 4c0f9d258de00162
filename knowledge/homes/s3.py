"""An index in S3: conditional writes let one run in at a time, and replace only the version that it knew.

Amazon S3 User Guide, "How to prevent object overwrites with conditional writes": `If-None-Match: *` writes
where nothing is, `If-Match` where the object still has that ETag; else S3 answers 412, or 409 while another
write goes on.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError

from knowledge.errors import IndexUnusable
from knowledge.manifest import SUFFIX, Manifest

# Seconds that a killed run holds others off; one that lives says so ten times as often.
SECONDS = 600
LEASE = ".lease"
UNFINISHED = ".unfinished"
_REFUSED = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412", "409"})
_ABSENT = frozenset({"NoSuchKey", "NotFound", "404"})


@dataclass(slots=True)
class S3Home:
    """Implements `Home`. `client` is S3's, `url` like s3://bucket/key, `scratch` a folder for the draft.

    Beside the index stand its manifest, the lease and, until the next run, what an unfinished run has left.
    """

    client: Any
    url: str
    scratch: Path
    _index: str = ""
    _lease: str = ""

    @contextmanager
    def enter(self) -> Iterator[Path]:
        """See `Home.enter`. The lease is given back, or ends by itself where the run was killed."""
        self._take_lease()
        self.scratch.mkdir(parents=True, exist_ok=True)
        draft = self.scratch / "index.draft"
        draft.unlink(missing_ok=True)
        try:
            yield draft
        finally:
            draft.unlink(missing_ok=True)
            if self._lease:
                self._hold(0)

    def fetch(self, draft: Path, *, resume: bool) -> bool:
        """See `Home.fetch`."""
        found = self._call("head_object", Key=self._key())
        self._index = str(found["ETag"]) if found else ""
        if resume:
            left = self._call("head_object", Key=self._key(UNFINISHED))
            if left and left["Metadata"].get("base") == self._base():
                return self._download(self._key(UNFINISHED), draft, left["ETag"])
        if found:
            self._download(self._key(), draft, self._index)
        return False

    def save(self, draft: Path | None) -> None:
        """See `Home.save`."""
        self._hold(SECONDS)
        if draft:
            with draft.open("rb") as body:
                self._call(
                    "put_object", Key=self._key(UNFINISHED), Body=body, Metadata={"base": self._base()}
                )

    def publish(self, draft: Path, manifest: Manifest) -> None:
        """See `Home.publish`."""
        self._hold(SECONDS)
        with draft.open("rb") as body:
            put = self._put("", body, self._index)
        if not put:
            raise IndexUnusable(f"{self.url} was replaced by another run meanwhile; run this one again")
        self._call("put_object", Key=self._key(SUFFIX), Body=manifest.text().encode())
        self._call("delete_object", Key=self._key(UNFINISHED))

    def _take_lease(self) -> None:
        """Raises IndexUnusable while another run holds it."""
        found = self._call("get_object", Key=self._key(LEASE))
        if found:
            until = json.loads(found["Body"].read())["until"]
            if until > time.time():
                when = time.strftime("%H:%M:%S", time.gmtime(until))
                raise IndexUnusable(
                    f"another run is writing {self.url}; let it end first."
                    f" If it was killed, its hold ends at {when} UTC"
                )
        self._lease = str(found["ETag"]) if found else ""
        self._hold(SECONDS)

    def _hold(self, seconds: int) -> None:
        """Raises IndexUnusable where another run has taken over, as it may after a long silence."""
        told = json.dumps({"holder": uuid.uuid4().hex, "until": time.time() + seconds if seconds else 0})
        put = self._put(LEASE, told.encode(), self._lease)
        self._lease = str(put["ETag"]) if put else ""
        if not put and seconds:
            raise IndexUnusable(f"another run is writing {self.url} now; let it end first")

    def _put(self, ending: str, body: Any, version: str) -> dict[str, Any] | None:
        """Put in place of this version, or where there is none; None where another one is.

        The SDK tries again when an answer was lost, and is refused what it has done already.
        """
        mark = {"put": uuid.uuid4().hex}
        put = self._call("put_object", Key=self._key(ending), Body=body, Metadata=mark, **_only_if(version))
        found = None if put else self._call("head_object", Key=self._key(ending))
        return found if found and found["Metadata"] == mark else put

    def _download(self, key: str, draft: Path, version: str) -> bool:
        found = self._call("get_object", Key=key, IfMatch=version)
        if not found:
            raise IndexUnusable(f"{self.url} was replaced while it was read; run this again")
        with self._told(), draft.open("wb") as file:
            for piece in found["Body"].iter_chunks(1 << 20):
                file.write(piece)
        return True

    def _base(self) -> str:
        """The version that a draft began with, as metadata can hold it."""
        return self._index.strip('"') or "none"

    def _key(self, ending: str = "") -> str:
        return urlsplit(self.url).path.lstrip("/") + ending

    def _call(self, name: str, **asked: Any) -> dict[str, Any] | None:
        """S3's answer; None where there is no such object, or where a condition does not hold."""
        with self._told():
            try:
                answer: dict[str, Any] = getattr(self.client, name)(Bucket=urlsplit(self.url).netloc, **asked)
            except ClientError as error:
                code = str(error.response.get("Error", {}).get("Code", ""))
                if code in _REFUSED or code in _ABSENT:
                    return None
                raise
        return answer

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except ClientError as error:
            raise IndexUnusable(
                f"{self.url}: {error}. Check that the bucket is there and that the role may write"
            ) from error
        except BotoCoreError as error:
            raise IndexUnusable(f"{self.url}: {error}. Check the network and the credentials") from error


def _only_if(version: str) -> dict[str, str]:
    return {"IfMatch": version} if version else {"IfNoneMatch": "*"}
