"""Heartbeats, so that a restart knows how long the installation was down."""

from __future__ import annotations

from storage.postgres import Database

BEAT = """
INSERT INTO heartbeats (node, at) VALUES ($1, $2)
ON CONFLICT (node) DO UPDATE SET at = greatest(heartbeats.at, excluded.at)
"""


class PostgresHeartbeats:
    """`protocol.ports.Heartbeats`. A beat never goes back in time."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def beat(self, node: str, now: int) -> None:
        await self._database.run(lambda c: c.execute(BEAT, node, now), transaction=False)

    async def last_beat(self) -> int | None:
        newest: int | None = await self._database.run(
            lambda c: c.fetchval("SELECT max(at) FROM heartbeats"), transaction=False
        )
        return newest
