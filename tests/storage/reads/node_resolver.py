"""`Query.node`, as an obvious resolver: every table with ids is looked through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from tests.storage.reads import attempts_resolvers
from tests.storage.reads.look import Look
from tests.storage.reads.resolvers.assessments import quiz_questions, sees_game, sees_quiz
from tests.storage.reads.resolvers.certificates import enrollment_of
from tests.storage.reads.resolvers.content import sees_resource, sees_video
from tests.storage.reads.resolvers.courses import sees_course
from tests.storage.reads.resolvers.enrollments import sees_enrollment, sees_invitation, sees_link
from tests.storage.reads.rows import Row


def sees_user(look: Look, user: Row) -> bool:
    return look.viewer.user_id is not None and user["deleted_at"] is None


def sees_by_course(course_of: Callable[[Look, Row], Any], look: Look, row: Row) -> bool:
    course = look.school.find("courses", id=course_of(look, row))
    assert course is not None
    return sees_course(look, course)


def sees_progress(look: Look, row: Row) -> bool:
    enrollment = look.school.find("enrollments", id=row["enrollment_id"])
    assert enrollment is not None
    return sees_enrollment(look, enrollment)


def sees_certificate(look: Look, row: Row) -> bool:
    return sees_enrollment(look, enrollment_of(look, row))


def sees_question(look: Look, row: Row) -> bool:
    quiz = look.school.find("quizzes", id=row["quiz_id"])
    assert quiz is not None
    return row in quiz_questions(look, quiz)


SEES: Mapping[str, tuple[str, Callable[[Look, Row], bool]]] = {
    "User": ("users", sees_user),
    "Course": ("courses", sees_course),
    "CourseModule": (
        "course_modules",
        partial(sees_by_course, lambda look, row: row["course_id"]),
    ),
    "Lesson": (
        "lessons",
        partial(sees_by_course, lambda look, row: look.course_of_lesson(row["id"])),
    ),
    "CourseReview": (
        "course_reviews",
        partial(sees_by_course, lambda look, row: row["course_id"]),
    ),
    "Enrollment": ("enrollments", sees_enrollment),
    "LessonProgress": ("lesson_progress", sees_progress),
    "EnrollmentLink": ("enrollment_links", sees_link),
    "StudentInvitation": ("enrollment_invitations", sees_invitation),
    "Certificate": ("certificates", sees_certificate),
    "CourseResource": ("course_resources", sees_resource),
    "Video": ("videos", sees_video),
    "Quiz": ("quizzes", sees_quiz),
    "Question": ("questions", sees_question),
    "LiveQuiz": ("live_quizzes", sees_game),
    "QuizSubmission": ("quiz_submissions", attempts_resolvers.sees),
}
"""By the type: its table, and who sees a row of it without coming from a parent."""


def query_node(look: Look, _: Any, id: str) -> Row | None:
    for type_, (table, sees) in SEES.items():
        row = look.seen(table, id, partial(sees, look))
        if row is not None:
            return {**row, "__typename": type_}
    for number, row in enumerate(look.school.rows("audit_trail"), 1):
        if look.is_admin and id == str(number):
            return {"id": str(number), **row, "__typename": "AuditRecord"}
    return None


RESOLVERS = {"Query.node": query_node}
