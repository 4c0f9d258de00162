"""Whether a line goes on with the block before it: by what the block is, and how the line looks."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from enum import Enum

from lambda_image.steps.reading.line import ERROR_LEVELS, level_of
from lambda_image.steps.traces import browser

TRACEBACK_HEAD = "Traceback (most recent call last)"
# How any language prints frames and links of a chain; a logger's own prefix has been taken off.
_FRAME = re.compile(
    r'\s+(?:at |\.\.\. |File "|from |\^|~|\||\+|in |thrown in |--- )|\s*\.\.\. \d+ (?:more|common)'
    r"|\s*(?:Caused by|Suppressed|Wrapped by): |\s*--- End of |\s*---> |\s*at [\w.$<(/]"
    r"|#\d+ |Stack trace:|\[stacktrace\]|\s+\+?-|(?:[A-Za-z]:)?[^:]{1,300}:\d+:in [`'\w]"
    r"|<asynchronous suspension>|Runtime\.ExitError$"
    r"|[\w.$<>]+\([\w./$-]+\.java:\d+\)$|ORA-\d{5}: at "
    r"|\s+\d+: |\s*[Ss]tack backtrace:|note: (?:run with|[Ss]ome details)|Next [\w\\]+: |Caused by:$"
    r"|Error has been observed at the following site|Original Stack Trace:$"
    r"|\*\* \([A-Z]\w*(?:\.\w+)*\) |Last message(?: \(from .{1,80}\))?: |Require stack:$|Parameter name: \w+$"
    # Loggers of Go print the function of a frame alone on its line; Laravel leaves the cause in brackets.
    r"|(?:[\w.@~-]++/)+[\w@~-]+\.(?:\(\*?[\w\[\].]+\)\.\w+(?:\.[\w.]+)?|(?=(?:\w+\.)*?(?:[A-Z]|func\d+\b))[\w.]+(?<!\.))$"
    r"|(?:main|runtime)\.\w+$|\[previous exception\] \["
    r"|(?:\[[^\]]{10,40}\] )?PHP(?: Stack trace:$| +\d+\. )"
    r"|(?:package:\S+\.dart|dart:[a-z_]+)(?: +[\d:]+)? {2,}\S|={3,} asynchronous gap ="
    r"|(?:DETAIL|HINT|CONTEXT|LINE \d+): |\[(?:SQL|parameters): |\(Background on this error at: "
)
_INDENTED = re.compile(r"\s+\S")
# An exception's message that ends so has another line.
_SAYS_MORE = (":", "(", "[", "{")
# What Lambda writes around an invocation.
_PLATFORM = re.compile(r"(?:START|END|REPORT) RequestId: |INIT_START ")
_CHAIN = re.compile(r"During handling of the above|The above exception was")
_PYTHON_LAST = re.compile(r"(?:[\w.]+\.)?[A-Za-z_]\w*(?:: |$)")
_GO = re.compile(
    r"goroutine \d+|\[signal |exit status \d|created by |panic: |\s*$|runtime stack:|\[?originating from"
    r"|\.{3}[\w ]{1,30} elided"
    r"|[\w./$*%·()\[\]{}-]{1,300}\(.*\)$"
)
_GOROUTINE = re.compile(r"goroutine \d+ ")
_EXCEPTION = re.compile(
    r"(?:Exception in thread \"[^\"]{1,100}\" |Unhandled exception[.:] )?"
    r"(?:[A-Za-z_]\w*[.:\\]+)*(?:[A-Z]\w*)?(?:Error|Exception|Throwable|Failure)(?:\$\w+)*"
    r"(?: \[\w+\]| \(0x\w+\))?(?:: |:?$)"
)
_OBJECT_PART = re.compile(r'\s+\S|[}\]]|"')
_NODE_SOURCE = re.compile(r"(?:node:\S+|(?:file://)?\S+\.[cm]?[jt]sx?):\d+$")
_CARET = re.compile(r"\s*\^+\s*$")
_NODE_FRAME = re.compile(r"\s+at ")
_NODE_ENDS = "Node.js v"
# Ruby prints the error behind the first frame.
_RUBY_HEAD = re.compile(r":in [`'].{1,300}': .{0,1500} \([A-Z][\w:]*\)$")
# What is raised while another is rescued has it as its cause, which Ruby prints below, head first.
_RESCUED = re.compile(r":in [`'].{0,300}\brescue in ")
# To a terminal, Ruby before 3.0 printed the error last.
_OLDEST_FIRST = re.compile(r"\s+\d+: from ")
_ELIXIR_HEAD = "** ("
# Rails leaves a line free behind the error.
_RAILS_HEAD = re.compile(r"(?:^|\s)[A-Z]\w*(?:::[A-Z]\w*)* \(.{0,1500}\):$")
_QUIET = frozenset({"info", "debug"})
# What goes before a traceback without a level.
_THREAD = re.compile(r"Exception (?:in thread|ignored in)")
# Rust's `main` leaves a line free between its error and the cause.
_RUST_ERROR = re.compile(r"Error: ")
# What Python prints around a traceback of another process.
_QUOTES = '"""'
# What is left of the JSON in which Laravel writes an exception.
_CONTEXT_ENDS = '"}'
# The place at the end of PHP's head, whose message may have several lines.
_PHP_HEAD = re.compile(r"Next [\w\\]+: |.*\bUncaught [\w\\]+: ")
_PHP_PLACE = re.compile(r"(?::| on line )\d{1,9}$")
_REQUIRED = re.compile(r"Require stack:$|- /\S+$")
_AFTER_HEAD = 5
_TRACEBACK_REACH = 400


class Kind(Enum):
    """What a block has turned out to be."""

    PLAIN = "plain"
    PYTHON = "python"
    GO = "go"
    RUST = "rust"
    DART = "dart"
    PHP = "php"
    NODE = "node"
    OBJECT = "object"
    FRAMES = "frames"


_BEGINS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (Kind.PYTHON, re.compile(r"Traceback \(most recent call last\)|RemoteTraceback: ?$")),
    (
        Kind.GO,
        re.compile(r"^(?:http: )?panic(?: serving \S+)?: |^fatal error: |^goroutine \d+ |^SIG[A-Z]+: "),
    ),
    (Kind.RUST, re.compile(r"thread '[^']*'(?: \(\d+\))? panicked at ")),
    (Kind.DART, re.compile(r"Unhandled [eE]xception:\s*$")),
    (
        Kind.PHP,
        re.compile(r"\bUncaught [\w\\]+|^(?:PHP )?Fatal error: |^exception '|^Stack trace:|\[stacktrace\]"),
    ),
    (Kind.NODE, _NODE_SOURCE),
    (Kind.OBJECT, re.compile(r"[{\[]\s*$|^\s*\{.*[,{\[]\s*$")),
)
# What any of these holds, so that most lines are asked once.
_HINT = re.compile(
    r"Traceback|panic|[Ff]atal error|^goroutine|^SIG|Unhandled [eE]xception|Uncaught |exception '|tack ?trace"
    r"|[jt]sx?:\d+$|^node:\S+:\d+$"
)
_OPEN_ENDS = ("{", "[", ",", "{ ", "[ ")


def may_go_on(line: str) -> bool:
    """Whether a line without its prefix looks as if it went on with anything; most log lines do not."""
    return (
        not line
        or line[0].isspace()
        or bool(_is_frame(line) or _CHAIN.match(line) or _EXCEPTION.match(line))
        or TRACEBACK_HEAD in line[:_TRACEBACK_REACH]
        or line == "}"
        or line.startswith(("- /", _QUOTES, _CONTEXT_ENDS))
    )


def may_be_said(lines: Sequence[str], line: str) -> bool:
    """Whether this line may be of a Python exception's message, or a note, below these lines.

    Nothing in it tells. It belongs there if `comes_back` is true of a later one.
    """
    last = _last_line(lines)
    said = bool(last) and not last[0].isspace() and not _CHAIN.match(last)
    return said and not _announces(lines[-1]) and not may_go_on(line) and _says_nothing_else(line)


def _announces(line: str) -> bool:
    """Whether an exception's message goes on below this line of it."""
    return line.endswith(_SAYS_MORE) and ": " in line and not line[0].isspace() and not _CHAIN.match(line)


def _says_nothing_else(line: str) -> bool:
    return not (level_of(line) or line.startswith("{") or _PLATFORM.match(line))


def comes_back(line: str) -> bool:
    """Whether this line, the next of a chain or set in, takes those since a Python exception along."""
    return bool(_CHAIN.match(line)) or line.startswith(("  ", _QUOTES))


def _is_frame(line: str) -> bool:
    """Whether any language may print this line as a frame or a link of a chain."""
    return bool(_FRAME.match(line)) or browser.is_frame(line)


def kind_of(line: str, before: Kind = Kind.PLAIN) -> Kind:
    """What a block is once this line, without its prefix, belongs to it."""
    if before not in {Kind.PLAIN, Kind.FRAMES}:
        return before
    if not _HINT.search(line[:2_000]) and not line.endswith(_OPEN_ENDS) and not line[:1].isspace():
        return before if not _is_frame(line) else Kind.FRAMES
    if browser.is_frame(line):
        return Kind.FRAMES
    for kind, begins in _BEGINS:
        if begins.search(line[:2_000]) and not (kind is Kind.OBJECT and before is Kind.FRAMES):
            return kind
    return Kind.FRAMES if before is Kind.FRAMES or _is_frame(line) else before


def goes_on(kind: Kind, lines: Sequence[str], line: str, *, logged: bool) -> bool:
    """Whether `line` belongs to a block of this kind with these lines, all of them without prefixes.

    `logged` says that a logger began the line with a time or a level; then only frames go on.
    """
    if TRACEBACK_HEAD in line and not (kind is Kind.OBJECT and _OBJECT_PART.match(line)):
        return _next_traceback(kind, lines, line, logged=logged)
    if _CHAIN.match(line) or (_is_frame(line) and not _begins_anew(lines, line)):
        quiet = kind is Kind.PLAIN and not line[:1].isspace() and level_of(lines[0]) in _QUIET
        return not quiet and not (logged and kind is Kind.OBJECT)
    if logged:
        return False
    return bool(_INDENTED.match(line)) or _unlogged(kind, lines, line)


def is_trace(kind: Kind, lines: Sequence[str]) -> bool:
    """Whether such a block is a trace, or what Rails logs above an empty line and the frames."""
    return kind is not Kind.PLAIN or bool(_RAILS_HEAD.search(lines[-1]))


def ends(kind: Kind, lines: Sequence[str]) -> bool:
    """Whether only a line that looks as if it went on, as `may_go_on` tells, belongs to such a block."""
    if kind is Kind.PYTHON:
        last = _last_line(lines)
        return not last[:1].isspace() and not _announces(last)
    return kind in {Kind.PLAIN, Kind.FRAMES} or (kind is Kind.PHP and not _follows_php(lines, ""))


def _unlogged(kind: Kind, lines: Sequence[str], line: str) -> bool:
    """Lines that look like nothing, and are known by where they stand."""
    if not line.strip():
        headed = bool(_RAILS_HEAD.search(lines[-1]) or _RUST_ERROR.match(lines[-1]))
        return kind not in {Kind.PLAIN, Kind.OBJECT} or headed
    if follows := _FOLLOWS.get(kind):
        return follows(lines, line)
    if kind is Kind.FRAMES and (line == "}" or (_REQUIRED.match(line) and _REQUIRED.match(lines[-1]))):
        return True
    heads = not any(_is_frame(each) or _EXCEPTION.match(each) for each in lines[-3:])
    return heads and bool(_EXCEPTION.match(line)) and level_of(lines[0]) in ERROR_LEVELS


def _next_traceback(kind: Kind, lines: Sequence[str], line: str, *, logged: bool) -> bool:
    """A traceback goes on with the one that caused it, and with the error that a logger wrote above it."""
    if kind is Kind.PYTHON:
        last = _last_line(lines)
        return bool(_CHAIN.match(last) or last == _QUOTES) or (line[:1].isspace() and not logged)
    fails = level_of(lines[0]) in ERROR_LEVELS or _THREAD.match(lines[0])
    return not logged and kind is Kind.PLAIN and bool(fails)


def _last_line(lines: Sequence[str]) -> str:
    """The last line that says something."""
    return next((each for each in reversed(lines[-4:]) if each.strip()), "")


def _begins_anew(lines: Sequence[str], line: str) -> bool:
    """Whether this line has an error of Ruby's or Elixir's in it that is no cause of the one above."""
    if line.startswith(_ELIXIR_HEAD):
        return lines[-1][:1].isspace() and any(each.startswith(_ELIXIR_HEAD) for each in lines)
    follows = _OLDEST_FIRST.match(lines[-1]) or any(map(_RESCUED.search, lines))
    return bool(_RUBY_HEAD.search(line)) and not follows


def _closed(lines: Sequence[str]) -> bool:
    return lines[-1][:1] in {"}", "]"} and len(lines) > 1


def _follows_node(lines: Sequence[str], line: str) -> bool:
    """The line of source, what was thrown up to its first frame; after the last one, little."""
    if lines[-1].startswith(_NODE_ENDS):
        return False
    thrown = any(_CARET.match(each) or _EXCEPTION.match(each) for each in lines)
    if len(lines) == 1 or (thrown and not any(map(_NODE_FRAME.match, lines))):
        return True
    closes = line in {"}", "]"} or line.startswith(_NODE_ENDS)
    return closes or bool(_CARET.match(line) or _EXCEPTION.match(line))


def _follows_go(lines: Sequence[str], line: str) -> bool:
    """A message may have lines that look like nothing, until the goroutines come."""
    message = len(lines) <= _AFTER_HEAD and not any(map(_GOROUTINE.match, lines))
    return message or bool(_GO.match(line))


def _follows_dart(lines: Sequence[str], _: str) -> bool:
    return len(lines) <= _AFTER_HEAD and not any(each.startswith("#") for each in lines)


def _follows_rust(lines: Sequence[str], line: str) -> bool:
    """The message below the place, of one line or a few, up to the note or the backtrace that ends it."""
    if len(lines) == 1:
        return lines[0].endswith(":")
    said = lines[0].endswith(":") and len(lines) <= _AFTER_HEAD and not any(map(_is_frame, lines))
    return said and not level_of(line) and kind_of(line) is Kind.PLAIN


def _follows_python(lines: Sequence[str], line: str) -> bool:
    """The last line, behind what is set in, what it announces, and quotes around another traceback."""
    last = _last_line(lines)
    if _QUOTES in (line, last):
        return line == _QUOTES or not line.strip()
    if last[:1].isspace():
        return bool(_PYTHON_LAST.match(line))
    return _announces(lines[-1]) and _says_nothing_else(line)


def _follows_php(lines: Sequence[str], line: str) -> bool:
    """The message, up to the place behind it."""
    if line == _CONTEXT_ENDS:
        return True
    head = next((at for at in reversed(range(len(lines))) if _PHP_HEAD.match(lines[at])), None)
    said = lines[head:] if head is not None else ()
    return 0 < len(said) <= _AFTER_HEAD and not any(
        " in " in each and _PHP_PLACE.search(each) for each in said
    )


_FOLLOWS: dict[Kind, Callable[[Sequence[str], str], bool]] = {
    Kind.OBJECT: lambda lines, line: bool(_OBJECT_PART.match(line)) and not _closed(lines),
    Kind.PYTHON: _follows_python,
    Kind.PHP: _follows_php,
    Kind.GO: _follows_go,
    Kind.NODE: _follows_node,
    Kind.DART: _follows_dart,
    Kind.RUST: _follows_rust,
}
