"""Codes of the courses domain."""

from __future__ import annotations

from collections.abc import Mapping

from protocol.error_codes.vocabulary import NOTHING, SHOW, ErrorCode

CODES: Mapping[str, ErrorCode] = {
    "COURSE_INCOMPLETE": ErrorCode(
        "too little to be published; `details.missing` says what, each with a code as"
        " [fields](#codes-of-fields) have, and `lesson_id` or `ids` where it is about some",
        "lead the author to what is missing",
    ),
    "COURSE_ARCHIVED": ErrorCode("an archived course does not change", SHOW),
    "COURSE_NOT_ARCHIVED": ErrorCode("only an archived course is restored", NOTHING),
    "COURSE_HAS_STUDENTS": ErrorCode(
        "`details.enrolled` students are in the course", "offer to archive it instead"
    ),
    "LIMIT_BELOW_ENROLLED": ErrorCode(
        "`details.enrolled` students are in the course already", "offer that number"
    ),
    **{
        f"{resource.upper()}_CHANGED": ErrorCode(
            f"somebody has changed the {resource} since the expected revision; `details.revision`",
            "read it again, and send the change once more or show both",
        )
        for resource in ("course", "module", "lesson")
    },
    "COURSE_TOO_LARGE": ErrorCode(
        "the quizzes of the course have `details.questions` questions; `details.max` are copied",
        SHOW,
    ),
    "LAST_LESSON": ErrorCode(
        "a published course keeps a lesson", "offer to archive the course instead"
    ),
}
