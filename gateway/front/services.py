"""What the connections of one front share: bounds, clock, timers, counters, budgets.

It does not know about connections, requests or routes.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from gateway.client_error_log import ClientErrorLog
from gateway.front.budget import Budget
from gateway.front.head import HeadReader
from gateway.front.limits import Limits
from gateway.front.proxies import TrustedProxies
from gateway.front.response import ResponseEncoder
from gateway.front.route_times import RouteTimes
from gateway.front.statistics import Counters
from gateway.front.timers import TimerWheel


class Spawn(Protocol):
    """Starts a task that ends no later than the front."""

    def __call__(self, function: Callable[..., Awaitable[None]], *args: Any) -> None:
        """Run `await function(*args)`.

        What it raises is logged; if one of `args` is a Request that has no answer yet, it is
        answered with the error (500 unless it is a StoaError).
        """


class FrontServices:
    """One for each front. `now` reads the server's clock, milliseconds since the epoch."""

    __slots__ = (
        "_request_count",
        "_request_prefix",
        "client_errors",
        "counters",
        "draining",
        "encoder",
        "heads",
        "limits",
        "now",
        "owed",
        "proxies",
        "spawn",
        "timers",
        "times",
        "unfinished",
        "waiting",
    )

    def __init__(
        self,
        *,
        limits: Limits,
        proxies: TrustedProxies,
        now: Callable[[], int],
        spawn: Spawn,
        announces_tls: bool = False,
    ) -> None:
        self.limits = limits
        self.proxies = proxies
        self.now = now
        self.spawn = spawn
        self.draining = False
        self.counters = Counters()
        self.unfinished = Budget(limits.unfinished_bytes)
        self.owed = Budget(limits.owed_bytes)
        self.waiting = Budget(limits.waiting_bytes)
        self.client_errors = ClientErrorLog(now)
        self.heads = HeadReader(limits)
        self.encoder = ResponseEncoder(announces_tls=announces_tls)
        self.timers = TimerWheel(tick_seconds=limits.timer_tick_seconds)
        self.times = RouteTimes()
        self._request_prefix = f"req_{secrets.token_hex(4)}"
        self._request_count = 0

    def new_request_id(self) -> str:
        """An id that is unique over all fronts: random per process, then counted."""
        self._request_count += 1
        return f"{self._request_prefix}{self._request_count:x}"
