"""The rows of questions that were played, as a live quiz's journal writes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast
from uuid import UUID

from protocol.assessments.live.rows import LiveQuestionRows
from protocol.envelope import Message
from storage.records.values import instant_sql, json_text

# What is known only at the reveal stays as it was written then. The key may have been given more.
UPSERT = f"""
insert into live_quiz_question_results as k (
    live_quiz_id, question_index, question_id, question, right_answer, by_person, skipped, asked,
    answered, graded, correct, partly, elapsed_ms, option_counts, allotted_ms, own_ms, revealed_at)
select l.id, r.index, r.question_id, r.question, coalesce(r.right_answer, 'null'), r.by_person,
       r.skipped, r.asked, r.answered, r.graded, r.correct, r.partly, r.elapsed_ms,
       r.option_counts, r.allotted_ms, r.own_ms, {instant_sql("r.revealed_at")}
from jsonb_to_recordset($2::text::jsonb) as r (
    index integer, question_id text, question jsonb, right_answer jsonb, by_person boolean,
    skipped boolean, asked integer, answered integer, graded integer, correct integer,
    partly integer, elapsed_ms bigint, option_counts jsonb, allotted_ms integer, own_ms jsonb,
    revealed_at bigint)
join live_quizzes l on l.id = $1
on conflict (live_quiz_id, question_index) do update set
    question = excluded.question, right_answer = excluded.right_answer,
    by_person = excluded.by_person,
    asked = excluded.asked, answered = excluded.answered, graded = excluded.graded,
    correct = excluded.correct, partly = excluded.partly, elapsed_ms = excluded.elapsed_ms,
    option_counts = excluded.option_counts
"""  # noqa: S608


async def write_live_question_rows(connection: Any, changes: Sequence[Message]) -> None:
    """Upsert the rows of `LiveQuestionRows`, one message after the other."""
    for change in cast("Sequence[LiveQuestionRows]", changes):
        await connection.execute(UPSERT, UUID(change.live_quiz_id), json_text(change.rows))
