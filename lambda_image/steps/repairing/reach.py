"""What a change may newly reach: programs, the network, code made from text, the environment.

The repair of an error seldom needs one of them; what a log or a comment asks a model to write into a patch
needs one nearly always. Told by words: who disguises them gets past, and people are still ahead.
"""

from __future__ import annotations

import re

ADDRESS = "an address"
_KINDS = {
    "another program": re.compile(
        r"\bos\.(?:system|popen|exec\w*|spawn\w*|posix_spawn\w*)\b|\bsubprocess\b|\bchild_process\b"
        r"|\b(?:exec|spawn)Sync\b|\bgetRuntime\b|\bProcessBuilder\b|\bexec\.Command\b|\bprocess::Command\b"
        r"|(?<![\w.])(?:curl|wget)\s|(?<![\w.>])(?:shell_exec|passthru|proc_open|popen|pcntl_exec|system)\s*\("
    ),
    "the network": re.compile(
        r"\b(?:socket|urllib3?|requests|httpx|aiohttp|ftplib|smtplib|paramiko|axios)\s*[.(]|\burlopen\b"
        r"|(?<![\w.])fetch\s*\(|\bXMLHttpRequest\b|\bhttps?\.(?:get|request|Get|Post)\b|\bjava\.net\b"
        r"|\bnet\.(?:Dial|connect)|\bHttpClient\b|\bTcpStream\b|\breqwest\b|\bcurl_\w+|\bfsockopen\b"
    ),
    "code made from text": re.compile(
        r"(?<![\w.])(?:eval|exec|compile|unserialize)\s*\(|\b__import__\b|\bimportlib\b|\bnew Function\b"
        r"|\b(?:pickle|marshal)\.|\bctypes\b|\bb(?:ase)?64_?decode\b|\batob\b|\bClass\.forName\b"
    ),
    "the environment": re.compile(
        r"\bos\.environ\b(?!\[[^\]]*\]\s*=[^=])|\bos\.(?:getenv|Getenv|Environ)\b|\bprocess\.env\b"
        r"|\bSystem\.getenv\b|\benv::vars?\b|(?<![\w.>])getenv\s*\(|\$_(?:ENV|SERVER)\b"
    ),
    ADDRESS: re.compile(r"(?:https?|ftp|wss?)://[\w.-]+"),
}


def reaches(code: str) -> frozenset[tuple[str, str]]:
    """The kinds that a piece of code reaches, each with the words that say so."""
    return frozenset((kind, found[0]) for kind, words in _KINDS.items() for found in words.finditer(code))


def new_reach(diff: str) -> tuple[str, ...]:
    """The kinds that the added lines of a unified diff reach in words that stand in no other line of it."""
    new = {kind for kind, _ in reaches(_lines(diff, "+")) - reaches(_lines(diff, "- "))}
    return tuple(kind for kind in _KINDS if kind in new)


def _lines(diff: str, signs: str) -> str:
    lines = (line for line in diff.split("\n") if not line.startswith(("+++ ", "--- ")))
    return "\n".join(line[1:] for line in lines if line and line[0] in signs)
