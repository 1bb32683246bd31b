"""The records of certificates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec

from protocol.certificates import CertificateIssued, CertificateRevoked, CertificateView
from protocol.records.common import CourseFacts


class CompletedEnrollment(msgspec.Struct, frozen=True, kw_only=True):
    """A completed course, from which a certificate is made. `issued` if there is one already."""

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
IssueRule = Callable[[str], None]
"""Gets the status of the enrolment, which stays until the certificate is issued."""


class CertificateRecords(Protocol):
    """Certificates and the enrolments they belong to."""

    async def completed(self, enrollment_id: str) -> CompletedEnrollment:
        """Raises `NotFoundError`."""
        ...

    async def issue(self, certificate: NewCertificate, rule: IssueRule) -> CertificateIssued:
        """Record the certificate at the enrolment.

        Announces the reply, once; an enrolment that has a certificate gets that one.
        """
        ...

    async def to_render(self, number: str) -> CertificateView | None:
        """A certificate without a PDF; None if there is none with that number."""
        ...

    async def exists(self, number: str) -> bool:
        """Whether there is one of that number."""
        ...

    async def rendered(self, number: str, at: int) -> bool:
        """Record that the PDF is stored. E-mails the student once, unless such e-mails are muted.

        False if the certificate is gone by now.
        """
        ...

    async def revoke(
        self, number: str, by: str, reason: str, at: int, rule: CertificateRule
    ) -> CertificateRevoked:
        """Revoke a certificate. Announces the reply, and records it in the audit trail.

        Raises `NotFoundError`.
        """
        ...
