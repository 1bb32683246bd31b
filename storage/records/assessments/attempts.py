"""Attempts at quizzes in SQL, and the rows that their journals write."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, cast
from uuid import UUID

import msgspec

from protocol.assessments.attempts.requests import QuizGraded
from protocol.assessments.attempts.rows import AttemptRow, GivenAnswer
from protocol.envelope import Address, Message
from protocol.errors import NotFoundError
from protocol.ports import OutboxEvent
from protocol.records.assessments import (
    AttemptAllotted,
    AttemptFacts,
    AttemptPractice,
    Compared,
    EntryFacts,
    EntryRule,
    Marked,
    Marking,
    MarkingRule,
    NewAttempt,
    QuizVersion,
    RunningAttempt,
)
from storage.postgres import Database
from storage.records.announcing import announce
from storage.records.assessments import marks, regrades, versions
from storage.records.assessments.access import access_of, is_invited
from storage.records.assessments.compared import compared
from storage.records.assessments.playable import drawable, hold
from storage.records.assessments.practised import practised
from storage.records.assessments.quizzes import select_settings
from storage.records.assessments.standing import FINAL, Standing, standings
from storage.records.assessments.versions import Versions
from storage.records.course_facts import OF_QUIZ, course_facts, locked_course_of
from storage.records.living import living
from storage.records.notifying import about_grade
from storage.records.values import as_uuid, instant, instant_sql, json_text, maybe_uuid

OF_SUBMISSION = """
select l.id as lesson_id, m.course_id, u.erased_at, s.* from quiz_submissions s
join users u on u.id = s.student_id
join quizzes q on q.id = s.quiz_id
join lessons l on l.id = q.lesson_id
join course_modules m on m.id = l.module_id
where s.id = $1
"""
ENROLLMENT = """
select e.id, e.status, coalesce(a.extra_time, e.extra_time) as extra_time,
       coalesce(a.unlimited, e.unlimited_time) as unlimited
from enrollments e
    left join quiz_accommodations a on a.quiz_id = $3 and a.enrollment_id = e.id
where e.course_id = $1 and e.student_id = $2 for no key update of e
"""
RUNNING = """
select id::text, version_id, attempt_number from quiz_submissions
where quiz_id = $1 and student_id = $2 and status = 'started'
"""
RUNNING_IN = """
select s.id::text as submission_id, coalesce(a.extra_time, e.extra_time) as extra_time,
       coalesce(a.unlimited, e.unlimited_time) as unlimited
from quiz_submissions s
    join enrollments e on e.id = s.enrollment_id
    left join quiz_accommodations a on a.quiz_id = s.quiz_id and a.enrollment_id = e.id
where e.course_id = $1 and e.student_id = $2 and s.status = 'started'
"""
USED = """
select coalesce(max(attempt_number), 0) from quiz_submissions
where quiz_id = $1 and student_id = $2
"""
INSERT = """
insert into quiz_submissions (id, quiz_id, version_id, student_id, enrollment_id, attempt_number,
                              started_at, created_at, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $7, $7)
"""
# A submission whose quiz, course or student has gone has no row: the attempt goes on without.
UPDATE_ROWS = f"""
update quiz_submissions s set
    status = case when r.ended_at is null then 'started' else 'submitted' end,
    started_at = {instant_sql("r.started_at")}, deadline_at = {instant_sql("r.deadline_at")},
    submitted_at = {instant_sql("r.ended_at")}, ending = r.ending,
    time_taken_seconds = r.time_taken_ms / 1000,
    answers = case when u.erased_at is null then coalesce(r.answers, '{{}}') else '{{}}' end,
    outages = coalesce(r.outages, '[]'), sealed = r.sealed, drawn = r.drawn,
    grading_status = case when r.ended_at is not null then s.grading_status end,
    updated_at = now()
from jsonb_to_recordset($1::text::jsonb) as r (
    submission_id uuid, started_at bigint, deadline_at bigint, ended_at bigint, ending text,
    time_taken_ms bigint, answers jsonb, outages jsonb, sealed text, drawn jsonb), users u
where s.id = r.submission_id and u.id = s.student_id
"""  # noqa: S608
NAME = "select full_name from user_profiles where user_id = $1"
DISCARD = """
update quiz_submissions set
    status = 'submitted', submitted_at = $2, ending = 'discarded', updated_at = $2
where id = $1 and status = 'started'
"""
# Nobody decides about its questions meanwhile: what is decided then finds these marks.
KEEP = """
select from quizzes where id = (select quiz_id from quiz_submissions where id = $1) for share
"""
_DRAWN = msgspec.json.Decoder(frozenset[str])
_ANSWERS = msgspec.json.Decoder(dict[str, GivenAnswer])


class PostgresAttemptRecords:
    """Implements `protocol.records.assessments.AttemptRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._versions = Versions()

    async def allot(self, attempt: NewAttempt, rule: EntryRule) -> AttemptAllotted:
        """The running attempt of that student, or a new row with the quiz as it is now."""

        async def unit(connection: Any) -> AttemptAllotted:
            key, student = as_uuid(attempt.quiz_id, "quiz"), UUID(attempt.student_id)
            course = await locked_course_of(connection, OF_QUIZ, key, "quiz", lock="for share")
            enrollment = await connection.fetchrow(ENROLLMENT, UUID(course.id), student, key)
            row = await connection.fetchrow(RUNNING, key, student)
            used = await connection.fetchval(USED, key, student)
            settings = await select_settings(connection, key)
            if settings is None:
                raise NotFoundError("quiz", attempt.quiz_id)
            rule(
                EntryFacts(
                    course=course,
                    enrolled=enrollment is not None and enrollment["status"] != "dropped",
                    settings=settings,
                    used=used,
                    running=row is not None,
                    access=await access_of(connection, key),
                    invited=enrollment is not None
                    and await is_invited(connection, key, enrollment["id"]),
                )
            )
            if row is None:
                row = await _new(connection, attempt, enrollment["id"], used + 1)
            return AttemptAllotted(
                submission_id=row["id"],
                number=row["attempt_number"],
                course_id=course.id,
                version=await self._versions.read(
                    connection, row["version_id"], new=str(row["version_id"]) == attempt.version_id
                ),
                extra_time=1.0 if enrollment is None else enrollment["extra_time"],
                unlimited=enrollment is not None and enrollment["unlimited"],
                student_name=await connection.fetchval(NAME, student) or "",
            )

        return await self._database.run(unit)

    async def facts(self, submission_id: str) -> AttemptFacts:
        """Raises `NotFoundError`."""

        async def unit(connection: Any) -> AttemptFacts:
            return (await _submission(connection, submission_id))[0]

        return await self._database.run(unit, transaction=False)

    async def practised(self, submission_id: str, question_id: str) -> AttemptPractice:
        """Raises `NotFoundError` for the attempt."""

        async def unit(connection: Any) -> AttemptPractice:
            return await practised(connection, submission_id, question_id)

        return await self._database.run(unit, transaction=False)

    async def version(self, version_id: str) -> QuizVersion:
        """Raises `NotFoundError`."""
        key = as_uuid(version_id, "quiz version")
        return await self._database.run(lambda c: self._versions.read(c, key), transaction=False)

    async def running(self, course_id: str, student_id: str) -> Sequence[RunningAttempt]:
        """That student's attempts in the course that have not ended."""

        async def unit(connection: Any) -> Sequence[RunningAttempt]:
            keys = maybe_uuid(course_id), maybe_uuid(student_id)
            return [RunningAttempt(**row) for row in await connection.fetch(RUNNING_IN, *keys)]

        return await self._database.run(unit, transaction=False)

    async def discard(self, submission_id: str, at: int) -> None:
        """End a running attempt of which only the row is left. Twice is once."""
        key = maybe_uuid(submission_id)
        await self._database.run(lambda c: c.execute(DISCARD, key, instant(at)))

    async def compared(self, facts: AttemptFacts, question_id: str) -> Compared:
        """Raises `NotFoundError` for a question that the attempt has no mark for."""
        return await self._database.run(
            lambda connection: compared(connection, facts, question_id), transaction=False
        )

    async def mark(self, submission_id: str, at: int, rule: MarkingRule) -> QuizGraded:
        """Write new marks, the score, and what follows for the lesson. Announces the reply."""

        async def unit(connection: Any) -> QuizGraded:
            await connection.execute(KEEP, maybe_uuid(submission_id))
            facts, row = await _submission(connection, submission_id, lock=" for update of s")
            known = await marks.read(connection, row["id"])
            version = await self._versions.read(connection, row["version_id"])
            marking = Marking(
                facts=facts,
                version=version,
                answers=_ANSWERS.decode(row["answers"]),
                marks=known,
                regrades=await regrades.read(connection, row["quiz_id"]),
                drawn=facts.drawn,
            )
            # A hundred questions with long answers take longer than a turn of the loop may.
            marked = await asyncio.to_thread(rule, marking)
            status = row["grading_status"]
            if marked is not None:
                places = {question.id: n for n, question in enumerate(version.questions)}
                written = await marks.write(connection, row["id"], places, known, marked, at)
                status = written.status
            graded = await _graded(connection, facts, row, marked, status)
            if marked is not None:
                also = _notice(facts, version, graded, row, marked, at)
                aggregate = Address("quiz_submission", facts.submission_id)
                await announce(connection, aggregate, graded, at, also)
            return graded

        return await self._database.run(unit)


async def _new(
    connection: Any, attempt: NewAttempt, enrollment_id: UUID, number: int
) -> Mapping[str, Any]:
    """A new row. The student's enrolment is locked, so the number is free."""
    key, student = UUID(attempt.quiz_id), UUID(attempt.student_id)
    await hold(connection, key)
    await living(connection, attempt.student_id)
    version = await versions.of_now(connection, key)
    if version is None:  # whatever was begun once may be begun: only the first reads all of it
        version = await versions.keep(connection, attempt, await drawable(connection, key))
    row = (UUID(attempt.id), key, version, student, enrollment_id, number)
    await connection.execute(INSERT, *row, instant(attempt.at))
    return {"id": attempt.id, "version_id": version, "attempt_number": number}


async def _submission(
    connection: Any, submission_id: str, *, lock: str = ""
) -> tuple[AttemptFacts, Any]:
    key = as_uuid(submission_id, "quiz submission")
    row = await connection.fetchrow(OF_SUBMISSION + lock, key)
    if row is None:
        raise NotFoundError("quiz submission", submission_id)
    facts = AttemptFacts(
        submission_id=str(key),
        quiz_id=str(row["quiz_id"]),
        version_id=str(row["version_id"]),
        student_id=str(row["student_id"]),
        course=await course_facts(connection, row["course_id"]),
        ended=row["status"] == "submitted",
        erased=row["erased_at"] is not None,
        drawn=None if row["drawn"] is None else _DRAWN.decode(row["drawn"]),
    )
    return facts, row


async def _graded(
    connection: Any, facts: AttemptFacts, row: Any, marked: Marked | None, status: str | None
) -> QuizGraded:
    found = await standings(connection, row["quiz_id"], [row["student_id"]])
    standing = found.get(facts.student_id, Standing())
    return QuizGraded(
        by="" if marked is None else marked.by,
        submission_id=facts.submission_id,
        quiz_id=facts.quiz_id,
        course_id=facts.course.id,
        lesson_id=str(row["lesson_id"]),
        student_id=facts.student_id,
        final=status in FINAL,
        attempts=standing.attempts,
        percentage=standing.percentage,
        passed=standing.passed,
        shown=standing.shown,
    )


def _notice(
    facts: AttemptFacts, version: QuizVersion, graded: QuizGraded, row: Any, marked: Marked, at: int
) -> list[OutboxEvent]:
    """A person has graded it: the student is told, once for each time that it becomes final.

    Of results that are held back, when these are shown.
    """
    if not (marked.by and graded.final and graded.shown):
        return []
    return [about_grade(facts.student_id, facts.submission_id, version.settings.title, at)]


async def write_attempt_rows(connection: Any, rows: Sequence[Message]) -> None:
    """Update the rows of attempts; if there are several for one, the last counts."""
    newest = {row.submission_id: row for row in cast("Sequence[AttemptRow]", rows)}
    values = [msgspec.to_builtins(row) for _, row in sorted(newest.items())]
    await connection.execute(UPDATE_ROWS, json_text(values))
