"""Twisted's event loop with a guard: it connects to nothing but addresses that the reach has let through."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from twisted.internet import error
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.asyncioreactor import AsyncioSelectorReactor
from twisted.internet.interfaces import IHostnameResolver, IHostResolution
from twisted.internet.main import installReactor
from twisted.internet.threads import deferToThread
from zope.interface import implementer

from knowledge.errors import SourceUnusable
from knowledge.sources.reach import Reach


class GuardedReactor(AsyncioSelectorReactor):
    """Resolves names by the reach and refuses every other address, whoever asks for it."""

    reach: Reach

    def __init__(self, loop: asyncio.AbstractEventLoop, reach: Reach) -> None:
        super().__init__(loop)
        self.reach = reach
        self.refusals: dict[str, str] = {}
        self._checked: set[tuple[str, int]] = set()
        self.installNameResolver(_Resolver(self))  # type: ignore[arg-type]  # zope's interfaces have no types

    def check(self, host: str, port: int) -> Sequence[str]:
        """The host's addresses. Raises SourceUnusable, and remembers why for the report."""
        try:
            found = self.reach.addresses(host, port)
        except SourceUnusable as refusal:
            self.refusals[host] = str(refusal)
            raise
        self._checked.update((address, port) for address in found)
        return found

    def connectTCP(self, host: Any, port: int, *more: Any, **named: Any) -> Any:
        """See Twisted's IReactorTCP; `host` is an address by now."""
        if (host, port) not in self._checked:
            raise error.ConnectError(string="not a checked address")
        return super().connectTCP(host, port, *more, **named)

    def connectUNIX(self, *_: Any, **__: Any) -> Any:
        """No wiki is there."""
        raise error.ConnectError(string="not a checked address")


@implementer(IHostResolution)
class _Asked:
    def __init__(self, name: str) -> None:
        self.name = name

    def cancel(self) -> None:
        """A thread that asks the system cannot be stopped; its answer is not waited for."""


@implementer(IHostnameResolver)
class _Resolver:
    def __init__(self, reactor: GuardedReactor) -> None:
        self._reactor = reactor

    def resolveHostName(
        self,
        receiver: Any,
        hostName: str,  # noqa: N803 - Twisted's name
        portNumber: int = 0,  # noqa: N803 - Twisted's name
        **_: Any,
    ) -> _Asked:
        asked = _Asked(hostName)
        receiver.resolutionBegan(asked)

        def told(addresses: Sequence[str]) -> None:
            for each in addresses:
                kind = IPv6Address if ":" in each else IPv4Address
                receiver.addressResolved(kind("TCP", each, portNumber))

        answer = deferToThread(self._reactor.check, hostName, portNumber)
        answer.addCallbacks(told, lambda _: None)
        answer.addBoth(lambda _: receiver.resolutionComplete())
        return asked


class KeptResolver:
    """For Scrapy, which would put its own in place of the guard."""

    @classmethod
    def from_crawler(cls, *_: Any) -> KeptResolver:
        """See Scrapy's TWISTED_DNS_RESOLVER."""
        return cls()

    def install_on_reactor(self) -> None:
        """The guard is there already."""


def install(reach: Reach) -> GuardedReactor:
    """Make it this process's reactor, once."""
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    reactor = GuardedReactor(loop, reach)
    installReactor(reactor)
    return reactor
