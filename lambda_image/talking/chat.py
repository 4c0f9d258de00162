"""What follows when somebody presses a button below a card or types its command: its thread is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from lambda_image.domain.action import Noted, Request, Verb
from lambda_image.domain.card import Said
from lambda_image.domain.errors import InputRefused, TracemendError
from lambda_image.domain.incident import FINGERPRINT, Task
from lambda_image.domain.lessons import Verdict
from lambda_image.ports import Actions, Clock, Memory, Merges, Mutes, WorkQueue
from lambda_image.steps.action_token import VALID, read, sign
from lambda_image.steps.answering.learn import lesson, subject_of_answer
from lambda_image.steps.cards.chatbot import notifications
from lambda_image.steps.redact import redact_text
from lambda_image.steps.spans_of_time import milliseconds
from lambda_image.talking.questions import Archive, answer_question

MUTED_BECAUSE = "muted in the channel"
SNOOZED = "4h"
# Seconds. The form offers no more.
LOOKED_BACK = 7 * 86_400
NOT_LOOKED = '{"found": "", "fingerprint": "", "groups": 0}'
# Characters of a reason.
REASON = 200


@dataclass(frozen=True, slots=True)
class Counter:
    """What serves the buttons. Without `repairs` nobody opens pull requests.

    Without `look` nobody looks in the logs.

    `called` is the function's own name: with it begin the aliases that people type. It is empty where they
    mention our own app instead.
    """

    clock: Clock
    actions: Actions
    mutes: Mutes
    incidents: WorkQueue
    repairs: WorkQueue | None
    key: Callable[[], str]
    archive: Archive
    memory: Memory
    merges: Merges
    look: Callable[[str, int], str] | None = None
    called: str = "tracemend-chat"


def press(verb: Verb, said: str, counter: Counter, by: str = "") -> Said:
    """Do what a token asks for, with the words behind it, once; and say what was done.

    `by` is who pressed, where that is known. A press that fails is taken back, so that it may be tried again.
    Raises InputRefused for a token that is not ours or has expired, TransientError and PermanentError.
    """
    request = replace(read(verb, said, counter.clock.now() // 1_000, counter.key().encode()), by=by)
    if verb is Verb.LOOK:
        return Said(_look(request, counter))
    noted = counter.actions.note(request)
    if noted is Noted.BEFORE:
        return Said("That was asked before, and it was done.")
    if noted is Noted.UNKNOWN:
        return Said("This problem is forgotten, or it came back and has a newer card: use the buttons there.")
    try:
        done = DOES[verb](request, counter)
    except TracemendError:
        counter.actions.withdraw(request)
        raise
    answer = Said(done) if isinstance(done, str) else done
    return replace(answer, text=f"{answer.text}\nAsked by {by}.".strip()) if by else answer


def in_words(said: Said) -> str:
    """The answer where no card can be shown, in a markup that Slack and Teams share."""
    if said.card is None:
        return said.text
    first, *_ = notifications(said.card)
    return "\n".join(filter(None, (first.title, first.description, said.text)))


def _look(request: Request, counter: Counter) -> str:
    """Our own app asks, for its form; it may come twice, as what was counted counts once."""
    seconds, _, description = request.text.partition(" ")
    if not request.by or not seconds.isdecimal():
        raise InputRefused("only the form of the Slack app looks in the logs")
    return counter.look(description, min(int(seconds), LOOKED_BACK)) if counter.look else NOT_LOOKED


def _analyse(request: Request, counter: Counter) -> str:
    incident = counter.actions.reopen(request.fingerprint)
    if incident is None:
        counter.actions.withdraw(request)
        return "It is being analysed right now."
    counter.incidents.send(incident)
    return "It is analysed again; the answer comes into its thread."


def _repair(request: Request, counter: Counter) -> str:
    if counter.repairs is None:
        return "Pull requests are not set up: see `code_host` in the handbook."
    incident = counter.actions.unrepaired(request.fingerprint)
    if incident is None:
        return "A repair was tried; what came of it stands in this thread. 'Analyse again' tries anew."
    counter.repairs.send(incident)
    return "A repair is tried; a pull request comes only with a proof, and what was tried is told here."


def _mute(request: Request, counter: Counter) -> str:
    how = _typed(Verb.SNOOZE, request, counter, f"{SNOOZED} a deployment is running")
    return f"{_muted(request, counter, '1d', '')} For another time, with your reason: {how}"


def _snooze(request: Request, counter: Counter) -> str:
    """For the time and the reason that were typed: `2h a deployment is running`."""
    span, _, why = (request.text or SNOOZED).partition(" ")
    reason = redact_text(why.strip()[:REASON], counter.archive.redaction).text
    return _muted(request, counter, span, reason)


def _muted(request: Request, counter: Counter, span: str, reason: str) -> str:
    until = counter.clock.now() + milliseconds(span)
    name = counter.mutes.mute(request.fingerprint, until, reason or MUTED_BECAUSE, request.by)
    if not name:
        raise InputRefused("this problem is forgotten")
    whole = "" if name == request.fingerprint else f" with {name}, which it is counted as"
    return f"Muted for {span}{whole}; it is still counted. `tracemend unmute {name}` ends it."


def _wrong(request: Request, counter: Counter) -> str:
    _learn(request, counter, Verdict.WRONG)
    if request.text:
        return "Noted as a wrong answer; your correction is quoted when such an error comes again."
    how = _typed(Verb.WRONG, request, counter, "what was right")
    return f"Noted as a wrong answer. What was right? {how} 'Analyse again' asks anew."


def _worked(request: Request, counter: Counter) -> str:
    _learn(request, counter, Verdict.RIGHT)
    return "Noted: this worked. It is quoted when such an error comes again."


def _learn(request: Request, counter: Counter, verdict: Verdict) -> None:
    """Remember how the newest answer was judged; one whose trace is gone is only counted."""
    archive = counter.archive
    try:
        answered = archive.answered(request.fingerprint)
    except InputRefused:
        return
    repair = archive.traces.load(answered.work_id, Task.REPAIR)
    pull = repair.pull_request if repair else None
    told = lesson(
        answered, verdict, counter.clock.now(), request.text, archive.redaction, url=pull.url if pull else ""
    )
    if subject := subject_of_answer(answered):
        counter.memory.learn(subject, told)


def _ask(request: Request, counter: Counter) -> Said:
    card = answer_question(request.fingerprint, request.text, counter.archive)
    ask = _typed(Verb.ASK, request, counter, "show me the code")
    merge = _typed(Verb.MERGE, request, counter, "its fingerprint")
    return Said(f"Ask more: {ask}\nThe same as another problem? {merge}", card)


def _manager(request: Request, counter: Counter) -> Said:
    return Said(card=answer_question(request.fingerprint, "for a manager", counter.archive))


def _merge(request: Request, counter: Counter) -> str:
    found = FINGERPRINT.search(request.text)
    if not found or not counter.merges.merge(request.fingerprint, found[0], request.by):
        raise InputRefused(f"{request.text[:40]!r} is no other problem that this one can be counted as")
    how = _typed(Verb.SPLIT, request, counter, "again")
    return f"Counted as {found[0]} from now on. To undo it: {how}"


def _split(request: Request, counter: Counter) -> str:
    if not counter.merges.split(request.fingerprint):
        raise InputRefused("it is neither merged with another problem nor part of its incident")
    return "Counted by itself again, from now on."


def _typed(verb: Verb, request: Request, counter: Counter, words: str) -> str:
    """The command that people may type, with a token of its own; to our own app the words are enough."""
    if not counter.called:
        return f"mention me here with `{' '.join((*MENTIONED.get(verb, '').split(), words))}`"
    token = sign(verb, request.thread_id, counter.clock.now() // 1_000 + VALID, counter.key().encode())
    return f"`@Amazon Q run {counter.called.removesuffix('-chat')}-{verb} {token} {words}`"


# How the words begin that people mention our own app with; any others are a question.
MENTIONED = {Verb.WRONG: "wrong:", Verb.SNOOZE: "snooze", Verb.MERGE: "merge", Verb.SPLIT: "split"}
DOES: dict[Verb, Callable[[Request, Counter], str | Said]] = {
    Verb.ANALYSE: _analyse,
    Verb.REPAIR: _repair,
    Verb.MUTE: _mute,
    Verb.WRONG: _wrong,
    Verb.WORKED: _worked,
    Verb.ASK: _ask,
    Verb.MANAGER: _manager,
    Verb.SNOOZE: _snooze,
    Verb.MERGE: _merge,
    Verb.SPLIT: _split,
}
