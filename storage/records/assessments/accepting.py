"""An answer that counts as right in a game, put into the key of the question for later games."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from protocol.assessments.editing import QuestionSaved
from protocol.envelope import Address
from protocol.errors import NotFoundError
from protocol.ports import OutboxEvent
from protocol.records.assessments import Edit, KeyRule
from storage.records.assessments.locked import REVISED, locked_question
from storage.records.assessments.quizzes import question_of
from storage.records.values import instant, json_text

SET_KEY = """
update questions set revision = revision + 1, updated_at = $2, correct_answer = $3::text::jsonb
where id = $1
"""


async def accept_in_quiz(
    connection: Any, question_id: str, key_of: KeyRule, edit: Edit
) -> list[OutboxEvent] | None:
    """Give a question the key that accepts one answer more, as a part of another unit.

    What is to be announced; None if no quiz has the question (any more).
    """
    try:
        quiz, row = await locked_question(connection, question_id)
    except NotFoundError:
        return None
    question = question_of(row, quiz.row["decimal_comma"])
    key = key_of(question)
    if key == question.key:
        return []
    at = instant(edit.at)
    await connection.execute(SET_KEY, UUID(row["id"]), at, json_text(key))
    await connection.execute(REVISED, quiz.key, at)
    saved = QuestionSaved(**quiz.names(edit), question_id=question_id, revision=quiz.revision + 1)
    return [OutboxEvent(Address("quiz", saved.quiz_id), saved)]
