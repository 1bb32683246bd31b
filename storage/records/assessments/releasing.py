"""Results of quizzes that are held back from students, and shown, in SQL.

What is not shown does not tell itself by a student's progress, either: an attempt that is marked
meanwhile is `held`, and its progress follows once the results are shown.
"""

from __future__ import annotations

from functools import partial
from typing import Any
from uuid import UUID

from protocol.assessments.attempts.regrading import ResultsSet
from protocol.assessments.attempts.requests import QuizGraded
from protocol.envelope import Address
from protocol.ports import OutboxEvent
from protocol.records.common import CourseRule
from storage.journal.outbox import write_outbox
from storage.postgres import Database
from storage.records.assessments.locked import LockedQuiz, locked_quiz
from storage.records.assessments.standing import FINAL, Standing, standings
from storage.records.audit import note
from storage.records.notifying import about_grade
from storage.records.values import instant
from storage.shown_results import shows

ATTEMPTS_AT_ONCE = 250
QUIZZES_AT_ONCE = 20

# Compared with the database's clock, and so set by it.
SHOW = f"""
update quizzes q set results_shown = 'released', results_released_at = now(), updated_at = $2,
    revision = revision + (results_shown <> 'released')::integer
where id = $1 and not {shows("q")}
"""  # noqa: S608
HOLD = """
update quizzes set results_shown = 'released', results_released_at = null, updated_at = $2,
    revision = revision + (results_shown <> 'released')::integer
where id = $1 and (results_shown <> 'released' or results_released_at is not null)
"""
HELD = f"""
select s.id, s.student_id, s.grading_status, u.erased_at is not null as erased
from quiz_submissions s join users u on u.id = s.student_id
where s.quiz_id = $1 and s.held order by s.id limit {ATTEMPTS_AT_ONCE} for update of s
"""  # noqa: S608
LET_GO = "update quiz_submissions set held = false where id = any($1::uuid[])"
DUE = f"""
select q.id from quizzes q
where {shows("q")} and exists (select from quiz_submissions s where s.quiz_id = q.id and s.held)
order by q.id limit {QUIZZES_AT_ONCE}
"""  # noqa: S608
SHOWN_NOW = f"select {shows('q')} from quizzes q where q.id = $1"  # noqa: S608


async def release(quiz_id: str, by: str, at: int, rule: CourseRule, connection: Any) -> ResultsSet:
    """Show results from now on, and let follow what was held back."""
    quiz = await locked_quiz(connection, quiz_id)
    rule(quiz.course)
    if await connection.execute(SHOW, quiz.key, instant(at)) != "UPDATE 0":
        await _noted(connection, quiz, by, "release_results", at)
    await _follow(connection, quiz, at)
    return ResultsSet(quiz_id=str(quiz.key))


async def hold(quiz_id: str, by: str, at: int, rule: CourseRule, connection: Any) -> ResultsSet:
    """Show no results until they are released."""
    quiz = await locked_quiz(connection, quiz_id)
    rule(quiz.course)
    if await connection.execute(HOLD, quiz.key, instant(at)) != "UPDATE 0":
        await _noted(connection, quiz, by, "hold_results", at)
    return ResultsSet(quiz_id=str(quiz.key))


async def _noted(connection: Any, quiz: LockedQuiz, by: str, action: str, at: int) -> None:
    await note(connection, by, action, "quiz", str(quiz.key), at, course=quiz.course.id)


async def show_due(database: Database, at: int) -> int:
    """Let follow what is shown by now; how many attempts that were."""
    due = await database.run(lambda c: c.fetch(DUE), transaction=False)

    async def unit(quiz_id: UUID, connection: Any) -> int:
        quiz = await locked_quiz(connection, quiz_id)
        if not await connection.fetchval(SHOWN_NOW, quiz.key):
            return 0  # held back meanwhile
        return await _follow(connection, quiz, at)

    count = 0
    for row in due:
        count += await database.run(partial(unit, row["id"]))
    return count


async def _follow(connection: Any, quiz: LockedQuiz, at: int) -> int:
    """Announce the results that were held back, and tell their students."""
    events, count = list[tuple[OutboxEvent, int]](), 0
    while held := await connection.fetch(HELD, quiz.key):
        found = await standings(connection, quiz.key, [row["student_id"] for row in held])
        for row in held:
            told = _told(quiz, row, found.get(str(row["student_id"]), Standing()), at)
            events += [(event, at) for event in told]
        await connection.execute(LET_GO, [row["id"] for row in held])
        count += len(held)
    await write_outbox(connection, events)
    return count


def _told(quiz: LockedQuiz, row: Any, standing: Standing, at: int) -> list[OutboxEvent]:
    submission, student = str(row["id"]), str(row["student_id"])
    final = row["grading_status"] in FINAL
    event = graded(quiz, submission, student, standing, final=final)
    events = [OutboxEvent(Address("quiz_submission", submission), event)]
    if final and not row["erased"]:
        events.append(about_grade(student, submission, quiz.row["title"], at))
    return events


def graded(
    quiz: LockedQuiz,
    submission: str,
    student: str,
    standing: Standing,
    *,
    final: bool,
    by: str = "",
) -> QuizGraded:
    """What a student has reached, as an event of that submission."""
    return QuizGraded(
        by=by,
        submission_id=submission,
        quiz_id=str(quiz.key),
        course_id=quiz.course.id,
        lesson_id=str(quiz.row["lesson_id"]),
        student_id=student,
        final=final,
        attempts=standing.attempts,
        percentage=standing.percentage,
        passed=standing.passed,
        shown=standing.shown,
    )
