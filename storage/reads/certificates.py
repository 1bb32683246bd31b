"""The certificates domain in the read model.

Anybody who knows a certificate's number may see it.
"""

from __future__ import annotations

from storage.reads import rules
from storage.reads.model import Domain, Many, One, Root, Type, identifier, instant, text

CERTIFICATE = Type(
    name="Certificate",
    table="certificates",
    fields={
        "id": identifier(),
        "enrollment": One(type="Enrollment", join="{t}.id = {p}.enrollment_id", nullable=True),
        "certificateId": text("certificate_id"),
        "studentName": text("student_name"),
        "courseTitle": text("course_title"),
        "instructorName": text("instructor_name"),
        "completedAt": instant("completed_at"),
        "issuedAt": instant("issued_at"),
        "pdfUrl": text("pdf_url"),
        "verificationUrl": text("verification_url"),
        "revokedAt": instant("revoked_at", nullable=True),
        "revocationReason": text("revocation_reason", nullable=True),
    },
)

BY_ID = f"{{t}}.id = {{id}} and {rules.certificate_visible()}"

DOMAIN = Domain(
    types=(CERTIFICATE,),
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
        "revokedCertificates": Root(
            shape=Many(
                type="Certificate",
                join="{t}.revoked_at is not null",
                order="{t}.revoked_at, {t}.id",
                limit=10_000,
            )
        ),
        "myCertificates": Root(
            shape=Many(
                type="Certificate",
                join=(
                    "{t}.enrollment_id in (select ce.id from enrollments ce"
                    " where ce.student_id = {viewer})"
                ),
                order="{t}.issued_at desc, {t}.id",
            )
        ),
    },
)
