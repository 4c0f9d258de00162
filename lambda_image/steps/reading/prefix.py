"""What collectors and loggers write before a line: containers, syslog, colours, time and level."""

from __future__ import annotations

import re
from functools import lru_cache

_ANSI = re.compile(r"\x1b\[[0-9;:]*[A-Za-z]")
_CLOCK = r"\d{2}:\d{2}:\d{2}(?:[.,]\d+)?"
_ZONE = r"(?:UTC|GMT|[ECMP][SD]T|CES?T|EES?T|WES?T|[BIJK]ST|(?:AE|NZ)[SD]T|MSK)\b"
TIME = (
    rf"\d{{4}}[-/.]\d{{2}}[-/.]\d{{2}}(?:[T ]{_CLOCK}(?:Z|[ ]?[+-]\d{{2}}:?\d{{2}}|[ ]{_ZONE})?)?"
    rf"|(?:[A-Z][a-z]{{2}} )?[A-Z][a-z]{{2}} [ \d]\d {_CLOCK}(?: \d{{4}})?|{_CLOCK}"
)
UUID = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
# docker-compose, the container runtime interface, syslog by RFC 3164 and 5424, kubectl --prefix.
_COLLECTOR = re.compile(
    r"[\w.-]{1,63} {0,40}\| "
    r"|\d{4}-\d\d-\d\dT[\d:.]{8,18}(?:Z|[+-]\d\d:\d\d) std(?:out|err) [FP] "
    r"|(?:<\d{1,3}>)?[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [\w.:-]{1,100} "
    r"[\w./()-]{1,100}(?:\[\d+\])?: "
    r"|<\d{1,3}>1 \S{1,40} \S{1,255} \S{1,48} \S{1,128} \S{1,32} (?:-|\[[^\]]{0,500}\]) "
    r"|\[pod/[\w./-]{1,200}\] "
)
# klog, as Kubernetes' own components write: level, month and day, time, thread, file:line.
KLOG = re.compile(r"(?P<level>[IWEF])\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ [\w.-]+:\d+\] ?")
# What Ruby's own logger writes: level, time, process, level, program.
RUBY = re.compile(r"[DIWEFA], \[\d{4}-\d\d-\d\dT[\d:.]{8,18} #\d+\] +[A-Z]{3,7} -- [^:]{0,60}: ?")
_WORDS = "TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|ERR|CRITICAL|CRIT|FATAL|SEVERE|ALERT|EMERG|EMERGENCY"
_TOKEN = re.compile(
    rf"(?:\[?(?:{TIME})\]?|{UUID}|\[?(?:{_WORDS})\]?(?![\w(]):?|\[(?:{_WORDS.lower()})\]|<\d{{1,3}}>"
    r"|\[(?!stacktrace\])[\w.:/$#-]{1,60}\]|[-|:]{1,2}(?=\s))(?=\s|$)"
)
# Behind the thread in brackets, Log4j and Logback name the logger; an exception looks alike.
_LOGGER = re.compile(
    r"(?:[a-z][\w$-]{0,60}\.){1,10}[\w$]{1,80}(?<!Exception)(?<!Error)(?<!Throwable)(?: -|:)(?=\s)"
)
_DASHES = re.compile(r"\s|[-|:]")
_DIGIT = re.compile(r"[0-9a-f]")
REACH = 400


# Assembly, detection and reading ask for the same line one after another.
@lru_cache(maxsize=16)
def bare(line: str) -> str:
    """The line without colours, collector and logger prefix; its own indentation stays."""
    return _without_logger(without_collector(line))


@lru_cache(maxsize=16)
def without_collector(line: str) -> str:
    """The line without colours and without what carried it here."""
    if "\x1b" in line:
        line = _ANSI.sub("", line)
    for _ in range(3):
        if line[:1].isspace() or not (found := _COLLECTOR.match(line[:REACH])):
            break
        line = line[found.end() :]
    return line


@lru_cache(maxsize=16)
def logger_prefix(line: str) -> str:
    """The time, level and so on that a logger wrote before this line, with 0 for each digit."""
    plain = without_collector(line)
    return _DIGIT.sub("0", plain[: _logger_end(plain)]).strip()


def _without_logger(line: str) -> str:
    if found := KLOG.match(line):
        return line[found.end() :]
    return line[_logger_end(line) :]


def _logger_end(line: str) -> int:
    """Where the prefix ends, with one blank after it."""
    at = end = 0
    head = line[:REACH]
    if found := KLOG.match(head):
        return found.end()
    if _DASHES.match(head):
        return 0
    if found := RUBY.match(head):
        at = end = found.end()
    while found := _TOKEN.match(head, at):
        if found.start() > end + 1 and found[0][0] in "-|:" and "|" not in head[:end]:
            # Loguru fills the level up before a bar; else a bar after blanks is an exception group's tree.
            break
        end = found.end()
        at = end + len(head[end:]) - len(head[end:].lstrip())
    if end and head[end - 1] == "]" and (found := _LOGGER.match(head, at)):
        end = found.end()
    return end + 1 if end and line[end : end + 1].isspace() else end
