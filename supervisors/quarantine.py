"""Actors whose history cannot be read: whoever asks them is told so, and nothing is loaded again.

An operator mends the history and lets the actor be tried again (`supervisors.histories`); without
that it is tried after `AGAIN_SECONDS`, so that one which can be read again heals by itself.
"""

from __future__ import annotations

import msgspec
import structlog
import trio

from actors.kind import LiveKind
from protocol.bounded import BoundedDict
from protocol.envelope import Address
from protocol.errors import HistoryUnreadable
from protocol.ports import Clock

REMEMBERED = 4_096
AGAIN_SECONDS = 300.0

log = structlog.get_logger(__name__)


class Unreadable(msgspec.Struct, kw_only=True):
    """One actor. `since` in milliseconds; `refused` counts messages since then."""

    kind: str
    key: str
    called: str
    reason: str
    since: int
    refused: int = 0
    again_at: float = 0.0


class Quarantine:
    """Remembers them, a bounded number; one that is forgotten is found again when it is loaded."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._by_address: BoundedDict[Address, Unreadable] = BoundedDict(REMEMBERED)

    def __len__(self) -> int:
        return len(self._by_address)

    def __contains__(self, address: Address) -> bool:
        return address in self._by_address

    def put(self, address: Address, kind: LiveKind, error: Exception) -> HistoryUnreadable:
        """Remember an actor; returns what whoever asks it is told."""
        known = self._by_address.get(address)
        reason = str(error) or type(error).__name__
        entry = Unreadable(
            kind=address.kind,
            key=address.key,
            called=kind.called,
            reason=reason,
            since=self._clock.now() if known is None else known.since,
            refused=0 if known is None else known.refused,
            again_at=trio.current_time() + AGAIN_SECONDS,
        )
        self._by_address.remember(address, entry)
        if known is None or known.reason != reason:
            log.error("actor.unreadable", address=str(address), exc_info=error)
        return HistoryUnreadable(kind.called)

    def check(self, address: Address) -> None:
        """Raises `HistoryUnreadable` for an actor that is not tried again yet.

        One that is tried again is forgotten: nothing may be done to the history of an actor that is
        in memory.
        """
        entry = self._by_address.get(address)
        if entry is None:
            return
        if trio.current_time() >= entry.again_at:
            del self._by_address[address]
            return
        entry.refused += 1
        raise HistoryUnreadable(entry.called)

    def lift(self, address: Address) -> bool:
        """Let it be tried again; False if it was not remembered."""
        return self._by_address.pop(address, None) is not None

    def shown(self) -> list[Unreadable]:
        """All of them, the newest first."""
        return sorted(self._by_address.values(), key=lambda entry: -entry.since)
