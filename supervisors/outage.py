"""How long an actor was down with the whole installation, so that its machine can compensate."""

from __future__ import annotations

from protocol.bounded import BoundedDict
from protocol.envelope import Address
from protocol.ports import Clock

REMEMBERED = 100_000


class Outage:
    """The time between the last heartbeat before this process and each actor's return.

    The outage itself ends for all at once when it is said to be `over`; who returns later was not
    kept away by it.

    `down_since` is that heartbeat, None if there never was one; `up_at` is when this process
    started. Both in milliseconds. An address is credited once per process.

    The number of those that are remembered is bounded. Crediting one that is forgotten again would
    change nothing: a game that goes on has written that it was credited, after `up_at`.
    """

    def __init__(self, clock: Clock, *, down_since: int | None, up_at: int) -> None:
        self._clock = clock
        self._down_since = down_since
        self._up_at = up_at
        self._back_at: int | None = None
        self._credited: BoundedDict[Address, bool] = BoundedDict(REMEMBERED)

    def over(self) -> None:
        """The node serves everybody again from now on."""
        if self._back_at is None:
            self._back_at = self._clock.now()

    def back_at(self) -> int:
        """When the node was back; now, as long as it is not."""
        return self._clock.now() if self._back_at is None else self._back_at

    def concerns(self, address: Address) -> bool:
        """Whether `down_ms` may differ from 0."""
        return self._down_since is not None and address not in self._credited

    def down_ms(self, address: Address, last_event_at: int | None) -> int:
        """The outage for an activation now whose newest durable event is from `last_event_at`."""
        if self._down_since is None or address in self._credited:
            return 0
        if last_event_at is not None and last_event_at >= self._up_at:
            return 0
        self._credited.remember(address, True)
        return max(0, self._clock.now() - max(last_event_at or 0, self._down_since))
