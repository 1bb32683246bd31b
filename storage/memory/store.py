"""What would be tables."""

from __future__ import annotations

import itertools

from protocol.envelope import Address, Message
from protocol.ports import OutboxEntry, Snapshot, StoredEvent


class MemoryStore:
    """The rows. `records` holds every record written, in order; `available` False is an outage."""

    def __init__(self) -> None:
        self.available = True
        self.events: dict[Address, list[StoredEvent]] = {}
        self.snapshots: dict[Address, Snapshot] = {}
        self.records: list[Message] = []
        self.reminders: dict[tuple[Address, str], int] = {}
        self.reminder_leases: dict[tuple[Address, str], int] = {}
        self.outbox: dict[int, OutboxEntry] = {}
        self.outbox_leases: dict[int, int] = {}
        self.outbox_ids = itertools.count(1)
        self.beats: dict[str, int] = {}
        self.writers = itertools.count(1)

    def version(self, address: Address) -> int:
        """The newest version of `address`, 0 if it never wrote."""
        return len(self.events.get(address, ()))
