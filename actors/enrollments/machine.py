"""The rules of enrolling and of progress. Duplicates and the limit are the database's to decide."""

from __future__ import annotations

from actors.fields import Fields
from protocol.courses.values import CourseStatus
from protocol.enrollments import (
    MAX_REASON,
    MAX_SECONDS,
    EnrollInCourse,
    ProgressStatus,
    UpdateLessonProgress,
    WithdrawEnrollment,
)
from protocol.errors import RefusedError
from protocol.permissions import Relation, require
from protocol.records.common import CourseFacts, CourseRule
from protocol.records.enrollments import (
    EnrollmentFacts,
    LessonProgressFacts,
    ProgressRule,
    WithdrawRule,
)

ORDER = (ProgressStatus.NOT_STARTED, ProgressStatus.IN_PROGRESS, ProgressStatus.COMPLETED)


def enrollable(student_id: str, *, paid: bool = False) -> CourseRule:
    """Published, free of charge or `paid`, and not one's own. Runs inside the transaction."""

    def rule(course: CourseFacts) -> None:
        if course.staffed_by(student_id):
            raise RefusedError("TEACHES_COURSE", "You teach this course")
        if course.status != CourseStatus.PUBLISHED:
            raise RefusedError("COURSE_NOT_PUBLISHED", "This course is not open for enrolment")
        if course.price > 0 and not paid:
            raise RefusedError("PAYMENT_REQUIRED", "This course must be paid for first")

    return rule


def enrolling(command: EnrollInCourse) -> CourseRule:
    """Whoever the table of permissions names, in a course that is `enrollable`."""
    entry = enrollable(command.by)

    def rule(course: CourseFacts) -> None:
        require("enrollInCourse", course.relations(command.by, command.by_role), command.by_role)
        entry(course)

    return rule


def withdrawal_reason(command: WithdrawEnrollment) -> str | None:
    """Clean. Raises `ValidationError`."""
    fields = Fields()
    reason = fields.optional("reason", command.reason, most=MAX_REASON)
    fields.check()
    return reason


def withdrawable(by: str, role: str) -> WithdrawRule:
    """The student, the instructor and admins, while the course is neither left nor completed."""

    def rule(enrollment: EnrollmentFacts) -> None:
        relations = enrollment.course.relations(by, role) | _ownership(enrollment, by)
        require("withdrawEnrollment", relations, role)
        _check_enrolled(enrollment)
        if enrollment.status == "completed":
            raise RefusedError("COURSE_COMPLETED", "This course has been completed")

    return rule


def progress_seconds(command: UpdateLessonProgress) -> int:
    """Checked. Raises `ValidationError`."""
    fields = Fields()
    seconds = fields.number("timeSpentSeconds", command.add_seconds, 0, MAX_SECONDS)
    fields.check()
    return seconds


def advancing(command: UpdateLessonProgress) -> ProgressRule:
    """The student's own, in a lesson that is open; says the status from now on."""

    def rule(facts: LessonProgressFacts) -> str:
        relations = facts.enrollment.course.relations(command.by, command.by_role)
        owner = _ownership(facts.enrollment, command.by)
        require("updateLessonProgress", relations | owner, command.by_role)
        _check_enrolled(facts.enrollment)
        if facts.missing and not facts.is_preview:
            raise RefusedError(
                "PREREQUISITES_MISSING",
                "Complete first: " + ", ".join(facts.missing),
                missing=list(facts.missing),
            )
        before = ProgressStatus(facts.status)
        return max(before, command.status, key=ORDER.index).value

    return rule


def _ownership(enrollment: EnrollmentFacts, by: str) -> frozenset[Relation]:
    return frozenset({Relation.OWNER} if by == enrollment.student_id else ())


def _check_enrolled(enrollment: EnrollmentFacts) -> None:
    if enrollment.status == "dropped":
        raise RefusedError("NOT_ENROLLED", "You have left this course")
