"""The rules of enrolling and of progress. The database checks duplicates and the limit."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from actors.fields import Fields
from protocol.assessments.bounds import MAX_EXTRA_TIME
from protocol.courses.values import CourseStatus
from protocol.enrollments import (
    MAX_REASON,
    MAX_SECONDS,
    EnrollInCourse,
    ProgressStatus,
    RemoveStudent,
    SetAccommodation,
    UpdateLessonProgress,
    WithdrawEnrollment,
)
from protocol.errors import RefusedError, ValidationError
from protocol.permissions import Relation, require
from protocol.records.common import CourseFacts, CourseRule
from protocol.records.enrollments import (
    EnrollmentFacts,
    EntryRule,
    LessonProgressFacts,
    MissingLesson,
    ProgressRule,
    WithdrawRule,
)
from protocol.validation import Rule

ORDER = (ProgressStatus.NOT_STARTED, ProgressStatus.IN_PROGRESS, ProgressStatus.COMPLETED)


def enrollable(student_id: str, *, paid: bool = False) -> EntryRule:
    """Check that the course is published, free or `paid`, and not taught by the user, and that no
    teacher has removed the user from it.

    Runs inside the transaction.
    """

    def rule(course: CourseFacts, removed: bool) -> None:
        if removed:
            raise _removed()
        if course.staffed_by(student_id):
            raise RefusedError("TEACHES_COURSE", "You teach this course")
        if course.status != CourseStatus.PUBLISHED:
            raise RefusedError("COURSE_NOT_PUBLISHED", "This course is not open for enrolment")
        if course.price > 0 and not paid:
            raise RefusedError("PAYMENT_REQUIRED", "This course must be paid for first")

    return rule


def enrolling(command: EnrollInCourse) -> EntryRule:
    """The rule from the table of permissions, for a course that is `enrollable`."""
    entry = enrollable(command.by)

    def rule(course: CourseFacts, removed: bool) -> None:
        require("enrollInCourse", course.relations(command.by, command.by_role), command.by_role)
        entry(course, removed)

    return rule


def withdrawal_reason(command: WithdrawEnrollment) -> str | None:
    """Clean and check the reason. Raises `ValidationError`."""
    fields = Fields()
    reason = fields.optional_words("reason", command.reason, most=MAX_REASON)
    fields.check()
    return reason


def withdrawable(by: str, role: str) -> WithdrawRule:
    """The rule for withdrawing: the student, the instructor and admins may do it.

    Not after the student has left or completed the course.
    """

    def rule(enrollment: EnrollmentFacts) -> None:
        relations = enrollment.course.relations(by, role) | _ownership(enrollment, by)
        require("withdrawEnrollment", relations, role)
        _check_enrolled(enrollment)
        if enrollment.status == "completed":
            raise RefusedError("COURSE_COMPLETED", "This course is already completed")

    return rule


def removal(command: RemoveStudent) -> RemoveStudent:
    """The command with a clean reason. Raises `ValidationError`."""
    fields = Fields()
    reason = fields.words("reason", command.reason, most=MAX_REASON)
    fields.check()
    return msgspec.structs.replace(command, reason=reason)


def removable(by: str, role: str) -> WithdrawRule:
    """The rule for removing a student, once: also one who has completed or left the course."""

    def rule(enrollment: EnrollmentFacts) -> None:
        require("removeStudent", enrollment.course.relations(by, role), role)
        if enrollment.removed:
            raise RefusedError("ALREADY_REMOVED", "This student has been removed already")

    return rule


def readmissible(by: str, role: str) -> WithdrawRule:
    """The rule for letting a removed student back."""

    def rule(enrollment: EnrollmentFacts) -> None:
        require("readmitStudent", enrollment.course.relations(by, role), role)
        if not enrollment.removed:
            raise RefusedError("NOT_REMOVED", "This student has not been removed")

    return rule


def extra_time(command: SetAccommodation) -> SetAccommodation:
    """The command if its factor is one. Raises `ValidationError`."""
    if not 1.0 <= command.extra_time <= MAX_EXTRA_TIME:
        said = f"must be from 1 to {MAX_EXTRA_TIME:g}"
        raise ValidationError.of("extraTime", Rule.OUT_OF_RANGE, said, min=1, max=MAX_EXTRA_TIME)
    return command


def accommodating(by: str, role: str) -> CourseRule:
    """The rule for a student's extra time."""

    def rule(course: CourseFacts) -> None:
        require("setAccommodation", course.relations(by, role), role)

    return rule


def progress_seconds(command: UpdateLessonProgress) -> int:
    """Check the seconds of a report. Raises `ValidationError`."""
    fields = Fields()
    seconds = fields.number("timeSpentSeconds", command.add_seconds, 0, MAX_SECONDS)
    fields.check()
    return seconds


def advancing(command: UpdateLessonProgress) -> ProgressRule:
    """The rule for progress: the student's own, in an unlocked lesson. Returns the new status.

    A quiz lesson becomes completed only with a result of its quiz.
    """

    def rule(facts: LessonProgressFacts) -> str:
        relations = facts.enrollment.course.relations(command.by, command.by_role)
        owner = _ownership(facts.enrollment, command.by)
        require("updateLessonProgress", relations | owner, command.by_role)
        _check_enrolled(facts.enrollment)
        if facts.missing and not facts.is_preview:
            raise _locked(facts.missing)
        before = ProgressStatus(facts.status)
        after = max(before, command.status, key=ORDER.index)
        if after is ProgressStatus.COMPLETED and after is not before:
            _check_quiz_taken(facts)
        return after.value

    return rule


def _locked(missing: Sequence[MissingLesson]) -> RefusedError:
    """What must be completed first, in words and by id; a student sees all of it in the course."""
    titles = [lesson.title for lesson in missing]
    modules = {each.module_id: each.module_title for each in missing if each.by_module}
    return RefusedError(
        "PREREQUISITES_MISSING",
        "Complete first: " + ", ".join(titles),
        missing=titles,
        missing_lessons=[
            {"id": each.id, "title": each.title, "module_id": each.module_id} for each in missing
        ],
        missing_modules=[{"id": key, "title": title} for key, title in modules.items()],
    )


def _ownership(enrollment: EnrollmentFacts, by: str) -> frozenset[Relation]:
    return frozenset({Relation.OWNER} if by == enrollment.student_id else ())


def _check_quiz_taken(facts: LessonProgressFacts) -> None:
    if facts.is_quiz and not facts.quiz_taken:
        raise RefusedError("QUIZ_NOT_TAKEN", "Play this lesson's quiz to the end first")


def _check_enrolled(enrollment: EnrollmentFacts) -> None:
    if enrollment.removed:
        raise _removed()
    if enrollment.status == "dropped":
        raise RefusedError("NOT_ENROLLED", "You have left this course")


def _removed() -> RefusedError:
    """What the student is told: neither who did it nor why."""
    return RefusedError(
        "REMOVED_FROM_COURSE",
        "You were removed from this course; ask its teacher to let you back in",
    )
