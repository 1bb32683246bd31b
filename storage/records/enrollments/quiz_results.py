"""What a student's quizzes say about the progress in their lesson, in SQL."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from protocol.enrollments import QuizResultRecorded, RecordQuizResult
from protocol.errors import NotFoundError
from protocol.records.enrollments import EnrollmentFacts
from storage.journal.outbox import write_outbox
from storage.records.course_facts import course_facts
from storage.records.enrollments.following import follow
from storage.records.values import instant, maybe_uuid

ENROLLMENT = """
select id::text, student_id::text, status, removed_at is not null as removed from enrollments
where course_id = $1 and student_id = $2 for update
"""
LESSON = """
select p.id, p.status, p.quiz_score, l.module_id,
       exists (select from live_quiz_results r join live_quizzes g on g.id = r.live_quiz_id
               where g.lesson_id = l.id and r.user_id = $3 and g.phase = 'finished') as played
from lesson_progress p join lessons l on l.id = p.lesson_id
where p.enrollment_id = $1 and p.lesson_id = $2
"""
RECORD = """
update lesson_progress
set status = $2, quiz_score = $3, attempts_count = $4,
    completed_at = case when $2 = 'completed' then coalesce(completed_at, $5) end,
    last_accessed_at = greatest(last_accessed_at, $5), updated_at = $5
where id = $1
"""


async def record(connection: Any, command: RecordQuizResult, at: int) -> QuizResultRecorded:
    """Raises `NotFoundError` where student or lesson have left the course."""
    course = await course_facts(connection, command.course_id, lock="for share")
    student = maybe_uuid(command.student_id)
    row = await connection.fetchrow(ENROLLMENT, UUID(course.id), student)
    if row is None:
        raise NotFoundError("enrollment", command.student_id)
    facts = EnrollmentFacts(course=course, **row)
    key = UUID(facts.id)
    lesson = await connection.fetchrow(LESSON, key, maybe_uuid(command.lesson_id), student)
    if lesson is None:
        raise NotFoundError("lesson", command.lesson_id)
    status = _status(lesson, command)
    score = _score(lesson, command)
    await connection.execute(RECORD, lesson["id"], status, score, command.attempts, instant(at))
    if status != lesson["status"]:
        events = await follow(connection, facts, command.lesson_id, lesson["module_id"], status, at)
        await write_outbox(connection, [(event, at) for event in events])
    return QuizResultRecorded(progress_id=str(lesson["id"]), enrollment_id=facts.id, status=status)


def _status(lesson: Any, command: RecordQuizResult) -> str:
    """Passing completes the lesson; a result that is not enough any more takes that back, unless
    the student has played the quiz in a game. One that is held back changes nothing of that."""
    if command.held:
        return "completed" if lesson["status"] == "completed" else "in_progress"
    if command.passed or (lesson["played"] and lesson["status"] == "completed"):
        return "completed"
    return "in_progress"


def _score(lesson: Any, command: RecordQuizResult) -> int | None:
    if command.held:
        return lesson["quiz_score"]  # type: ignore[no-any-return]
    return None if command.percentage is None else int(command.percentage + 0.5)
