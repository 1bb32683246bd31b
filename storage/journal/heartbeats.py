"""Heartbeats, so that a restart knows how long the installation was down."""

from __future__ import annotations

from protocol.ports import Beat
from storage.postgres import Database

BEAT = """
INSERT INTO heartbeats AS h (node, at, boot_id, boot_ms) VALUES ($1, $2, $3, $4)
ON CONFLICT (node) DO UPDATE
SET at = excluded.at, boot_id = excluded.boot_id, boot_ms = excluded.boot_ms
WHERE h.at <= excluded.at
"""
LAST = "SELECT at, boot_id, boot_ms FROM heartbeats ORDER BY at DESC, node DESC LIMIT 1"


class PostgresHeartbeats:
    """`protocol.ports.Heartbeats`. A beat never goes back in time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def beat(self, node: str, beat: Beat) -> None:
        await self._database.run(
            lambda c: c.execute(BEAT, node, beat.at, beat.boot_id, beat.boot_ms),
            transaction=False,
        )

    async def last_beat(self) -> Beat | None:
        row = await self._database.run(lambda c: c.fetchrow(LAST), transaction=False)
        return None if row is None else Beat(*row)
