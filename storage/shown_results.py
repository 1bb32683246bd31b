"""What a quiz shows students of their attempts, and when, in SQL."""

from __future__ import annotations

SHOWS = (
    "(case {q}.results_shown when 'graded' then true"
    " when 'closed' then coalesce({q}.available_until <= now(), false)"
    " else coalesce({q}.results_released_at <= now(), false) end)"
)


def shows(quiz: str) -> str:
    """Whether the row of `quizzes` with this alias shows results now."""
    return SHOWS.replace("{q}", quiz)


def shown(submission: str) -> str:
    """Whether the student of the submission with this id is shown what it has earned."""
    return (
        "exists (select 1 from quiz_submissions rs join quizzes rq on rq.id = rs.quiz_id"  # noqa: S608
        f" where rs.id = {submission} and rs.status = 'submitted'"
        f" and rs.grading_status in ('auto_graded', 'graded') and {shows('rq')})"
    )


def works(quiz: str, student: str) -> str:
    """Whether the student with this id has an attempt at the quiz that has not ended.

    It may ask what an earlier one has asked: nobody looks right answers up in that one.
    """
    return (
        f"exists (select 1 from quiz_submissions ws where ws.quiz_id = {quiz}"  # noqa: S608
        f" and ws.student_id = {student} and ws.status = 'started')"
    )
