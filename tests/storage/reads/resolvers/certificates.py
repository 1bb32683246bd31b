"""Certificates, as obvious resolvers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.storage.reads.look import Look, Resolver
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


RESOLVERS: Mapping[str, Resolver] = {
    "Query.verifyCertificate": query_verify_certificate,
    "Query.myCertificates": query_my_certificates,
    "Certificate.enrollment": certificate_enrollment,
    "Enrollment.certificate": enrollment_certificate,
    "Certificate.lessonsCompleted": certificate_lessons_completed,
    "Certificate.quizzesCompleted": certificate_quizzes_completed,
}
