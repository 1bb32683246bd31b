"""An answer and those to the same question that persons have graded, in SQL."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import msgspec

from protocol.assessments.attempts.similar import MAX_COMPARED, MAX_COMPARED_TEXT, GradedAnswer
from protocol.errors import NotFoundError
from protocol.records.assessments import AttemptFacts, Compared
from storage.records.values import maybe_uuid

TEXT = (
    f"case when jsonb_typeof(k.answer) = 'string'"
    f" then left(k.answer #>> '{{}}', {MAX_COMPARED_TEXT}) end"
)
OWN = f"""
select {TEXT} as answer, k.most from quiz_marks k where k.submission_id = $1 and k.question_id = $2
"""  # noqa: S608
# Texts are read of those alone that are left. Levels of another version may mean another rubric.
GRADED = f"""
select {TEXT} as answer, k.given as points,
       case when k.version_id = $4 then k.levels::text end as levels
from (
    select m.answer, m.given, m.levels, m.graded_at, s.version_id, s.id
    from quiz_marks m join quiz_submissions s on s.id = m.submission_id
    where m.question_id = $2 and s.quiz_id = $5 and s.id <> $1 and m.most = $3
      and m.given is not null and not m.review and not m.left_out
    order by m.graded_at desc, s.id limit {MAX_COMPARED}) k
where jsonb_typeof(k.answer) = 'string'
order by k.graded_at desc, k.id
"""  # noqa: S608
_LEVELS = msgspec.json.Decoder(tuple[int, ...] | None)


async def compared(connection: Any, facts: AttemptFacts, question_id: str) -> Compared:
    """Raises `NotFoundError` for a question that the attempt has no mark for."""
    key, question = UUID(facts.submission_id), maybe_uuid(question_id)
    own = await connection.fetchrow(OWN, key, question)
    if own is None:
        raise NotFoundError("question", question_id[:64])
    if own["answer"] is None:
        return Compared(answer=None)
    at = (own["most"], UUID(facts.version_id), UUID(facts.quiz_id))
    rows = await connection.fetch(GRADED, key, question, *at)
    return Compared(answer=own["answer"], graded=tuple(map(_graded, rows)))


def _graded(row: Any) -> GradedAnswer:
    levels = _LEVELS.decode(row["levels"] or "null")
    return GradedAnswer(answer=row["answer"], points=row["points"], levels=levels)
