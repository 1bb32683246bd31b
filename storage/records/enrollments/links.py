"""Links by which students enrol, in SQL. The course is locked first, then the link."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from protocol.enrollments import Enrolled
from protocol.enrollments.invitations import (
    EnrollmentLinkCreated,
    EnrollmentLinkRevoked,
    RevokeEnrollmentLink,
)
from protocol.records.common import CourseRule
from protocol.records.enrollments import (
    EntryRule,
    LinkFacts,
    LinkRule,
    NewEnrollment,
    NewLink,
    NewLinkRule,
)
from storage.records.audit import note
from storage.records.course_facts import course_facts, locked_course_of
from storage.records.enrollments.entering import LOCK, enter, led_to
from storage.records.living import living
from storage.records.values import as_uuid, instant, maybe_text, milliseconds

KEPT = "select count(*) from enrollment_links where course_id = $1"
CREATE = """
insert into enrollment_links (id, course_id, token, created_by, created_at, expires_at, max_uses)
values ($1, $2, $3, $4, $5, $6, $7)
"""
OF_LINK = "select course_id from enrollment_links where id = $1"
REVOKE = """
update enrollment_links set revoked_at = $2 where id = $1 and revoked_at is null returning true
"""
OF_TOKEN = "select course_id from enrollment_links where token = $1"  # noqa: S105
LINK = """
select id, expires_at, max_uses, uses, revoked_at is not null as revoked
from enrollment_links where token = $1 for update
"""
USE = "update enrollment_links set uses = uses + 1 where id = $1"


async def create(connection: Any, link: NewLink, rule: NewLinkRule) -> EnrollmentLinkCreated:
    """Keep a new link. Recorded in the audit trail, without its token."""
    course = await course_facts(connection, link.course_id, lock=LOCK)
    key = UUID(course.id)
    rule(course, await connection.fetchval(KEPT, key))
    by = await living(connection, link.by)
    row = (UUID(link.id), key, link.token, by, instant(link.at), instant(link.expires_at))
    await connection.execute(CREATE, *row, link.max_uses)
    await note(connection, link.by, "create_link", "course", course.id, link.at, link=link.id)
    return EnrollmentLinkCreated(link_id=link.id, course_id=course.id)


async def revoke(
    connection: Any, command: RevokeEnrollmentLink, at: int, rule: CourseRule
) -> EnrollmentLinkRevoked:
    """End a link; one that is revoked stays as it is. Recorded in the audit trail."""
    key = as_uuid(command.link_id, "enrollment link")
    course = await locked_course_of(connection, OF_LINK, key, "enrollment link", lock=LOCK)
    rule(course)
    if await connection.fetchval(REVOKE, key, instant(at)):
        await note(connection, command.by, "revoke_link", "course", course.id, at, link=str(key))
    return EnrollmentLinkRevoked(link_id=str(key), course_id=course.id)


async def enroll(
    connection: Any, token: str, enrollment: NewEnrollment, good: LinkRule, rule: EntryRule
) -> Enrolled:
    """Enrol in the link's course, and count its use. The rule refuses a token that no link has."""
    known = maybe_text(token)
    course = await led_to(connection, OF_TOKEN, known, good)
    row = await connection.fetchrow(LINK, known)
    good(None if row is None else _facts(row))
    await connection.execute(USE, row["id"])
    return await enter(connection, course, enrollment, rule)


def _facts(row: Any) -> LinkFacts:
    return LinkFacts(
        expires_at=milliseconds(row["expires_at"]),
        max_uses=row["max_uses"],
        uses=row["uses"],
        revoked=row["revoked"],
    )
