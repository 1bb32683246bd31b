"""E-mails as jobs, and their recipients."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from protocol.mail import SEND_EMAIL, EmailContent, email_to
from storage.jobs import enqueue
from storage.postgres import Database
from storage.records.traces import Trace
from storage.records.values import instant_sql, maybe_uuid

FULL_NAME = """
select coalesce((select full_name from user_profiles p where p.user_id = u.id), '')
from users u where u.id = $1 and u.erased_at is null
"""


TRACES = (
    Trace(
        table="jobs",
        shows="kind, payload ->> 'recipient' as recipient,"
        f" {instant_sql('created_at')} as created_at, attempts,"
        f" {instant_sql('failed_at')} as failed_at",
        erase="delete from jobs where user_id = $1",
    ),
)
"""Personal data in e-mail jobs."""


async def queue_email(
    connection: Any, content: EmailContent, *, user_id: UUID | None, recipient: str, at: int
) -> None:
    """Enqueue an e-mail in the caller's transaction, so it is sent only if that commits.

    `user_id` is whose account it is about, None for somebody who has none.
    """
    email, user = email_to(recipient, content), None if user_id is None else str(user_id)
    await enqueue(connection, SEND_EMAIL.job(email, due_at=at, user_id=user), now=at)


async def queue_emails(
    connection: Any, emails: Iterable[tuple[str, EmailContent]], at: int
) -> None:
    """Enqueue an e-mail for each recipient like `queue_email`, to somebody who has no account."""
    jobs = (SEND_EMAIL.job(email_to(to, content), due_at=at) for to, content in emails)
    await enqueue(connection, *jobs, now=at)


class PostgresEmailRecipients:
    """Implements `protocol.mail.EmailRecipients`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def full_name(self, user_id: str) -> str | None:
        """The user's name, empty if there is none; None if the account no longer exists."""
        key = maybe_uuid(user_id)
        name: str | None = await self._database.run(
            lambda c: c.fetchval(FULL_NAME, key), transaction=False
        )
        return name
