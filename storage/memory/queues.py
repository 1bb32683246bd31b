"""In-memory twins of reminders, outbox and heartbeats."""

from __future__ import annotations

from collections.abc import Sequence

from protocol.envelope import Address
from protocol.ports import Beat, DueReminder, OutboxEntry
from storage.memory.store import MemoryStore, visit


class MemoryReminders:
    """`protocol.ports.Reminders`."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def claim(self, *, now: int, limit: int, lease_ms: int) -> Sequence[DueReminder]:
        """Claim due reminders, longest overdue first."""
        await visit(self._store)
        leases = self._store.reminder_leases
        due = sorted(
            (due_at, address, name)
            for (address, name), due_at in self._store.reminders.items()
            if due_at <= now and leases.get((address, name), 0) <= now
        )[:limit]
        for _, address, name in due:
            leases[address, name] = now + lease_ms
        return [DueReminder(address, name, due_at) for due_at, address, name in due]

    async def next_due(self) -> int | None:
        await visit(self._store)
        leases = self._store.reminder_leases
        times = (max(due, leases.get(key, 0)) for key, due in self._store.reminders.items())
        return min(times, default=None)

    async def addresses(
        self, kinds: Sequence[str], *, before: int, limit: int
    ) -> Sequence[Address]:
        await visit(self._store)
        rows = sorted((due, address) for (address, _), due in self._store.reminders.items())
        found = [address for due, address in rows if due < before and address.kind in kinds]
        return list(dict.fromkeys(found))[:limit]

    async def complete(self, reminders: Sequence[DueReminder]) -> None:
        """Delete delivered reminders, except those moved to another time."""
        await visit(self._store)
        for reminder in reminders:
            name = (reminder.address, reminder.name)
            if self._store.reminders.get(name) == reminder.due_at:
                del self._store.reminders[name]
                self._store.reminder_leases.pop(name, None)


class MemoryOutbox:
    """`protocol.ports.Outbox`. No one else can claim from an aggregate with a claimed event."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def claim(self, *, limit: int, lease_ms: int, now: int) -> Sequence[OutboxEntry]:
        await visit(self._store)
        leases = self._store.outbox_leases
        taken: set[Address] = set()
        claimed: list[OutboxEntry] = []
        for number, entry in sorted(self._store.outbox.items()):
            if leases.get(number, 0) > now:
                taken.add(entry.aggregate)
            elif entry.aggregate not in taken and len(claimed) < limit:
                claimed.append(entry)
        for entry in claimed:
            leases[entry.id] = now + lease_ms
        return claimed

    async def next_due(self) -> int | None:
        await visit(self._store)
        leases = self._store.outbox_leases
        oldest: dict[Address, int] = {}
        for number, entry in sorted(self._store.outbox.items()):
            oldest.setdefault(entry.aggregate, leases.get(number, 0))
        return min(oldest.values(), default=None)

    async def complete(self, ids: Sequence[int]) -> None:
        """Delete delivered events."""
        await visit(self._store)
        for number in ids:
            self._store.outbox.pop(number, None)
            self._store.outbox_leases.pop(number, None)

    async def set_aside(self, entry: OutboxEntry, *, reason: str, now: int) -> None:
        """Take an event out that nobody can read, and keep it elsewhere. Twice is once."""
        await visit(self._store)
        if self._store.outbox.pop(entry.id, None) is not None:
            self._store.outbox_set_aside.append((entry, reason))
        self._store.outbox_leases.pop(entry.id, None)


class MemoryHeartbeats:
    """`protocol.ports.Heartbeats`. A beat never goes back in time."""

    def __init__(self, store: MemoryStore) -> None:
        self._store = store

    async def beat(self, node: str, beat: Beat) -> None:
        await visit(self._store)
        if self._store.beats.get(node, beat).at <= beat.at:
            self._store.beats[node] = beat

    async def last_beat(self) -> Beat | None:
        await visit(self._store)
        beats = self._store.beats
        return max(((b.at, node, b) for node, b in beats.items()), default=(0, "", None))[2]
