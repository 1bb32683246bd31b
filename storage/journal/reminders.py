"""Durable alarms: set in an actor's commit, claimed with a lease when due."""

from __future__ import annotations

from collections.abc import Sequence

from protocol.envelope import Address
from protocol.ports import DueReminder, Reminder
from protocol.wakes import REMINDERS
from storage.postgres import Connection, Database
from storage.wakes import wake_on_commit

SET = """
INSERT INTO reminders (kind, key, name, due_at)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::bigint[])
ON CONFLICT (kind, key, name) DO UPDATE SET due_at = excluded.due_at, claimed_until = 0
"""
REMOVE = """
DELETE FROM reminders AS r
USING unnest($1::text[], $2::text[], $3::text[]) AS gone (kind, key, name)
WHERE r.kind = gone.kind AND r.key = gone.key AND r.name = gone.name
"""
CLAIM = """
UPDATE reminders AS r SET claimed_until = $1::bigint + $2::bigint
FROM (
    SELECT kind, key, name FROM reminders
    WHERE greatest(due_at, claimed_until) <= $1
    ORDER BY greatest(due_at, claimed_until)
    LIMIT $3
    FOR UPDATE SKIP LOCKED
) AS due
WHERE r.kind = due.kind AND r.key = due.key AND r.name = due.name
RETURNING r.kind, r.key, r.name, r.due_at
"""
ADDRESSES = """
SELECT kind, key FROM reminders
WHERE kind = ANY($1::text[]) AND due_at < $2
GROUP BY kind, key ORDER BY min(due_at), kind, key LIMIT $3
"""
NEXT_DUE = "SELECT min(greatest(due_at, claimed_until)) FROM reminders"
COMPLETE = """
DELETE FROM reminders AS r
USING unnest($1::text[], $2::text[], $3::text[], $4::bigint[]) AS done (kind, key, name, due_at)
WHERE r.kind = done.kind AND r.key = done.key AND r.name = done.name AND r.due_at = done.due_at
"""


async def write_reminders(connection: Connection, reminders: Sequence[Reminder]) -> None:
    """Set, move and remove reminders in the caller's transaction.

    Each (address, name) may occur once.
    """
    # Every writer uses the same order, so that two cannot deadlock.
    ordered = sorted(reminders, key=lambda reminder: (reminder.address, reminder.name))
    wanted = [r for r in ordered if r.due_at is not None]
    unwanted = [r for r in ordered if r.due_at is None]
    if wanted:
        times = [r.due_at for r in wanted if r.due_at is not None]
        await connection.execute(SET, *_names(wanted), times)
        wake_on_commit(connection, REMINDERS, min(times))
    if unwanted:
        await connection.execute(REMOVE, *_names(unwanted))


def _names(
    reminders: Sequence[Reminder] | Sequence[DueReminder],
) -> tuple[list[str], list[str], list[str]]:
    return (
        [reminder.address.kind for reminder in reminders],
        [reminder.address.key for reminder in reminders],
        [reminder.name for reminder in reminders],
    )


class PostgresReminders:
    """`protocol.ports.Reminders`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, *, now: int, limit: int, lease_ms: int) -> Sequence[DueReminder]:
        """Claim due reminders, longest overdue first."""
        rows = await self._database.run(
            lambda c: c.fetch(CLAIM, now, lease_ms, limit), transaction=False
        )
        due = [
            DueReminder(Address(row["kind"], row["key"]), row["name"], row["due_at"])
            for row in rows
        ]
        return sorted(due, key=lambda reminder: (reminder.due_at, reminder.address, reminder.name))

    async def next_due(self) -> int | None:
        earliest: int | None = await self._database.run(
            lambda c: c.fetchval(NEXT_DUE), transaction=False
        )
        return earliest

    async def addresses(
        self, kinds: Sequence[str], *, before: int, limit: int
    ) -> Sequence[Address]:
        rows = await self._database.run(
            lambda c: c.fetch(ADDRESSES, list(kinds), before, limit), transaction=False
        )
        return [Address(row["kind"], row["key"]) for row in rows]

    async def complete(self, reminders: Sequence[DueReminder]) -> None:
        """Delete delivered reminders, except those moved to another time."""
        if reminders:
            times = [reminder.due_at for reminder in reminders]
            await self._database.run(
                lambda c: c.execute(COMPLETE, *_names(reminders), times), transaction=False
            )
