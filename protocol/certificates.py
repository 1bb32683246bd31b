"""The certificates domain: what a student is given on completing a course."""

from __future__ import annotations

from typing import ClassVar, Protocol

import msgspec

from protocol.envelope import Message
from protocol.jobs import JobKind
from protocol.mail import EmailContent

MAX_REASON = 500


class CertificateView(msgspec.Struct, frozen=True, kw_only=True):
    """What stands on a certificate, as it was on the day. `completed_at` in milliseconds."""

    number: str
    student_name: str
    course_title: str
    instructor_name: str
    completed_at: int
    verification_url: str


class CertificatePdf(Protocol):
    """Makes the PDF, in a worker of its own."""

    async def render(self, view: CertificateView) -> bytes:
        """Raises `Overloaded` past its bound."""
        ...


class RenderCertificate(Message, frozen=True, kw_only=True, tag="certificates.render"):
    """The payload of a job: make the PDF, keep it, have an e-mail sent to the student."""

    number: str


class Congratulation(EmailContent, frozen=True, kw_only=True, tag="certificate_issued"):
    """An e-mail to a student who has completed a course."""

    number: str
    course_title: str


RENDER_CERTIFICATE = JobKind(
    payload=RenderCertificate,
    attempts=12,
    pauses_ms=(2 * 60_000,) * 6 + (3_600_000,),
    timeout_seconds=60.0,
    concurrency=2,
)


def pdf_key(number: str) -> str:
    """Where its PDF is kept."""
    return f"certificates/{number.lower()}.pdf"


# Handler: `Address("certificates", "")`. `protocol.permissions` says who may do which.


class IssueCertificate(Message, frozen=True, kw_only=True, tag="certificates.issue"):
    """From inside the house, when a course has been completed. Replies `CertificateIssued`.

    Twice is once. The PDF and the e-mail to the student follow from it. NotFoundError;
    RefusedError NOT_COMPLETED.
    """

    enrollment_id: str


class CertificateIssued(Message, frozen=True, kw_only=True, tag="certificates.issued"):
    """Reply, and domain event."""

    actor: ClassVar[str | None] = "student_id"
    analytics: ClassVar[frozenset[str]] = frozenset(
        {"certificate_id", "number", "enrollment_id", "course_id", "student_id"}
    )

    certificate_id: str
    number: str
    enrollment_id: str
    course_id: str
    student_id: str


class RevokeCertificate(Message, frozen=True, kw_only=True, tag="certificates.revoke"):
    """It is not valid any more, and everybody who looks at it is told why.

    Replies `CertificateRevoked`. NotFoundError; RefusedError ALREADY_REVOKED; ValidationError.
    """

    by: str
    by_role: str
    number: str
    reason: str


class CertificateRevoked(Message, frozen=True, kw_only=True, tag="certificates.revoked"):
    """Reply, and domain event."""

    actor: ClassVar[str | None] = "student_id"
    analytics: ClassVar[frozenset[str]] = frozenset(
        {"certificate_id", "number", "course_id", "student_id"}
    )

    certificate_id: str
    number: str
    course_id: str
    student_id: str


class CertificatesErased(Message, frozen=True, kw_only=True, tag="certificates.erased"):
    """Domain event: their student was erased, and so are they. Their PDFs are to be removed."""

    actor: ClassVar[str | None] = None
    analytics: ClassVar[frozenset[str]] = frozenset()

    numbers: tuple[str, ...]


class RemoveCertificateFiles(Message, frozen=True, kw_only=True, tag="certificates.remove_files"):
    """From inside the house: remove the PDFs of these. Twice is once. Replies `lifecycle.Done`."""

    numbers: tuple[str, ...]


DOMAIN_EVENTS: tuple[type[Message], ...] = (
    CertificateIssued,
    CertificateRevoked,
    CertificatesErased,
)
"""What is announced to the other domains."""
