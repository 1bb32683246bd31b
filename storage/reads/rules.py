"""Who may see what, as SQL predicates over a course's id: written once, used by every domain."""

from __future__ import annotations

ADMIN = "{role} = 'admin'"


def teaches(course_id: str) -> str:
    """The viewer is the instructor or a co-teacher of the course, or an admin."""
    return (
        f"({ADMIN} or exists (select 1 from courses c where c.id = {course_id} and"
        " c.instructor_id = {viewer}) or exists (select 1 from course_teachers ct"
        f" where ct.course_id = {course_id} and ct.user_id = {{viewer}}))"
    )


def completed(lesson_id: str) -> str:
    """The viewer has completed the lesson."""
    return (
        "exists (select 1 from lesson_progress lp join enrollments le on le.id = lp.enrollment_id"
        f" where lp.lesson_id = {lesson_id} and lp.status = 'completed'"
        " and le.student_id = {viewer})"
    )


def unlocked(lesson: str) -> str:
    """The viewer has completed what the lesson of that alias builds on: lessons, and modules."""
    return (
        "(not exists (select 1 from lesson_prerequisites need"
        f" where need.lesson_id = {lesson}.id and not {completed('need.prerequisite_id')})"
        " and not exists (select 1 from course_modules own"
        " join lessons before on before.module_id = own.prerequisite_module_id"
        f" where own.id = {lesson}.module_id and not {completed('before.id')}))"
    )


def ever_enrolled(course_id: str) -> str:
    """The viewer is or was enrolled; one who dropped out still sees that the course exists."""
    return (
        f"exists (select 1 from enrollments e where e.course_id = {course_id}"
        " and e.student_id = {viewer})"
    )


def enrolled(course_id: str) -> str:
    """The viewer is enrolled and has not dropped out."""
    return (
        f"exists (select 1 from enrollments e where e.course_id = {course_id}"
        " and e.student_id = {viewer} and e.status <> 'dropped')"
    )


def course_of_module(module_id: str) -> str:
    """The id of the course a module belongs to."""
    return f"(select cm.course_id from course_modules cm where cm.id = {module_id})"


def course_of_lesson(lesson_id: str) -> str:
    """The id of the course a lesson belongs to."""
    return (
        "(select cm.course_id from lessons cl join course_modules cm on cm.id = cl.module_id"
        f" where cl.id = {lesson_id})"
    )


def course_of_quiz(quiz_id: str) -> str:
    """The id of the course a quiz belongs to."""
    return (
        "(select cm.course_id from quizzes cq join lessons cl on cl.id = cq.lesson_id"
        f" join course_modules cm on cm.id = cl.module_id where cq.id = {quiz_id})"
    )
