"""Some seconds of steady load: nothing is lost, and the model is asked no more often than allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.evals.load import Load, lines, run

SHORT = Load(rate=100, seconds=5, new=0.02, latency=0.5, at_once=2, moto=True)


def test_a_delivery_has_its_share_of_new_problems_and_as_many_events_as_asked() -> None:
    load = Load(rate=1_000, new=0.01)
    deliveries = [lines(number, load) for number in range(10)]
    errors = [line for delivery in deliveries for line in delivery if "ERROR" in line]

    assert {len(delivery) for delivery in deliveries} == {200}
    assert len(set(errors)) == 20
    assert len(errors) == 10 * 102


@pytest.mark.loopback
@pytest.mark.timeout(300)
def test_a_steady_load_is_counted_answered_and_keeps_to_its_limits(tmp_path: Path) -> None:
    found = run(tmp_path, SHORT)

    assert found["events_in"] == 500
    assert found["shown"] == found["cards"] == 10
    assert found["shown"] + sum(found["suppressed"].values()) == 500
    assert not any(found["dead_letters"].values())
    assert 1 <= found["model"]["most_at_once"] <= 2
    # How fast it goes is the machine's affair; `make eval PART=load` judges that.
    assert set(found["wrong"]) <= {"the iterator age grew"}
