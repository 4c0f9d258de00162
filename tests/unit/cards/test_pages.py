"""A card goes whole into as few messages as hold it; nothing is lost, repeated or cut inside a link."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lambda_image.domain.card import Block, Form, Line, Part, Run, Section, Style, items, section, text, words
from lambda_image.steps.cards.pages import pages, split

LEFT_OUT = (Run("left out"),)
WORDS = st.text("ab .\u3002\n", min_size=1, max_size=120)


def cost(line: Line, _form: Form) -> int:
    """Characters, and a little for each run."""
    return sum(len(run.text) + 2 for run in line)


def said(laid: tuple[tuple[Section, ...], ...]) -> str:
    """All that stands on the pages."""
    return "".join(
        words(line) for page in laid for each in page for block in each.blocks for line in block.lines
    )


@given(st.lists(st.tuples(st.sampled_from(list(Form)), st.lists(WORDS, min_size=1, max_size=6)), max_size=6))
def test_what_fits_the_pages_is_there_once_and_in_order(told: list[tuple[Form, list[str]]]) -> None:
    sections = [
        Section(Part.CAUSE, f"heading {at}", (Block(form, tuple((Run(each),) for each in lines)),))
        for at, (form, lines) in enumerate(told)
    ]
    laid = pages(sections, 200, cost, LEFT_OUT, most=1_000)

    assert said(laid) == "".join(each for _, lines in told for each in lines)
    for page in laid:
        taken = sum(cost(line, block.form) for each in page for block in each.blocks for line in block.lines)
        assert taken + sum(cost((Run(each.heading),), Form.TEXT) for each in page) <= 200


def test_a_page_of_too_much_ends_with_what_says_so() -> None:
    told = section(Part.CAUSE, "", text((Run("A sentence. " * 100),)))
    laid = pages([told], 200, cost, LEFT_OUT, most=2)

    assert len(laid) == 2
    assert said(laid).endswith("A sentence. left out") or said(laid).endswith("A sentence.left out")


def test_a_line_is_cut_at_a_sentence_of_any_script() -> None:
    for line in ("One is here. Two is there.", "一つ目です。二つ目です。"):
        room = len(line) - 2
        head, rest = split((Run(line),), lambda each, room=room: len(words(each)) <= room, room)  # type: ignore[misc]
        assert words(head).rstrip()[-1] in ".\u3002"
        assert words(head) + words(rest) == line


def test_a_link_is_not_divided() -> None:
    line = (Run("see "), Run("https://wiki.example.com/p", url="https://wiki.example.com/p"))
    head, rest = split(line, lambda each: len(words(each)) <= 12, 30)

    assert (words(head), rest) == ("see ", line[1:])


def test_a_line_that_costs_more_than_its_characters_fills_no_page_beyond_its_room() -> None:
    def dear(line: Line, _form: Form) -> int:
        return 10 * len(words(line))

    told = section(Part.CAUSE, "", text((Run("word " * 30),)))
    for page in pages([told], 200, dear, LEFT_OUT, most=1_000):
        assert (
            sum(dear(line, block.form) for each in page for block in each.blocks for line in block.lines)
            <= 200
        )


def test_a_listing_waits_for_a_page_on_which_it_is_whole() -> None:
    code = Block(Form.LISTING, ((Run("x = 1\n" * 20, Style.CODE),),))
    told = section(Part.STEPS, "", text((Run("word " * 20),)), code)
    first, second = pages([told], 200, cost, LEFT_OUT)

    assert (said((first,)), said((second,))) == ("word " * 20, "x = 1\n" * 20)


def test_half_an_emoji_and_half_a_letter_are_not_told() -> None:
    for letter in ("\U0001f1f0\U0001f1f7", "\U0001f44d\U0001f3fd", "e\u0301", "\u0e01\u0e34\u0e49"):
        line = (Run(letter * 9),)
        for room in range(len(letter), len(letter) * 9):
            head, rest = split(line, lambda each, room=room: len(words(each)) <= room, room)  # type: ignore[misc]
            assert len(words(head)) % len(letter) == 0, (letter, room)
            assert words(head) + words(rest) == letter * 9


def test_text_from_right_to_left_stays_between_its_marks_on_both_pages() -> None:
    turned = "\u2068" + "\u05e9\u05dc\u05d5\u05dd " * 8 + "\u2069"
    head, rest = split((Run(turned),), lambda each: len(words(each)) <= 20, 20)

    for each in (words(head), words(rest)):
        assert (each[0], each[-1], each.count("\u2068")) == ("\u2068", "\u2069", 1)


def test_listings_stay_apart_and_items_together() -> None:
    code = Block(Form.LISTING, ((Run("x", Style.CODE),),))
    told = section(Part.STEPS, "Steps", items((Run("a"),), (Run("b"),)), code, code)
    ((shown,),) = pages([told], 200, cost, LEFT_OUT)

    assert shown == told
