"""What all record files share: ids, times, the facts of a course, and the outbox."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg

from protocol.envelope import Address, Message
from protocol.errors import NotFoundError
from protocol.money import to_minor
from protocol.ports import OutboxEvent
from protocol.records.common import CourseFacts
from storage.journal.outbox import write_outbox
from storage.jsonb import json_text as json_text  # for the record files

COURSE_FACTS = """
select id::text, instructor_id::text, status, price, currency, enrollment_count,
       array(select user_id::text from course_teachers t
             where t.course_id = c.id and t.role = 'co_teacher') as co_teacher_ids,
       array(select user_id::text from course_teachers t
             where t.course_id = c.id and t.role = 'assistant') as assistant_ids
from courses c where id = $1
"""


@contextmanager
def on_behalf_of(user_id: str) -> Iterator[None]:
    """For inserts that refer to the acting user, whose token may outlive the account.

    Raises `NotFoundError` for a user who is no more. Within, nothing else may be missing.
    """
    try:
        yield
    except asyncpg.ForeignKeyViolationError:
        raise NotFoundError("user", user_id) from None


async def announce(
    connection: Any, aggregate: Address, event: Message, at: int, also: Iterable[OutboxEvent] = ()
) -> None:
    """Queue domain events in the running transaction. Call it last: it takes locks."""
    events = [OutboxEvent(aggregate, event), *also]
    await write_outbox(connection, [(each, at) for each in events])


async def course_facts(connection: Any, course_id: str | UUID, *, lock: str = "") -> CourseFacts:
    """Raises `NotFoundError`. `lock`: a locking clause, such as `for no key update`."""
    row = await connection.fetchrow(f"{COURSE_FACTS} {lock}", as_uuid(course_id, "course"))
    if row is None:
        raise NotFoundError("course", str(course_id))
    return CourseFacts(
        id=row["id"],
        instructor_id=row["instructor_id"],
        co_teacher_ids=tuple(row["co_teacher_ids"]),
        assistant_ids=tuple(row["assistant_ids"]),
        status=row["status"],
        price=to_minor(row["price"], row["currency"]),
        currency=row["currency"],
        enrollment_count=row["enrollment_count"],
    )


async def course_of(connection: Any, statement: str, key: UUID, resource: str) -> UUID:
    """The course that `statement` names for a module, lesson, … Raises `NotFoundError`."""
    course_id: UUID | None = await connection.fetchval(statement, key)
    if course_id is None:
        raise NotFoundError(resource, str(key))
    return course_id


async def set_columns(
    connection: Any, table: str, key: UUID, columns: Mapping[str, Any], at: datetime
) -> None:
    """Update one row. Table and columns are names of our own, never a request's."""
    names = list(columns)
    sets = ", ".join(f"{name} = ${n}" for n, name in enumerate(names, 3))
    statement = f"update {table} set updated_at = $2, {sets} where id = $1"  # noqa: S608
    await connection.execute(statement, key, at, *(columns[name] for name in names))


def as_uuid(text: str | UUID, resource: str) -> UUID:
    """An id that is no UUID names nothing: raises `NotFoundError`."""
    if isinstance(text, UUID):
        return text
    try:
        return UUID(text)
    except ValueError:
        raise NotFoundError(resource, text[:64]) from None


def maybe_uuid(text: str | None) -> UUID | None:
    """None for what is no UUID: for looking things up that may not exist."""
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def milliseconds(moment: datetime) -> int:
    """Since 1970, as messages have times."""
    return round(moment.timestamp() * 1000)


def instant(milliseconds: int) -> datetime:
    """A timestamptz of milliseconds since the epoch."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def maybe_instant(milliseconds: int | None) -> datetime | None:
    """Likewise, None stays None."""
    return None if milliseconds is None else instant(milliseconds)
