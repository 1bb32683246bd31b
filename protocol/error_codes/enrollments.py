"""Codes of the enrollments domain."""

from __future__ import annotations

from collections.abc import Mapping

from protocol.error_codes.vocabulary import NOTHING, RELOAD, SHOW, ErrorCode

CODES: Mapping[str, ErrorCode] = {
    "REMOVED_FROM_COURSE": ErrorCode(
        "a teacher has removed the student, who cannot enrol or go on until readmitted",
        "show the message; only a teacher can change it",
    ),
    "ALREADY_REMOVED": ErrorCode("a teacher has removed this student before", NOTHING),
    "NOT_REMOVED": ErrorCode("no teacher has removed this student", NOTHING),
    "TEACHES_COURSE": ErrorCode("nobody enrols in a course they teach", SHOW),
    "COURSE_NOT_PUBLISHED": ErrorCode("the course takes no students now", SHOW),
    "PAYMENT_REQUIRED": ErrorCode("the course must be paid for first", "lead to the payment"),
    "COURSE_COMPLETED": ErrorCode("who has completed a course does not withdraw", SHOW),
    "NOT_ENROLLED": ErrorCode("the student has left the course", RELOAD),
    "PREREQUISITES_MISSING": ErrorCode(
        "the lesson is locked; `details.missing_lessons` (`id`, `title`, `module_id`) and"
        " `missing_modules` (`id`, `title`) are to be completed first",
        "lead to these",
    ),
    "ENROLLMENT_LINK_INVALID": ErrorCode(
        "nobody enrols by this link or invitation; `details.reason`: `unknown` (also of an"
        " invitation that was used), `expired`, `revoked`, `used_up`",
        "show the message; the course's teacher gives out another one",
    ),
    "TOO_MANY_LINKS": ErrorCode(
        "the course has as many links as are kept", "use one of them, or wait until old ones go"
    ),
    "QUIZ_NOT_TAKEN": ErrorCode(
        "a lesson with a quiz is completed by a finished live game of it", SHOW
    ),
}
