"""The enrollments domain: who is enrolled where, and their progress.

`invitations` has how students are brought into a course, `emails` the contents of its e-mails.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from protocol.envelope import Message
from protocol.idempotency import Repeatable


class ProgressStatus(StrEnum):
    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"


MAX_REASON = 500
MAX_SECONDS = 12 * 3600
"""Seconds that one report may add: clients report every few minutes, or after being offline."""


# Handler: `Address("enrollments", "")`. `protocol.permissions` says who may send which.


class EnrollmentCommand(Message, frozen=True, kw_only=True):
    """`by` is the acting user, `by_role` the user's role."""

    by: str
    by_role: str


class EnrollInCourse(Repeatable, frozen=True, kw_only=True, tag="enrollments.enroll_in_course"):
    """The acting user enrols. Replies `Enrolled`.

    ConflictError when enrolled already or the limit is reached; RefusedError REMOVED_FROM_COURSE
    until a teacher readmits the student, COURSE_NOT_PUBLISHED, PAYMENT_REQUIRED. A student who had
    withdrawn keeps the earlier progress.
    """

    course_id: str


class GrantEnrollment(Message, frozen=True, kw_only=True, tag="enrollments.grant_enrollment"):
    """Enrol a student who has paid, sent by the server itself. Otherwise like `EnrollInCourse`."""

    student_id: str
    course_id: str
    payment_id: str


class Enrolled(Message, frozen=True, kw_only=True, tag="enrollments.enrolled"):
    """Reply, and domain event."""

    actor: ClassVar[str | None] = "student_id"
    analytics: ClassVar[frozenset[str]] = frozenset({"enrollment_id", "course_id", "student_id"})

    enrollment_id: str
    course_id: str
    student_id: str


class WithdrawEnrollment(EnrollmentCommand, frozen=True, kw_only=True, tag="enrollments.withdraw"):
    """Leave a course, or remove a student from one. Replies `StudentUnenrolled`.

    RefusedError NOT_ENROLLED if the student has left already, COURSE_COMPLETED if the course is
    completed.
    """

    enrollment_id: str
    reason: str | None = None


class StudentUnenrolled(Message, frozen=True, kw_only=True, tag="enrollments.student_unenrolled"):
    """Reply, and domain event: the student withdrew or was removed.

    Access to what only members may see ends.
    """

    actor: ClassVar[str | None] = "student_id"
    analytics: ClassVar[frozenset[str]] = frozenset({"enrollment_id", "course_id", "student_id"})

    enrollment_id: str
    course_id: str
    student_id: str


class RemoveStudent(EnrollmentCommand, frozen=True, kw_only=True, tag="enrollments.remove_student"):
    """Remove a student, who cannot enrol again until readmitted. Replies `StudentRemoved`.

    Also one who has completed the course, whose certificate stays, and one who has left it. The
    reason is for teachers, and audited. ValidationError; RefusedError ALREADY_REMOVED.
    """

    enrollment_id: str
    reason: str


class StudentRemoved(Message, frozen=True, kw_only=True, tag="enrollments.student_removed"):
    """Reply, and domain event: the student may not enrol again.

    `StudentUnenrolled` is announced as well if the student was in the course.
    """

    actor: ClassVar[str | None] = "by"
    analytics: ClassVar[frozenset[str]] = frozenset(
        {"by", "enrollment_id", "course_id", "student_id"}
    )

    by: str
    enrollment_id: str
    course_id: str
    student_id: str


class ReadmitStudent(
    EnrollmentCommand, frozen=True, kw_only=True, tag="enrollments.readmit_student"
):
    """Let a removed student back. Replies `StudentReadmitted`.

    Who was in the course when removed is so again, with the progress of then; others may enrol as
    everybody. RefusedError NOT_REMOVED; ConflictError if the student needs a place and there is
    none, NOT_FOUND for the student of a deleted account.
    """

    enrollment_id: str


class StudentReadmitted(Message, frozen=True, kw_only=True, tag="enrollments.student_readmitted"):
    """Reply, and domain event. `Enrolled` is announced as well if the student is in again."""

    actor: ClassVar[str | None] = "by"
    analytics: ClassVar[frozenset[str]] = frozenset(
        {"by", "enrollment_id", "course_id", "student_id"}
    )

    by: str
    enrollment_id: str
    course_id: str
    student_id: str


class SetAccommodation(
    EnrollmentCommand, frozen=True, kw_only=True, tag="enrollments.set_accommodation"
):
    """How much longer a student has in games and quizzes of the course. Replies `AccommodationSet`.

    It counts in every game that the student joins signed in from now on, in every attempt at a
    quiz that begins from now on, and at once in those that run. `unlimited`: no time limit counts
    for the student's attempts, while games go on as they do; None leaves it as it was.
    ValidationError on `extraTime`; NotFoundError for whoever has never been a student of the
    course.
    """

    course_id: str
    user_id: str
    extra_time: float
    unlimited: bool | None = None


class AccommodationSet(Message, frozen=True, kw_only=True, tag="enrollments.accommodation_set"):
    """Reply, and domain event, for attempts that run. Analytics keep nothing of it: it may say
    something about the student's health."""

    actor: ClassVar[str | None] = None
    analytics: ClassVar[frozenset[str]] = frozenset()

    enrollment_id: str
    course_id: str
    student_id: str
    extra_time: float


class UpdateLessonProgress(
    Repeatable, frozen=True, kw_only=True, tag="enrollments.update_lesson_progress"
):
    """The student opened, worked on or completed a lesson. Replies `LessonMoved`.

    `add_seconds` are those since the last report. A status never goes back: an earlier one leaves
    the present one as it is. RefusedError NOT_ENROLLED, PREREQUISITES_MISSING with the titles and
    ids in the details, QUIZ_NOT_TAKEN if a quiz lesson would become completed and the student has
    no result in a finished live game of its quiz; NOT_FOUND for a lesson of another course.
    """

    enrollment_id: str
    lesson_id: str
    status: ProgressStatus = ProgressStatus.IN_PROGRESS
    add_seconds: int = 0


class RecordQuizResult(Message, frozen=True, kw_only=True, tag="enrollments.record_quiz_result"):
    """From inside the house: a student's result in the quiz of a lesson. Replies
    `QuizResultRecorded`; twice is once.

    `percentage` is the one that counts, None as long as nothing is graded; `attempts` have ended.
    `held`: the student must not know the result yet, so progress does not tell it, either.
    """

    course_id: str
    lesson_id: str
    student_id: str
    attempts: int
    percentage: float | None
    passed: bool
    held: bool = False


class QuizResultRecorded(
    Message, frozen=True, kw_only=True, tag="enrollments.quiz_result_recorded"
):
    """The reply: the row of the student's progress in the lesson, and its status now."""

    progress_id: str
    enrollment_id: str
    status: str


class LessonMoved(Message, frozen=True, kw_only=True, tag="enrollments.lesson_moved"):
    """The reply: the row of the student's progress in that lesson."""

    progress_id: str
    enrollment_id: str


class ProgressChanged(Message, frozen=True, kw_only=True, tag="enrollments.progress_changed"):
    """Domain event: a student made progress in a course.

    Published as `progress.changed` to the student.

    `lesson_id` is the lesson that caused it, None if it was something else, such as a new lesson.
    `completed_at` is when the course was completed, None while it is not.
    """

    actor: ClassVar[str | None] = "student_id"
    analytics: ClassVar[frozenset[str]] = frozenset(
        {
            "enrollment_id",
            "course_id",
            "student_id",
            "lesson_id",
            "progress_percentage",
            "completed_lessons",
            "total_lessons",
            "completed_at",
            "at",
        }
    )

    enrollment_id: str
    course_id: str
    student_id: str
    lesson_id: str | None = None
    progress_percentage: float
    completed_lessons: int
    total_lessons: int
    completed_at: int | None = None
    at: int


class ModuleCompleted(Message, frozen=True, kw_only=True, tag="enrollments.module_completed"):
    """Domain event: a student has completed the last lesson of a module."""

    actor: ClassVar[str | None] = "student_id"
    analytics: ClassVar[frozenset[str]] = frozenset(
        {"enrollment_id", "course_id", "student_id", "module_id"}
    )

    enrollment_id: str
    course_id: str
    student_id: str
    module_id: str


class CourseCompleted(Message, frozen=True, kw_only=True, tag="enrollments.course_completed"):
    """Domain event: a student has completed every lesson of a course, for the first time."""

    actor: ClassVar[str | None] = "student_id"
    analytics: ClassVar[frozenset[str]] = frozenset(
        {"enrollment_id", "course_id", "student_id", "at"}
    )

    enrollment_id: str
    course_id: str
    student_id: str
    at: int


DOMAIN_EVENTS: tuple[type[Message], ...] = (
    Enrolled,
    StudentUnenrolled,
    StudentRemoved,
    StudentReadmitted,
    ProgressChanged,
    ModuleCompleted,
    CourseCompleted,
    AccommodationSet,
)
"""The events announced to other domains."""
