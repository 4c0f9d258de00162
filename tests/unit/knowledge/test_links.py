"""Links of pages, and which of them lead nowhere."""

from __future__ import annotations

import pytest

from knowledge.errors import AddressRefused, HostUnknown, SourceUnusable
from knowledge.links import MOST, dead, links_in


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("See [the guide](https://docs.acme.io/guide#top), then <https://acme.io/x>.", ["guide", "x"]),
        (
            "(https://en.acme.io/wiki/Disk_(full)) and https://acme.io/a?b=c&d=e.",
            ["Disk_(full)", "a?b=c&d=e"],
        ),
        ("curl https://$HOST/x https://{host}/y https://acme.io/{id} https://acme.io/...", []),
        ("http://localhost:8080/x https://wiki.example.com/y http://db.local/z http://checkout/w", []),
        ("`https://acme.io/code` **https://acme.io/bold**", ["code", "bold"]),
        ("https://[::bad/x no://link", []),
    ],
)
def test_addresses_that_a_reader_could_open_are_found(text: str, links: list[str]) -> None:
    assert [each.rpartition("/")[2] for each in links_in(text)] == links


def test_only_what_is_gone_for_good_is_dead_and_each_link_is_asked_once() -> None:
    answers: dict[str, int | Exception] = {
        "https://a.io/200": 200,
        "https://a.io/301": 301,
        "https://a.io/403": 403,
        "https://a.io/404": 404,
        "https://a.io/410": 410,
        "https://a.io/500": 500,
        "https://b.io/": HostUnknown("b.io cannot be found"),
        "https://c.io/": AddressRefused("c.io stands at 10.0.0.1"),
        "https://d.io/": SourceUnusable("d.io did not answer"),
    }
    asked: list[str] = []

    def status(link: str) -> int:
        asked.append(link)
        answer = answers[link]
        if isinstance(answer, Exception):
            raise answer
        return answer

    found = dead([*answers, *answers], status, sleep=lambda _: None)

    assert asked == list(answers)
    assert found == {
        "https://a.io/404": "https://a.io/404 answers 404",
        "https://a.io/410": "https://a.io/410 answers 410",
        "https://b.io/": "https://b.io/: there is no host of this name",
    }


def test_a_host_is_asked_slowly_and_a_run_ends() -> None:
    waits: list[float] = []
    told: list[int] = []
    links = [f"https://{host}.io/{at}" for at in range(MOST) for host in "ab"]

    dead(links, lambda _: 404, told.append, waits.append)

    assert told[-1] == MOST
    assert waits[:2] == [0.0, 0.0]
    assert all(0.5 < wait <= 1.0 for wait in waits[2:])
