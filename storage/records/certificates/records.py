"""Certificates in SQL."""

from __future__ import annotations

from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from protocol.certificates import (
    RENDER_CERTIFICATE,
    CertificateEvent,
    CertificateIssued,
    CertificateReinstated,
    CertificateReissued,
    CertificateRevoked,
    CertificateView,
    Completion,
    Congratulation,
    RenderCertificate,
)
from protocol.envelope import Address
from protocol.errors import NotFoundError
from protocol.jobs import NewJob
from protocol.records.certificates import (
    CertificateFacts,
    CertificateRule,
    CompletedEnrollment,
    Correction,
    IssueRule,
    NewCertificate,
)
from storage.jobs import enqueue
from storage.postgres import Database
from storage.records.announcing import announce
from storage.records.audit import note
from storage.records.certificates import outliving
from storage.records.course_facts import course_facts
from storage.records.emails import queue_email
from storage.records.values import as_uuid, instant, maybe_text, milliseconds

# Somebody who has completed the course and then withdraws is still owed the certificate. For one
# who was removed it is not issued any more, and for a deleted account when that is restored.
STANDING = """
case when e.status = 'dropped' and e.completed_at is not null and e.removed_at is null
          and exists (select from users u where u.id = e.student_id and u.deleted_at is null)
     then 'completed' else e.status end
"""
COMPLETED = f"""
select e.id::text, {STANDING} as status, e.completed_at, s.full_name as student_name,
       i.full_name as instructor_name, c.title as course_title, c.id::text as course_id,
       e.student_id::text, s.timezone, k.id::text as certificate, k.certificate_id as number
from enrollments e
    join courses c on c.id = e.course_id
    join user_profiles s on s.user_id = e.student_id
    join user_profiles i on i.user_id = c.instructor_id
    left join certificates k on k.enrollment_id = e.id
where e.id = $1
"""  # noqa: S608
# Whoever deletes the course waits for its enrolments, so the course is locked first.
COURSE = """
select from courses c join enrollments e on e.course_id = c.id where e.id = $1 for key share of c
"""
STATUS = f"select {STANDING} from enrollments e where e.id = $1 for no key update of e"  # noqa: S608
INSERT = """
insert into certificates (id, enrollment_id, certificate_id, pdf_url, verification_url,
                          student_name, course_title, instructor_name, completed_at, issued_at,
                          time_zone, student_id, course_id)
select $1, $2, $3, $4 || '.pdf', $4, $5, $6, $7, $8, $9, $10, e.student_id, e.course_id
from enrollments e where e.id = $2
on conflict (enrollment_id) do nothing returning id
"""
NOTE = "update enrollments set certificate_id = $2, updated_at = $3 where id = $1"
TO_RENDER = """
select k.certificate_id, k.student_name, k.course_title, k.instructor_name, k.completed_at,
       k.verification_url, k.time_zone, k.issue
from certificates k where k.certificate_id = $1 and (k.rendered_at is null or $2)
"""
NEWEST = (
    "select certificate_id, issue, student_id::text from certificates where certificate_id = $1"
)
RENDERED = """
update certificates k set rendered_at = $3
where k.certificate_id = $1 and k.issue = $2 and k.rendered_at is null
returning k.student_id, k.course_title
"""
EXISTS = "select exists (select from certificates where certificate_id = $1 and issue = $2)"
READER = """
select u.id, u.email from users u join user_profiles p on p.user_id = u.id
where u.id = $1 and u.deleted_at is null
  and not coalesce(p.notification_preferences -> 'muted_emails', '[]') ? 'certificates'
for share of u
"""
# An erasure locks the account before its certificates.
STUDENT = """
select from users u join certificates k on k.student_id = u.id
where k.certificate_id = $1 for key share of u
"""
LOCK = """
select k.id, k.certificate_id as number, k.revoked_at, k.course_id, k.student_id::text
from certificates k where k.certificate_id = $1 for update of k
"""
REVOKE = "update certificates set revoked_at = $2, revocation_reason = $3 where id = $1"
REINSTATE = "update certificates set revoked_at = null, revocation_reason = null where id = $1"
REISSUE = """
update certificates set student_name = $2, issue = issue + 1, rendered_at = null where id = $1
returning issue
"""

E = TypeVar("E", bound=CertificateEvent)


class PostgresCertificateRecords:
    """Implements `protocol.records.certificates.CertificateRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def completed(
        self, enrollment_id: str, outlived: Completion | None = None
    ) -> CompletedEnrollment:
        """`outlived` is what is left of an enrolment that went with its course.

        Raises `NotFoundError`, also for a student whose account has been erased.
        """
        if outlived is not None:
            facts = partial(outliving.completed, enrollment_id, outlived)
            return await self._database.run(facts, transaction=False)
        key = as_uuid(enrollment_id, "enrollment")

        async def unit(connection: Any) -> Any:
            return await connection.fetchrow(COMPLETED, key)

        row = await self._database.run(unit, transaction=False)
        if row is None:
            raise NotFoundError("enrollment", enrollment_id)
        completed_at = row["completed_at"]
        return CompletedEnrollment(
            id=row["id"],
            status=row["status"],
            student_name=row["student_name"],
            course_title=row["course_title"],
            instructor_name=row["instructor_name"],
            completed_at=0 if completed_at is None else milliseconds(completed_at),
            time_zone=row["timezone"],
            issued=None if row["certificate"] is None else _issued(row),
        )

    async def issue(self, certificate: NewCertificate, rule: IssueRule) -> CertificateIssued:
        """Record the certificate at the enrolment. Announces the reply, once."""
        view, key = certificate.view, UUID(certificate.enrollment_id)

        async def unit(connection: Any) -> CertificateIssued:
            at = instant(certificate.at)
            if certificate.outlived is not None:
                issued, is_new = await outliving.issue(connection, certificate, rule)
                return await _follow(connection, issued, certificate) if is_new else issued
            await connection.execute(COURSE, key)
            rule(await connection.fetchval(STATUS, key) or "deleted")
            made = await connection.fetchval(
                INSERT,
                UUID(certificate.id),
                key,
                view.number,
                view.verification_url,
                view.student_name,
                view.course_title,
                view.instructor_name,
                instant(view.completed_at),
                at,
                view.time_zone,
            )
            if made is None:
                return _issued(await connection.fetchrow(COMPLETED, key))
            await connection.execute(NOTE, key, made, at)
            issued = _issued(await connection.fetchrow(COMPLETED, key))
            return await _follow(connection, issued, certificate)

        return await self._database.run(unit)

    async def to_render(self, number: str, *, again: bool = False) -> CertificateView | None:
        """A certificate without a PDF, with `again` also one that had it; None if there is none."""
        row = await self._database.run(
            lambda c: c.fetchrow(TO_RENDER, number, again), transaction=False
        )
        if row is None:
            return None
        return CertificateView(
            number=row["certificate_id"],
            student_name=row["student_name"],
            course_title=row["course_title"],
            instructor_name=row["instructor_name"],
            completed_at=milliseconds(row["completed_at"]),
            verification_url=row["verification_url"],
            time_zone=row["time_zone"],
            issue=row["issue"],
        )

    async def render_again(self, number: str, at: int) -> None:
        """Have the newest PDF made from what stands in the record, unless that is under way."""

        async def unit(connection: Any) -> None:
            row = await connection.fetchrow(NEWEST, _key(number))
            if row is not None:
                found = row["certificate_id"], row["student_id"]
                job = _rendering(*found, at, row["issue"], again=True)
                await enqueue(connection, job, now=at)

        await self._database.run(unit)

    async def exists(self, number: str, issue: int) -> bool:
        """Whether there is one of that number, with this as its newest issue."""
        found = await self._database.run(
            lambda c: c.fetchval(EXISTS, number, issue), transaction=False
        )
        return bool(found)

    async def rendered(self, number: str, issue: int, at: int) -> bool:
        """Record that the PDF is stored. E-mails the student once, unless such e-mails are muted.

        False if that issue of the certificate is gone by now.
        """

        async def unit(connection: Any) -> bool:
            row = await connection.fetchrow(RENDERED, number, issue, instant(at))
            if row is None:
                return bool(await connection.fetchval(EXISTS, number, issue))
            reader = await connection.fetchrow(READER, row["student_id"])
            if reader is None:
                return True
            content = Congratulation(number=number, course_title=row["course_title"])
            await queue_email(
                connection, content, user_id=reader["id"], recipient=reader["email"], at=at
            )
            return True

        return await self._database.run(unit)

    async def revoke(
        self, number: str, by: str, reason: str, at: int, rule: CertificateRule
    ) -> CertificateRevoked:
        """Revoke a certificate. Announces the reply, and records it in the audit trail.

        Raises `NotFoundError`.
        """

        async def unit(connection: Any) -> CertificateRevoked:
            row = await _locked(connection, number, rule)
            await connection.execute(REVOKE, row["id"], instant(at), reason)
            await note(connection, by, "revoke", "certificate", row["number"], at, reason=reason)
            return await _announced(connection, CertificateRevoked(**_about(row)), at)

        return await self._database.run(unit)

    async def reinstate(
        self, number: str, by: str, reason: str, at: int, rule: CertificateRule
    ) -> CertificateReinstated:
        """Take a revocation back. Announced and recorded like a revocation."""

        async def unit(connection: Any) -> CertificateReinstated:
            row = await _locked(connection, number, rule)
            await connection.execute(REINSTATE, row["id"])
            await note(connection, by, "reinstate", "certificate", row["number"], at, reason=reason)
            return await _announced(connection, CertificateReinstated(**_about(row)), at)

        return await self._database.run(unit)

    async def reissue(self, correction: Correction, rule: CertificateRule) -> CertificateReissued:
        """Correct the name and have the PDF made again. Announced and recorded alike."""

        async def unit(connection: Any) -> CertificateReissued:
            given, at = correction, correction.at
            await connection.execute(STUDENT, _key(given.number))
            row = await _locked(connection, given.number, rule)
            issue = await connection.fetchval(REISSUE, row["id"], given.student_name)
            number = row["number"]
            await note(
                connection, given.by, "reissue", "certificate", number, at, reason=given.reason
            )
            job = _rendering(number, row["student_id"], at, issue)
            await enqueue(connection, job, now=at)
            reissued = CertificateReissued(**_about(row), issue=issue)
            return await _announced(connection, reissued, at)

        return await self._database.run(unit)


async def _follow(
    connection: Any, issued: CertificateIssued, certificate: NewCertificate
) -> CertificateIssued:
    """What follows from a new certificate: its PDF, and the announcement."""
    job = _rendering(issued.number, issued.student_id, certificate.at)
    await enqueue(connection, job, now=certificate.at)
    aggregate = Address("enrollment", certificate.enrollment_id)
    await announce(connection, aggregate, issued, certificate.at)
    return issued


def _key(number: str) -> str | None:
    return maybe_text(number.strip().upper())


async def _locked(connection: Any, number: str, rule: CertificateRule) -> Any:
    """Lock the certificate's row and ask the rule. Raises `NotFoundError`."""
    row = await connection.fetchrow(LOCK, _key(number))
    if row is None:
        raise NotFoundError("certificate", number[:64])
    course = row["course_id"]
    facts = CertificateFacts(
        number=row["number"],
        revoked=row["revoked_at"] is not None,
        course=None if course is None else await course_facts(connection, course),
    )
    rule(facts)
    return row


def _about(row: Any) -> dict[str, Any]:
    course = row["course_id"]
    return {
        "certificate_id": str(row["id"]),
        "number": row["number"],
        "course_id": None if course is None else str(course),
        "student_id": row["student_id"],
    }


async def _announced(connection: Any, event: E, at: int) -> E:
    await announce(connection, Address("certificate", event.number), event, at)
    return event


def _rendering(
    number: str, student_id: str, at: int, issue: int = 1, *, again: bool = False
) -> NewJob:
    return RENDER_CERTIFICATE.job(
        RenderCertificate(number=number, again=again),
        due_at=at,
        unique_key=number if issue == 1 else f"{number}/{issue}",
        user_id=student_id,
    )


def _issued(row: Any) -> CertificateIssued:
    return CertificateIssued(
        certificate_id=row["certificate"],
        number=row["number"],
        enrollment_id=row["id"],
        course_id=row["course_id"],
        student_id=row["student_id"],
    )
