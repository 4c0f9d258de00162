"""The repair loop: what goes back to the model, when it stops, and when the larger model is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from lambda_image.domain.audit import ModelPrice
from lambda_image.domain.diagnosis import Claim, Confidence, Diagnosis, Fault
from lambda_image.domain.patch import Bounds, Proof, Proposal, TestRun, VerifyRequest
from lambda_image.domain.prompt import Prompt
from lambda_image.steps.repairing.propose import Terms, Workbench, propose
from lambda_image.steps.repairing.verify import NOT_PROVED, PROVED
from tests.fakes.events import incident
from tests.fakes.reasoner import ScriptedReasoner
from tests.fakes.source import MemoryRepository, ScriptedVerifier

BUGGY = "\n" * 5 + "def total(items):\n    prices = items\n\n    return sum(prices) / len(prices)\n"
FIXED = BUGGY.replace("len(prices)", "max(len(prices), 1)")
TEST = "from shop.pricing import total\n\n\ndef test_none():\n    assert total([]) == 0\n"
TRACE = (
    "Traceback (most recent call last):\n"
    '  File "/x/site-packages/lib.py", line 1, in call\n    f()\n'
    "ZeroDivisionError: division by zero\nPASSED tests/test_a.py::test_a"
)
RED = TestRun("pytest", 1, 3, ("tests/test_x.py::test_x",), TRACE, 2.0)
GREEN = TestRun("pytest", 0, 4, (), "", 3.0)
CAUSE = Diagnosis((Claim("it divides by zero", ()),), Fault.CODE, Confidence.HIGH, (), (), (), ())
Judge = Callable[[VerifyRequest], Proof]


def fenced(code: str) -> str:
    """An answer."""
    return f"```python\n{code}```"


def answering(*answers: str) -> ScriptedReasoner:
    """A model that gives these answers in turn, the last one for ever."""
    left: Iterator[str] = iter(answers)
    last = [""]

    def write(_prompt: Prompt) -> str:
        last[0] = next(left, last[0])
        return last[0]

    return ScriptedReasoner(write=write)


def judged(patched: Callable[[str], bool], *, own: bool = False) -> Judge:
    """A verifier: the repository's tests fail or not, a reproduction does, a patch may mend it."""

    def judge(request: VerifyRequest) -> Proof:
        if request.patch is None:
            shown = own or request.reproduction is not None
            return Proof(
                PROVED if shown else NOT_PROVED, RED, None, (), () if shown else ("no test fails",), ""
            )
        content = (request.patch.files[0].content or b"").decode()
        if patched(content):
            return Proof(PROVED, RED, GREEN, (), (), "")
        return Proof(NOT_PROVED, RED, RED, (), ("the reproduction still fails",), "")

    return judge


def mended(content: str) -> bool:
    """Whether it is the right fix."""
    return "max(" in content


def repaired(reasoner: ScriptedReasoner, judge: Judge, terms: Terms | None = None) -> Proposal:
    """The loop on the shop's division by zero."""
    source = MemoryRepository({"shop/pricing.py": BUGGY})
    return propose(incident(), CAUSE, Workbench(source, reasoner, ScriptedVerifier(judge), terms or Terms()))


def test_a_reproduction_then_a_patch_is_a_proof() -> None:
    done = repaired(answering(fenced(TEST), fenced(FIXED)), judged(mended))

    assert done.verified
    assert done.verified.reproduction
    assert done.verified.reproduction.code == TEST


def test_an_edit_of_code_that_a_prompt_shows_otherwise_meets_the_file() -> None:
    code = BUGGY.replace("prices = items", "prices = items  # list<User>")
    shown = "    prices = items  # list&lt;User>\n\n    return sum(prices) / len(prices)\n"
    put = shown.replace("len(prices)", "max(len(prices), 1)")
    edit = f"<<<<<<< SEARCH\n{shown}=======\n{put}>>>>>>> REPLACE\n"
    bench = Workbench(
        MemoryRepository({"shop/pricing.py": code}),
        answering(fenced(TEST), f"shop/pricing.py\n{edit}"),
        ScriptedVerifier(judged(lambda content: mended(content) and "list<User>" in content)),
        Terms(),
    )

    assert propose(incident(), CAUSE, bench).verified


def test_where_a_function_in_a_function_raised_a_test_calls_the_outer() -> None:
    nested = "\n" * 5 + (
        "def total(items):\n    def mean():\n\n        return sum(items) / len(items)\n\n    return mean()\n"
    )
    reasoner = answering(fenced(TEST), fenced(nested.replace("len(items)", "max(len(items), 1)")))
    source = MemoryRepository({"shop/pricing.py": nested})
    bench = Workbench(source, reasoner, ScriptedVerifier(judged(mended)), Terms())

    assert propose(incident(), CAUSE, bench).verified is not None
    assert "the failing function `total`" in reasoner.prompts[0].user


@pytest.mark.parametrize(("code", "asked"), [("total = 1 / 0\n", True), ("totals = 1 / 0\n", False)])
def test_a_test_is_asked_only_for_a_function_that_the_file_names(code: str, *, asked: bool) -> None:
    """The log says its name, and may say any."""
    reasoner = answering(fenced(TEST))
    source = MemoryRepository({"shop/pricing.py": "\n" * 8 + code})
    propose(incident(), CAUSE, Workbench(source, reasoner, ScriptedVerifier(judged(mended)), Terms()))

    assert any("the failing function `total`" in prompt.user for prompt in reasoner.prompts) is asked


def test_a_failed_check_goes_back_with_what_tells_of_its_output() -> None:
    model = answering(fenced(TEST), fenced(FIXED.replace("max", "min")), fenced(FIXED))
    done = repaired(model, judged(mended))

    assert done.verified
    (_, _, again) = model.prompts
    assert "the reproduction still fails" in again.user
    assert "ZeroDivisionError: division by zero" in again.user
    assert "site-packages" not in again.user
    assert "PASSED" not in again.user


def test_tests_that_fail_already_need_no_reproduction_and_have_all_attempts() -> None:
    model = answering(*(fenced(FIXED.replace("max", name)) for name in ("min", "abs", "max")))
    done = repaired(model, judged(mended, own=True))

    assert done.verified
    assert [prompt.name for prompt in model.prompts] == ["mend"] * 3


def test_without_anything_that_fails_one_edit_is_shown_as_a_suggestion() -> None:
    model = answering("no test", "no test", "no test", fenced(FIXED), fenced(FIXED))

    def judge(_request: VerifyRequest) -> Proof:
        return Proof(NOT_PROVED, RED, None, (), ("no test fails",), "")

    done = repaired(model, judge)

    assert done.verified is None
    assert done.diff
    assert [prompt.name for prompt in model.prompts] == ["reproduce"] * 3 + ["mend"]


def test_a_missing_toolchain_asks_for_no_test() -> None:
    model = answering(fenced(FIXED))

    def judge(_request: VerifyRequest) -> Proof:
        return Proof(NOT_PROVED, RED, None, (), ("go is not where the tests run",), "", ("no go",))

    done = repaired(model, judge)

    assert [prompt.name for prompt in model.prompts] == ["mend"]
    assert "go is not where the tests run" in done.attempts[0].reasons


def test_the_larger_model_is_asked_only_after_the_first_and_it_is_told() -> None:
    small = answering(fenced(TEST), fenced(FIXED.replace("max", "min")))
    large = answering(fenced(FIXED))
    done = repaired(small, judged(mended), Terms(Bounds(attempts=2), larger=large))

    assert done.verified
    assert len(small.prompts) == 3
    assert [prompt.name for prompt in large.prompts] == ["mend"]
    assert any("the model for hard repairs is asked" in each.reasons[0] for each in done.attempts)


def test_the_larger_model_is_not_asked_where_the_first_was_enough() -> None:
    large = answering(fenced(FIXED))
    done = repaired(answering(fenced(TEST), fenced(FIXED)), judged(mended), Terms(larger=large))

    assert done.verified
    assert large.prompts == []


def test_the_larger_model_may_write_the_reproduction_too() -> None:
    large = answering(fenced(TEST), fenced(FIXED))
    done = repaired(answering("no test"), judged(mended), Terms(larger=large))

    assert done.verified
    assert [prompt.name for prompt in large.prompts] == ["reproduce", "mend"]


@pytest.mark.parametrize(
    ("bounds", "said"),
    [
        (Bounds(attempts=9, tokens=1), "tokens, 1 are allowed"),
        (Bounds(attempts=9, seconds=5), "s, 5 are allowed"),
        (Bounds(attempts=9, usd=0.000001), "USD, 0.00 are allowed"),
    ],
)
def test_what_a_repair_may_cost_is_held(bounds: Bounds, said: str) -> None:
    model = answering(fenced(TEST), fenced(FIXED.replace("max", "min")))
    prices = (ModelPrice("scripted", 1.0, 5.0),)
    done = repaired(model, judged(mended), Terms(bounds, larger=answering(fenced(FIXED)), prices=prices))

    assert done.verified is None
    assert said in done.attempts[-1].reasons[0]
    assert len(model.prompts) <= 2


def test_an_unknown_price_bounds_nothing() -> None:
    done = repaired(
        answering(fenced(TEST), fenced(FIXED)), judged(mended), Terms(Bounds(usd=0.000001), prices=())
    )

    assert done.verified
