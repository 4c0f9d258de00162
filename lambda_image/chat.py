"""What follows when somebody presses a button below a card; the answer is a line in the card's thread."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lambda_image.domain.action import Noted, Request, Verb
from lambda_image.domain.errors import TracemendError
from lambda_image.ports import Actions, Clock, Mutes, WorkQueue
from lambda_image.steps.action_token import read

# Milliseconds.
MUTED_FOR = 86_400_000
MUTED_BECAUSE = "muted in the channel"


@dataclass(frozen=True, slots=True)
class Counter:
    """What serves the buttons. Without `repairs` nobody opens pull requests."""

    clock: Clock
    actions: Actions
    mutes: Mutes
    incidents: WorkQueue
    repairs: WorkQueue | None
    key: Callable[[], str]


def press(verb: Verb, token: str, counter: Counter) -> str:
    """Do what a button asks for, once, and say what was done.

    A press that fails is taken back, so that it may be tried again. Raises InputRefused for a token that is
    not ours or has expired, TransientError and PermanentError.
    """
    request = read(verb, token, counter.clock.now() // 1_000, counter.key().encode())
    noted = counter.actions.note(request)
    if noted is Noted.BEFORE:
        return "That was asked before, and it was done."
    if noted is Noted.UNKNOWN:
        return "This problem is forgotten, or it came back and has a newer card: use the buttons there."
    try:
        return DOES[verb](request, counter)
    except TracemendError:
        counter.actions.withdraw(request)
        raise


def _analyse(request: Request, counter: Counter) -> str:
    incident = counter.actions.reopen(request.fingerprint)
    if incident is None:
        counter.actions.withdraw(request)
        return "It is being analysed right now."
    counter.incidents.send(incident)
    return "It is analysed again; the answer comes into this thread."


def _repair(request: Request, counter: Counter) -> str:
    if counter.repairs is None:
        return "Pull requests are not set up: see `code_host` in the handbook."
    incident = counter.actions.unrepaired(request.fingerprint)
    if incident is None:
        return "A repair was tried; what came of it stands in this thread. 'Analyse again' tries anew."
    counter.repairs.send(incident)
    return "A repair is tried; a pull request comes only with a proof, and what was tried is told here."


def _mute(request: Request, counter: Counter) -> str:
    counter.mutes.mute(request.fingerprint, counter.clock.now() + MUTED_FOR, MUTED_BECAUSE)
    return f"Muted for a day; it is still counted. `tracemend unmute {request.fingerprint}` ends it."


def _wrong(request: Request, counter: Counter) -> str:  # noqa: ARG001 - what there is to do was noted
    return "Noted as a wrong answer. 'Analyse again' asks anew."


def _worked(request: Request, counter: Counter) -> str:  # noqa: ARG001
    return "Noted: this worked."


DOES: dict[Verb, Callable[[Request, Counter], str]] = {
    Verb.ANALYSE: _analyse,
    Verb.REPAIR: _repair,
    Verb.MUTE: _mute,
    Verb.WRONG: _wrong,
    Verb.WORKED: _worked,
}
