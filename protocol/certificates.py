"""The certificates domain: certificates for completed courses."""

from __future__ import annotations

from typing import ClassVar, Protocol

import msgspec

from protocol.envelope import Message
from protocol.jobs import JobKind
from protocol.mail import EmailContent

MAX_REASON = 500


class CertificateView(msgspec.Struct, frozen=True, kw_only=True):
    """What a certificate says, as it was on the day of issue. `completed_at` in milliseconds.

    Its day is the one in `time_zone`, the student's on the day of issue. `issue` counts from 1, and
    one further for each time that the certificate was issued again with a corrected name.
    `course_id`, and how many `lessons` were completed, `quizzes` among them, are for the badge, and
    None if the course has been deleted.
    """

    number: str
    student_name: str
    course_title: str
    instructor_name: str
    completed_at: int
    verification_url: str
    time_zone: str = "UTC"
    issue: int = 1
    course_id: str | None = None
    lessons: int | None = None
    quizzes: int | None = None


class CertificatePdf(Protocol):
    """Port: makes the PDF in a separate worker."""

    async def render(self, view: CertificateView) -> bytes:
        """Make the PDF. Raises `Overloaded` past the bound."""
        ...


class RenderCertificate(Message, frozen=True, kw_only=True, tag="certificates.render"):
    """Job payload: make the PDF, store it, and have an e-mail sent to the student.

    With `again` also if it was made before; then nobody is written to.
    """

    number: str
    again: bool = False


class Congratulation(EmailContent, frozen=True, kw_only=True, tag="certificate_issued"):
    """The content of the e-mail to a student who has completed a course."""

    number: str
    course_title: str


RENDER_CERTIFICATE = JobKind(
    payload=RenderCertificate,
    attempts=12,
    pauses_ms=(2 * 60_000,) * 6 + (3_600_000,),
    timeout_seconds=60.0,
    concurrency=2,
)


def pdf_key(number: str, issue: int = 1) -> str:
    """The object key of a certificate's PDF; each issue has a file of its own."""
    stem = number.lower() if issue == 1 else f"{number.lower()}-{issue}"
    return f"certificates/{stem}.pdf"


def pdf_keys(number: str, issue: int) -> tuple[str, ...]:
    """The object keys of all issues up to this one."""
    return tuple(pdf_key(number, each) for each in range(1, issue + 1))


# Handler: `Address("certificates", "")`. `protocol.permissions` says who may send which.


class Completion(msgspec.Struct, frozen=True, kw_only=True):
    """A completed course that has been deleted, and the enrolment with it."""

    course_id: str
    student_id: str
    instructor_id: str
    course_title: str
    completed_at: int


class IssueCertificate(Message, frozen=True, kw_only=True, tag="certificates.issue"):
    """Issue a certificate, sent by the server itself when a course has been completed.

    Replies `CertificateIssued`.

    Repeating it is harmless. The PDF and the e-mail to the student follow from it. `outlived`: what
    is left of an enrolment that went with its course. NotFoundError; RefusedError NOT_COMPLETED.
    """

    enrollment_id: str
    outlived: Completion | None = None


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
    """Revoke a certificate; everybody who looks at it sees why.

    Replies `CertificateRevoked`. NotFoundError; RefusedError ALREADY_REVOKED; ValidationError.
    """

    by: str
    by_role: str
    number: str
    reason: str


class CertificateEvent(Message, frozen=True, kw_only=True):
    """What happened to a certificate. `course_id` is None if the course has been deleted."""

    actor: ClassVar[str | None] = "student_id"
    analytics: ClassVar[frozenset[str]] = frozenset(
        {"certificate_id", "number", "course_id", "student_id"}
    )

    certificate_id: str
    number: str
    course_id: str | None
    student_id: str


class CertificateRevoked(CertificateEvent, frozen=True, kw_only=True, tag="certificates.revoked"):
    """Reply, and domain event."""


class ReinstateCertificate(Message, frozen=True, kw_only=True, tag="certificates.reinstate"):
    """Take a revocation back: the certificate is valid as before. The reason is audited.

    Replies `CertificateReinstated`. NotFoundError; RefusedError NOT_REVOKED; ValidationError.
    """

    by: str
    by_role: str
    number: str
    reason: str


class CertificateReinstated(
    CertificateEvent, frozen=True, kw_only=True, tag="certificates.reinstated"
):
    """Reply, and domain event."""


class ReissueCertificate(Message, frozen=True, kw_only=True, tag="certificates.reissue"):
    """Issue a certificate again under its number, with a corrected name of the student.

    The PDF is made anew and the student is e-mailed; badges of earlier issues are listed as
    revoked. The reason is audited. Replies `CertificateReissued`. NotFoundError; RefusedError
    CERTIFICATE_REVOKED; ValidationError.
    """

    by: str
    by_role: str
    number: str
    student_name: str
    reason: str


class CertificateReissued(CertificateEvent, frozen=True, kw_only=True, tag="certificates.reissued"):
    """Reply, and domain event; the PDF of the issue before `issue` must be removed."""

    analytics: ClassVar[frozenset[str]] = CertificateEvent.analytics | {"issue"}

    issue: int


class RenderMissingCertificate(
    Message, frozen=True, kw_only=True, tag="certificates.render_missing"
):
    """Have the PDF of a certificate made again, because its file is missing.

    Sent by the server itself; repeating it is harmless, and so is a number that is none. Replies
    `lifecycle.Done`.
    """

    number: str


class CertificatesErased(Message, frozen=True, kw_only=True, tag="certificates.erased"):
    """Domain event: certificates went with their erased student; their PDFs must be removed."""

    actor: ClassVar[str | None] = None
    analytics: ClassVar[frozenset[str]] = frozenset()

    numbers: tuple[str, ...]
    keys: tuple[str, ...] = ()


class RemoveCertificateFiles(Message, frozen=True, kw_only=True, tag="certificates.remove_files"):
    """Remove the PDFs of the first issue of these certificates, and those of these object keys.

    Sent by the server itself; repeating it is harmless. Replies `lifecycle.Done`.
    """

    numbers: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()


DOMAIN_EVENTS: tuple[type[Message], ...] = (
    CertificateIssued,
    CertificateRevoked,
    CertificateReinstated,
    CertificateReissued,
    CertificatesErased,
)
"""The events announced to other domains."""
