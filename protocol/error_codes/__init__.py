"""Every code of an error that a client can see, and what the client should do about it.

Each domain declares its own; `gateway` has those of its transports. From this list
`docs/client-protocols/errors.md` is made, and a test finds a code in the source that is not in it.
"""

from __future__ import annotations

from collections.abc import Mapping

from protocol.error_codes import (
    assessments,
    certificates,
    common,
    communication,
    content,
    courses,
    enrollments,
    transports,
    users,
)
from protocol.error_codes.vocabulary import ErrorCode

__all__ = ["GROUPS", "ErrorCode", "every_code"]

GROUPS: Mapping[str, Mapping[str, ErrorCode]] = {
    "Everywhere": common.CODES,
    "GraphQL requests": transports.GRAPHQL,
    "HTTP": transports.HTTP,
    "Accounts": users.CODES,
    "Courses": courses.CODES,
    "Enrolments and progress": enrollments.CODES,
    "Certificates": certificates.CODES,
    "Files and resources": content.CODES,
    "Quizzes and live games": assessments.CODES,
    "Rooms and connections": communication.CODES,
}
"""By their titles in the document. No code is in two."""


def every_code() -> Mapping[str, ErrorCode]:
    """All codes together."""
    return {code: said for group in GROUPS.values() for code, said in group.items()}
