"""Copies of quizzes and questions, imports and exports, in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from protocol.assessments.editing import QuestionsAdded
from protocol.assessments.quizzes import Question, QuizCreated
from protocol.envelope import Address
from protocol.errors import NotFoundError
from protocol.records.assessments import Edit, EditFacts, EditRule, Finished, QuizCopy
from storage.course_of import course_of_question
from storage.postgres import Database
from storage.records.announcing import announce
from storage.records.assessments.locked import (
    ALL_BYTES,
    COUNT,
    LockedQuiz,
    check_bytes,
    locked_quiz,
    locked_with_room,
    revised,
)
from storage.records.assessments.quizzes import (
    COLUMNS,
    CONTENT,
    SETTINGS,
    insert_questions,
    question_of,
)
from storage.records.course_facts import (
    OF_LESSON,
    course_facts,
    course_of_quiz_facts,
    locked_course_of,
)
from storage.records.idempotency import at_most_once, earlier_reply
from storage.records.values import as_uuid

FINISHED = f"""
select id::text, {COLUMNS} from questions
where quiz_id = $1 and lacks is null order by order_number
"""  # noqa: S608
COPIED = f"{SETTINGS}, pools, available_from, available_until"
COPY_QUIZ = f"""
insert into quizzes (id, lesson_id, title, {COPIED})
select $2, $3, coalesce($4, title), {COPIED} from quizzes where id = $1
"""  # noqa: S608
COPY_QUESTIONS = f"""
insert into questions (quiz_id, order_number, {CONTENT}, pool, lacks)
select $2, order_number, {CONTENT}, pool, lacks from questions where quiz_id = $1
"""  # noqa: S608
COPY = f"""
insert into questions (quiz_id, order_number, {CONTENT}, lacks)
select $1, $2 + wanted.place, {CONTENT}, lacks
from unnest($3::uuid[]) with ordinality as wanted (question_id, place)
join questions q on q.id = wanted.question_id
"""  # noqa: S608
KEEP = "select id from questions where id = any($1::uuid[]) order by id for share"
COURSES = f"""
select distinct {course_of_question("wanted.id")} as course_id
from unnest($1::uuid[]) as wanted (id)
"""  # noqa: S608


class PostgresQuizReuse:
    """The part of `protocol.records.assessments.QuizEditing` that takes whole questions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def duplicate_quiz(
        self, copy: QuizCopy, edit: Edit, source: EditRule, rule: EditRule
    ) -> QuizCreated:
        """`source` is asked about the course of the original, `rule` about that of the copy."""

        async def unit(connection: Any) -> QuizCreated:
            quiz = await locked_quiz(connection, copy.quiz_id, lock="for share")
            source(EditFacts(course=quiz.course))
            lesson = as_uuid(copy.lesson_id, "lesson")
            course = await locked_course_of(
                connection, OF_LESSON, lesson, "lesson", lock="for share"
            )
            size = int(await connection.fetchval(ALL_BYTES, quiz.key))
            rule(EditFacts(course=course, bytes=size))
            key = UUID(copy.id)
            await connection.execute(COPY_QUIZ, quiz.key, key, lesson, copy.title)
            await connection.execute(COPY_QUESTIONS, quiz.key, key)
            created = QuizCreated(
                by=edit.by,
                quiz_id=copy.id,
                lesson_id=str(lesson),
                question_count=await connection.fetchval(COUNT, key),
            )
            await announce(connection, Address("quiz", copy.id), created, edit.at)
            return created

        return await self._database.run(at_most_once(edit.once, QuizCreated, unit, edit.at))

    async def copy_questions(
        self,
        quiz_id: str,
        question_ids: Sequence[str],
        edit: Edit,
        source: EditRule,
        rule: EditRule,
    ) -> QuestionsAdded:
        """`source` is asked about each course of the originals, `rule` about that of the quiz."""

        async def unit(connection: Any) -> QuestionsAdded:
            quiz, count = await locked_with_room(connection, quiz_id, len(question_ids), rule)
            ids = [as_uuid(each, "question") for each in question_ids]
            for course_id in sorted(await _courses_of(connection, ids)):
                source(EditFacts(course=await course_facts(connection, course_id)))
            await connection.execute(COPY, quiz.key, count, ids)
            await check_bytes(connection, quiz, rule, quiz.revision)
            return await _added(connection, quiz, len(ids), edit)

        return await self._database.run(at_most_once(edit.once, QuestionsAdded, unit, edit.at))

    async def finished(self, quiz_id: str, rule: EditRule) -> Finished:
        """Read the questions that lack nothing."""

        async def unit(connection: Any) -> Finished:
            quiz = await locked_quiz(connection, quiz_id, lock="for share")
            rule(EditFacts(course=quiz.course))
            rows = await connection.fetch(FINISHED, quiz.key)
            comma = quiz.row["decimal_comma"]
            return Finished(
                title=quiz.row["title"],
                questions=tuple(question_of(row, comma) for row in rows),
                left_out=await connection.fetchval(COUNT, quiz.key) - len(rows),
            )

        return await self._database.run(unit)

    async def admit_import(self, quiz_id: str, edit: Edit, rule: EditRule) -> QuestionsAdded | None:
        """Ask the rule before a file is read. A repetition is answered without it."""

        async def unit(connection: Any) -> QuestionsAdded | None:
            if edit.once is not None:
                known = await earlier_reply(connection, edit.once, QuestionsAdded, edit.at)
                if known is not None:
                    return known
            rule(EditFacts(course=await course_of_quiz_facts(connection, quiz_id)))
            return None

        return await self._database.run(unit, transaction=False)

    async def append(
        self,
        quiz_id: str,
        questions: Sequence[Question],
        skipped: tuple[str, ...],
        edit: Edit,
        rule: EditRule,
    ) -> QuestionsAdded:
        """The reply has `skipped` as well."""

        async def unit(connection: Any) -> QuestionsAdded:
            quiz, count = await locked_with_room(connection, quiz_id, len(questions), rule)
            await insert_questions(connection, quiz.key, questions, after=count)
            await check_bytes(connection, quiz, rule, quiz.revision)
            return await _added(connection, quiz, len(questions), edit, skipped)

        return await self._database.run(at_most_once(edit.once, QuestionsAdded, unit, edit.at))


async def _courses_of(connection: Any, question_ids: Sequence[UUID]) -> set[UUID]:
    """The questions are there until the transaction ends. Raises `NotFoundError`."""
    kept = {row["id"] for row in await connection.fetch(KEEP, question_ids)}
    missing = next((each for each in question_ids if each not in kept), None)
    if missing is not None:
        raise NotFoundError("question", str(missing))
    return {row["course_id"] for row in await connection.fetch(COURSES, question_ids)}


async def _added(
    connection: Any, quiz: LockedQuiz, count: int, edit: Edit, skipped: tuple[str, ...] = ()
) -> QuestionsAdded:
    added = QuestionsAdded(
        **quiz.names(edit), question_count=count, revision=quiz.revision + 1, skipped=skipped
    )
    await revised(connection, quiz, added, edit)
    return added
