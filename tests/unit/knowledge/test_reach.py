"""Addresses that a source may connect to."""

from __future__ import annotations

import pytest

from knowledge.errors import AddressRefused, SourceUnusable
from knowledge.sources.reach import Reach

METADATA = [
    "169.254.169.254", "169.254.170.2", "169.254.170.23", "169.254.100.1", "fd00:ec2::254", "fe80::1%eth0", "fe80::a9fe:a9fe",
    "::ffff:169.254.169.254", "64:ff9b::a9fe:a9fe", "100.100.100.200", "168.63.129.16", "192.0.0.192",
]  # fmt: skip
NOWHERE = [
    "0.0.0.0", "::", "224.0.0.1", "239.1.2.3", "ff02::1", "240.0.0.1", "255.255.255.255", "198.18.0.1", "192.0.2.1",
    "203.0.113.5", "2001:db8::1", "2002:7f00:1::", "2001:0:1::1", "192.88.99.1", "64:ff9b:1::a00:1", "::7f00:1",
    "::ffff:224.0.0.1", "fec0::1", "3fff:1::1", "5f00::1",
]  # fmt: skip
PRIVATE = [
    "127.0.0.1", "127.8.9.10", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "::1",
    "::ffff:10.0.0.1", "::ffff:7f00:1", "fc00::1", "fd12:3456::1", "64:ff9b::a00:1",
]  # fmt: skip
PUBLIC = [
    "93.184.216.34",
    "172.32.0.1",
    "100.128.0.1",
    "2606:2800:220:1::1",
    "64:ff9b::5db8:d822",
    "::ffff:8.8.8.8",
]


def standing_at(*addresses: str, private: str = "") -> Reach:
    return Reach(frozenset({private} if private else ()), lambda *_: addresses)


@pytest.mark.parametrize("address", [*METADATA, *NOWHERE, *PRIVATE])
def test_no_address_but_a_public_one_is_connected_to(address: str) -> None:
    with pytest.raises(AddressRefused):
        standing_at(address).addresses("wiki.example.com", 443)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses_are(address: str) -> None:
    assert standing_at(address).addresses("wiki.example.com", 443) == (address,)


@pytest.mark.parametrize("address", PRIVATE)
def test_a_named_host_may_be_private_and_no_other(address: str) -> None:
    assert standing_at(address, private="wiki.corp").addresses("Wiki.corp.", 443) == (address,)
    with pytest.raises(AddressRefused, match=r"allow it with --allow-private other\.corp"):
        standing_at(address, private="wiki.corp").addresses("other.corp", 443)


@pytest.mark.parametrize("address", [*METADATA, *NOWHERE])
def test_where_credentials_are_kept_no_host_may_stand(address: str) -> None:
    with pytest.raises(AddressRefused):
        standing_at(address, private="wiki.corp").addresses("wiki.corp", 443)


def test_the_runtime_api_of_a_function_is_never_read() -> None:
    reach = standing_at("127.0.0.1", private="wiki.corp")

    assert reach.addresses("wiki.corp", 9000)
    with pytest.raises(AddressRefused, match="credentials"):
        reach.addresses("wiki.corp", 9001)


def test_one_address_that_is_not_allowed_is_enough() -> None:
    with pytest.raises(AddressRefused):
        standing_at("93.184.216.34", "10.0.0.1").addresses("wiki.example.com", 443)


@pytest.mark.loopback
@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f000001", "017700000001", "127.1", "0x7f.1", "[::1]", "localhost"]
)
def test_other_ways_to_write_loopback_lead_there_too(host: str) -> None:
    with pytest.raises(AddressRefused):
        Reach().addresses(host.strip("[]"), 80)


def test_a_host_that_is_not_found_is_told() -> None:
    def unknown(*_: object) -> tuple[str, ...]:
        raise OSError("no such host")

    with pytest.raises(SourceUnusable, match=r"wiki\.example\.com cannot be found"):
        Reach(resolve=unknown).addresses("wiki.example.com", 443)
    with pytest.raises(SourceUnusable, match="cannot be found"):
        standing_at().addresses("wiki.example.com", 443)
