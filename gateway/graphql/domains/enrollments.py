"""The enrollments domain in the schema."""

from __future__ import annotations

from gateway.graphql.commands import acting_user, done
from gateway.graphql.domain import (
    Acting,
    Addressed,
    Arguments,
    Composed,
    Domain,
    Feed,
    Given,
    Mutation,
    Payload,
    ReadBack,
    reads_back,
)
from gateway.graphql.scalars import iso, maybe_iso
from protocol import topics
from protocol.enrollments import (
    EnrollInCourse,
    ProgressChanged,
    ProgressStatus,
    UpdateLessonProgress,
    WithdrawEnrollment,
)
from protocol.envelope import Address
from protocol.ports import Identity

HANDLER = Address("enrollments", "")


def enroll(arguments: Arguments, acting: Acting) -> Addressed:
    """The acting user enrols."""
    return HANDLER, EnrollInCourse(**acting_user(acting), course_id=arguments["courseId"])


def advance(arguments: Arguments, acting: Acting) -> Addressed:
    """The student gets on."""
    given = arguments["progress"]
    return HANDLER, UpdateLessonProgress(
        **acting_user(acting),
        enrollment_id=arguments["enrollmentId"],
        lesson_id=arguments["lessonId"],
        status=ProgressStatus((given.get("status") or "IN_PROGRESS").lower()),
        add_seconds=given.get("timeSpentSeconds") or 0,
    )


def withdraw(arguments: Arguments, acting: Acting) -> Addressed:
    """A student less."""
    return HANDLER, WithdrawEnrollment(
        **acting_user(acting),
        enrollment_id=arguments["enrollmentId"],
        reason=arguments.get("reason"),
    )


def anybody(arguments: Arguments, user: Identity) -> None:
    """Everybody has progress of their own, or none."""


def progress(changed: ProgressChanged) -> Payload:
    """How far the student is."""
    lesson = changed.lesson_id
    return Composed(
        "ProgressUpdate",
        {
            "enrollment": ReadBack("eventEnrollment", changed.enrollment_id),
            "courseId": Given(changed.course_id),
            "lesson": Given(None) if lesson is None else ReadBack("eventLesson", lesson, True),
            "progressPercentage": Given(changed.progress_percentage),
            "completedLessons": Given(changed.completed_lessons),
            "totalLessons": Given(changed.total_lessons),
            "completedAt": Given(maybe_iso(changed.completed_at)),
            "at": Given(iso(changed.at)),
        },
    )


DOMAIN = Domain(
    "enrollments",
    mutations={
        "enrollInCourse": Mutation(enroll, reads_back("enrollment", "enrollment_id")),
        "updateLessonProgress": Mutation(advance, reads_back("lessonProgress", "progress_id")),
        "withdrawEnrollment": Mutation(withdraw, done),
    },
    signed_in=frozenset({"myEnrollments", "enrollment", "enrollmentProgress", "courseEnrollments"}),
    feeds={
        "progressUpdated": Feed(
            topic=lambda arguments, user: topics.user(user.user_id),
            authorize=anybody,
            payloads={"progress.changed": progress},
            reads={"enrollment": "eventEnrollment", "lesson": "eventLesson"},
        )
    },
)
