"""The rules of certificates."""

from __future__ import annotations

import hashlib

from actors.fields import Fields
from protocol.certificates import MAX_REASON, RevokeCertificate
from protocol.errors import RefusedError
from protocol.permissions import require
from protocol.records.certificates import CertificateFacts, CertificateRule, CompletedEnrollment

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no letter that looks like another or like a digit."""
GROUPS, GROUP = 4, 4


def number(enrollment_id: str) -> str:
    """The certificate's number: the same for the same enrolment, 80 bits for everybody else.

    So that issuing it again after a crash makes no second one.
    """
    digest = hashlib.sha256(b"stoa certificate " + enrollment_id.lower().encode()).digest()
    value = int.from_bytes(digest[:10], "big")
    text = "".join(ALPHABET[value >> 5 * place & 31] for place in range(GROUPS * GROUP))
    return "-".join(text[place : place + GROUP] for place in range(0, len(text), GROUP))


def check_completed(enrollment: CompletedEnrollment) -> None:
    """Raises `RefusedError`."""
    if enrollment.status != "completed":
        raise RefusedError("NOT_COMPLETED", "This course has not been completed")


def reason(command: RevokeCertificate) -> str:
    """Clean. Raises `ValidationError`."""
    fields = Fields()
    text = fields.text("reason", command.reason, most=MAX_REASON)
    fields.check()
    return text


def revocable(by: str, role: str) -> CertificateRule:
    """By the instructor and admins, once."""

    def rule(certificate: CertificateFacts) -> None:
        require("revokeCertificate", certificate.course.relations(by, role), role)
        if certificate.revoked:
            raise RefusedError("ALREADY_REVOKED", "This certificate has been revoked before")

    return rule
