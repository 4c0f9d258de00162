"""Spans are byte-identical pieces of their sources, numbered, with the decisive ones kept."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lambda_image.domain.evidence import Passage, SourceExcerpt
from lambda_image.steps.answering.markdown import parts
from lambda_image.steps.answering.spans import code_spans, log_spans, passage_spans
from tests.fakes.events import TRACE, redacted_event
from tests.fakes.evidence import PRICING_CODE, PRICING_PAGE

MARKDOWN = """# Fix
## Symptoms
- item
1. first
  * nested `a. B`
```bash
```
~~~
    indented
Sentence one. Sentence two.

> quoted
| a | b |
|---|---|
---
aws s3 ls
""".splitlines(keepends=True)
FRAGMENTS = (*MARKDOWN, "lazy\r\n", "\u2028", "no end")


def test_log_lines_carry_context_then_error_in_order() -> None:
    spans = log_spans(redacted_event())

    assert [span.id for span in spans] == [f"L{number}" for number in range(1, 8)]
    assert [span.text for span in spans] == ['INFO pricing {"items": []}', *TRACE]


def test_caret_lines_and_blank_lines_are_no_evidence() -> None:
    spans = log_spans(redacted_event(lines=(*TRACE[:-1], "    ~~~~^^^^", "", TRACE[-1])))

    assert "    ~~~~^^^^" not in [span.text for span in spans]


def test_the_decisive_lines_of_a_long_trace_are_kept() -> None:
    padding = tuple(f'  File "/opt/lib/deep.py", line {number}, in f{number}' for number in range(200))
    spans = log_spans(redacted_event(lines=(*TRACE[:5], *padding, TRACE[5])), limit=10)
    texts = [span.text for span in spans]

    assert len(spans) == 10
    assert TRACE[0] in texts
    assert TRACE[3] in texts
    assert texts[-1] == TRACE[5]


def test_passages_are_cut_into_sentences_steps_and_commands() -> None:
    spans = passage_spans([PRICING_PAGE])

    assert [(span.id, span.step, span.command) for span in spans] == [
        ("P1.1", False, False),
        ("P1.2", True, False),
        ("P1.3", True, False),
        ("P1.4", True, True),
    ]
    assert spans[3].text == 'aws sqs send-message --queue-url "$QUEUE" && echo done'


def test_a_symptom_is_no_step_even_when_numbered() -> None:
    assert [part.step for part in parts("## Causes\n1. The disk is full.\n\n## Fix\n- Clear it.")] == [
        False,
        True,
    ]


def test_a_listing_of_output_is_no_command() -> None:
    found = list(parts('## Fix\n```json\n{"a": 1}\n```\n```\nkubectl get pods\n```\n'))

    assert [(part.text, part.command) for part in found] == [('{"a": 1}', False), ("kubectl get pods", True)]


def test_a_command_of_several_lines_stays_whole() -> None:
    text = "## Fix\n```bash\naws sqs get-queue-attributes \\\n  --queue-url X\n\necho done\n```\nThen wait."

    assert next(parts(text)).text == "aws sqs get-queue-attributes \\\n  --queue-url X\n\necho done"


@given(st.lists(st.sampled_from(FRAGMENTS) | st.text(max_size=20), max_size=25).map("".join))
def test_every_part_of_any_page_stands_in_it_byte_by_byte(text: str) -> None:
    at = 0
    for part in parts(text):
        at = text.index(part.text, at)
        assert part.text.strip()


@given(st.text(max_size=300))
def test_code_spans_name_the_line_that_they_show(text: str) -> None:
    lines = text.split("\n")
    excerpt = SourceExcerpt("a.py", 5, 4 + len(lines), "f", "raised here", text)

    for span in code_spans([excerpt]):
        assert span.line is not None
        assert lines[span.line - 5] == span.text


def test_ids_run_on_over_several_excerpts() -> None:
    assert [span.id for span in code_spans([PRICING_CODE, PRICING_CODE])] == [f"C{n}" for n in range(1, 7)]


def test_passages_are_numbered_by_rank() -> None:
    page = Passage("x", "T", "", "One sentence.", 1.0)

    assert [(span.id, span.url) for span in passage_spans([page, page])] == [("P1.1", None), ("P2.1", None)]
