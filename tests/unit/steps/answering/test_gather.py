"""Evidence from whatever can be read; the rest is a gap that says how to close it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lambda_image.domain.errors import EvidenceUnavailable
from lambda_image.domain.events import Frame
from lambda_image.domain.evidence import Change, KnowledgeQuery, Passage, Revision
from lambda_image.steps.answering.gather import gather
from lambda_image.steps.words.messages import NO_KNOWLEDGE, NO_SOURCE, NOTHING_FITS
from tests.fakes.events import incident
from tests.fakes.evidence import CHANGE, PRICING_PAGE, REVISION
from tests.fakes.source import MemoryRepository

PRICING = b"""def total(items):
    # The average
    # price of
    # the items
    # of an
    # order.
    prices = [item["price"] for item in items]

    return sum(prices) / len(prices)
"""
DENIED = EvidenceUnavailable("runbooks", "access denied", "Grant bedrock:Retrieve")


class Runbooks:
    """Implements `Knowledge` by a function."""

    def __init__(self, find: Callable[[KnowledgeQuery], tuple[Passage, ...]]) -> None:
        self._find = find

    def search(self, query: KnowledgeQuery, limit: int) -> tuple[Passage, ...]:
        """See `Knowledge.search`."""
        return self._find(query)[:limit]


class Shop(MemoryRepository):
    """One file, with a change; each call can be made to fail."""

    def __init__(self, failing: str = "") -> None:
        super().__init__({"shop/pricing.py": PRICING.decode()})
        self._failing = failing
        self.asked: list[tuple[str, tuple[int, int]]] = []

    def revision(self, log_group: str, log_stream: str = "") -> Revision:
        """See `SourceCode.revision`."""
        self._check("revision", log_group)
        return super().revision(log_group, log_stream)

    def files(self, revision: Revision) -> tuple[str, ...]:
        """See `SourceCode.files`."""
        self._check("files", revision.commit)
        return super().files(revision)

    def read(self, revision: Revision, path: str) -> bytes:
        """See `SourceCode.read`."""
        self._check("read", f"{revision.commit}:{path}")
        return super().read(revision, path)

    def changes(self, revision: Revision, path: str, lines: tuple[int, int]) -> tuple[Change, ...]:
        """See `SourceCode.changes`."""
        self._check("changes", revision.commit)
        self.asked.append((path, lines))
        return (CHANGE,)

    def _check(self, call: str, what: str) -> None:
        if call == self._failing:
            raise EvidenceUnavailable("source code", f"{call} of {what} failed", "Grant it")


def test_all_evidence_is_numbered_together() -> None:
    evidence = gather(incident(), Runbooks(lambda _: (PRICING_PAGE,)), Shop())

    assert evidence.gaps == ()
    assert evidence.revision == REVISION
    assert {span.id[0] for span in evidence.spans} == {"L", "P", "C"}


def test_the_changes_of_the_failing_line_are_asked_for() -> None:
    shop = Shop()

    assert gather(incident(), None, shop).changes == (CHANGE,)
    assert shop.asked == [("shop/pricing.py", (9, 9))]


def test_changes_are_found_where_the_package_was_built_from_a_folder_of_the_repository() -> None:
    frame = Frame("/var/task/pricing.py", 9, "total")

    assert gather(incident(frames=(frame,)), None, Shop()).changes == (CHANGE,)


def test_absent_sources_leave_gaps() -> None:
    evidence = gather(incident(), None, None)

    assert evidence.gaps == (NO_KNOWLEDGE, NO_SOURCE)
    assert {span.id[0] for span in evidence.spans} == {"L"}


def test_no_fitting_page_is_a_gap() -> None:
    assert gather(incident(), Runbooks(lambda _: ()), Shop()).gaps == (NOTHING_FITS,)


def test_an_unreadable_index_is_a_gap_with_its_fix() -> None:
    def denied(_: KnowledgeQuery) -> tuple[Passage, ...]:
        raise DENIED

    gap = gather(incident(), Runbooks(denied), Shop()).gaps[0]

    assert (gap.source, gap.reason, gap.fix) == ("runbooks", "access denied", "Grant bedrock:Retrieve")


@pytest.mark.parametrize(("failing", "excerpts"), [("revision", False), ("changes", True)])
def test_what_could_still_be_read_of_the_source_is_kept(failing: str, excerpts: bool) -> None:  # noqa: FBT001
    evidence = gather(incident(), Runbooks(lambda _: (PRICING_PAGE,)), Shop(failing))

    assert [gap.source for gap in evidence.gaps] == ["source code"]
    assert bool(evidence.excerpts) is excerpts
