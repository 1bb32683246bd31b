"""E-mails as jobs, and whom they go to."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from protocol.mail import SEND_EMAIL, EmailContent, email_to
from storage.jobs import enqueue
from storage.postgres import Database
from storage.records.traces import Trace
from storage.records.values import maybe_uuid

FULL_NAME = """
select coalesce((select full_name from user_profiles p where p.user_id = u.id), '')
from users u where u.id = $1 and u.erased_at is null
"""


TRACES = (
    Trace(
        table="jobs",
        shows="kind, payload ->> 'recipient' as recipient,"
        " to_timestamp(created_at / 1000.0) as created_at, attempts,"
        " to_timestamp(failed_at / 1000.0) as failed_at",
        erase="delete from jobs where user_id = $1",
    ),
)
"""What is kept of a person here."""


async def queue_email(
    connection: Any, content: EmailContent, *, user_id: UUID, recipient: str, at: int
) -> None:
    """In the caller's transaction: with what it tells of, or not at all."""
    email = email_to(recipient, content)
    await enqueue(connection, SEND_EMAIL.job(email, due_at=at, user_id=str(user_id)), now=at)


class PostgresEmailRecipients:
    """Implements `protocol.mail.EmailRecipients`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def full_name(self, user_id: str) -> str | None:
        """Empty for a user without a name, None where there is no account any more."""
        key = maybe_uuid(user_id)
        name: str | None = await self._database.run(
            lambda c: c.fetchval(FULL_NAME, key), transaction=False
        )
        return name
