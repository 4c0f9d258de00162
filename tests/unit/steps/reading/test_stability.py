"""Mutations: what changes from occurrence to occurrence keeps the fingerprint, another problem does not."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lambda_image.steps.reading.understand import events
from tests.unit.steps.traces import samples

Mutation = Callable[[str], str]
TRACES = {name: text for name, text in vars(samples).items() if name.isupper() and isinstance(text, str)}


def each_line(prefix: str) -> Mutation:
    """What a collector writes before every line; `{}` is the line's number."""

    def mutated(text: str) -> str:
        return "\n".join(f"{prefix.replace('{}', f'{at:02}')}{line}" for at, line in enumerate(lines(text)))

    return mutated


def lines(text: str) -> list[str]:
    """The lines of a trace."""
    return text.split("\n")


PREFIXES: dict[str, Mutation] = {
    "CRI": each_line("2026-11-25T10:00:{}.123456789Z stderr F "),
    "CRI of another day": each_line("2027-01-02T23:59:{}.000000001+02:00 stdout F "),
    "docker compose": each_line("shop-web-7  | "),
    "syslog": each_line("Nov 25 10:00:{} ip-10-0-0-7 shop[4242]: "),
    "syslog of another host": each_line("Dec  1 23:00:{} ip-10-9-9-1 shop[7]: "),
    "RFC 5424": each_line("<11>1 2026-11-25T10:00:{}.1Z host-9 shop 77 - - "),
    "time": each_line("2026-11-25T10:00:{}.123Z "),
    "time with comma": each_line("2026-11-25 10:00:{},123 "),
    "Lambda": lambda text: f"2026-11-25T10:00:00.123Z\t3f6c1a52-7c0d-4a0e-9d1e-0123456789ab\tERROR\t{text}",
    "another request": lambda text: (
        f"2026-12-26T11:11:11.999Z\tffffffff-0000-4a0e-9d1e-ba9876543210\tERROR\t{text}"
    ),
}
WRAPPED: dict[str, Mutation] = {
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "blank lines around": lambda text: f"\n\n{text}\n\n",
    "other lines around": lambda text: f"INFO start 1\n{text}\nINFO end",
}
# What a runtime or the environment says anew each time, in any language.
ANEW: dict[str, Mutation] = {
    "addresses": lambda text: re.sub(r"0x[0-9a-f]+", lambda found: f"0x7f{found[0][2:]}1", text),
    "hashes": lambda text: text.replace("h0123456789abcdef", "hfedcba9876543210"),
    "lambdas": lambda text: text.replace("$$Lambda$14", "$$Lambda$2077"),
    "goroutines": lambda text: text.replace("goroutine 18", "goroutine 4711"),
    "deployment": lambda text: text.replace("/app/", "/srv/releases/20261125/app/"),
}


def fingerprints(text: str) -> list[str]:
    """The fingerprint of each error in a text."""
    return [row["fingerprint"] for row in events(text)]


@pytest.mark.parametrize("mutation", [*PREFIXES, *WRAPPED, *ANEW])
@pytest.mark.parametrize("language", TRACES)
def test_the_same_error_keeps_its_fingerprint(language: str, mutation: str) -> None:
    text = TRACES[language]
    (before,) = fingerprints(text)

    assert fingerprints({**PREFIXES, **WRAPPED, **ANEW}[mutation](text)) == [before]


@pytest.mark.parametrize("language", TRACES)
def test_what_logs_put_around_a_trace_adds_up(language: str) -> None:
    text = TRACES[language]
    for mutation in ANEW.values():
        text = mutation(text)
    text = PREFIXES["CRI"](WRAPPED["blank lines around"](text)).replace("\n", "\r\n")

    assert fingerprints(text) == fingerprints(TRACES[language])


@pytest.mark.parametrize("language", TRACES)
def test_another_type_or_frame_that_raised_is_another_problem(language: str) -> None:
    text = TRACES[language]
    (row,) = events(text)
    raised = row["raised_at"] or ([frame for frame in row["frames"] if frame["in_app"]] or row["frames"])[-1]
    file = raised["file"].rpartition("/")[2]
    others = {
        "line": re.sub(rf"([:(]|line ){raised['line']}\b", r"\g<1>90", text),
        "file": text.replace(file, f"other_{file}"),
        "type": text.replace(row["exception_type"], f"Other{row['exception_type']}"),
    }
    if re.fullmatch("panic|Fatal error|SyntaxError|ExceptionGroup", row["exception_type"]):
        del others["type"]
    found = {name: fingerprints(each) for name, each in others.items()}

    assert all(len(each) == 1 and each != [row["fingerprint"]] for each in found.values()), found


ERROR = "ERROR upload of {id} by {user} from {ip} to {host} failed after {ms} ms, request {request} at {time}"
VALUES = st.fixed_dictionaries(
    {
        "id": st.integers(0, 10**12) | st.uuids(),
        "user": st.builds("{}{}@example.com".format, st.sampled_from("abc"), st.integers(0, 99)),
        "ip": st.ip_addresses(v=4) | st.ip_addresses(v=6).filter(lambda each: int(each) >> 112 > 0),
        "host": st.builds(
            "{}-{}.{}.internal:{}".format,
            st.sampled_from(["db", "web"]),
            st.integers(0, 99),
            st.sampled_from(["eu-west-1", "us-east-2"]),
            st.integers(1, 65_535),
        ),
        "ms": st.integers(0, 10**7) | st.floats(0, 10**5).map(lambda number: round(number, 2)),
        "request": st.uuids() | st.uuids().map(lambda each: each.hex),
        "time": st.datetimes().map(lambda each: each.isoformat()),
    }
)


@given(VALUES, VALUES)
def test_a_message_with_other_values_keeps_its_fingerprint(
    one: dict[str, object], other: dict[str, object]
) -> None:
    assert fingerprints(ERROR.format(**one)) == fingerprints(ERROR.format(**other))


@given(st.sampled_from(sorted(PREFIXES)), st.sampled_from(sorted(PREFIXES)))
def test_a_message_keeps_its_fingerprint_behind_any_prefix(one: str, other: str) -> None:
    text = "ERROR disk is full"

    assert fingerprints(PREFIXES[one](text)) == fingerprints(PREFIXES[other](text))


STATUSES = (
    "ERROR call of billing failed: HTTP {}",
    "ERROR request to billing failed with status code {}",
    "ERROR billing returned {} for order 7",
    "ERROR java.io.IOException: Server returned HTTP response code: {} for URL: https://billing/7",
    '{{"level": "error", "message": "request errored", "res": {{"statusCode": {}}}}}',
    'level=error msg="request errored" status={} path=/orders/7',
    """\
Traceback (most recent call last):
  File "/app/a.py", line 3, in run
    answer.raise_for_status()
requests.exceptions.HTTPError: {} Server Error: Bad Gateway for url: https://billing/7""",
)


@pytest.mark.parametrize("text", STATUSES)
def test_the_class_of_an_http_status_tells_problems_apart(text: str) -> None:
    failed, again, refused = (fingerprints(text.format(status)) for status in (502, 503, 404))

    assert len(failed) == 1
    assert failed == again
    assert failed != refused


@pytest.mark.parametrize("count", ["returned {} rows", "got {} items", "took {} ms", "order {} not found"])
def test_a_count_is_no_status(count: str) -> None:
    one, other = (fingerprints(f"ERROR the query {count.format(number)}") for number in (450, 320))

    assert one == other
