"""Ruby, PHP, .NET and Rust: a head that names the error, and one pattern for the frames of each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lambda_image.domain.events import Frame
from lambda_image.steps.traces import Reader, Trace


@dataclass(frozen=True, slots=True)
class Family:
    """How a language prints traces; all four print the newest call first."""

    language: str
    head: re.Pattern[str]
    frame: re.Pattern[str]
    library: re.Pattern[str]

    def read(self, lines: Sequence[str]) -> Trace | None:
        """The first head that has frames after it or, in Ruby, on its own line."""
        found = [self.frame.search(line) for line in lines]
        if not any(found):
            return None
        frames = [self._frame(each) for each in found if each]
        head = next((match for line in lines if (match := self.head.search(line))), None)
        if head is None:
            return None
        parts = head.groupdict()
        return Trace(
            self.language, parts.get("type"), (parts.get("message") or "").strip(), tuple(reversed(frames))
        )

    def _frame(self, found: re.Match[str]) -> Frame:
        parts = found.groupdict()
        line = parts.get("line")
        file = parts["file"]
        return Frame(file, int(line) if line else None, parts.get("function"), not self.library.search(file))


RUBY = Family(
    "ruby",
    re.compile(r"^(?:.*?:\d+:in [`'][^']*': )?(?P<message>[^()]*?) \((?P<type>[A-Z]\w*(?:::\w+)*)\)$"),
    re.compile(
        r"^\s*(?:from |\d+: from )?(?P<file>[\w./@+-]+\.rb):(?P<line>\d+)(?::in [`'](?P<function>[^']*)')?"
    ),
    re.compile(r"/gems/|/ruby/\d|/lib/ruby/"),
)
PHP = Family(
    "php",
    re.compile(
        r"(?<![\w\\])(?P<type>[A-Z][\w\\]*(?:Error|Exception)|Exception)'?:? (?:with message ')?"
        r"(?P<message>.*?)'?(?: in /\S+(?::\d+)?.*)?$"
    ),
    re.compile(r"^\s*#\d+ (?P<file>[^\s(:]+\.php)\((?P<line>\d+)\): (?P<function>[\w\\>:{}-]+)"),
    re.compile(r"/vendor/"),
)
DOTNET = Family(
    "csharp",
    re.compile(r"(?<![\w.])(?P<type>(?:[A-Z]\w*\.)+[A-Z]\w*Exception): (?P<message>.*)$"),
    re.compile(r"^\s*at (?P<function>[^\s(]+)\([^)]*\)(?: in (?P<file>.+):line (?P<line>\d+))"),
    re.compile(r"^/_/|\\_\\"),
)
RUST = Family(
    "rust",
    re.compile(r"^thread '[^']*'(?: \(\d+\))? panicked at (?:'(?P<message>.*)', |.*:\d+:\d+:?$)"),
    re.compile(r"^\s+at (?P<file>\S+\.rs):(?P<line>\d+)(?::\d+)?"),
    re.compile(r"/rustc/|/\.cargo/registry/"),
)
READERS: tuple[Reader, ...] = (DOTNET.read, PHP.read, RUBY.read, RUST.read)
