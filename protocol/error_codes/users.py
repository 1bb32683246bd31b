"""Codes of the users domain."""

from __future__ import annotations

from collections.abc import Mapping

from protocol.error_codes.vocabulary import NOTHING, SHOW, ErrorCode

CODES: Mapping[str, ErrorCode] = {
    "WRONG_PASSWORD": ErrorCode(
        "the password that confirms a change is wrong; the session goes on",
        "let the user type it again",
    ),
    "TOKEN_INVALID": ErrorCode(
        "the link of an e-mail has run out, was used, or never existed",
        "offer to send another one",
    ),
    "ALREADY_VERIFIED": ErrorCode("the address is confirmed", NOTHING),
    "EDUCATOR_REGISTRATION_CLOSED": ErrorCode(
        "nobody registers as an educator here, so nobody is invited", SHOW
    ),
    "PROFILE_CHANGED": ErrorCode(
        "the profile has changed since the expected revision; `details.revision`",
        "read it again, and send the change once more or show both",
    ),
    "OWN_ACCOUNT": ErrorCode("admins do not disable or demote themselves", SHOW),
    "LAST_ADMIN": ErrorCode("nobody would be left to administer the site", SHOW),
    "TEACHES_COURSES": ErrorCode(
        "the account owns `details.courses` courses that are not archived",
        "transfer, archive or delete them first",
    ),
}
