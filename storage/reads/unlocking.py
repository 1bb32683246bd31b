"""Which lessons a student has unlocked, as SQL predicates for every domain that shows them."""

from __future__ import annotations


def completed(lesson_id: str) -> str:
    """The viewer has completed the lesson."""
    return (
        "exists (select 1 from lesson_progress lp join enrollments le on le.id = lp.enrollment_id"
        f" where lp.lesson_id = {lesson_id} and lp.status = 'completed'"
        " and le.student_id = {viewer})"
    )


def unlocked(lesson: str) -> str:
    """The viewer has completed the prerequisites of the lesson with that alias: lessons and
    modules."""
    return (
        "(not exists (select 1 from lesson_prerequisites need"
        f" where need.lesson_id = {lesson}.id and not {completed('need.prerequisite_id')})"
        " and not exists (select 1 from course_modules own"
        " join lessons before on before.module_id = own.prerequisite_module_id"
        f" where own.id = {lesson}.module_id and not {completed('before.id')}))"
    )
