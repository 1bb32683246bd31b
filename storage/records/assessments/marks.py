"""Marks of submissions in SQL, and the score that they add up to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from protocol.assessments.attempts.marks import Grade, Mark, Passage, Score, score
from protocol.records.assessments import Marked
from storage.records.assessments import grades
from storage.records.assessments.mark_history import Change, append
from storage.records.values import instant, json_text, maybe_json, maybe_uuid
from storage.shown_results import shows

COLUMNS = """
k.question_id::text, k.most, k.automatic, k.given, k.correct, k.review, k.revision, k.left_out,
k.comment, k.answer::text as answer, k.right_answer::text as right_answer,
k.levels::text as levels, k.passages::text as passages,
(select jsonb_agg(jsonb_build_object('by', coalesce(g.grader_id::text, ''), 'points', g.points,
            'levels', g.levels, 'comment', g.comment, 'passages', g.passages) order by g.number)
 from quiz_grades g where g.submission_id = k.submission_id and g.question_id = k.question_id)::text
as grades
"""
"""Of a mark, as `mark_of` reads them."""
PLAIN = (
    *("question_id", "most", "automatic", "given", "correct", "review", "revision"),
    *("left_out", "comment"),
)
READ = f"""
select {COLUMNS} from quiz_marks k where k.submission_id = $1 order by k.order_number
"""  # noqa: S608
WRITE = """
insert into quiz_marks (submission_id, question_id, order_number, most, automatic, given, correct,
                        review, revision, left_out, comment, answer, right_answer, levels, passages,
                        graded_by, graded_at)
select $1::uuid, *, $2::uuid, $3::timestamptz
from unnest($4::uuid[], $5::int[], $6::numeric[], $7::numeric[], $8::numeric[], $9::boolean[],
            $10::boolean[], $11::int[], $12::boolean[], $13::text[], $14::text[]::jsonb[],
            $15::text[]::jsonb[], $16::text[]::jsonb[], $17::text[]::jsonb[])
on conflict (submission_id, question_id) do update set
    most = excluded.most, automatic = excluded.automatic, given = excluded.given,
    correct = excluded.correct, review = excluded.review, revision = excluded.revision,
    comment = excluded.comment, left_out = excluded.left_out, levels = excluded.levels,
    passages = excluded.passages,
    answer = excluded.answer, right_answer = excluded.right_answer,
    graded_by = excluded.graded_by, graded_at = excluded.graded_at
"""
# The second of two persons adds to what the first has said about all of it, and does not know it.
# What is not shown is held back from the student's progress, too.
SCORE = f"""
update quiz_submissions s set
    points_earned = $2, points_possible = $3, score_percentage = $4, grading_status = $5,
    feedback = case when s.graded_by <> $7 and s.grading_status not in ('auto_graded', 'graded')
        and (select q.second_grading from quizzes q where q.id = s.quiz_id) is not null
        then nullif(concat_ws(E'\n\n', s.feedback, $6::text), '')
        else coalesce($6::text, s.feedback) end,
    graded_by = coalesce($7, graded_by), graded_at = $8, updated_at = $8,
    held = s.held or not (select {shows("q")} from quizzes q where q.id = s.quiz_id)
where id = $1
"""  # noqa: S608
_LEVELS = msgspec.json.Decoder(tuple[int, ...] | None)
_GRADES = msgspec.json.Decoder(tuple[Grade, ...])
_PASSAGES = msgspec.json.Decoder(tuple[Passage, ...])


async def read(connection: Any, key: UUID) -> tuple[Mark, ...]:
    """All marks, in the order of the questions."""
    return tuple(map(mark_of, await connection.fetch(READ, key)))


def mark_of(row: Any) -> Mark:
    """A mark from a row that has `COLUMNS`."""
    plain = {name: row[name] for name in PLAIN}
    answer, right_answer = (msgspec.json.decode(row[name]) for name in ("answer", "right_answer"))
    return Mark(
        **plain,
        answer=answer,
        right_answer=right_answer,
        levels=_LEVELS.decode(row["levels"] or "null"),
        passages=_PASSAGES.decode(row["passages"]),
        grades=_GRADES.decode(row["grades"] or "[]"),
    )


async def write(
    connection: Any,
    key: UUID,
    places: Mapping[str, int],
    known: tuple[Mark, ...],
    marked: Marked,
    at: int,
) -> Score:
    """Write what has changed, and the score, which is returned.

    `places` are those of the questions in the version of the quiz, by their ids.
    """
    before = {mark.question_id: mark for mark in known}
    by, now = maybe_uuid(marked.by), instant(at)
    changed = [
        (
            *(UUID(mark.question_id), places[mark.question_id]),
            *(mark.most, mark.automatic, mark.given, mark.correct, mark.review),
            *(mark.revision, mark.left_out, mark.comment),
            *(json_text(mark.answer), json_text(mark.right_answer)),
            *(maybe_json(mark.levels), json_text(mark.passages)),
        )
        for mark in marked.marks
        if before.get(mark.question_id) != mark
    ]
    if changed:
        await connection.execute(WRITE, key, by, now, *map(list, zip(*changed, strict=True)))
        pairs = ((before.get(mark.question_id), mark) for mark in marked.marks)
        changes = (Change(key, old, mark) for old, mark in pairs if old is not None)
        await append(connection, changes, by=marked.by, at=at)
        await grades.write(connection, key, before, marked, at)
    total = score(marked.marks)
    values = (total.points, total.most, total.percentage, total.status.value)
    await connection.execute(SCORE, key, *values, marked.feedback, by, now)
    return total
