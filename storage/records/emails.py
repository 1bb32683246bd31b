"""The queue of e-mails in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from protocol.mail import Email, QueuedEmail
from storage.postgres import Database
from storage.records.traces import Trace
from storage.records.values import instant, json_text

INSERT = """
insert into letters (user_id, recipient, letter, created_at, due_at)
values ($1, $2, $3::jsonb, $4, $4)
"""
# A claim is a later due date, so that an e-mail whose transport died is claimed again.
CLAIM = """
with due as (
    select id from letters where failed_at is null and due_at <= $1
    order by due_at, id limit $2 for update skip locked
)
update letters l set due_at = $3, attempts = attempts + 1
from due where l.id = due.id
returning l.id, l.recipient, l.letter, l.attempts,
          coalesce((select full_name from user_profiles p where p.user_id = l.user_id), '') as name
"""
RETRY = "update letters set due_at = $2, last_error = $3 where id = $1"
GIVE_UP = "update letters set failed_at = $2, last_error = $3, letter = 'null' where id = $1"
MAX_ERROR = 500
_letter: msgspec.json.Decoder[Email] = msgspec.json.Decoder(Email)


TRACES = (
    Trace(
        table="letters",
        shows="recipient, created_at, attempts, failed_at",
        erase="delete from letters where user_id = $1",
    ),
)
"""What is kept of a person here."""


async def queue_email(
    connection: Any, letter: Email, *, user_id: UUID, recipient: str, at: int
) -> None:
    """In the caller's transaction: with what it tells of, or not at all."""
    await connection.execute(INSERT, user_id, recipient, json_text(letter), instant(at))


class PostgresEmailQueue:
    """Implements `protocol.mail.EmailQueue`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, *, limit: int, lease_ms: int, now: int) -> Sequence[QueuedEmail]:
        """E-mails that are due, for this caller alone as long as the lease."""

        async def unit(connection: Any) -> list[Any]:
            rows = await connection.fetch(CLAIM, instant(now), limit, instant(now + lease_ms))
            return list(rows)

        return [
            QueuedEmail(
                id=row["id"],
                recipient=row["recipient"],
                full_name=row["name"],
                content=_letter.decode(row["letter"]),
                attempts=row["attempts"] - 1,
            )
            for row in await self._database.run(unit)
        ]

    async def sent(self, letter_id: int) -> None:
        """It has left; forget it."""
        await self._database.run(
            lambda c: c.execute("delete from letters where id = $1", letter_id), transaction=False
        )

    async def failed(self, letter_id: int, error: str, *, now: int, retry_at: int | None) -> None:
        """It did not leave. Without `retry_at` it never will, and its text is forgotten."""
        statement = GIVE_UP if retry_at is None else RETRY
        when = instant(now if retry_at is None else retry_at)
        await self._database.run(
            lambda c: c.execute(statement, letter_id, when, error[:MAX_ERROR]), transaction=False
        )
