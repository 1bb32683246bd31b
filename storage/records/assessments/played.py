"""The questions of games as they were when the game was opened, in SQL.

Neither a change to the quiz nor its deletion reaches them: results are read with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from protocol.assessments.quizzes import Question
from storage.records.assessments.quizzes import COLUMNS, CONTENT, question_of

KEEP = f"""
insert into live_quiz_questions (live_quiz_id, question_id, order_number, decimal_comma, {CONTENT})
select l.id, n.id, n.order_number, q.decimal_comma, {CONTENT}
from live_quizzes l join quizzes q on q.id = l.quiz_id join questions n on n.quiz_id = q.id
where l.id = any($1::uuid[])
"""  # noqa: S608
PLAYED = f"""
select question_id::text as id, decimal_comma, {COLUMNS}
from live_quiz_questions where live_quiz_id = $1 order by order_number
"""  # noqa: S608


async def keep_questions(connection: Any, live_quiz_ids: Sequence[UUID]) -> None:
    """Copy the questions of these games' quizzes."""
    await connection.execute(KEEP, live_quiz_ids)


async def played_questions(connection: Any, live_quiz_id: str) -> tuple[Question, ...]:
    """What a game asks, in the order of the quiz."""
    rows = await connection.fetch(PLAYED, UUID(live_quiz_id))
    return tuple(question_of(row, row["decimal_comma"]) for row in rows)
