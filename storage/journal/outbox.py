"""Domain events waiting for delivery, at least once, in order per aggregate.

Ids come from a sequence, so commit order could differ from id order. Therefore every inserter holds
an advisory lock on the aggregate to the end of its transaction.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from protocol.envelope import Address
from protocol.ports import OutboxEntry, OutboxEvent
from protocol.tracing import MAX_REQUEST_ID, current_request_id
from protocol.wakes import OUTBOX
from storage.postgres import Connection, Database
from storage.wakes import wake_on_commit

CLAIM_LOCK = 0x53746F62
"""Lock for one claimer at a time: skipping locked rows would break an aggregate's order."""
LOCK_AGGREGATES = """
SELECT pg_advisory_xact_lock(lock)
FROM (
    SELECT DISTINCT hashtextextended(kind || '/' || key, 0) AS lock
    FROM unnest($1::text[], $2::text[]) AS aggregate (kind, key)
    ORDER BY lock
) AS locks
"""
INSERT = """
INSERT INTO outbox (kind, key, event, at, request_id)
SELECT e.kind, e.key, e.event, e.at, e.request_id
FROM unnest($1::text[], $2::text[], $3::bytea[], $4::bigint[], $5::text[])
    WITH ORDINALITY AS e (kind, key, event, at, request_id, place)
ORDER BY e.place
"""
# A claim need not survive a crash of the server, so nobody waits for the disk.
BEGIN_CLAIM = """
SELECT set_config('synchronous_commit', 'off', true), pg_advisory_xact_lock($1)
"""
WAITING = "SELECT EXISTS (SELECT FROM outbox WHERE claimed_until <= $1)"
# Only the oldest event of an aggregate can be claimed; later ones wait for it.
NEXT_DUE = """
SELECT min(claimed_until) FROM (
    SELECT DISTINCT ON (kind, key) claimed_until FROM outbox ORDER BY kind, key, id
) AS oldest
"""
CLAIM = """
UPDATE outbox SET claimed_until = $1::bigint + $2::bigint
WHERE id IN (
    SELECT o.id FROM outbox AS o
    WHERE o.claimed_until <= $1
        AND NOT EXISTS (
            SELECT FROM outbox AS earlier
            WHERE earlier.kind = o.kind AND earlier.key = o.key
                AND earlier.id < o.id AND earlier.claimed_until > $1
        )
    ORDER BY o.id
    LIMIT $3
)
RETURNING id, kind, key, event, at, request_id
"""
SET_ASIDE = """
WITH taken AS (
    DELETE FROM outbox WHERE id = $1 RETURNING id, kind, key, event, at
)
INSERT INTO outbox_set_aside (id, kind, key, event, at, reason, set_aside_at)
SELECT *, $2, $3::bigint FROM taken
"""


async def write_outbox(connection: Connection, events: Sequence[tuple[OutboxEvent, int]]) -> None:
    """Announce events in the caller's transaction, each with its time, in the order given.

    Call it once and last in a transaction; its locks are held until the end.
    """
    kinds = [event.aggregate.kind for event, _ in events]
    keys = [event.aggregate.key for event, _ in events]
    await connection.execute(LOCK_AGGREGATES, kinds, keys)
    bodies = [msgspec.json.encode(event.event) for event, _ in events]
    known = current_request_id()
    requests = [(event.request_id or known or "")[:MAX_REQUEST_ID] or None for event, _ in events]
    await connection.execute(INSERT, kinds, keys, bodies, [at for _, at in events], requests)
    wake_on_commit(connection, OUTBOX)


class PostgresOutbox:
    """`protocol.ports.Outbox`. No one else can claim from an aggregate with a claimed event."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, *, limit: int, lease_ms: int, now: int) -> Sequence[OutboxEntry]:
        """The usual empty outbox is detected without a lock."""

        async def unit(connection: Connection) -> list[OutboxEntry]:
            if not await connection.fetchval(WAITING, now):
                return []
            async with connection.transaction():
                await connection.execute(BEGIN_CLAIM, CLAIM_LOCK)
                rows = await connection.fetch(CLAIM, now, lease_ms, limit)
            entries = [
                OutboxEntry(
                    row["id"],
                    Address(row["kind"], row["key"]),
                    row["event"],
                    row["at"],
                    row["request_id"],
                )
                for row in rows
            ]
            return sorted(entries, key=lambda entry: entry.id)

        return await self._database.run(unit, transaction=False)

    async def next_due(self) -> int | None:
        earliest: int | None = await self._database.run(
            lambda c: c.fetchval(NEXT_DUE), transaction=False
        )
        return earliest

    async def complete(self, ids: Sequence[int]) -> None:
        """Delete delivered events."""
        if ids:
            await self._database.run(
                lambda c: c.execute("DELETE FROM outbox WHERE id = ANY($1::bigint[])", list(ids)),
                transaction=False,
            )

    async def set_aside(self, entry: OutboxEntry, *, reason: str, now: int) -> None:
        """Take an event out that nobody can read, and keep it elsewhere. Twice is once."""
        await self._database.run(
            lambda c: c.execute(SET_ASIDE, entry.id, reason, now), transaction=False
        )
