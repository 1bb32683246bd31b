"""Enrolling, leaving and progress, as commands, and the progress that students follow."""

from __future__ import annotations

from gateway.graphql.commands import acting_user
from gateway.graphql.domain import (
    Acting,
    Addressed,
    Arguments,
    ObjectValue,
    Payload,
    PlainValue,
    ReadBack,
)
from protocol.enrollments import (
    EnrollInCourse,
    ProgressChanged,
    ProgressStatus,
    ReadmitStudent,
    RemoveStudent,
    SetAccommodation,
    StudentUnenrolled,
    UpdateLessonProgress,
    WithdrawEnrollment,
)
from protocol.envelope import Address
from protocol.times import iso, maybe_iso

HANDLER = Address("enrollments", "")


def enroll(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, EnrollInCourse(**acting_user(acting), course_id=arguments["courseId"])


def advance(arguments: Arguments, acting: Acting) -> Addressed:
    given = arguments["progress"]
    return HANDLER, UpdateLessonProgress(
        **acting_user(acting),
        enrollment_id=arguments["enrollmentId"],
        lesson_id=arguments["lessonId"],
        status=ProgressStatus((given.get("status") or "IN_PROGRESS").lower()),
        add_seconds=given.get("timeSpentSeconds") or 0,
    )


def withdraw(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, WithdrawEnrollment(
        **acting_user(acting),
        enrollment_id=arguments["enrollmentId"],
        reason=arguments.get("reason"),
    )


def withdrawn(arguments: Arguments, acting: Acting, reply: StudentUnenrolled) -> ObjectValue:
    """What a cache must update."""
    enrollment = ReadBack("enrollment", reply.enrollment_id)
    return ObjectValue("WithdrawEnrollmentPayload", {"enrollment": enrollment})


def remove(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, RemoveStudent(
        **acting_user(acting),
        enrollment_id=arguments["enrollmentId"],
        reason=arguments["reason"],
    )


def readmit(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, ReadmitStudent(**acting_user(acting), enrollment_id=arguments["enrollmentId"])


def accommodate(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, SetAccommodation(
        **acting_user(acting),
        course_id=arguments["courseId"],
        user_id=arguments["userId"],
        extra_time=arguments["extraTime"],
        unlimited=arguments.get("unlimited"),
    )


def progress(changed: ProgressChanged) -> Payload:
    """A `ProgressUpdate`."""
    lesson = changed.lesson_id
    return ObjectValue(
        "ProgressUpdate",
        {
            "enrollment": ReadBack("eventEnrollment", changed.enrollment_id),
            "courseId": PlainValue(changed.course_id),
            "lesson": PlainValue(None) if lesson is None else ReadBack("eventLesson", lesson, True),
            "progressPercentage": PlainValue(changed.progress_percentage),
            "completedLessons": PlainValue(changed.completed_lessons),
            "totalLessons": PlainValue(changed.total_lessons),
            "completedAt": PlainValue(maybe_iso(changed.completed_at)),
            "at": PlainValue(iso(changed.at)),
        },
    )
