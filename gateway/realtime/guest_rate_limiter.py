"""Limit on new guests per minute and network.

Joining creates a guest and needs nothing; without a bound one client could fill all places of a
game. Each node counts by itself, so that a join needs no round trip.
"""

from __future__ import annotations

import ipaddress

from protocol.bounded import BoundedDict
from protocol.errors import RateLimited
from protocol.networks import network_of
from protocol.ports import Clock

LIMIT = 600
"""New guests per window and network: enough for the largest lecture hall behind one address to
enter at once, and for a whole conference within minutes, because a refused page tries again by
itself."""
WINDOW_MS = 60_000
MAX_NETWORKS = 10_000
"""Networks counted; the one with the oldest window is forgotten first."""


class GuestRateLimiter:
    """Counts new guests in fixed windows that begin with a network's first guest."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._windows: BoundedDict[str, tuple[int, int]] = BoundedDict(MAX_NETWORKS)

    def count(self, remote: str) -> None:
        """Count a new guest. Raises `RateLimited` once `LIMIT` were counted in this window.

        Loopback is not counted: rehearsals and proxies connect from there.
        """
        if _is_here(remote):
            return
        network, now = network_of(remote), self._clock.now()
        began, count = self._windows.get(network, (now, 0))
        if now - began >= WINDOW_MS:
            began, count = now, 0
        if count >= LIMIT:
            raise RateLimited((began + WINDOW_MS - now) / 1000)
        if count:
            self._windows[network] = began, count + 1
        else:
            self._windows.remember(network, (began, 1))


def _is_here(remote: str) -> bool:
    try:
        return ipaddress.ip_address(remote).is_loopback
    except ValueError:
        return False
