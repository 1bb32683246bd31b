"""Attempts whose marks for a question change: found some students at a time, and written."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

import msgspec

from protocol.assessments.attempts.marks import Mark, Score, score
from protocol.assessments.attempts.rows import GivenAnswer
from protocol.assessments.quizzes import Question, QuizSettings
from protocol.records.assessments import Answered, AskedQuestion
from storage.records.assessments import marks
from storage.records.assessments.standing import Standing, standings
from storage.records.values import instant, json_text
from storage.shown_results import shows

STUDENTS_AT_ONCE = 100
"""Their answers take some milliseconds of a thread."""

ASKED = """
select v.id, v.revision, v.settings::text, q.question::text
from quiz_versions v cross join lateral jsonb_array_elements(v.questions) as q (question)
where v.quiz_id = $1 and q.question ->> 'id' = $2
"""
STUDENTS = f"""
select distinct student_id from quiz_submissions
where quiz_id = $1 and status = 'submitted' and ($2::uuid is null or student_id > $2)
order by student_id limit {STUDENTS_AT_ONCE}
"""  # noqa: S608
LOCK = """
select from quiz_submissions where quiz_id = $1 and student_id = any($2::uuid[])
order by id for update
"""
# Of who was erased there are no answers to be marked.
ANSWERS = f"""
select s.id, s.student_id, s.version_id, s.attempt_number, s.score_percentage,
       coalesce(p.full_name, '') as student_name, (s.answers -> $3::text)::text as given_answer,
       {marks.COLUMNS}
from quiz_submissions s
join users u on u.id = s.student_id and u.erased_at is null
join quiz_marks k on k.submission_id = s.id and k.question_id = $3::text::uuid
left join user_profiles p on p.user_id = s.student_id
where s.quiz_id = $1 and s.student_id = any($2::uuid[]) and s.status = 'submitted'
order by s.student_id, s.attempt_number
"""  # noqa: S608
BESIDE = """
select submission_id, question_id::text, most, automatic, given, review, left_out
from quiz_marks where submission_id = any($1::uuid[])
"""
UPDATE_MARKS = """
update quiz_marks k
set automatic = n.automatic, given = n.given,
    levels = case when k.given = n.given then k.levels end, correct = n.correct, review = n.review,
    left_out = n.left_out, right_answer = coalesce(n.right_answer, 'null')
from jsonb_to_recordset($1::text::jsonb) as n (
    submission_id uuid, question_id uuid, automatic numeric, given numeric, correct boolean,
    review boolean, left_out boolean, right_answer jsonb)
where k.submission_id = n.submission_id and k.question_id = n.question_id
"""
UPDATE_SCORES = f"""
update quiz_submissions s
set points_earned = n.points, points_possible = n.most, score_percentage = n.percentage,
    grading_status = n.status, graded_at = $2, updated_at = $2,
    held = s.held or not (select {shows("q")} from quizzes q where q.id = s.quiz_id)
from jsonb_to_recordset($1::text::jsonb) as n (
    submission_id uuid, points numeric, most numeric, percentage numeric, status text)
where s.id = n.submission_id
"""  # noqa: S608
_QUESTION = msgspec.json.Decoder(Question)
_SETTINGS = msgspec.json.Decoder(QuizSettings)
_GIVEN = msgspec.json.Decoder(GivenAnswer | None)
_MARK_FIELDS = ("question_id", "most", "automatic", "given", "review", "left_out")


class Regraded(NamedTuple):
    """An attempt of which one mark changes. `row` is one of `ANSWERS`."""

    row: Any
    before: Mark
    now: Mark
    score: Score
    score_before: Score

    @property
    def key(self) -> UUID:
        return self.row["id"]  # type: ignore[no-any-return]

    @property
    def counts(self) -> bool:
        """Whether its score changes, or whether it is final."""
        return self.score != self.score_before


class Batch(NamedTuple):
    """Some students: how many attempts they have, and what changes for them."""

    attempts: int
    regraded: Sequence[Regraded]
    before: Mapping[str, Standing]
    now: Mapping[str, Standing]


Remark = Callable[[Answered], Mark]


async def asked(connection: Any, quiz: UUID, question_id: str) -> dict[UUID, AskedQuestion]:
    """How each version of the quiz asks the question, by the id of the version."""
    rows = await connection.fetch(ASKED, quiz, question_id)
    return {
        row["id"]: AskedQuestion(
            question=_QUESTION.decode(row["question"]),
            revision=row["revision"],
            settings=_SETTINGS.decode(row["settings"]),
        )
        for row in rows
    }


async def batches(
    connection: Any,
    quiz: UUID,
    question_id: str,
    asked_in: Mapping[UUID, AskedQuestion],
    remark: Remark,
    *,
    lock: bool,
) -> AsyncIterator[Batch]:
    """All attempts at the quiz that have ended and are marked, by student."""
    last: UUID | None = None
    while students := await connection.fetch(STUDENTS, quiz, last):
        keys = [row["student_id"] for row in students]
        if lock:
            await connection.execute(LOCK, quiz, keys)
        rows = await connection.fetch(ANSWERS, quiz, keys, question_id)
        yield await _batch(connection, quiz, rows, asked_in, remark)
        last = keys[-1]


async def _batch(
    connection: Any,
    quiz: UUID,
    rows: Sequence[Any],
    asked_in: Mapping[UUID, AskedQuestion],
    remark: Remark,
) -> Batch:
    def find() -> list[tuple[Any, Mark, Mark]]:
        pairs = ((row, marks.mark_of(row)) for row in rows)
        found = [(row, old, remark(_answered(row, old, asked_in))) for row, old in pairs]
        return [each for each in found if each[1] != each[2]]

    found = await asyncio.to_thread(find)
    keys = [row["id"] for row, _, _ in found]
    beside = await connection.fetch(BESIDE, keys) if keys else []
    scored = await asyncio.to_thread(_scored, found, beside)
    students = list({each.row["student_id"] for each in scored})
    scores = {str(each.key): each.score for each in scored}
    before = await standings(connection, quiz, students) if students else {}
    now = await standings(connection, quiz, students, scores) if students else {}
    return Batch(len(rows), scored, before, now)


def _answered(row: Any, mark: Mark, asked_in: Mapping[UUID, AskedQuestion]) -> Answered:
    return Answered(
        asked=asked_in[row["version_id"]],
        given=_GIVEN.decode(row["given_answer"] or "null"),
        mark=mark,
    )


def _scored(found: Sequence[tuple[Any, Mark, Mark]], beside: Sequence[Any]) -> list[Regraded]:
    """The scores of the attempts, with the marks for their other questions."""
    others: dict[UUID, list[Mark]] = {}
    for each in beside:
        mark = Mark(**{name: each[name] for name in _MARK_FIELDS})
        others.setdefault(each["submission_id"], []).append(mark)
    scored = []
    for row, before, now in found:
        rest = [m for m in others[row["id"]] if m.question_id != now.question_id]
        scored.append(Regraded(row, before, now, score((*rest, now)), score((*rest, before))))
    return scored


async def write(connection: Any, regraded: Sequence[Regraded], at: int) -> None:
    """Write the marks and the scores."""
    await connection.execute(UPDATE_MARKS, json_text([_mark(each) for each in regraded]))
    counting = [_score(each) for each in regraded if each.counts]
    if counting:
        await connection.execute(UPDATE_SCORES, json_text(counting), instant(at))


def _mark(each: Regraded) -> dict[str, Any]:
    now = each.now
    return {
        "submission_id": each.key,
        "question_id": now.question_id,
        "automatic": now.automatic,
        "given": now.given,
        "correct": now.correct,
        "review": now.review,
        "left_out": now.left_out,
        "right_answer": now.right_answer,
    }


def _score(each: Regraded) -> dict[str, Any]:
    score_now = each.score
    return {
        "submission_id": each.key,
        "points": score_now.points,
        "most": score_now.most,
        "percentage": score_now.percentage,
        "status": score_now.status,
    }
