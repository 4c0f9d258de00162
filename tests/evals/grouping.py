"""Log lines put into groups, held against the labels of loghub.

Grouping accuracy as in Zhu et al., "Tools and Benchmarks for Automated Log Parsing" (ICSE-SEIP 2019): the
share of lines whose group holds exactly the lines of its true event. Wrong merges: of the pairs of lines that
share a group, the share whose true events differ.
"""

from __future__ import annotations

import csv
import gzip
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from lambda_image.steps.reading.group import group, grouped_at_the_end
from tests.evals.understanding import rows

SYSTEMS = ("Android", "BGL", "HDFS", "Linux", "OpenStack", "Proxifier", "Windows", "Zookeeper")
Grouping = Callable[[Sequence[str]], Sequence[Hashable]]


class System(NamedTuple):
    """The lines of one system without and with their headers, and their true events."""

    name: str
    contents: Sequence[str]
    lines: Sequence[str]
    events: Sequence[Hashable]


def evaluate(data: Path, arguments: Sequence[str] = ()) -> dict[str, Any]:
    """Ours beside Drain3, which nobody tuned either, and how many of its lines we group in its time.

    "ours" tells each line's group when it is read, as Drain3 does; "ours_final" when all are read. Where a
    clone of logpai/logparser is named, which has other systems, ours alone is measured on these.
    """
    others = [system for clone in arguments for system in _others(Path(clone))]
    if others:
        return {"others": measure(others, _ours)}
    from tests.evals.peers import drain3_groups  # noqa: PLC0415 - of an extra that only this needs

    systems = [_labelled(data, name) for name in SYSTEMS]
    lines = [line for system in systems for line in system.lines]
    seconds = {}
    for name, method in (("ours", _ours), ("drain3", drain3_groups)):
        began = time.process_time()
        method(lines)
        seconds[name] = time.process_time() - began
    ratio = round(seconds["drain3"] / seconds["ours"], 1)
    return {
        "ours": measure(systems, _ours),
        "ours_final": measure(systems, _ours_final),
        "drain3": measure(systems, drain3_groups),
        "times_drain3": ratio,
    }


def measure(systems: Sequence[System], grouped: Grouping) -> dict[str, Any]:
    """Each system's accuracy on the content field and on raw lines, the means, and wrong merges."""
    found: dict[str, Any] = {}
    merges = []
    for system in systems:
        by_content, by_line = grouped(system.contents), grouped(system.lines)
        found[system.name] = {
            "content": accuracy(by_content, system.events),
            "raw": accuracy(by_line, system.events),
        }
        merges += [wrong_merges(by_content, system.events), wrong_merges(by_line, system.events)]
    for field in ("content", "raw"):
        total = sum(found[system.name][field] for system in systems)
        found[f"mean_{field}"] = round(total / len(systems), 3)
    wrong, pairs = (sum(each) for each in zip(*merges, strict=True))
    return found | {"wrong_merges": round(wrong / pairs, 4)}


def _labelled(data: Path, name: str) -> System:
    labels = list(rows(data / f"log_grouping/{name}.labels.jsonl.gz"))
    events = [row["event_id_corrected"] for row in labels]
    return System(name, [row["content"] for row in labels], raw(data, name), events)


def _others(clone: Path) -> Iterator[System]:
    """The systems of a clone that are not among ours."""
    for folder in sorted((clone / "data" / "loghub_2k_corrected").iterdir()):
        name = folder.name
        if name in SYSTEMS or not folder.is_dir():
            continue
        with (folder / f"{name}_2k.log_structured_corrected.csv").open(encoding="utf-8", newline="") as file:
            labels = list(csv.DictReader(file))
        lines = (folder / f"{name}_2k.log").read_text("utf-8").splitlines()
        yield System(name, [row["Content"] for row in labels], lines, [row["EventId"] for row in labels])


def raw(data: Path, system: str) -> list[str]:
    """The lines of one system."""
    return gzip.decompress((data / f"log_grouping/{system}.log.gz").read_bytes()).decode().splitlines()


def _ours(lines: Sequence[str]) -> list[int]:
    return [row["group"] for row in group(lines)]


def _ours_final(lines: Sequence[str]) -> list[int]:
    return [row["group"] for row in grouped_at_the_end(lines)]


def accuracy(groups: Sequence[Hashable], true: Sequence[Hashable]) -> float:
    """Grouping accuracy, from 0 to 1."""
    ours, theirs = _members(groups), _members(true)
    exact = {frozenset(lines) for lines in theirs.values()}
    right = sum(len(lines) for lines in ours.values() if frozenset(lines) in exact)
    return round(right / len(true), 3)


def _members(groups: Iterable[Hashable]) -> dict[Hashable, list[int]]:
    members = defaultdict(list)
    for line, name in enumerate(groups):
        members[name].append(line)
    return members


def wrong_merges(groups: Sequence[Hashable], true: Sequence[Hashable]) -> tuple[int, int]:
    """Pairs of lines in one group whose true events differ, and all pairs in one group."""
    together = sum(count * (count - 1) // 2 for count in Counter(groups).values())
    right = sum(count * (count - 1) // 2 for count in Counter(zip(groups, true, strict=True)).values())
    return together - right, together
