"""The queue in SQL. Claims skip rows that another worker has locked, so workers never wait.

Every statement about a claim compares its token and that its lease has not run out: a worker that
comes too late changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import asyncpg

from protocol.jobs import (
    COUNTED,
    MAX_ERROR,
    MAX_NOTE,
    Claim,
    Held,
    JobState,
    JobView,
    NewJob,
    Wanted,
)
from protocol.wakes import CANCELLATIONS, JOBS
from storage.jobs import statements as sql
from storage.jobs.writing import enqueue
from storage.postgres import Connection, Database
from storage.wakes import wake_on_commit


class PostgresJobs:
    """Implements `protocol.jobs.Jobs`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def enqueue(self, *jobs: NewJob, now: int) -> Sequence[int | None]:
        """See the port."""

        async def unit(connection: Connection) -> Sequence[int | None]:
            return await enqueue(connection, *jobs, now=now)

        return await self._database.run(unit)

    async def claim(self, wanted: Sequence[Wanted], *, worker: str, now: int) -> Sequence[Claim]:
        """See the port."""
        rows = await self._database.run(
            lambda c: c.fetch(
                sql.CLAIM,
                [each.kind for each in wanted],
                [each.limit for each in wanted],
                [each.lease_ms for each in wanted],
                now,
                worker,
            ),
            transaction=False,
        )
        ordered = sorted(rows, key=lambda row: (-row["priority"], row["due_at"], row["id"]))
        return [
            Claim(
                id=row["id"],
                token=row["token"],
                kind=row["kind"],
                payload=row["payload"].encode(),
                attempt=row["attempts"],
                due_at=row["due_at"],
                user_id=row["user_id"],
                cancelled=row["cancelled"],
            )
            for row in ordered
        ]

    async def renew(self, held: Sequence[Held], *, now: int) -> dict[int, bool]:
        """See the port."""
        rows = await self._database.run(
            lambda c: c.fetch(
                sql.RENEW,
                now,
                [each.claim.id for each in held],
                [each.claim.token for each in held],
                [each.lease_ms for each in held],
                [each.progress for each in held],
                [each.note[:MAX_NOTE].replace("\0", "") for each in held],
            ),
            transaction=False,
        )
        return {row["id"]: row["cancelled"] for row in rows}

    async def complete(self, claim: Claim, *, now: int, again_at: int | None = None) -> bool:
        """See the port."""
        if again_at is None:
            return await self._settle(sql.COMPLETE, claim, now)
        return await self._settle(sql.AGAIN, claim, now, again_at, wake_at=again_at)

    async def retry_later(self, claim: Claim, error: str, *, now: int, due_at: int) -> bool:
        """See the port."""
        return await self._settle(
            sql.RETRY_LATER, claim, now, due_at, _short(error), wake_at=due_at
        )

    async def release(self, claim: Claim, *, now: int) -> bool:
        """See the port."""
        return await self._settle(sql.RELEASE, claim, now, wake_at=now)

    async def _settle(
        self, statement: str, claim: Claim, now: int, *values: Any, wake_at: int | None = None
    ) -> bool:
        async def unit(connection: Connection) -> bool:
            done = await connection.execute(statement, claim.id, claim.token, now, *values)
            held = bool(done[-1] == "1")
            if held and wake_at is not None:
                wake_on_commit(connection, JOBS, wake_at)
            return held

        return await self._database.run(unit, transaction=False)

    async def bury(
        self, claim: Claim, error: str, *, now: int, forget: bool, again_at: int | None = None
    ) -> bool:
        """See the port."""

        async def unit(connection: Connection) -> bool:
            held = await connection.fetchrow(
                sql.BURY, claim.id, claim.token, now, _short(error), forget
            )
            if held is not None and again_at is not None:
                payload = claim.payload.decode()
                await connection.execute(sql.BURY_AND_GO_ON, claim.id, payload, now, again_at)
                wake_on_commit(connection, JOBS, again_at)
            return held is not None

        return await self._database.run(unit, transaction=again_at is not None)

    async def cancel(self, job_id: int) -> bool:
        """See the port."""

        async def unit(connection: Connection) -> bool:
            # It may begin or end at this moment.
            running = await connection.fetchval(sql.LOCK, job_id)
            if running is None:
                return False
            await connection.execute(sql.CANCEL_RUNNING if running else sql.CANCEL, job_id)
            if running:
                wake_on_commit(connection, CANCELLATIONS)
            return True

        return await self._database.run(unit)

    async def retry(self, job_id: int, *, now: int) -> bool:
        """See the port."""

        async def unit(connection: Connection) -> bool:
            try:
                done = await connection.fetchval(sql.RETRY, job_id, now)
            except asyncpg.UniqueViolationError:
                return False
            if done:
                wake_on_commit(connection, JOBS, now)
            return bool(done)

        return await self._database.run(unit, transaction=False)

    async def next_due(self, kinds: Sequence[str]) -> int | None:
        """See the port."""
        earliest: int | None = await self._database.run(
            lambda c: c.fetchval(sql.NEXT_DUE, list(kinds)), transaction=False
        )
        return earliest

    async def shown(
        self, *, state: JobState | None, kind: str | None, limit: int
    ) -> Sequence[JobView]:
        """See the port."""
        rows = await self._database.run(
            lambda c: c.fetch(sql.SHOWN, state, kind, limit), transaction=False
        )
        return [JobView(**{**row, "state": JobState(row["state"])}) for row in rows]

    async def counts(self) -> dict[str, dict[str, int]]:
        """See the port."""
        rows = await self._database.run(lambda c: c.fetch(sql.COUNTS, COUNTED), transaction=False)
        found: dict[str, dict[str, int]] = {state.value: {} for state in JobState}
        for row in rows:
            found[row["state"]][row["kind"]] = row["n"]
        return found

    async def discard_dead(self, *, before: int, limit: int) -> int:
        """See the port."""
        done = await self._database.run(
            lambda c: c.execute(sql.DISCARD, before, limit), transaction=False
        )
        return int(done.rsplit(" ", 1)[1])


def _short(error: str) -> str:
    """As it is kept. PostgreSQL's text holds no NUL."""
    return error[:MAX_ERROR].replace("\0", "")
