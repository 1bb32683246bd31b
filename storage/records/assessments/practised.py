"""What practice asks of an attempt, in SQL."""

from __future__ import annotations

from typing import Any

import msgspec

from protocol.assessments.attempts.regrading import Regrade
from protocol.assessments.quizzes import Question
from protocol.errors import NotFoundError
from protocol.records.assessments import AttemptFacts, AttemptPractice
from storage.records.course_facts import course_facts
from storage.records.values import as_uuid, maybe_uuid
from storage.shown_results import shows, works

# What is not in `quiz_answers` was not asked in the attempt.
PRACTICE = f"""
select s.id::text as submission_id, s.quiz_id::text, s.version_id::text, s.student_id::text,
    s.status = 'submitted' as ended, u.erased_at is not null as erased, m.course_id,
    q.allow_practice and q.show_correct_answers
        and not {works("s.quiz_id", "s.student_id")} as allowed, q.show_explanations as explained,
    coalesce(s.grading_status in ('auto_graded', 'graded'), false) and {shows("q")} as shown,
    e.status <> 'dropped' as studies, v.revision, k.question::text as question,
    coalesce(k.left_out, false) as left_out, coalesce(r.decisions::text, '[]') as regrades
from quiz_submissions s
    join users u on u.id = s.student_id
    join enrollments e on e.id = s.enrollment_id
    join quizzes q on q.id = s.quiz_id
    join lessons l on l.id = q.lesson_id
    join course_modules m on m.id = l.module_id
    join quiz_versions v on v.id = s.version_id
    left join quiz_answers k on k.submission_id = s.id and k.question_id = $2
    left join quiz_regrades r on r.quiz_id = s.quiz_id and r.question_id = $2
where s.id = $1
"""  # noqa: S608
_DECISIONS = msgspec.json.Decoder(tuple[Regrade, ...])


async def practised(connection: Any, submission_id: str, question_id: str) -> AttemptPractice:
    """Raises `NotFoundError` for the attempt; a question that it does not ask is None."""
    key = as_uuid(submission_id, "quiz submission")
    row = await connection.fetchrow(PRACTICE, key, maybe_uuid(question_id))
    if row is None:
        raise NotFoundError("quiz submission", submission_id)
    of_attempt = ("submission_id", "quiz_id", "version_id", "student_id", "ended", "erased")
    course = await course_facts(connection, row["course_id"])
    question = row["question"]
    return AttemptPractice(
        attempt=AttemptFacts(course=course, **{name: row[name] for name in of_attempt}),
        question=None if question is None else msgspec.json.decode(question, type=Question),
        regrades=_DECISIONS.decode(row["regrades"]),
        **{
            name: row[name]
            for name in ("shown", "allowed", "explained", "studies", "left_out", "revision")
        },
    )
