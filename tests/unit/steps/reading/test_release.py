"""What the names of log streams tell of what ran, in the forms in which AWS and Kubernetes write them."""

from __future__ import annotations

import pytest

from lambda_image.domain.storm import Release
from lambda_image.steps.reading.release import release_of

POD = "ip-10-0-1-2.eu-central-1.compute.internal-application.var.log.containers."
TASK = "0f9e8d7c6b5a49383726150413f2e1d0"


@pytest.mark.parametrize(
    ("stream", "release"),
    [
        ("2026/11/26/[42]8f3e9b0a6c5d4e3f8a7b6c5d4e3f2a1b", Release("/g ", "42")),
        ("2026/11/26/orders[7]8f3e9b0a6c5d4e3f8a7b6c5d4e3f2a1b", Release("/g orders", "7")),
        ("2026/11/26/[$LATEST]8f3e9b0a6c5d4e3f8a7b6c5d4e3f2a1b", None),
        (f"{POD}checkout-7d9f8c6b5d-x2v4z_shop_app-{TASK}{TASK}.log", Release("/g checkout", "7d9f8c6b5d")),
        (f"{POD}log-shipper-x2v4z_kube-system_app-{TASK}{TASK}.log", None),
        ("web-shop-54dcf8678b-l8rt5", Release("/g web-shop", "54dcf8678b")),
        (f"shop-3f2a91c/web/{TASK}", Release("/g shop", "3f2a91c", anywhere=True)),
        (f"shop/3f2a91c/{TASK}", Release("/g shop", "3f2a91c", anywhere=True)),
        (f"shop/v1.4.2/{TASK}", Release("/g shop", "1.4.2")),
        (f"shop/web/{TASK}", None),
        ("i-0123456789abcdef0/var/log/app.log", None),
        ("10.0.1.2/app/1", None),
        ("ip-10-0-1-2/app/1", None),
        ("shop/1234567/1", None),
        ("shop/defaced/1", None),
        ("", None),
    ],
)
def test_a_stream_tells_its_release(stream: str, release: Release | None) -> None:
    assert release_of("/g", stream) == release
