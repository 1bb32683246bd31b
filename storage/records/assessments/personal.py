"""Personal data in the assessments domain: live quizzes hosted and played."""

from __future__ import annotations

from storage.records.traces import FORMER, Trace

TRACES = (
    Trace(
        table="live_quizzes",
        columns=("host_id",),
        shows="id, course_id, title, created_at, finished_at",
        kept="its results are the players'; its host is a former user",
    ),
    Trace(
        table="live_quiz_results",
        shows="live_quiz_id, nickname, score, rank, correct, answered, answers",
        erase=f"update live_quiz_results set nickname = '{FORMER}', answers = '[]'"  # noqa: S608
        " where user_id = $1",
    ),
)
