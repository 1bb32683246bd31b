"""Codes of the certificates domain."""

from __future__ import annotations

from collections.abc import Mapping

from protocol.error_codes.vocabulary import LATER, NOTHING, SHOW, TELL, ErrorCode

CODES: Mapping[str, ErrorCode] = {
    "NOT_COMPLETED": ErrorCode("the course is not completed, or the student has left it", SHOW),
    "ALREADY_REVOKED": ErrorCode("the certificate has been revoked", NOTHING),
    "NOT_REVOKED": ErrorCode("the certificate has not been revoked", NOTHING),
    "CERTIFICATE_REVOKED": ErrorCode(
        "of a revoked certificate there is no file, and it is not issued again", SHOW
    ),
    "NOT_PRINTED_YET": ErrorCode("the PDF is being made", LATER),
    "NO_SIGNING_KEY": ErrorCode(
        "no key of this installation can sign badges or receipts now", TELL
    ),
}
