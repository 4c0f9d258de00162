"""What the model is shown of the code: the right file, the whole function, its tests, within a budget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_image.domain.errors import EvidenceUnavailable
from lambda_image.domain.events import Frame
from lambda_image.domain.evidence import SourceExcerpt
from lambda_image.steps.answering.context import context
from lambda_image.steps.code.outline import enclosing
from lambda_image.steps.code.packing import CHARACTERS_PER_TOKEN
from lambda_image.steps.code.places import locate, path_of
from tests.fakes.events import redacted_event
from tests.fakes.evidence import REVISION
from tests.fakes.source import MemoryRepository

PRICING = """RATE = 2


@cache
def total(items):
    def price(item):
        return item["price"] * RATE

    return sum(map(price, items)) / len(items)


class Basket:
    limit = 10

    async def add(self, item):
        self.items.append(item)
"""
HANDLER = 'from shop.pricing import total\n\n\ndef handle(event):\n    return total(event["items"])\n'
TESTS = (
    "def test_total():\n    assert total([]) == 0\n\n\n"
    "def test_subtotal():\n    assert subtotal([]) == 0\n\n\n"
    "def check_total():\n    total([])\n"
)
SHOP = {"shop/handler.py": HANDLER, "shop/pricing.py": PRICING}
RAISED = Frame("/var/task/shop/pricing.py", 9, "total")
CALLED = Frame("/var/task/shop/handler.py", 5, "handle")


def shown(
    files: Mapping[str, str], frames: Sequence[Frame] = (CALLED, RAISED), budget: int = 1_500
) -> tuple[SourceExcerpt, ...]:
    """The excerpts for a trace with these frames, outermost first."""
    event = redacted_event(frames=tuple(frames), lines=(), context=())
    return context(event, REVISION, MemoryRepository(files), budget)


@pytest.mark.parametrize(
    ("path", "files", "found"),
    [
        ("/var/task/shop/pricing.py", ["shop/pricing.py"], "shop/pricing.py"),
        ("/app/shop/pricing.py", ["services/shop/pricing.py"], "services/shop/pricing.py"),
        ("/var/task/app.py", ["src/app.py"], "src/app.py"),
        ("/var/task/shop/utils.py", ["lib/utils.py", "shop/utils.py"], "shop/utils.py"),
        ("/var/task/shop/utils.py", ["old/shop/utils.py", "shop/utils.py"], "shop/utils.py"),
        ("file:///var/task/index.mjs", ["index.mjs", "tools/index.mjs"], "index.mjs"),
        ("C:\\work\\shop\\utils.py", ["lib/utils.py", "shop/utils.py"], "shop/utils.py"),
        ("com/shop/Price.java", ["src/main/java/com/shop/Price.java"], "src/main/java/com/shop/Price.java"),
    ],
)
def test_a_frame_is_the_file_with_the_longest_common_suffix(path: str, files: list[str], found: str) -> None:
    assert locate(path, files) == found


@pytest.mark.parametrize(
    ("path", "files"),
    [
        ("/var/task/shop/pricing.py", []),
        ("/var/task/shop/pricing.py", ["shop/prices.py", "pricing.pyi", "old_pricing.py"]),
        ("/srv/app.py", ["one/app.py", "two/app.py"]),
        ("", ["shop/pricing.py"]),
        ("/var/task/", ["shop/pricing.py"]),
    ],
    ids=["empty tree", "other names", "two files that fit alike", "no path", "a folder"],
)
def test_no_file_is_better_than_a_guess(path: str, files: list[str]) -> None:
    assert locate(path, files) is None


@pytest.mark.parametrize("path", ["/var/task/requests/models.py", "/var/task/shop/db/models.py"])
def test_a_library_beside_the_code_is_not_taken_for_a_file_of_the_same_name(path: str) -> None:
    assert locate(path, ["shop/models.py"]) is None


@pytest.mark.parametrize(
    ("line", "name"),
    [(1, None), (4, "total"), (5, "total"), (7, "total"), (9, "total"), (13, "Basket"), (16, "add")],
)
def test_the_definition_around_a_line_that_others_can_name_is_found(line: int, name: str | None) -> None:
    found = enclosing("shop/pricing.py", PRICING, line)

    assert (found.name if found else None) == name


@pytest.mark.parametrize("text", ["const a = 1;\n", "\0", "(" * 10_000])
def test_text_that_is_no_python_has_no_definitions(text: str) -> None:
    assert enclosing("a.py", text, 1) is None


def test_the_function_that_raised_comes_whole_and_first_and_then_its_callers() -> None:
    raised, caller = shown(SHOP)

    assert (raised.file, raised.start, raised.end, raised.symbol) == ("shop/pricing.py", 4, 9, "total")
    assert raised.text == "\n".join(PRICING.split("\n")[3:9])
    assert "line 9 raised" in raised.reason
    assert (caller.file, caller.symbol) == ("shop/handler.py", "handle")


def test_frames_of_libraries_are_left_out() -> None:
    library = Frame("/var/task/site-packages/stripe/shop/pricing.py", 9, "total", in_app=False)

    first, *rest = shown(SHOP, [CALLED, library])

    assert (first.file, first.reason) == ("shop/handler.py", "line 5 raised the error")
    assert [each.reason for each in rest] == ["defines total, used by handle"]


def test_a_trace_without_a_file_of_the_repository_shows_nothing() -> None:
    assert shown(SHOP, [Frame("/srv/billing/invoice.py", 3, "send")]) == ()


def test_two_frames_in_one_function_are_one_excerpt() -> None:
    again = Frame("/var/task/shop/pricing.py", 5, "total")

    assert [each.symbol for each in shown(SHOP, [again, RAISED])] == ["total"]


def test_other_languages_are_shown_as_the_lines_around() -> None:
    lines = [f"line{number}();" for number in range(1, 101)]
    (excerpt,) = shown({"src/index.js": "\n".join(lines)}, [Frame("/var/task/index.js", 50, "handler")])

    assert (excerpt.start, excerpt.end, excerpt.symbol) == (30, 70, "")
    assert excerpt.text == "\n".join(lines[29:70])


@pytest.mark.parametrize("function", ["total", "<listcomp>", "<lambda>", None])
def test_tests_that_name_the_failing_function_are_shown(function: str | None) -> None:
    frames = [Frame("/var/task/shop/pricing.py", 9, function)]
    raised, test = shown({**SHOP, "tests/test_pricing.py": TESTS}, frames)

    assert raised.symbol == "total"
    assert (test.file, test.symbol, test.start, test.end) == ("tests/test_pricing.py", "test_total", 1, 2)
    assert test.reason == "tests total"


def test_at_most_two_tests_are_shown() -> None:
    tests = "".join(f"def test_{number}():\n    total([{number}])\n\n\n" for number in range(5))

    assert [each.symbol for each in shown({**SHOP, "tests/test_pricing.py": tests}, [RAISED])[1:]] == [
        "test_0",
        "test_1",
    ]


@given(budget=st.integers(min_value=30, max_value=400), line=st.integers(min_value=2, max_value=60))
def test_excerpts_stay_within_the_budget_and_hold_the_failing_line(budget: int, line: int) -> None:
    body = "".join(f"    step_{number} = {'x' * (number % 50)!r}\n" for number in range(2, 61))
    files = {**SHOP, "shop/long.py": f"def long():\n{body}", "tests/test_long.py": TESTS}
    excerpts = shown(files, [CALLED, RAISED, Frame("/var/task/shop/long.py", line, "long")], budget)

    assert sum(len(each.text) for each in excerpts) <= budget * CHARACTERS_PER_TOKEN
    assert excerpts[0].start <= line <= excerpts[0].end
    assert all(
        each.text.split("\n") == files[each.file].split("\n")[each.start - 1 : each.end] for each in excerpts
    )


def test_a_function_over_the_budget_is_cut_around_its_failing_line() -> None:
    body = "".join(f"    step_{number}()\n" for number in range(2, 200))
    (excerpt,) = shown(
        {"shop/long.py": f"def long():\n{body}"}, [Frame("/var/task/shop/long.py", 100, "long")], 40
    )

    assert excerpt.start < 100 < excerpt.end
    assert excerpt.symbol == "long"
    assert len(excerpt.text) <= 40 * CHARACTERS_PER_TOKEN


def test_a_huge_file_is_a_gap_that_names_it() -> None:
    huge = {"shop/pricing.py": PRICING + "#" * 2_000_000}
    with pytest.raises(EvidenceUnavailable, match=r"shop/pricing\.py is larger than 2 MB"):
        shown(huge)
    (caller,) = shown({**SHOP, **huge})

    assert caller.reason == "line 5 is on the way to the error; shop/pricing.py is larger than 2 MB"


def test_an_installed_package_can_be_the_repository_itself() -> None:
    frame = Frame("/usr/lib/python3.11/site-packages/shop/pricing.py", 9, "total", in_app=False)

    assert shown({"src/shop/pricing.py": PRICING}, [frame])[0].symbol == "total"


def test_a_line_over_the_budget_is_a_gap_and_not_a_minified_bundle() -> None:
    with pytest.raises(EvidenceUnavailable, match=r"line 1 of dist/index\.js"):
        shown({"dist/index.js": "a();" * 5_000}, [Frame("/var/task/index.js", 1, "handler")])


def test_a_huge_test_file_does_not_hide_the_code() -> None:
    files = {**SHOP, "tests/test_a_snapshot.py": "#" * 2_000_001, "tests/test_pricing.py": TESTS}

    assert [each.symbol for each in shown(files, [RAISED])] == ["total", "test_total"]


def test_a_huge_caller_does_not_hide_the_code_that_raised() -> None:
    assert [each.symbol for each in shown({**SHOP, "shop/handler.py": HANDLER + "#" * 2_000_000})] == [
        "total"
    ]


def test_a_line_that_the_commit_does_not_have_is_a_gap() -> None:
    event = redacted_event(frames=(Frame("/var/task/shop/pricing.py", 900, "total"),))

    with pytest.raises(EvidenceUnavailable, match="names line 900") as missing:
        context(event, REVISION, MemoryRepository({"shop/pricing.py": "x = 1\n"}))
    assert "deployed" in missing.value.fix


def test_the_package_of_a_java_frame_tells_its_folder() -> None:
    frame = Frame("Price.java", 7, "com.shop.Price.of")

    assert path_of(frame) == "com/shop/Price.java"
    assert (
        locate(path_of(frame), ["a/com/shop/Price.java", "a/com/other/Price.java"]) == "a/com/shop/Price.java"
    )
    assert path_of(Frame("/app/a.py", 7, "a.b.c")) == "/app/a.py"
