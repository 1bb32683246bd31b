"""Marks of submissions in SQL, and the score that they add up to."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from protocol.assessments.attempts.marks import Mark, score
from protocol.records.assessments import Marked
from storage.records.values import instant, json_text, maybe_uuid

STATUS = "select grading_status from quiz_submissions where id = $1"
READ = """
select question_id::text, most, automatic, given, correct, review, revision,
       comment, answer::text as answer, right_answer::text as right_answer from quiz_marks
where submission_id = $1 order by order_number
"""
WRITE = """
insert into quiz_marks (submission_id, question_id, order_number, most, automatic, given, correct,
                        review, revision, comment, answer, right_answer, graded_by,
                        graded_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::text::jsonb, $12::text::jsonb, $13, $14)
on conflict (submission_id, question_id) do update set
    most = excluded.most, automatic = excluded.automatic, given = excluded.given,
    correct = excluded.correct, review = excluded.review, revision = excluded.revision,
    comment = excluded.comment,
    answer = excluded.answer, right_answer = excluded.right_answer,
    graded_by = excluded.graded_by, graded_at = excluded.graded_at
"""
SCORE = """
update quiz_submissions set
    points_earned = $2, points_possible = $3, score_percentage = $4, grading_status = $5,
    feedback = coalesce($6, feedback),
    graded_by = coalesce($7, graded_by), graded_at = $8, updated_at = $8
where id = $1
"""


async def read(connection: Any, key: UUID) -> tuple[Mark, ...]:
    """All marks, in the order of the questions."""
    rows = await connection.fetch(READ, key)
    return tuple(
        Mark(
            **{
                **row,
                "answer": msgspec.json.decode(row["answer"]),
                "right_answer": msgspec.json.decode(row["right_answer"]),
            }
        )
        for row in rows
    )


async def write(
    connection: Any, key: UUID, known: tuple[Mark, ...], marked: Marked, at: int
) -> None:
    """Write what has changed, and the score."""
    before = {mark.question_id: mark for mark in known}
    by, now = maybe_uuid(marked.by), instant(at)
    changed = [
        (
            *(key, UUID(mark.question_id), number, mark.most, mark.automatic, mark.given),
            *(mark.correct, mark.review, mark.revision, mark.comment),
            *(json_text(mark.answer), json_text(mark.right_answer), by, now),
        )
        for number, mark in enumerate(marked.marks)
        if before.get(mark.question_id) != mark
    ]
    if changed:
        await connection.executemany(WRITE, changed)
    total = score(marked.marks)
    values = (total.points, total.most, total.percentage, total.status.value)
    await connection.execute(SCORE, key, *values, marked.feedback, by, now)
