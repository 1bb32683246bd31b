"""Links and invitations to courses in SQL.

The course is locked first, then the accounts of those who act, then the link or invitations.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from protocol.enrollments import Enrolled
from protocol.enrollments.invitations import (
    KEPT_DAYS,
    EnrollmentLinkCreated,
    EnrollmentLinkRevoked,
    InvitationRemoved,
    InvitationStatus,
    RemoveInvitation,
    RevokeEnrollmentLink,
)
from protocol.errors import NotFoundError
from protocol.ports import Clock
from protocol.records.common import CourseFacts, CourseRule
from protocol.records.enrollments import (
    EntryRule,
    InvitedFacts,
    InviteRule,
    LinkRule,
    NewEnrollment,
    NewInvitations,
    NewLink,
    NewLinkRule,
    WriteInvitation,
)
from storage.postgres import Database
from storage.records.audit import note
from storage.records.course_facts import course_facts, locked_course_of
from storage.records.emails import queue_emails
from storage.records.enrollments import links
from storage.records.enrollments.entering import LOCK, enter, led_to
from storage.records.idempotency import at_most_once
from storage.records.living import living
from storage.records.values import as_uuid, instant, maybe_uuid

# An address names nobody before its owner has confirmed it: anybody may register it first. Who
# teaches the course is known to it by the account.
STANDING = """
select u.email,
       case when teaches then 'teaches'
            when e.removed_at is not null then 'removed'
            when e.status <> 'dropped' then 'enrolled' end as standing
from users u join courses c on c.id = $1
    left join enrollments e on e.course_id = c.id and e.student_id = u.id
    cross join lateral (select c.instructor_id = u.id or exists (
        select from course_teachers t where t.course_id = c.id and t.user_id = u.id)) l (teaches)
where u.email = any($2::text[]) and (u.email_verified or teaches) and u.deleted_at is null
"""
PENDING = """
select email, case when sent_at > $3 then 'invited_before' else 'invited' end as status
from enrollment_invitations
where course_id = $1 and email = any($2::text[]) and expires_at > $4
"""
PLACES = """
select enrollment_limit - enrollment_count - (
    select count(*) from enrollment_invitations where course_id = $1 and expires_at > $2)
from courses where id = $1
"""
SENT = """
select coalesce(sum(emails), 0) from enrollment_invitations where invited_by = $1 and sent_at > $2
"""
SENT_TO = """
select email, sum(emails) as emails from enrollment_invitations
where email = any($1::text[]) and sent_at > $2 group by email
"""
# Somebody may invite the same address to another course at this moment: in one order for all.
INVITE = """
insert into enrollment_invitations as i (id, course_id, email, invited_by, sent_at, expires_at)
select t.id, $1, t.email, $2, $3, $4 from unnest($5::uuid[], $6::text[]) as t (id, email)
order by t.email
on conflict (course_id, email) do update
    set invited_by = excluded.invited_by, sent_at = excluded.sent_at,
        expires_at = excluded.expires_at,
        emails = 1 + case when i.sent_at > $7 then i.emails else 0 end
returning id::text, email
"""
TITLE = "select title from courses where id = $1"
OF_INVITATION = "select course_id from enrollment_invitations where id = $1"
END = """
update enrollment_invitations set expires_at = $2 where id = $1 and expires_at > $2 returning true
"""
USE = "delete from enrollment_invitations where id = $1 and expires_at > $2 returning true"
FORGET_INVITATIONS = "delete from enrollment_invitations where greatest(expires_at, sent_at) <= $1"
FORGET_LINKS = "delete from enrollment_links where least(expires_at, revoked_at) <= $1"
DAY_MS = 24 * 3600 * 1000


class PostgresInvitationRecords:
    """Implements `protocol.records.enrollments.InvitationRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create_link(self, link: NewLink, rule: NewLinkRule) -> EnrollmentLinkCreated:
        """Recorded in the audit trail."""

        async def unit(connection: Any) -> EnrollmentLinkCreated:
            return await links.create(connection, link, rule)

        tried = at_most_once(link.once, EnrollmentLinkCreated, unit, link.at)
        return await self._database.run(tried)

    async def revoke_link(
        self, command: RevokeEnrollmentLink, at: int, rule: CourseRule
    ) -> EnrollmentLinkRevoked:
        """One that is revoked already stays as it is. Raises `NotFoundError`."""
        return await self._database.run(lambda c: links.revoke(c, command, at, rule))

    async def enroll_by_link(
        self, token: str, enrollment: NewEnrollment, good: LinkRule, rule: EntryRule
    ) -> Enrolled:
        """Enrol in the course of the link, whose use is counted."""

        async def unit(connection: Any) -> Enrolled:
            return await links.enroll(connection, token, enrollment, good, rule)

        return await self._enrolled(unit, enrollment)

    async def enroll_invited(
        self, invitation_id: str, enrollment: NewEnrollment, good: LinkRule, rule: EntryRule
    ) -> Enrolled:
        """Enrol in the course of the invitation, which is used up."""

        async def unit(connection: Any) -> Enrolled:
            key = maybe_uuid(invitation_id)
            course = await led_to(connection, OF_INVITATION, key, good)
            if not await connection.fetchval(USE, key, instant(enrollment.at)):
                good(None)
            return await enter(connection, course, enrollment, rule)

        return await self._enrolled(unit, enrollment)

    async def invite(
        self, invitations: NewInvitations, rule: InviteRule, write: WriteInvitation
    ) -> Mapping[str, InvitationStatus]:
        """Queue an e-mail for each address that the rule says is invited. Recorded in the audit
        trail, by how many there are."""

        async def unit(connection: Any) -> Mapping[str, InvitationStatus]:
            course = await course_facts(connection, invitations.course_id, lock=LOCK)
            became = rule(course, await _facts(connection, course, invitations))
            wanted = [e for e, status in became.items() if status is InvitationStatus.INVITED]
            if wanted:
                await _invite(connection, course, invitations, wanted, write)
            return became

        return await self._database.run(unit)

    async def remove(
        self, command: RemoveInvitation, at: int, rule: CourseRule
    ) -> InvitationRemoved:
        """Raises `NotFoundError`, also for one that was used."""

        async def unit(connection: Any) -> InvitationRemoved:
            key, what = as_uuid(command.invitation_id, "invitation"), "invitation"
            course = await locked_course_of(connection, OF_INVITATION, key, what, lock=LOCK)
            rule(course)
            if not await connection.fetchval(END, key, instant(at)):
                raise NotFoundError(what, command.invitation_id)
            await note(connection, command.by, "remove_invitation", "course", course.id, at)
            return InvitationRemoved(invitation_id=str(key), course_id=course.id)

        return await self._database.run(unit)

    async def _enrolled(self, unit: Any, enrollment: NewEnrollment) -> Enrolled:
        tried = at_most_once(enrollment.once, Enrolled, unit, enrollment.at)
        return await self._database.run(tried)


async def _facts(connection: Any, course: CourseFacts, invitations: NewInvitations) -> InvitedFacts:
    key, addresses = UUID(course.id), list(invitations.addresses)
    recent, now = instant(invitations.recent), instant(invitations.at)
    known = [] if invitations.blind else await connection.fetch(STANDING, key, addresses)
    pending = await connection.fetch(PENDING, key, addresses, recent, now)
    by = maybe_uuid(invitations.by)
    return InvitedFacts(
        standing={
            row["email"]: InvitationStatus(row["standing"]) for row in known if row["standing"]
        },
        pending={row["email"]: InvitationStatus(row["status"]) for row in pending},
        places=await connection.fetchval(PLACES, key, now),
        sent=await connection.fetchval(SENT, by, recent),
        sent_to=dict(map(tuple, await connection.fetch(SENT_TO, addresses, recent))),
    )


async def _invite(
    connection: Any,
    course: CourseFacts,
    invitations: NewInvitations,
    wanted: list[str],
    write: WriteInvitation,
) -> None:
    by, key, at = await living(connection, invitations.by), UUID(course.id), invitations.at
    ids = [UUID(invitations.addresses[email]) for email in wanted]
    times = (instant(at), instant(invitations.expires_at))
    recent = instant(invitations.recent)
    rows = await connection.fetch(INVITE, key, by, *times, ids, wanted, recent)
    title = await connection.fetchval(TITLE, key)
    emails = [(row["email"], write(row["id"], row["email"], course.id, title)) for row in rows]
    await queue_emails(connection, emails, at)
    await note(connection, invitations.by, "invite", "course", course.id, at, invited=len(rows))


class EndedInvitations:
    """Invitations and links that nobody can use any more."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def sweep(self) -> int:
        """Forget them: invitations after a day, links once teachers have had time to look."""
        now = self._clock.now()

        async def unit(connection: Any) -> int:
            gone = await connection.execute(FORGET_INVITATIONS, instant(now - DAY_MS))
            ended = await connection.execute(FORGET_LINKS, instant(now - KEPT_DAYS * DAY_MS))
            return sum(int(done.rpartition(" ")[2]) for done in (gone, ended))

        return await self._database.run(unit)
