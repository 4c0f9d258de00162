"""Hostile and enormous incidents, the same for the same seed, and the cards that are composed of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from lambda_image.domain.affected import KEPT, Affected
from lambda_image.domain.card import LANGUAGES, Audience
from lambda_image.domain.diagnosis import Claim, Confidence, Diagnosis, DiagnosisDraft, Fault, Usage
from lambda_image.domain.events import RedactedEvent
from lambda_image.domain.evidence import Change, Evidence, Gap, Passage, Revision, SourceExcerpt, Span
from lambda_image.domain.incident import History, Incident, Task
from lambda_image.domain.noise import Digest, HeldBack, HeldProblem, Spike
from lambda_image.domain.notification import Basis, Outcome
from lambda_image.domain.patch import Attempt, Proof, PullRequest, PullRequestPlan, TestRun
from lambda_image.steps.answering.check import check
from lambda_image.steps.answering.spans import number_spans
from lambda_image.steps.cards.addresses import code_address, log_address
from lambda_image.steps.telling.compose import compose_answer
from lambda_image.steps.telling.compose_repair import compose_repair
from lambda_image.steps.telling.notice import compose_digest, compose_spike
from lambda_image.steps.words.ink import address
from tests.fakes.clients import Allowed
from tests.fakes.events import START, redacted_event

HOST, LINKED = "wiki.example.com", "ok.example.com"
PULL = "https://git.example.com/acme/shop/pull/12"
MARKS = """
* _ ~ ` ``` ```` ~~~ ~~~~ > # - + 1. 1) | || --- :--: === :tada: :+1: #12 `a` ``b`` ```c``` *b* _i_ ~s~
**b** __i__
\\ \\* " ' %s {{x}} {number} ${x} </log> </evidence> <!-- --> <b> </pre> <img src=x onerror=alert(1)>
&#64;here &#x3c;"""
CALLS = """<!channel> <!here|x> <!everyone> <@U123ABC> <@W123|bob> <#C1> <!subteam^S12345|@ops>
<!date^1^{date}|x> @here
@everyone @channel @all @Here, (@channel) @team \uff20here @U123ABC &lt;!here&gt; &lt; &amp;
<at>Ada</at> <at id="0">"""
LINKS = """[x](https://evil.example.com) ![x](https://evil.example.com/i.png) [x]:
https://evil.example.com [x][1]
<https://evil.example.com|ok> <https://ok.example.com|https://evil.example.com> <javascript:alert(1)|x>
www.evil.example
WWW.EVIL.EXAMPLE mailto:a@b.example MailTo:a@b.example http://[::1 https://evil.example.com/a?b=1
HTTPS://EVIL.EXAMPLE
javascript:alert(1) JaVaScRiPt:alert`1` data:text/html;base64,PHg+ hxxp://x ftp://evil.example
file:///etc/passwd
slack://user?team=T1&id=U1 msteams://x tel:+491 //evil.example/x https:\\\\evil.example
https%3A%2F%2Fevil.example
&#104;ttps://evil.example [x](javascript:alert(1)) [x](<https://evil.example>)"""
# Addresses that look as if they were on a host that links may lead to; the last ones are.
NEAR = """https://\u043ek.example.com/x https://ok.example.com.evil.example
https://ok.example.com@evil.example/
https://ok.example.com:443@evil.example https://ok.example.com\\@evil.example
https://ok.example.com\\.evil.example
https://ok\u3002example.com https://ok.example.com%2eevil.example https://ok.example.com%00.evil.example
https://evil.example/https://ok.example.com http://ok.example.com/ https://xn--k-0tb.example.com
https://OK.EXAMPLE.COM/X
https://ok.example.com/a?b=<!channel>&c=@here https://ok.example.com/(a)[b]*c*_d_~e~|f
https://ok.example.com:8443/"""
OTHER = """word snake_case 3.14 app.py node.js 결제 실패 決済に失敗 支付失败 الدفع فشل תשלום נכשל 😀 ﷽
e\u0301
👩\u200d👩\u200d👧\u200d👦 👍\U0001f3fd 🇰🇷🇮🇩🇯🇵 1\ufe0f\u20e3 \u0915\u094d\u0937\u093f
\u0e01\u0e34\u0e49 \u1112\u1161\u11ab
\u202e \u202d \u200b \u200e \u200f \u061c \u2066 \u2067 \u2068 \u2069 \u3164 \u115f \u034f \u2060
\ufeff \u00ad \U000e0041
\x00 \x07 \x1b[31m \x7f \x85 \ud800 \udfff \udbff\udbff \ufffe \uffff \ufdd0 \ue000 \U0010ffff"""
TOWER = "Z" + "\u0300\u0489\u20dd" * 40
BREAKS = ("\n", "\r\n", "\t", "\u2028", "\x85", "  ", "\n\n\n", "\n```\n", "\n> ", "\n- ")
PIECES = (*MARKS.split(), *CALLS.split(), *LINKS.split(), *NEAR.split(), *OTHER.split(), *BREAKS, TOWER)
NO_DRAFT = DiagnosisDraft((), Fault.UNKNOWN, (), ())
SIZES = (0, 1, 3, 10, 40, 200)


@dataclass(frozen=True, slots=True)
class Generated:
    """What was composed, and all that it may lead to."""

    outcome: Outcome
    allowed: Allowed
    client: str


def generated(seed: int) -> Generated:
    """One of the messages that the system sends, made of hostile text."""
    dice = Random(seed)  # noqa: S311 - nothing is kept secret by it
    audience = Audience(
        dice.choice(list(LANGUAGES)), dice.choice(("", "slack", "teams")), "eu-west-1", (LINKED,)
    )
    make: Callable[[Random, Audience], tuple[Outcome, set[str]]] = dice.choice(
        (_answered, _answered, _repaired, _digest, _spike)
    )
    outcome, allowed = make(dice, audience)
    return Generated(outcome, Allowed(frozenset(map(address, allowed)), (LINKED,)), audience.client)


def text(dice: Random, most: int = 200) -> str:
    """Hostile text, at times enormous."""
    size = dice.choice([each for each in SIZES if each <= most])
    joined = dice.choice(("", " ", " ")).join(dice.choices(PIECES, k=size))
    return joined * (dice.choice((20, 400)) if dice.random() < 0.03 and most > 40 else 1)


def _event(dice: Random) -> RedactedEvent:
    return replace(
        redacted_event(id=str(dice.randrange(10**55, 10**56))),
        message=text(dice),
        exception_type=text(dice, 3) or None,
        log_group=dice.choice(("/aws/lambda/shop", "sns", text(dice, 10), "/ecs/" + "x" * 500)),
        log_stream=dice.choice(("2026/11/23/[$LATEST]abc", text(dice, 3))),
        lines=tuple(text(dice) for _ in range(dice.choice((0, 1, 5, 60)))),
        context=tuple(text(dice, 40) for _ in range(dice.choice((0, 3)))),
        service=dice.choice((None, None, text(dice, 3))),
        language=dice.choice(("python", None, text(dice, 3))),
    )


def _incident(dice: Random) -> Incident:
    past = History(0, dice.randrange(10**6), dice.randrange(10**9), dice.choice((None, PULL)))
    return Incident(
        "v1-0123456789abcdef",
        f"v1-0123456789abcdef-{START}",
        START,
        START + dice.randrange(10**9),
        dice.choice((1, 2, 10**9)),
        _event(dice),
        history=dice.choice((None, past)),
        affected=dice.choice((Affected(), Affected(3, 0, 12), Affected(KEPT, 1, KEPT))),
    )


def _evidence(dice: Random, event: RedactedEvent) -> Evidence:
    pages = [
        Passage(f"p{at}", text(dice, 10), f"https://{HOST}/p{at}?x=1&y=(2)#a|b", _page(dice), 1.0)
        for at in range(dice.choice((0, 1, 3)))
    ]
    excerpts = [SourceExcerpt(text(dice, 3) or "a.py", 1, 9, "f", "here", text(dice))] * dice.choice((0, 1))
    revision = Revision("acme/shop", "0" * 40, text(dice, 10), "https://git.example.com/acme/shop")
    return Evidence(
        passages=tuple(pages),
        excerpts=tuple(excerpts),
        changes=(Change(text(dice, 3), text(dice, 10), START, text(dice)),) if excerpts else (),
        spans=number_spans(event, pages, excerpts),
        gaps=tuple(Gap(text(dice, 10), text(dice), text(dice)) for _ in range(dice.choice((0, 1, 9)))),
        revision=dice.choice((None, revision)),
    )


def _page(dice: Random) -> str:
    steps = "\n".join(f"{at}. {text(dice, 40)}" for at in range(dice.choice((1, 3, 8))))
    command = "\n".join(text(dice, 10) for _ in range(dice.choice((1, 4, 300))))
    return f"## Fix\n{steps}\n```bash\n{command}\n```\n{text(dice)}\n"


def _diagnosis(dice: Random, evidence: Evidence) -> Diagnosis:
    spans = evidence.spans or ()
    claims = tuple(
        Claim(
            text(dice) or "x",
            tuple(dice.choices(spans, k=dice.choice((1, 4)))),
            dice.choice(("", text(dice))),
        )
        for _ in range(dice.choice((0, 1, 3, 12)))
        if spans
    )
    empty = check(NO_DRAFT, evidence)
    steps: list[Span] = [span for span in spans if span.step or span.command]
    return replace(
        empty,
        claims=claims,
        fault=dice.choice(list(Fault)),
        confidence=dice.choice(list(Confidence)) if claims else Confidence.NOT_KNOWN,
        steps=tuple(steps[: dice.choice((0, 2, 6))]),
        dropped=tuple(text(dice, 10) for _ in range(dice.choice((0, 3)))),
        usage=(Usage("diagnose", text(dice, 3), 10**6, 10**4, 3.21),) * dice.choice((0, 1, 2)),
    )


def _answered(dice: Random, audience: Audience) -> tuple[Outcome, set[str]]:
    incident = _incident(dice)
    evidence = _evidence(dice, incident.event)
    outcome = compose_answer(incident, _diagnosis(dice, evidence), evidence, audience)
    urls = {page.url for page in evidence.passages} | {PULL, log_address(incident.event, audience.region)}
    return outcome, urls | {code_address(evidence, span.source, span.line) for span in evidence.spans}


def _repaired(dice: Random, audience: Audience) -> tuple[Outcome, set[str]]:
    incident = _incident(dice)
    run = TestRun(
        text(dice, 10), dice.choice((0, 1, None)), 3, (text(dice, 3),), "", 0.5, dice.choice((None, "cpu"))
    )
    pull = PullRequest("acme/shop", 12, PULL, "b", dice.choice(("open", "closed", "merged")), draft=True)
    plan = PullRequestPlan("acme/shop", "abc", "b", "t", "b", (), ())
    outcome = Outcome(
        incident.fingerprint,
        incident.thread_id,
        Task.REPAIR,
        check(NO_DRAFT, Evidence((), (), (), (), ())),
        plan=dice.choice((None, plan)),
        diff=dice.choice((None, text(dice), text(dice) * 50)),
        proof=dice.choice((None, Proof("proved", run, run, (), (text(dice),), text(dice, 10)))),
        pull_request=dice.choice((None, pull)),
        attempts=tuple(Attempt(at, "", (text(dice), text(dice))) for at in range(dice.choice((0, 1, 3)))),
        refusal=dice.choice((None, text(dice))),
        basis=Basis(incident, audience=audience),
    )
    return compose_repair(incident, outcome), {PULL}


def _digest(dice: Random, audience: Audience) -> tuple[Outcome, set[str]]:
    top = tuple(HeldProblem(f"v1-{at}", text(dice), 9 - at) for at in range(dice.choice((0, 1, 9))))
    held = HeldBack(dice.choice((1, len(top), 10**5)), dice.randrange(1, 10**7), top)
    return compose_digest(Digest("digest-1", START, START + 600_000), held, audience), set()


def _spike(dice: Random, audience: Audience) -> tuple[Outcome, set[str]]:
    spike = Spike(START, dice.randrange(1, 10**9), dice.choice((0, 1, 10**6)))
    return compose_spike(_incident(dice), spike, audience), set()
