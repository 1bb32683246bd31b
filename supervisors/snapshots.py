"""Writing of snapshots in the background, only the newest per actor, one at a time.

A lost snapshot only makes a load longer, so failures are counted and dropped.
"""

from __future__ import annotations

import structlog
import trio

from protocol.envelope import Address
from protocol.ports import Journal, Snapshot

MAX_WAITING = 10_000

log = structlog.get_logger(__name__)


class SnapshotWriter:
    """A bounded set of snapshots to write, and the task that writes them."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._waiting: dict[Address, Snapshot] = {}
        self._wanted = trio.Event()
        self.saved = 0
        self.failed = 0

    def save_soon(self, snapshot: Snapshot) -> None:
        """Queue a snapshot, replacing an older one of the same actor.

        Past the bound it is dropped.
        """
        if len(self._waiting) < MAX_WAITING or snapshot.address in self._waiting:
            self._waiting[snapshot.address] = snapshot
            self._wanted.set()
        else:
            self.failed += 1

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            await self._wanted.wait()
            self._wanted = trio.Event()
            await self.flush()

    async def flush(self) -> None:
        """Write everything that is waiting."""
        while self._waiting:
            address = next(iter(self._waiting))
            snapshot = self._waiting.pop(address)
            try:
                await self._journal.save_snapshot(snapshot)
            except Exception as error:
                self.failed += 1
                log.warning("snapshot.failed", address=str(address), error=repr(error))
            else:
                self.saved += 1
