"""Citations lead to the log event, the page and the line of code, or nowhere."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lambda_image.domain.evidence import RepositoryMapping, Revision, Span, SpanKind
from lambda_image.steps.cards.addresses import address, code_address, log_address
from tests.fakes.events import redacted_event
from tests.fakes.evidence import evidence

EVENT_ID = "38790000000000000000000000000000000000000000000000000001"


def test_a_log_line_leads_to_its_event_in_the_console() -> None:
    event = redacted_event(id=EVENT_ID, log_stream="2026/11/23/[$LATEST]abc", timestamp=1_790_000_000_000)

    assert log_address(event, "eu-west-1") == (
        "https://eu-west-1.console.aws.amazon.com/cloudwatch/home?region=eu-west-1#logsV2:log-groups/log-group/"
        "$252Faws$252Flambda$252Fshop/log-events/2026$252F11$252F23$252F$255B$2524LATEST$255Dabc"
        f"$3Fstart$3D1790000000000$26refEventId$3D{EVENT_ID}"
    )
    assert log_address(event, "cn-north-1").startswith("https://cn-north-1.console.amazonaws.cn/")


@pytest.mark.parametrize("changes", [{"id": "7"}, {"log_group": "sns"}, {"log_stream": ""}])
def test_what_is_no_event_of_cloudwatch_leads_nowhere(changes: dict[str, str]) -> None:
    assert log_address(redacted_event(**{"id": EVENT_ID, **changes}), "eu-west-1") == ""
    assert log_address(redacted_event(id=EVENT_ID), "") == ""


@pytest.mark.parametrize(
    ("clone_url", "web"),
    [
        ("https://github.com/acme/shop.git", "https://github.com/acme/shop"),
        ("https://user:token@github.com/acme/shop", "https://github.com/acme/shop"),
        ("git@github.com:acme/shop.git", "https://github.com/acme/shop"),
        ("ssh://git@git.example.com:2222/acme/shop.git", "https://git.example.com/acme/shop"),
        ("/srv/git/shop.git", ""),
        ("file:///srv/git/shop.git", ""),
        ("http://127.0.0.1:8080/acme/shop.git", ""),
    ],
)
def test_a_repository_has_an_address_in_a_browser_without_credentials(clone_url: str, web: str) -> None:
    assert RepositoryMapping("*", clone_url, "acme/shop").web == web


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "slack://user",
        "https://wiki.example.com@evil.example/x",
        "https://wiki.example.com\\@evil.example",
        "https://wiki.example.com/\n<!channel>",
        "https://wiki.example.com/\u202e",
        "pages/pricing.md",
    ],
)
def test_a_page_that_is_not_on_the_web_leads_nowhere(url: str) -> None:
    page = Span("P1.1", SpanKind.PASSAGE, "x", "Pricing", url)

    assert address(page, redacted_event(), evidence(), "eu-west-1") == ""
    assert address(replace(page, url="https://wiki.example.com/p?a=b c"), redacted_event(), evidence(), "")


def test_a_line_of_code_leads_to_itself_at_the_commit() -> None:
    at = Revision("acme/shop", "f" * 40, "mapping", "https://github.com/acme/shop")

    def leads(web: str = at.web, commit: str = at.commit) -> str:
        there = replace(at, web=web, commit=commit)
        return code_address(replace(evidence(), revision=there), "shop/a b.py", 9)

    assert leads() == f"https://github.com/acme/shop/blob/{'f' * 40}/shop/a%20b.py#L9"
    assert "/shop/-/blob/" in leads(web="https://gitlab.example.com/acme/shop")
    assert leads(web="https://bitbucket.org/acme/shop").endswith(
        "/src/" + "f" * 40 + "/shop/a%20b.py#lines-9"
    )
    assert leads(web="https://git-codecommit.eu-west-1.amazonaws.com/v1/repos/shop") == ""
    assert leads(web="") == leads(commit="main") == ""
