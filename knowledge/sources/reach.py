"""Which addresses a source may connect to: public ones, and private ones of hosts that were named for it.

What counts is the address that is connected to, not the name: whoever asks connects to an address from
here, so that a name that resolves otherwise the next time (DNS rebinding) gains nothing.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from knowledge.errors import AddressRefused, HostUnknown

Resolve = Callable[[str, int], Sequence[str]]
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# https://www.rfc-editor.org/rfc/rfc6052 and rfc8215: IPv4 addresses in IPv6 ones, whatever they stand for.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# The rest of IPv6 is not routed; of this part not all is. https://www.iana.org/assignments/ipv6-address-space
_ROUTED = ipaddress.IPv6Network("2000::/3")
# Teredo and 6to4 lead to IPv4 addresses that are not checked; 3fff::/20 is for examples.
_UNROUTED = tuple(
    ipaddress.ip_network(each) for each in ("2001::/32", "2002::/16", "192.88.99.0/24", "3fff::/20")
)
# Credentials and control planes of clouds, where no wiki is: link-local (AWS, Google and Azure metadata, the
# credentials of ECS and EKS), AWS over IPv6, Alibaba's metadata, Azure's wire server, Oracle's metadata.
_METADATA = tuple(
    ipaddress.ip_network(each)
    for each in (
        "169.254.0.0/16", "fe80::/10", "fd00:ec2::/32", "100.100.100.200/32", "168.63.129.16/32",
        "192.0.0.192/32", "fd20:ce::254/128",
    )
)  # fmt: skip
_INTRANET = tuple(
    ipaddress.ip_network(each)
    for each in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10",
                 "::1/128", "fc00::/7")
)  # fmt: skip
# Lambda's Runtime API on loopback hands out what the function is invoked with.
_RUNTIME_API = 9001


def system_resolve(host: str, port: int) -> tuple[str, ...]:
    """The host's addresses as the system knows them. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(frozen=True, slots=True)
class Reach:
    """`private_hosts` may stand at private addresses; no host may stand at a metadata address."""

    private_hosts: frozenset[str] = frozenset()
    resolve: Resolve = system_resolve

    def is_private(self, host: str) -> bool:
        """Whether the host was named as one of an intranet."""
        return host.lower().rstrip(".") in self.private_hosts

    def addresses(self, host: str, port: int) -> tuple[str, ...]:
        """Where to connect to. Raises AddressRefused where any address is not allowed, or HostUnknown."""
        try:
            found = tuple(self.resolve(host, port))
        except (OSError, UnicodeError) as error:
            raise HostUnknown(f"{host} cannot be found; check the name ({error})") from error
        if not found:
            raise HostUnknown(f"{host} cannot be found; check the name")
        for address in found:
            self._check(host, port, address)
        return found

    def _check(self, host: str, port: int, text: str) -> None:
        address = _plain(ipaddress.ip_address(text.partition("%")[0]))
        if _within(address, _METADATA) or (address.is_loopback and port == _RUNTIME_API):
            raise AddressRefused(f"{host} stands at {text}, where credentials are kept; it is never read")
        if _public(address) or (self.is_private(host) and _within(address, _INTRANET)):
            return
        advice = (
            f"If it is a wiki of yours, allow it with --allow-private {host}"
            if _within(address, _INTRANET)
            else "No source is read there"
        )
        raise AddressRefused(f"{host} stands at {text}, which is no public address. {advice}")


def _plain(address: _Address) -> _Address:
    """The IPv4 address that an IPv6 address means."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address.ipv4_mapped:
        return address.ipv4_mapped
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _public(address: _Address) -> bool:
    if address.is_multicast or not address.is_global or _within(address, _UNROUTED):
        return False
    return isinstance(address, ipaddress.IPv4Address) or address in _ROUTED


def _within(address: _Address, networks: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]) -> bool:
    return any(address.version == each.version and address in each for each in networks)
