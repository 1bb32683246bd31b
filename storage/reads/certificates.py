"""The certificates domain in the read model.

Anybody who knows a certificate's number may see it.
"""

from __future__ import annotations

from storage.reads import rules
from storage.reads.model import (
    Connection,
    Domain,
    Form,
    Key,
    Many,
    One,
    Root,
    Type,
    Value,
    identifier,
    instant,
    plain,
    text,
)


def certificate_visible(certificate: str = "{t}") -> str:
    """The viewer sees the certificate with that alias without knowing its number."""
    return rules.visible(
        "Certificate", f"{certificate}.course_id", owner=f"{certificate}.student_id"
    )


DONE = (
    "from lesson_progress p join lessons l on l.id = p.lesson_id"
    " where p.enrollment_id = {t}.enrollment_id and p.status = 'completed'"
)


def completed(which: str = "") -> Value:
    """How many lessons the student has completed; null if the course is gone."""
    sql = f"case when {{t}}.enrollment_id is not null then (select count(*) {DONE}{which}) end"
    return Value(sql=sql, form=Form.PLAIN, nullable=True)


CERTIFICATE = Type(
    name="Certificate",
    table="certificates",
    fields={
        "id": identifier(),
        "enrollment": One(type="Enrollment", join="{t}.id = {p}.enrollment_id", nullable=True),
        "student": One(
            type="User",
            join=(
                "{t}.id = {p}.student_id and "
                + rules.visible("Certificate.student", "{p}.course_id", owner="{p}.student_id")
            ),
            nullable=True,
        ),
        "courseId": Value(sql="{t}.course_id", form=Form.QUOTED, nullable=True),
        "lessonsCompleted": completed(),
        "quizzesCompleted": completed(" and l.lesson_type = 'quiz'"),
        "certificateId": text("certificate_id"),
        "studentName": text("student_name"),
        "courseTitle": text("course_title"),
        "instructorName": text("instructor_name"),
        "completedAt": instant("completed_at"),
        "timeZone": text("time_zone"),
        "issuedAt": instant("issued_at"),
        "issue": plain("issue"),
        "pdfUrl": text("pdf_url"),
        "verificationUrl": text("verification_url"),
        "revokedAt": instant("revoked_at", nullable=True),
        "revocationReason": text("revocation_reason", nullable=True),
    },
)

BY_ID = f"{{t}}.id = {{id}} and {certificate_visible()}"

# Every row is read, since administrators look for one now and then. `search_key` would take a
# millisecond for a name that is not ASCII; the account's name has its key stored.
IN_NAME = (
    rules.holds_words("lower({t}.student_name)")
    + " or exists (select 1 from user_profiles up where up.user_id = {t}.student_id and "
    + rules.holds_words("up.full_name_key")
    + ")"
)
IN_TITLE = rules.holds_words("lower({t}.course_title)")

OF_ENROLLMENT = {
    "certificate": One(type="Certificate", join="{t}.id = {p}.certificate_id", nullable=True)
}

DOMAIN = Domain(
    types=(CERTIFICATE,),
    extends={"Enrollment": OF_ENROLLMENT},
    nodes={"Certificate": One(type="Certificate", join=BY_ID, nullable=True)},
    roots={
        "verifyCertificate": Root(
            shape=One(
                type="Certificate",
                join="{t}.certificate_id = upper(trim({certificateId}))",
                nullable=True,
            ),
            arguments={"certificateId": "text"},
        ),
        "certificate": Root(
            shape=One(type="Certificate", join=BY_ID, nullable=True),
            arguments={"id": "uuid"},
        ),
        "achievement": Root(
            shape=One(
                type="Certificate",
                join=(
                    "{t}.id = (select k.id from certificates k where k.course_id = {courseId}"
                    " order by k.issued_at desc, k.id limit 1)"
                ),
                nullable=True,
            ),
            arguments={"courseId": "uuid"},
        ),
        "certificates": Root(
            shape=Connection(
                type="Certificate",
                join=rules.visible("Query.certificates"),
                keys=(
                    Key("{t}.issued_at", "instant", descending=True),
                    Key("{t}.id", "uuid", descending=True),
                ),
                filters={
                    "filter.number": (
                        "text",
                        "starts_with({t}.certificate_id, upper(trim({arg})))",
                    ),
                    "filter.text": ("words", f"({IN_NAME} or {IN_TITLE})"),
                    "filter.courseId": ("uuid", "{t}.course_id = {arg}"),
                    "filter.studentId": ("uuid", "{t}.student_id = {arg}"),
                    "filter.revoked": ("flag", "({t}.revoked_at is not null) = {arg}"),
                },
            )
        ),
        "revokedCertificates": Root(
            shape=Many(
                type="Certificate",
                join="({t}.revoked_at is not null or {t}.issue > 1)",
                order="{t}.revoked_at, {t}.id",
                limit=10_000,
            )
        ),
        "myCertificates": Root(
            shape=Many(
                type="Certificate",
                join="{t}.student_id = {viewer}",
                order="{t}.issued_at desc, {t}.id",
            )
        ),
    },
)
