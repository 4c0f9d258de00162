"""The rules of noise control, without a ledger: what is told, what is held back, and what is not lost."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_image.domain import noise
from lambda_image.domain.noise import HOUR, Gate, NoisePolicy, Standing, State

NOW = 500_000 * HOUR
POLICY = NoisePolicy(problems=3, window=600, spike_minimum=20, spike_factor=5, spike_quiet=6 * 3_600)
STATES = st.lists(st.sampled_from(State), max_size=20)


def hourly(*counts: int) -> dict[int, int]:
    """Counts of the hours before this one, the last one last."""
    return {NOW // HOUR - len(counts) + at: count for at, count in enumerate(counts)}


def standing(**changes: object) -> Standing:
    """A problem that was answered yesterday and has been seen since."""
    fields: dict[str, object] = {"told": True, "arrived": NOW - 1, "began": NOW - 24 * HOUR}
    return Standing(**{**fields, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("known", "state"),
    [
        (None, State.NEW),
        (standing(), State.KNOWN),
        (standing(arrived=NOW - 24 * HOUR), State.KNOWN),
        (standing(arrived=NOW - 24 * HOUR - 1), State.REGRESSED),
        (standing(muted_until=NOW + 1), State.MUTED),
        (standing(muted_until=NOW), State.KNOWN),
        (standing(muted_until=NOW + 1, arrived=0), State.MUTED),
        (standing(told=False), State.NEW),
        (standing(told=False, arrived=0), State.NEW),
        (standing(told=False, silence=HOUR), State.REGRESSED),
    ],
)
def test_a_sighting_is_judged_by_what_was_known(known: Standing | None, state: State) -> None:
    assert noise.judge(known, 1, NOW, POLICY) is state


@pytest.mark.parametrize(
    ("known", "count", "state"),
    [
        (standing(hours=hourly(1, 0, 2)), 20, State.SPIKING),
        (standing(hours=hourly(1, 0, 2)), 19, State.KNOWN),
        (standing(hours={}), 20, State.SPIKING),
        (standing(hours=hourly(10, 10, 10)), 50, State.KNOWN),
        (standing(hours=hourly(10, 10, 10)), 51, State.SPIKING),
        (standing(hours=hourly(10) | {NOW // HOUR: 50}), 1, State.SPIKING),
        (standing(hours=hourly(*[0] * 23)), 30, State.SPIKING),
        (standing(hours=hourly(100, *[0] * 23)), 500, State.KNOWN),
        (standing(hours=hourly(100, *[0] * 24)), 500, State.SPIKING),
        (standing(began=NOW - HOUR + 1), 10_000, State.KNOWN),
        (standing(spiked_at=NOW - 6 * HOUR + 1), 10_000, State.KNOWN),
        (standing(spiked_at=NOW - 6 * HOUR), 10_000, State.SPIKING),
    ],
)
def test_a_spike_is_far_above_the_busiest_hour_of_a_day(known: Standing, count: int, state: State) -> None:
    assert (noise.spike(known, count, NOW, POLICY) is not None) is (state is State.SPIKING)
    assert noise.judge(known, count, NOW, POLICY) is state


@given(STATES, st.integers(0, 25))
def test_no_more_are_told_than_there_is_room_for_and_none_is_forgotten(
    states: list[State], room: int
) -> None:
    admitted = noise.admit(states, room)
    wanted = sum(state in noise.TOLD for state in states)

    assert len(admitted) == len(states)
    assert sum(state in noise.TOLD for state in admitted) == min(room, wanted)
    for before, after in zip(states, admitted, strict=True):
        assert after in {before, State.HELD if before in noise.ANSWERED else State.KNOWN}
    if State.SPIKING in admitted:
        assert State.HELD not in admitted or State.HELD in states


@given(st.lists(st.tuples(st.integers(0, 400_000), st.integers(0, 5)), max_size=40))
def test_whatever_comes_when_no_window_lets_more_through(arrivals: list[tuple[int, int]]) -> None:
    gate, now, passed = Gate(), NOW, []
    for waited, count in arrivals:
        now += waited
        states = noise.admit([State.NEW] * count, gate.room(now, POLICY))
        gate = gate.after(states, now, POLICY)
        passed += [now] * states.count(State.NEW)

    for start in passed:
        assert sum(start <= at < start + 600_000 for at in passed) <= POLICY.problems


@given(st.lists(st.integers(0, 400_000), max_size=40))
def test_one_digest_runs_at_a_time(waits: list[int]) -> None:
    gate, now, begun = Gate(), NOW, []
    for waited in waits:
        now += waited
        before, gate = gate, gate.after([State.HELD], now, POLICY)
        begun += [gate.digest] if gate.digest != before.digest else []
        assert gate.running(POLICY).began <= now < gate.running(POLICY).closes

    assert all(later - earlier >= 600_000 for earlier, later in pairwise(begun))


def test_a_digest_is_told_after_all_who_count_into_it_are_done() -> None:
    running = Gate((), NOW).running(POLICY)

    assert running.delay == 660
    assert running.thread_id == running.fingerprint == f"digest-{NOW}"
