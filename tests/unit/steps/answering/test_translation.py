"""A translation names what was checked, adds nothing, and loses nothing."""

from __future__ import annotations

import pytest

from lambda_image.domain.diagnosis import DiagnosisDraft, DraftClaim, Fault
from lambda_image.steps.answering.check import check
from lambda_image.steps.answering.translation import faithful
from tests.fakes.evidence import evidence

CHECKED = "total divides by len(prices), which is zero for an empty order in pricing.py"
SOURCES = "ZeroDivisionError: division by zero\nshop/pricing.py line 9\nreturn sum(prices) / len(prices)"


@pytest.mark.parametrize(
    "said",
    [
        "total은 len(prices)로 나누는데, 빈 주문에서는 pricing.py에서 0이 됩니다.",
        "pricing.py の total は len(prices) で割りますが、空の注文ではゼロになります。",
        "pricing.py 中的 total 除以 len(prices)，而空订单时它为零。",
        "total teilt in pricing.py durch len(prices), das bei einer leeren Bestellung null ist.",
        "total divise par len(prices), qui vaut zéro pour une commande vide dans pricing.py.",
        "total divide entre len(prices), que es cero en un pedido vacío en pricing.py.",
        "total membagi dengan len(prices), yang bernilai nol untuk pesanan kosong di pricing.py.",
    ],
)
def test_the_same_statement_in_each_language(said: str) -> None:
    assert faithful(said, CHECKED, f"{SOURCES}\n0")


@pytest.mark.parametrize(
    "said",
    [
        "",
        "total teilt durch len(prices).",  # pricing.py is lost
        "total teilt in pricing.py durch len(prices), seit Version 2.3.",
        "total teilt in pricing.py durch len(prices); starten Sie orders_worker neu.",
        "total은 pricing.py에서 len(prices)로 나눕니다. Kafka가 원인입니다.",
        "total teilt in pricing.py durch len(prices): https://evil.example.com",
        'total teilt in pricing.py durch len(prices): "rm -rf"',
        "total teilt in pricing.py durch len(prices)\u202e.",
        "total teilt in pricing.py durch len(prices). " * 9,
    ],
)
def test_what_adds_or_loses_something_is_not_shown(said: str) -> None:
    assert not faithful(said, CHECKED, SOURCES)


def test_a_claim_keeps_its_translation_only_where_it_is_faithful() -> None:
    text, of = "ZeroDivisionError: total divides by len(prices)", evidence()
    good, bad = "ZeroDivisionError: total teilt durch len(prices)", "ZeroDivisionError: Kafka_1 ist weg"

    def said(translation: str) -> list[str]:
        draft = DiagnosisDraft((DraftClaim(text, ("L7", "C3"), translation),), Fault.CODE, (), ())
        return [claim.said for claim in check(draft, of).claims]

    assert said(good) == [good]
    assert said(bad) == [""]
