"""What was decided about questions of quizzes, in SQL."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from protocol.assessments.attempts.regrading import Regrade
from protocol.records.assessments import Regrades
from storage.records.values import instant, json_text

READ = "select question_id::text, decisions::text from quiz_regrades where quiz_id = $1"
WRITE = """
insert into quiz_regrades (quiz_id, question_id, decisions, updated_at)
values ($1, $2, $3::text::jsonb, $4)
on conflict (quiz_id, question_id) do update set
    decisions = excluded.decisions, updated_at = excluded.updated_at
"""
_DECISIONS = msgspec.json.Decoder(tuple[Regrade, ...])


async def read(connection: Any, quiz: UUID) -> Regrades:
    """All, by the id of the question. Whoever marks by them has locked the quiz."""
    rows = await connection.fetch(READ, quiz)
    return {row["question_id"]: _DECISIONS.decode(row["decisions"]) for row in rows}


async def write(
    connection: Any, quiz: UUID, question: UUID, decisions: tuple[Regrade, ...], at: int
) -> None:
    await connection.execute(WRITE, quiz, question, json_text(decisions), instant(at))
