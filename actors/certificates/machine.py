"""The rules of certificates."""

from __future__ import annotations

import hashlib

from actors.fields import Fields
from protocol.certificates import MAX_REASON, RevokeCertificate
from protocol.errors import RefusedError
from protocol.permissions import require
from protocol.records.certificates import CertificateFacts, CertificateRule

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


def reason(command: RevokeCertificate) -> str:
    """Clean and check the reason. Raises `ValidationError`."""
    fields = Fields()
    text = fields.text("reason", command.reason, most=MAX_REASON)
    fields.check()
    return text


def revocable(by: str, role: str) -> CertificateRule:
    """The rule for revoking: by the instructor and admins, once."""

    def rule(certificate: CertificateFacts) -> None:
        require("revokeCertificate", certificate.course.relations(by, role), role)
        if certificate.revoked:
            raise RefusedError("ALREADY_REVOKED", "This certificate has already been revoked")

    return rule
