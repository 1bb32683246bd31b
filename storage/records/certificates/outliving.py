"""Certificates of courses that were deleted before the certificate was issued, in SQL.

Neither the course nor the enrolment exists any more: the facts come with the command, and only the
people are looked up.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from protocol.certificates import CertificateIssued, Completion
from protocol.errors import NotFoundError
from protocol.records.certificates import CompletedEnrollment, IssueRule, NewCertificate
from storage.records.values import instant

PEOPLE = """
select s.full_name as student_name, s.timezone, coalesce(i.full_name, '') as instructor_name
from users u
    join user_profiles s on s.user_id = u.id
    left join user_profiles i on i.user_id = $2
where u.id = $1 and u.erased_at is null
"""
LIVING = "select from users where id = $1 and erased_at is null for key share"
INSERT = """
insert into certificates (id, certificate_id, pdf_url, verification_url, student_name, course_title,
                          instructor_name, completed_at, issued_at, time_zone, student_id)
values ($1, $2, $3 || '.pdf', $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (certificate_id) do nothing returning id
"""
THERE = "select id from certificates where certificate_id = $1"


async def completed(
    enrollment_id: str, outlived: Completion, connection: Any
) -> CompletedEnrollment:
    """What the certificate will say. Raises `NotFoundError` for an erased student."""
    people = await connection.fetchrow(
        PEOPLE, UUID(outlived.student_id), UUID(outlived.instructor_id)
    )
    if people is None:
        raise NotFoundError("enrollment", enrollment_id)
    return CompletedEnrollment(
        id=enrollment_id,
        status="completed",
        student_name=people["student_name"],
        course_title=outlived.course_title,
        instructor_name=people["instructor_name"],
        completed_at=outlived.completed_at,
        time_zone=people["timezone"],
    )


async def issue(
    connection: Any, certificate: NewCertificate, rule: IssueRule
) -> tuple[CertificateIssued, bool]:
    """The certificate, and whether it is new; there may be one from before the deletion."""
    outlived, view = certificate.outlived, certificate.view
    assert outlived is not None
    student = UUID(outlived.student_id)
    living = await connection.fetchrow(LIVING, student)
    rule("deleted" if living is None else "completed")
    made = await connection.fetchval(
        INSERT,
        UUID(certificate.id),
        view.number,
        view.verification_url,
        view.student_name,
        view.course_title,
        view.instructor_name,
        instant(view.completed_at),
        instant(certificate.at),
        view.time_zone,
        student,
    )
    issued = CertificateIssued(
        certificate_id=str(made or await connection.fetchval(THERE, view.number)),
        number=view.number,
        enrollment_id=certificate.enrollment_id,
        course_id=outlived.course_id,
        student_id=outlived.student_id,
    )
    return issued, made is not None
