"""What belongs to an error: what its lines use, what its tests name, what its words speak of, and why."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from lambda_image.domain.events import Frame
from lambda_image.domain.evidence import SourceExcerpt
from lambda_image.steps.answering.context import context
from tests.fakes.events import redacted_event
from tests.fakes.evidence import REVISION
from tests.fakes.source import MemoryRepository

RATES = "def rate_of(country):\n    return RATES[country]\n"
OTHER = "def rate_of(planet):\n    return 1\n\n\ndef unrelated():\n    return 2\n"
HANDLER = "from shop.rates import rate_of\n\n\ndef handle(event):\n    return event['net'] * rate_of(event['country'])\n"
SHOP = {"shop/handler.py": HANDLER, "shop/rates.py": RATES, "space/rates_of_mars.py": OTHER}
FRAME = Frame("/var/task/shop/handler.py", 5, "handle")


def shown(files: Mapping[str, str], text: str = "", *frames: Frame) -> tuple[SourceExcerpt, ...]:
    """The excerpts for a text and a trace."""
    lines = tuple(text.split("\n"))
    event = redacted_event(frames=frames, lines=lines, context=(), message=lines[0], exception_type=None)
    return context(event, REVISION, MemoryRepository(files), 8_000)


def test_the_definition_behind_a_name_is_the_one_that_the_file_imports() -> None:
    found = {each.file: each.reason for each in shown(SHOP, "", FRAME)}

    assert found == {
        "shop/handler.py": "line 5 raised the error",
        "shop/rates.py": "defines rate_of, used by handle",
    }


@pytest.mark.parametrize(
    ("files", "frame", "used"),
    [
        (
            {"src/h.js": "const { rateOf } = require('./rates');\nfunction handle(e) {\n  return rateOf(e);\n}\n",
             "src/rates.js": "exports.rateOf = function (e) {\n  return 1;\n};\n"},
            Frame("/var/task/src/h.js", 3, "handle"),
            "src/rates.js",
        ),
        (
            {"api/h.go": 'package api\n\nimport "team/shop/rates"\n\nfunc Handle(e int) int {\n\treturn rates.Of(e)\n}\n',
             "rates/eu.go": "package rates\n\nfunc Of(e int) int {\n\treturn 1\n}\n"},
            Frame("/build/api/h.go", 6, "team/shop/api.Handle"),
            "rates/eu.go",
        ),
        (
            {"src/main/java/com/shop/Handler.java":
             "package com.shop;\nimport com.shop.tax.Rates;\nclass Handler {\n  int handle() {\n    return Rates.of();\n  }\n}\n",
             "src/main/java/com/shop/tax/Rates.java": "package com.shop.tax;\nclass Rates {\n  static int of() {\n    return 1;\n  }\n}\n"},
            Frame("Handler.java", 5, "com.shop.Handler.handle"),
            "src/main/java/com/shop/tax/Rates.java",
        ),
    ],
    ids=["javascript", "go", "java"],
)  # fmt: skip
def test_names_are_followed_in_other_languages(files: dict[str, str], frame: Frame, used: str) -> None:
    first, *rest = shown(files, "", frame)

    assert first.reason.endswith("raised the error")
    assert used in {each.file for each in rest}


def test_a_log_without_a_trace_finds_what_it_speaks_of() -> None:
    first, *_ = shown(SHOP, "ERROR rate_of('Atlantis') failed: no such country")

    assert (first.file, first.symbol) == ("shop/rates.py", "rate_of")
    assert first.reason == "fits the words of the log"


def test_a_place_that_the_text_names_is_shown() -> None:
    first, *_ = shown(SHOP, "see ~/code/shop/rates.py:2 in rate_of")

    assert (first.file, first.reason) == ("shop/rates.py", "the log names line 2")


def test_a_test_leads_to_the_file_that_it_is_named_after() -> None:
    files = {**SHOP, "tests/test_rates.py": "def test_it():\n    assert False\n"}
    found = shown(files, "", Frame("/var/task/tests/test_rates.py", 2, "test_it"))

    assert "tests/test_rates.py tests this file" in {
        each.reason for each in found if each.file == "shop/rates.py"
    }


def test_a_test_that_the_commit_does_not_have_yet_is_no_gap() -> None:
    files = {**SHOP, "tests/test_rates.py": "def test_old():\n    pass\n"}
    text = '  File "/var/task/tests/test_rates.py", line 40, in test_new\n    assert rate_of("DE") == 2'
    found = shown(files, text, Frame("/var/task/tests/test_rates.py", 40, "test_new"))

    assert "shop/rates.py" in {each.file for each in found}


def test_a_text_that_speaks_of_nothing_here_shows_nothing() -> None:
    assert shown(SHOP, "ECONNREFUSED 10.0.0.1") == ()


def test_excerpts_do_not_overlap() -> None:
    found = shown(SHOP, "rate_of handle country", FRAME, Frame("/var/task/shop/rates.py", 2, "rate_of"))
    lines = [(each.file, line) for each in found for line in range(each.start, each.end + 1)]

    assert len(lines) == len(set(lines))


@pytest.mark.parametrize(
    ("path", "manifest", "text"),
    [
        (
            "/var/task/site-packages/my_client/api.py",
            "requirements.txt",
            "boto3==1\nMy-Client==2.4\nmy-client-x==3\n",
        ),
        ("/var/task/node_modules/@team/client/index.js", "package.json", '{\n  "@team/client": "^2.4"\n}\n'),
        (
            "/go/pkg/mod/github.com/team/client@v1.2.0/a.go",
            "go.mod",
            "module shop\n\nrequire github.com/team/client v1.2.0\n",
        ),
    ],
)
def test_the_version_of_the_library_that_raised_is_shown(path: str, manifest: str, text: str) -> None:
    found = shown({**SHOP, manifest: text}, "", FRAME, Frame(path, 3, "call", in_app=False))
    (pin,) = (each for each in found if each.file == manifest)

    assert "2" in pin.text
    assert "which raised the error" in pin.reason


def test_libraries_on_the_way_to_own_code_pin_nothing() -> None:
    files = {**SHOP, "requirements.txt": "my-client==2.4\n"}
    found = shown(
        files, "", Frame("/var/task/site-packages/my_client/api.py", 3, "call", in_app=False), FRAME
    )

    assert "requirements.txt" not in {each.file for each in found}
