"""What has become of each mark, appended in the transaction that changes it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from protocol.assessments.attempts.marks import Mark
from protocol.assessments.attempts.regrading import RegradePolicy
from storage.records.values import instant, json_text, maybe_json, maybe_uuid

APPEND = """
insert into quiz_mark_history (submission_id, question_id, at, cause, policy, by_id,
    automatic_before, automatic, given_before, given, left_out_before, left_out,
    comment_before, comment, levels_before, levels, passages_before, passages)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15::text::jsonb,
        $16::text::jsonb, $17::text::jsonb, $18::text::jsonb)
"""


class Change(NamedTuple):
    """A mark before, and now."""

    submission: UUID
    before: Mark
    now: Mark


async def append(
    connection: Any,
    changes: Iterable[Change],
    *,
    by: str,
    at: int,
    policy: RegradePolicy | None = None,
    graded: bool = False,
) -> None:
    """`by` is empty for the keys alone. `graded`: it is what one of two persons gives."""
    cause = "grade" if graded else "regrade" if policy is not None else "person" if by else "key"
    who = (instant(at), cause, None if policy is None else policy.value, maybe_uuid(by))
    rows = [
        (each.submission, UUID(each.now.question_id), *who, *_values(each.before, each.now))
        for each in changes
        if _told(each.before) != _told(each.now)
    ]
    if rows:
        await connection.executemany(APPEND, rows)


def _told(mark: Mark) -> tuple[Any, ...]:
    return (
        *(mark.automatic, mark.given, mark.left_out, mark.comment),
        *(maybe_json(mark.levels), json_text(mark.passages)),
    )


def _values(before: Mark, now: Mark) -> tuple[Any, ...]:
    pairs = zip(_told(before), _told(now), strict=True)
    return tuple(value for pair in pairs for value in pair)
