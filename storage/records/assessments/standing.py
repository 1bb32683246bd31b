"""What students have reached in a quiz by all of their attempts, in SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from protocol.assessments.attempts.marks import GradingStatus, Score
from storage.records.values import json_text
from storage.shown_results import shows

FINAL = (GradingStatus.AUTO_GRADED, GradingStatus.GRADED)
# `n` has the scores of attempts as they are to be.
STANDINGS = f"""
select s.student_id::text, count(*) as attempts,
       case q.attempts_count
           when 'best' then max(s.percentage) filter (where s.final)
           when 'average' then round(avg(s.percentage) filter (where s.final), 2)
           else (array_agg(s.percentage order by s.attempt_number desc) filter (where s.final))[1]
       end::float as percentage,
       q.passing_score_percentage as pass, {shows("q")} as shown
from quizzes q
join (select a.quiz_id, a.student_id, a.attempt_number,
             coalesce(n.percentage, a.score_percentage) as percentage,
             coalesce(n.final, a.grading_status in ('auto_graded', 'graded'), false) as final
      from quiz_submissions a
      left join jsonb_to_recordset($3::text::jsonb)
          as n (submission_id uuid, percentage numeric, final boolean) on n.submission_id = a.id
      where a.status = 'submitted') s on s.quiz_id = q.id
where q.id = $1 and s.student_id = any($2::uuid[])
group by q.id, s.student_id
"""  # noqa: S608


class Standing(NamedTuple):
    """`percentage` is the one that counts, None if nothing is graded; `shown`: students see it."""

    attempts: int = 0
    percentage: float | None = None
    passed: bool = False
    shown: bool = True


async def standings(
    connection: Any,
    quiz: UUID,
    students: Sequence[UUID],
    scores: Mapping[str, Score] | None = None,
) -> dict[str, Standing]:
    """By student; with `scores`, as if these attempts had them."""
    to_be = [
        {
            "submission_id": submission_id,
            "percentage": score.percentage,
            "final": score.status in FINAL,
        }
        for submission_id, score in (scores or {}).items()
    ]
    rows = await connection.fetch(STANDINGS, quiz, list(students), json_text(to_be))
    return {row["student_id"]: _standing(row) for row in rows}


def _standing(row: Any) -> Standing:
    percentage = row["percentage"]
    passed = percentage is not None and percentage >= row["pass"]
    return Standing(row["attempts"], percentage, passed, row["shown"])
