"""SQL expressions for the course of a module, lesson or quiz, shared by reads and records."""

from __future__ import annotations


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


def course_of_question(question_id: str) -> str:
    """The id of the course a question belongs to."""
    return (
        "(select cm.course_id from questions cs join quizzes cq on cq.id = cs.quiz_id"
        " join lessons cl on cl.id = cq.lesson_id"
        f" join course_modules cm on cm.id = cl.module_id where cs.id = {question_id})"
    )
