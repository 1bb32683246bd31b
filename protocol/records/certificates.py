"""The records of certificates: who has been given what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec

from protocol.certificates import CertificateIssued, CertificateRevoked, CertificateView
from protocol.records.common import CourseFacts


class CompletedEnrollment(msgspec.Struct, frozen=True, kw_only=True):
    """What a certificate is made of. `issued` where there is one."""

    id: str
    status: str
    student_name: str
    course_title: str
    instructor_name: str
    completed_at: int
    issued: CertificateIssued | None = None


class NewCertificate(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    enrollment_id: str
    view: CertificateView
    at: int


class CertificateFacts(msgspec.Struct, frozen=True, kw_only=True):
    number: str
    revoked: bool
    course: CourseFacts


CertificateRule = Callable[[CertificateFacts], None]


class CertificateRecords(Protocol):
    """Who has been given what."""

    async def completed(self, enrollment_id: str) -> CompletedEnrollment:
        """Raises `NotFoundError`."""
        ...

    async def issue(self, certificate: NewCertificate) -> CertificateIssued:
        """Note it at the enrolment. Announces the reply, once: for an enrolment that has a
        certificate that one is answered."""
        ...

    async def to_render(self, number: str) -> CertificateView | None:
        """One without a PDF; None where there is none of that number."""
        ...

    async def exists(self, number: str) -> bool:
        """Whether there is one of that number."""
        ...

    async def rendered(self, number: str, at: int) -> bool:
        """The PDF is kept: tell the student, once, unless such e-mails are not wanted.

        False where the certificate has gone meanwhile.
        """
        ...

    async def revoke(
        self, number: str, by: str, reason: str, at: int, rule: CertificateRule
    ) -> CertificateRevoked:
        """Announces the reply, and notes it in the audit trail. Raises `NotFoundError`."""
        ...
