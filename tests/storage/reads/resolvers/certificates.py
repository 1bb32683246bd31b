"""Certificates, as obvious resolvers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from protocol.searching import found
from tests.storage.reads.look import Look, Resolver, page
from tests.storage.reads.resolvers.enrollments import sees_enrollment
from tests.storage.reads.rows import Row


def query_verify_certificate(look: Look, _: Any, certificateId: str) -> Row | None:
    return look.school.find("certificates", certificate_id=certificateId.strip().upper())


def query_my_certificates(look: Look, _: Any) -> list[Row]:
    look.signed_in()
    return [row for row in look.school.rows("certificates") if look.is_me(row["student_id"])]


def enrollment_of(look: Look, certificate: Row) -> Row:
    enrollment = look.school.find("enrollments", id=certificate["enrollment_id"])
    assert enrollment is not None
    return enrollment


def certificate_enrollment(look: Look, row: Row) -> Row | None:
    enrollment = enrollment_of(look, row)
    return enrollment if sees_enrollment(look, enrollment) else None


def enrollment_certificate(look: Look, row: Row) -> Row | None:
    return look.school.find("certificates", id=row["certificate_id"])


def completed(look: Look, certificate: Row, *kinds: str) -> int | None:
    if certificate["enrollment_id"] is None:
        return None
    rows = look.school.rows("lesson_progress")
    done = [
        look.school.find("lessons", id=row["lesson_id"])
        for row in rows
        if row["enrollment_id"] == certificate["enrollment_id"] and row["status"] == "completed"
    ]
    return sum(not kinds or lesson["lesson_type"] in kinds for lesson in done if lesson)


def certificate_lessons_completed(look: Look, row: Row) -> int | None:
    return completed(look, row)


def certificate_quizzes_completed(look: Look, row: Row) -> int | None:
    return completed(look, row, "quiz")


def certificate_student(look: Look, row: Row) -> Row | None:
    if not sees_enrollment(look, enrollment_of(look, row)):
        return None
    return look.school.find("users", id=row["student_id"])


def texts_of(look: Look, row: Row) -> tuple[str, str, str]:
    """Where words are looked for."""
    profile = look.school.find("user_profiles", user_id=row["student_id"])
    assert profile is not None
    return row["student_name"], row["course_title"], profile["full_name"]


def query_certificates(look: Look, _: Any, filter: Any = None, **paging: Any) -> dict[str, Any]:
    look.signed_in()
    given = filter or {}
    text = given.get("text") or ""
    rows = [
        row
        for row in look.school.rows("certificates")
        if look.is_admin
        and row["certificate_id"].startswith((given.get("number") or "").strip().upper())
        and given.get("courseId") in (None, str(row["course_id"]))
        and given.get("studentId") in (None, str(row["student_id"]))
        and given.get("revoked") in (None, row["revoked_at"] is not None)
        and any(found(each, text) for each in texts_of(look, row))
    ]
    rows.sort(key=lambda row: (row["issued_at"], row["id"]), reverse=True)
    return page(rows, **paging)


RESOLVERS: Mapping[str, Resolver] = {
    "Query.certificates": query_certificates,
    "Certificate.student": certificate_student,
    "Query.verifyCertificate": query_verify_certificate,
    "Query.myCertificates": query_my_certificates,
    "Certificate.enrollment": certificate_enrollment,
    "Enrollment.certificate": enrollment_certificate,
    "Certificate.lessonsCompleted": certificate_lessons_completed,
    "Certificate.quizzesCompleted": certificate_quizzes_completed,
}
