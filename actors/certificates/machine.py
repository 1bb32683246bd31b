"""The rules of certificates."""

from __future__ import annotations

import hashlib

from actors.fields import Fields
from protocol.certificates import (
    MAX_REASON,
    ReinstateCertificate,
    ReissueCertificate,
    RevokeCertificate,
)
from protocol.errors import RefusedError
from protocol.permissions import by_role, require
from protocol.records.certificates import CertificateFacts, CertificateRule, Correction

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's alphabet: no letter looks like another or like a digit."""
GROUPS, GROUP = 4, 4


def number(enrollment_id: str) -> str:
    """The certificate's number, 80 bits that are always the same for an enrolment.

    So issuing it again after a crash does not create a second one.
    """
    digest = hashlib.sha256(b"stoa certificate " + enrollment_id.lower().encode()).digest()
    value = int.from_bytes(digest[:10], "big")
    text = "".join(ALPHABET[value >> 5 * place & 31] for place in range(GROUPS * GROUP))
    return "-".join(text[place : place + GROUP] for place in range(0, len(text), GROUP))


def check_completed(status: str) -> None:
    """Raise `RefusedError` unless this is the status of an enrolment that is completed."""
    if status != "completed":
        raise RefusedError("NOT_COMPLETED", "This course has not been completed yet")


def reason(command: RevokeCertificate | ReinstateCertificate) -> str:
    """Clean and check the reason. Raises `ValidationError`."""
    fields = Fields()
    text = fields.words("reason", command.reason, most=MAX_REASON)
    fields.check()
    return text


def correction(command: ReissueCertificate, at: int) -> Correction:
    """Clean and check the name and the reason. Raises `ValidationError`."""
    fields = Fields()
    clean = Correction(
        number=command.number,
        student_name=fields.line("studentName", command.student_name),
        by=command.by,
        reason=fields.words("reason", command.reason, most=MAX_REASON),
        at=at,
    )
    fields.check()
    return clean


def revocable(by: str, role: str) -> CertificateRule:
    """The rule for revoking: by the instructor and admins, once."""
    permitted = _permitted("revokeCertificate", by, role)

    def rule(certificate: CertificateFacts) -> None:
        permitted(certificate)
        if certificate.revoked:
            raise RefusedError("ALREADY_REVOKED", "This certificate has already been revoked")

    return rule


def reinstatable(by: str, role: str) -> CertificateRule:
    """The rule for taking a revocation back: by the instructor and admins."""
    permitted = _permitted("reinstateCertificate", by, role)

    def rule(certificate: CertificateFacts) -> None:
        permitted(certificate)
        if not certificate.revoked:
            raise RefusedError("NOT_REVOKED", "This certificate has not been revoked")

    return rule


def reissuable(by: str, role: str) -> CertificateRule:
    """The rule for issuing again: by the instructor and admins, while it is valid."""
    permitted = _permitted("reissueCertificate", by, role)

    def rule(certificate: CertificateFacts) -> None:
        permitted(certificate)
        if certificate.revoked:
            raise RefusedError("CERTIFICATE_REVOKED", "This certificate is not valid any more")

    return rule


def _permitted(operation: str, by: str, role: str) -> CertificateRule:
    """The rule from the table of permissions; without the course only admins have a relation."""

    def rule(certificate: CertificateFacts) -> None:
        course = certificate.course
        relations = by_role(by, role) if course is None else course.relations(by, role)
        require(operation, relations, role)

    return rule
