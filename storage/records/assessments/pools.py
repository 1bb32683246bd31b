"""Pools of quizzes in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from protocol.assessments.editing import QuizUpdated
from protocol.assessments.points import hundredths, points_of
from protocol.records.assessments import Edit, EditFacts, EditRule, NewPool, PoolRule
from storage.postgres import Database
from storage.records.assessments.locked import locked_quiz, revised
from storage.records.assessments.quizzes import POOLS
from storage.records.values import instant, json_text

QUESTIONS = "select id::text, points, pool from questions where quiz_id = $1 order by order_number"
SET = "update quizzes set pools = $2::text::jsonb where id = $1"
# A question that moves between pools changes: who edits it is told.
PUT = """
update questions q
set pool = n.pool, revision = q.revision + 1, updated_at = $4
from questions k left join unnest($2::uuid[], $3::text[]) as n (id, pool) on n.id = k.id
where q.quiz_id = $1 and k.id = q.id and q.pool is distinct from n.pool
"""


class PostgresQuizPools:
    """The part of `protocol.records.assessments.QuizEditing` that puts questions into pools."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def set_pools(
        self, quiz_id: str, pools: Sequence[NewPool], edit: Edit, rule: EditRule, fit: PoolRule
    ) -> QuizUpdated:
        """In the place of all pools of before; `fit` is asked after the rule."""

        async def unit(connection: Any) -> QuizUpdated:
            quiz = await locked_quiz(connection, quiz_id)
            rows = await connection.fetch(QUESTIONS, quiz.key)
            wanted = {
                question_id: new.pool.name for new in pools for question_id in new.question_ids
            }
            listed = tuple(new.pool for new in pools)
            unchanged = POOLS.decode(quiz.row["pools"]) == listed and all(
                row["pool"] == wanted.get(row["id"]) for row in rows
            )
            rule(EditFacts(course=quiz.course, revision=quiz.revision, unchanged=unchanged))
            fit({row["id"]: points_of(hundredths(row["points"])) for row in rows})
            if unchanged:
                return QuizUpdated(**quiz.names(edit), revision=quiz.revision)
            await connection.execute(SET, quiz.key, json_text(listed))
            ids = [UUID(each) for each in wanted]
            names = list(wanted.values())
            await connection.execute(PUT, quiz.key, ids, names, instant(edit.at))
            updated = QuizUpdated(**quiz.names(edit), revision=quiz.revision + 1)
            await revised(connection, quiz, updated, edit)
            return updated

        return await self._database.run(unit)
