"""Places that are given to those who wait in turn: by network, and by account within a network.

Whoever asks often waits behind itself. A network that sends a hundred requests delays everybody
else by one of them, and within that network an account with ten delays the others by one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import trio

from protocol.access import Origin

Waiting = deque[trio.Event]
Accounts = dict[str, Waiting]


class FairPlaces:
    """So many places. The network, and in it the account, whose turn is next comes first."""

    def __init__(self, places: int) -> None:
        self.places = places
        self.taken = 0
        self._waiting: dict[str, Accounts] = {}

    @property
    def waiting(self) -> int:
        """How many wait."""
        return sum(map(_total, self._waiting.values()))

    def waiting_of(self, origin: Origin) -> tuple[int, int]:
        """How many wait of its network, and of its account there."""
        accounts = self._waiting.get(origin.network, {})
        return _total(accounts), len(accounts.get(origin.account, ()))

    def ahead_of(self, origin: Origin) -> int:
        """How many would have their turn before a newcomer from there."""
        accounts = self._waiting.get(origin.network, {})
        own = len(accounts.get(origin.account, ()))
        others = (len(each) for name, each in accounts.items() if name != origin.account)
        within = own + sum(min(each, own + 1) for each in others)
        networks = (_total(each) for name, each in self._waiting.items() if name != origin.network)
        return within + sum(min(each, within + 1) for each in networks)

    @asynccontextmanager
    async def place(self, origin: Origin) -> AsyncIterator[None]:
        """Hold a place for the body."""
        if self.taken < self.places:  # then nobody waits
            self.taken += 1
        else:
            await self._wait(origin)
        try:
            yield
        finally:
            self._pass_on()

    async def _wait(self, origin: Origin) -> None:
        event = trio.Event()
        accounts = self._waiting.setdefault(origin.network, {})
        accounts.setdefault(origin.account, deque()).append(event)
        try:
            await event.wait()
        except trio.Cancelled:
            self._withdraw(origin, event)
            raise

    def _withdraw(self, origin: Origin, event: trio.Event) -> None:
        accounts = self._waiting[origin.network]
        accounts[origin.account].remove(event)
        if not accounts[origin.account]:
            del accounts[origin.account]
        if not accounts:
            del self._waiting[origin.network]

    def _pass_on(self) -> None:
        """Give a place to the next, or back."""
        if not self._waiting:
            self.taken -= 1
            return
        network = next(iter(self._waiting))
        accounts = self._waiting.pop(network)
        account = next(iter(accounts))
        events = accounts.pop(account)
        events.popleft().set()
        if events:
            accounts[account] = events  # behind the others of its network
        if accounts:
            self._waiting[network] = accounts  # behind the other networks


def _total(accounts: Accounts) -> int:
    return sum(map(len, accounts.values()))
