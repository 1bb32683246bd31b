"""Personal data in the enrollments domain: enrolments with their progress."""

from __future__ import annotations

from storage.records.traces import Trace

TRACES = (
    Trace(
        table="enrollments",
        columns=("student_id",),
        shows="id, course_id, enrolled_at, completed_at, progress_percentage, status,"
        " withdrawn_at, withdrawal_reason, removed_at, removal_reason, last_accessed_at,"
        " (select coalesce(json_agg(json_build_object('lesson_id', p.lesson_id, 'status',"
        " p.status, 'time_spent_seconds', p.time_spent_seconds, 'completed_at',"
        " p.completed_at, 'quiz_score', p.quiz_score)), '[]') from lesson_progress p"
        " where p.enrollment_id = t.id) as lessons",
        erase="update enrollments set withdrawal_reason = null, removal_reason = null"
        " where student_id = $1",
    ),
    Trace(
        table="enrollments",
        columns=("removed_by",),
        erase="update enrollments set removed_by = null where removed_by = $1",
    ),
)
