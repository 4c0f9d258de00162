"""Elixir: `** (Type) message`, then `(application version) file:line: function`, newest call first."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from lambda_image.domain.events import Frame
from lambda_image.steps.traces import Trace, number

_HEAD = re.compile(r"\s*\*\* \((?P<type>[A-Z]\w*(?:\.\w+)*|EXIT|exit|stop|throw)\) (?P<message>.*)$")
_FRAME = re.compile(
    r"\s+(?:\((?P<application>\w+)(?: [\w.-]+)?\) )?(?P<file>[\w./-]+\.(?:exs?|erl|eex|heex)):(?P<line>\d+): (?P<function>\S.*)$"
)
# Calls stand with the values of their arguments where no clause fitted them, else with their number.
_ARGUMENTS = re.compile(r"(?<=[\w?!\"])\(.*\)$")
# https://hexdocs.pm/elixir and the applications that most web services are made of.
_LIBRARY = re.compile(
    r"(?:elixir|stdlib|kernel|erts|mix|ex_unit|iex|logger|eex|phoenix\w*|plug\w*|ecto\w*|cowboy|bandit|thousand_island"
    r"|db_connection|postgrex|oban|broadway|gen_stage|telemetry|finch|mint|tesla|absinthe\w*)$"
)


def read(lines: Sequence[str]) -> Trace | None:
    """The exception that ended a process, and its frames."""
    first = next((at for at, line in enumerate(lines) if (_HEAD.match(line))), None)
    frames = [_frame(found) for line in lines if (found := _FRAME.match(line))]
    head = _HEAD.match(lines[first]) if first is not None else None
    if first is None or head is None:
        return None
    more = takewhile(lambda line: line.strip() and not _FRAME.match(line), lines[first + 1 :])
    message = "\n".join([head["message"], *more]) if frames else head["message"]
    return Trace("elixir", head["type"], message.strip(), tuple(reversed(frames)))


def _frame(found: re.Match[str]) -> Frame:
    application = found["application"] or ""
    function = _ARGUMENTS.sub("", found["function"])
    return Frame(found["file"], number(found["line"]), function, not _LIBRARY.match(application))
