"""Personal data in the enrollments domain: enrolments with their progress, links, invitations."""

from __future__ import annotations

from storage.records.traces import Trace

OF_STUDENT = "enrollment_id in (select e.id from enrollments e where e.student_id = $1)"

TRACES = (
    Trace(
        table="enrollments",
        columns=("student_id",),
        shows="id, course_id, enrolled_at, completed_at, progress_percentage, status,"
        " withdrawn_at, withdrawal_reason, removed_at, removal_reason, last_accessed_at,"
        " extra_time, unlimited_time,"
        " (select coalesce(json_agg(json_build_object('quiz_id', a.quiz_id, 'extra_time',"
        " a.extra_time, 'unlimited', a.unlimited)), '[]') from quiz_accommodations a"
        " where a.enrollment_id = t.id) as quiz_accommodations,"
        " (select coalesce(json_agg(json_build_object('lesson_id', p.lesson_id, 'status',"
        " p.status, 'time_spent_seconds', p.time_spent_seconds, 'completed_at',"
        " p.completed_at, 'quiz_score', p.quiz_score)), '[]') from lesson_progress p"
        " where p.enrollment_id = t.id) as lessons",
        erase="update enrollments set withdrawal_reason = null, removal_reason = null,"
        " extra_time = 1, unlimited_time = false where student_id = $1",
    ),
    Trace(
        table="quiz_accommodations",
        columns=(),
        person=OF_STUDENT,
        erase=f"delete from quiz_accommodations where {OF_STUDENT}",  # noqa: S608
    ),
    Trace(
        table="enrollments",
        columns=("removed_by",),
        erase="update enrollments set removed_by = null where removed_by = $1",
    ),
    Trace(
        table="enrollment_links",
        columns=("created_by",),
        shows="id, course_id, created_at, expires_at, max_uses, uses, revoked_at",
        erase="update enrollment_links set created_by = null where created_by = $1",
    ),
    Trace(
        table="enrollment_invitations",
        columns=("invited_by",),
        person="invited_by = $1 or email = (select email from users where id = $1)",
        shows="course_id, sent_at, expires_at, invited_by is not distinct from $1 as sent",
        # Those to the address have gone when the account was closed.
        erase="update enrollment_invitations set invited_by = null where invited_by = $1",
    ),
)
