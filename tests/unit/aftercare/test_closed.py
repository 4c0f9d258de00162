"""Pull requests that people close, and open again: what is kept of them, and how long."""

from __future__ import annotations

from lambda_image.aftercare.watch import Watched
from lambda_image.domain.aftermath import Fate
from tests.unit.aftercare.test_watch import DAY, QUARTER, Team


def test_a_pull_request_that_people_close_is_kept_and_told_to_nobody() -> None:
    team = Team()
    team.end("closed")
    team.look(QUARTER)

    assert (team.fix.fate, team.fix.pull.by) == (Fate.CLOSED, "ada")
    assert team.fix.until == team.fix.at + 30 * DAY * 1_000
    assert (team.texts, team.look(DAY)) == ([], Watched(1, 0, 0))


def test_one_that_people_open_again_is_followed_again_while_its_closing_is_remembered() -> None:
    team, late = Team(), Team()
    for each in (team, late):
        each.end("closed")
        each.look(QUARTER)
    team.end("open")
    team.look(29 * DAY)
    opened = team.fix
    team.end("merged")
    told = team.look(QUARTER)
    late.look(30 * DAY)
    late.end("open")

    assert (opened.fate, opened.until, told.told) == (Fate.OPEN, 0, 1)
    assert (late.look(QUARTER), late.fix.fate) == (Watched(), Fate.CLOSED)
