"""Changes to quizzes and their questions in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from protocol.assessments.editing import (
    QuestionSaved,
    QuizDeleted,
    QuizUpdated,
)
from protocol.records.assessments import (
    Edit,
    EditFacts,
    EditRule,
    NewQuestion,
    Opening,
    QuizChange,
    SavedQuestion,
)
from storage.records.assessments.locked import (
    COUNT,
    LockedQuiz,
    announced,
    check_bytes,
    locked_question,
    locked_quiz,
    locked_with_room,
    revised,
)
from storage.records.assessments.pools import PostgresQuizPools
from storage.records.assessments.quizzes import (
    BYTES,
    CONTENT,
    VALUES,
    content,
    question_of,
)
from storage.records.assessments.reuse import PostgresQuizReuse
from storage.records.assessments.tagging import PostgresQuestionTags
from storage.records.audit import note
from storage.records.idempotency import at_most_once
from storage.records.ordering import close_gap, make_gap, reorder
from storage.records.values import instant, json_text, maybe_instant, milliseconds
from storage.records.writing import changed_columns, set_columns

ORDERED = "select id from questions where quiz_id = $1 order by order_number"
INSERT = f"""
insert into questions (id, quiz_id, order_number, {CONTENT}, lacks)
values ($1, $2, $3, {VALUES}, $20::text::jsonb)
"""  # noqa: S608
UPDATE = f"""
update questions set revision = revision + 1, updated_at = $2, lacks = $3::text::jsonb,
    ({CONTENT}) = ({VALUES})
where id = $1
"""  # noqa: S608
DUPLICATE = f"""
insert into questions (id, quiz_id, order_number, {CONTENT}, pool, lacks)
select $2, quiz_id, $3, {CONTENT}, pool, lacks from questions where id = $1
"""  # noqa: S608
QUESTION_BYTES = f"select {BYTES} from questions where id = $1"  # noqa: S608
PLACE = ("questions", "quiz_id")


class PostgresQuizEditing(PostgresQuizReuse, PostgresQuizPools, PostgresQuestionTags):
    """Implements `protocol.records.assessments.QuizEditing`."""

    async def update_quiz(
        self, change: QuizChange, edit: Edit, rule: EditRule, opening: Opening
    ) -> QuizUpdated:
        """Change the settings."""

        async def unit(connection: Any) -> QuizUpdated:
            quiz = await locked_quiz(connection, change.quiz_id)
            columns = changed_columns(change, "quiz_id")
            for name in columns.keys() & {"available_from", "available_until"}:
                columns[name] = maybe_instant(columns[name])
            unchanged = all(quiz.row[name] == value for name, value in columns.items())
            rule(EditFacts(course=quiz.course, revision=quiz.revision, unchanged=unchanged))
            after = {**quiz.row, **columns}
            times = (after[name] for name in ("available_from", "available_until"))
            opening(*(None if time is None else milliseconds(time) for time in times))
            if unchanged:
                return QuizUpdated(**quiz.names(edit), revision=quiz.revision)
            columns["revision"] = quiz.revision + 1
            await set_columns(connection, "quizzes", quiz.key, columns, instant(edit.at))
            updated = QuizUpdated(**quiz.names(edit), revision=quiz.revision + 1)
            await announced(connection, updated, edit)
            return updated

        return await self._database.run(unit)

    async def delete_quiz(self, quiz_id: str, edit: Edit, rule: EditRule) -> QuizDeleted:
        """Its games stay. Recorded in the audit trail."""

        async def unit(connection: Any) -> QuizDeleted:
            quiz = await locked_quiz(connection, quiz_id, lock="for update")
            rule(EditFacts(course=quiz.course, revision=quiz.revision))
            await connection.execute("delete from quizzes where id = $1", quiz.key)
            deleted = QuizDeleted(**quiz.names(edit), lesson_id=str(quiz.row["lesson_id"]))
            course = quiz.course.id
            await note(
                connection, edit.by, "delete", "quiz", deleted.quiz_id, edit.at, course=course
            )
            await announced(connection, deleted, edit)
            return deleted

        return await self._database.run(unit)

    async def add_question(self, new: NewQuestion, edit: Edit, rule: EditRule) -> QuestionSaved:
        """Later ones move down."""

        async def unit(connection: Any) -> QuestionSaved:
            quiz, count = await locked_with_room(connection, new.quiz_id, 1, rule)
            place = min(new.position or count + 1, count + 1)
            await make_gap(connection, *PLACE, quiz.key, place)
            question = new.saved.question
            row = (UUID(question.id), quiz.key, place, *content(question))
            await connection.execute(INSERT, *row, _lacks(new.saved))
            await check_bytes(connection, quiz, rule, quiz.revision)
            return await _saved(connection, quiz, question.id, edit)

        return await self._database.run(at_most_once(edit.once, QuestionSaved, unit, edit.at))

    async def update_question(
        self, question_id: str, saved: SavedQuestion, edit: Edit, rule: EditRule
    ) -> QuestionSaved:
        """The question keeps its id and its place."""

        async def unit(connection: Any) -> QuestionSaved:
            quiz, row = await locked_question(connection, question_id)
            unchanged = _same(row, saved, quiz)
            rule(EditFacts(course=quiz.course, revision=row["revision"], unchanged=unchanged))
            if unchanged:
                names = quiz.names(edit)
                return QuestionSaved(**names, question_id=row["id"], revision=quiz.revision)
            before = await connection.fetchval(QUESTION_BYTES, UUID(row["id"]))
            await connection.execute(
                UPDATE, UUID(row["id"]), instant(edit.at), _lacks(saved), *content(saved.question)
            )
            if await connection.fetchval(QUESTION_BYTES, UUID(row["id"])) > before:
                await check_bytes(connection, quiz, rule, row["revision"])
            return await _saved(connection, quiz, row["id"], edit)

        return await self._database.run(unit)

    async def delete_question(self, question_id: str, edit: Edit, rule: EditRule) -> QuizUpdated:
        """Later ones move up."""

        async def unit(connection: Any) -> QuizUpdated:
            quiz, row = await locked_question(connection, question_id)
            rule(EditFacts(course=quiz.course, revision=row["revision"]))
            await connection.execute("delete from questions where id = $1", UUID(row["id"]))
            await close_gap(connection, *PLACE, quiz.key, edit.at)
            return await _updated(connection, quiz, edit)

        return await self._database.run(unit)

    async def reorder_questions(
        self, quiz_id: str, question_ids: Sequence[str], edit: Edit, rule: EditRule
    ) -> QuizUpdated:
        """Raises `ValidationError` unless each is named once."""

        async def unit(connection: Any) -> QuizUpdated:
            quiz = await locked_quiz(connection, quiz_id)
            rows = await connection.fetch(ORDERED, quiz.key)
            unchanged = [str(row["id"]) for row in rows] == list(question_ids)
            rule(EditFacts(course=quiz.course, revision=quiz.revision, unchanged=unchanged))
            if unchanged:
                return QuizUpdated(**quiz.names(edit), revision=quiz.revision)
            place = (*PLACE, quiz.key)
            await reorder(connection, place, "questionIds", question_ids, edit.at)
            return await _updated(connection, quiz, edit)

        return await self._database.run(unit)

    async def duplicate_question(
        self, question_id: str, copy_id: str, edit: Edit, rule: EditRule
    ) -> QuestionSaved:
        """The copy stands behind the original."""

        async def unit(connection: Any) -> QuestionSaved:
            quiz, row = await locked_question(connection, question_id)
            count = await connection.fetchval(COUNT, quiz.key)
            rule(EditFacts(course=quiz.course, revision=row["revision"], questions=count + 1))
            place = row["order_number"] + 1
            await make_gap(connection, *PLACE, quiz.key, place)
            await connection.execute(DUPLICATE, UUID(row["id"]), UUID(copy_id), place)
            await check_bytes(connection, quiz, rule, row["revision"])
            return await _saved(connection, quiz, copy_id, edit)

        return await self._database.run(at_most_once(edit.once, QuestionSaved, unit, edit.at))


def _same(row: Any, saved: SavedQuestion, quiz: LockedQuiz) -> bool:
    """Whether the row holds just this."""
    comma = quiz.row["decimal_comma"]
    kept = {"id": row["id"], "decimal_comma": comma, "pool": row["pool"]}
    question = msgspec.structs.replace(saved.question, **kept)
    lacks = msgspec.json.decode(row["lacks"] or "[]")
    return question_of(row, comma) == question and lacks == list(saved.lacks)


def _lacks(saved: SavedQuestion) -> str | None:
    return json_text(saved.lacks) if saved.lacks else None


async def _saved(connection: Any, quiz: LockedQuiz, question_id: str, edit: Edit) -> QuestionSaved:
    revision = quiz.revision + 1
    saved = QuestionSaved(**quiz.names(edit), question_id=question_id, revision=revision)
    await revised(connection, quiz, saved, edit)
    return saved


async def _updated(connection: Any, quiz: LockedQuiz, edit: Edit) -> QuizUpdated:
    updated = QuizUpdated(**quiz.names(edit), revision=quiz.revision + 1)
    await revised(connection, quiz, updated, edit)
    return updated
