"""Personal data in the assessments domain: live quizzes hosted and played."""

from __future__ import annotations

from storage.records.traces import FORMER, Trace
from storage.shown_results import shown

OF_STUDENT = "submission_id in (select s.id from quiz_submissions s where s.student_id = $1)"
OF_SHOWN = f"{OF_STUDENT} and {shown('t.submission_id')}"
"""What a student is told of marks in the export is what is shown elsewhere."""
OF_PLAYER = """(live_quiz_id, player_id) in (
    select p.live_quiz_id, p.player_id from live_quiz_results p where p.user_id = $1)"""

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
    Trace(
        table="live_quiz_accepted_answers",
        columns=("accepted_by",),
        shows="live_quiz_id, question_index, blank, answer, accepted_at",
        kept="the results are the players'; who accepted an answer is a former user",
    ),
    Trace(
        table="live_quiz_essay_scores",
        columns=("scored_by",),
        person=f"scored_by = $1 or {OF_PLAYER}",
        shows="live_quiz_id, question_index, player_id, points, feedback, scored_at",
        erase=f"update live_quiz_essay_scores set feedback = null where {OF_PLAYER}",  # noqa: S608
    ),
    Trace(
        table="quiz_submissions",
        columns=("student_id", "graded_by"),
        person="student_id = $1",
        shows="id, quiz_id, attempt_number, started_at, submitted_at, drawn, answers,"
        f" case when {shown('t.id')} then score_percentage end as score_percentage,"
        f" case when {shown('t.id')} then feedback end as feedback",
        erase="update quiz_submissions set answers = '{}', feedback = null where student_id = $1",
    ),
    Trace(
        table="quiz_marks",
        columns=("graded_by",),
        person=f"graded_by = $1 or {OF_SHOWN}",
        shows="submission_id, question_id, answer, given, comment, levels, passages, graded_at",
        erase="update quiz_marks set answer = 'null', comment = null, passages = '[]'"  # noqa: S608
        f" where {OF_STUDENT}",
    ),
    Trace(
        table="quiz_grades",
        columns=("grader_id",),
        person=f"grader_id = $1 or {OF_SHOWN}",
        shows="submission_id, question_id, points, levels, comment, passages, graded_at",
        erase="update quiz_grades set comment = null, passages = '[]'"  # noqa: S608
        f" where {OF_STUDENT}",
    ),
    Trace(
        table="quiz_mark_history",
        columns=("by_id",),
        person=f"by_id = $1 or {OF_SHOWN}",
        shows="submission_id, question_id, at, cause, policy, automatic_before, automatic,"
        " given_before, given, comment_before, comment, levels_before, levels, passages_before,"
        " passages",
        erase="update quiz_mark_history set comment_before = null, comment = null,"  # noqa: S608
        " passages_before = '[]', passages = '[]'"
        f" where {OF_STUDENT}",
    ),
)
