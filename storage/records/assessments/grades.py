"""What each of two persons gave for an answer, in SQL."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from msgspec import structs

from protocol.assessments.attempts.marks import Grade, Mark
from protocol.records.assessments import Marked
from storage.records.assessments.mark_history import Change, append
from storage.records.values import instant, json_text, maybe_json, maybe_uuid

CLEAR = """
delete from quiz_grades where submission_id = $1 and question_id = $2 and number > $3
"""
WRITE = """
insert into quiz_grades (submission_id, question_id, number, grader_id, points, levels, comment,
                         passages, graded_at)
values ($1, $2, $3, $4, $5, $6::text::jsonb, $7, $8::text::jsonb, $9)
on conflict (submission_id, question_id, number) do update set
    grader_id = excluded.grader_id, points = excluded.points, levels = excluded.levels,
    comment = excluded.comment, passages = excluded.passages, graded_at = excluded.graded_at
"""


async def write(
    connection: Any, key: UUID, known: Mapping[str, Mark], marked: Marked, at: int
) -> None:
    """Write the grades that have changed, and what that adds to the history."""
    pairs = [(known.get(mark.question_id), mark) for mark in marked.marks]
    changed = [(old, mark) for old, mark in pairs if (old.grades if old else ()) != mark.grades]
    for old, mark in changed:
        question, before = UUID(mark.question_id), old.grades if old else ()
        await connection.execute(CLEAR, key, question, len(mark.grades))
        rows = [
            (*(key, question, n + 1), *_values(grade), instant(at))
            for n, grade in enumerate(mark.grades)
            if grade not in before
        ]
        if rows:
            await connection.executemany(WRITE, rows)
        changes = _changes(key, before, mark)
        await append(connection, changes, by=marked.by, at=at, graded=True)


def _values(grade: Grade) -> tuple[Any, ...]:
    levels, passages = maybe_json(grade.levels), json_text(grade.passages)
    return maybe_uuid(grade.by), grade.points, levels, grade.comment, passages


def _changes(key: UUID, before: tuple[Grade, ...], mark: Mark) -> Iterable[Change]:
    """As changes of a mark that has nothing but the grade."""
    for n, grade in enumerate(mark.grades):
        if grade not in before:
            yield Change(
                key, _alone(mark, before[n] if n < len(before) else None), _alone(mark, grade)
            )


def _alone(mark: Mark, grade: Grade | None) -> Mark:
    if grade is None:
        return structs.replace(mark, given=None, levels=None, comment=None, passages=())
    return structs.replace(
        mark,
        given=grade.points,
        levels=grade.levels,
        comment=grade.comment,
        passages=grade.passages,
    )
