"""The records of certificates."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec

from protocol.certificates import (
    CertificateIssued,
    CertificateReinstated,
    CertificateReissued,
    CertificateRevoked,
    CertificateView,
    Completion,
)
from protocol.records.common import CourseFacts


class CompletedEnrollment(msgspec.Struct, frozen=True, kw_only=True):
    """A completed course, from which a certificate is made. `issued` if there is one already."""

    id: str
    status: str
    student_name: str
    course_title: str
    instructor_name: str
    completed_at: int
    time_zone: str = "UTC"
    issued: CertificateIssued | None = None


class NewCertificate(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    enrollment_id: str
    view: CertificateView
    at: int
    outlived: Completion | None = None


class CertificateFacts(msgspec.Struct, frozen=True, kw_only=True):
    """`course` is None if it has been deleted, which a certificate outlives."""

    number: str
    revoked: bool
    course: CourseFacts | None


class Correction(msgspec.Struct, frozen=True, kw_only=True):
    """Why whose certificate is issued again, and with which name."""

    number: str
    student_name: str
    by: str
    reason: str
    at: int


CertificateRule = Callable[[CertificateFacts], None]
IssueRule = Callable[[str], None]
"""Gets the status of the enrolment, which stays until the certificate is issued."""


class CertificateRecords(Protocol):
    """Certificates and the enrolments they belong to."""

    async def completed(
        self, enrollment_id: str, outlived: Completion | None = None
    ) -> CompletedEnrollment:
        """`outlived` is what is left of an enrolment that went with its course.

        Raises `NotFoundError`, also for a student whose account has been erased.
        """
        ...

    async def issue(self, certificate: NewCertificate, rule: IssueRule) -> CertificateIssued:
        """Record the certificate at the enrolment.

        Announces the reply, once; an enrolment that has a certificate gets that one.
        """
        ...

    async def to_render(self, number: str, *, again: bool = False) -> CertificateView | None:
        """A certificate without a PDF, with `again` also one that had it; None if there is none."""
        ...

    async def render_again(self, number: str, at: int) -> None:
        """Have the newest PDF made from what stands in the record, unless that is under way."""
        ...

    async def exists(self, number: str, issue: int) -> bool:
        """Whether there is one of that number, with this as its newest issue."""
        ...

    async def rendered(self, number: str, issue: int, at: int) -> bool:
        """Record that the PDF is stored. E-mails the student once, unless such e-mails are muted.

        False if that issue of the certificate is gone by now.
        """
        ...

    async def revoke(
        self, number: str, by: str, reason: str, at: int, rule: CertificateRule
    ) -> CertificateRevoked:
        """Revoke a certificate. Announces the reply, and records it in the audit trail.

        Raises `NotFoundError`.
        """
        ...

    async def reinstate(
        self, number: str, by: str, reason: str, at: int, rule: CertificateRule
    ) -> CertificateReinstated:
        """Take a revocation back. Announced and recorded like a revocation."""
        ...

    async def reissue(self, correction: Correction, rule: CertificateRule) -> CertificateReissued:
        """Correct the name and have the PDF made again. Announced and recorded alike."""
        ...
