"""The demo's folder: what an earlier run left goes, and nothing else ever does."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.local.demo.folder import INDEX, LOCK, PAGE, results_folder
from lambda_image.domain.errors import InputRefused


def test_results_of_an_earlier_run_are_removed(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "demo"
    with results_folder(folder) as place:
        (place / PAGE).write_text("old")
        (place / "git").mkdir()
        (place / "git" / "HEAD").write_text("old")
    with results_folder(folder) as place:
        assert [each.name for each in place.iterdir()] == [LOCK]


@pytest.mark.parametrize("names", [["thesis.txt"], ["thesis.txt", INDEX, LOCK], ["git"]])
def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path, names: list[str]) -> None:
    for name in names:
        (tmp_path / name).write_text("mine")
    with pytest.raises(InputRefused, match="holds more than a demo's results"), results_folder(tmp_path):
        pass

    assert sorted(each.name for each in tmp_path.iterdir()) == sorted(names)


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("mine")
    with pytest.raises(InputRefused, match="is a file"), results_folder(tmp_path / "log"):
        pass


def test_a_second_demo_does_not_take_the_folder_of_the_first(tmp_path: Path) -> None:
    with results_folder(tmp_path / "demo") as place:
        (place / PAGE).write_text("first")
        with pytest.raises(InputRefused, match="another demo is at work"), results_folder(place):
            pass
        assert (place / PAGE).read_text() == "first"
