"""What is kept of a person, domain by domain: how it is given out, and what erasing does to it.

Every column that names a user belongs to a `Trace` here; a test looks through the database's own
catalogue for one that does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

FORMER = "Former user"
"""Stands where a name stood."""


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """`columns` of `table` hold a user's id, `shows` is given out (nothing where it is empty).
    `person` is a predicate in their place for a table that names nobody by itself.

    `erase` is a statement with the id as `$1`; without one what is left says nothing of a person
    whose account is erased, or has to be kept, and `kept` says why.
    """

    table: str
    columns: tuple[str, ...] = ("user_id",)
    person: str = ""
    shows: str = ""
    erase: str = ""
    kept: str = ""


PERSONAL: Mapping[str, tuple[Trace, ...]] = {
    "users": (
        Trace(
            table="users",
            columns=("id",),
            shows="id, email, role, email_verified, pending_email, last_login, disabled_at,"
            " created_at, updated_at, deleted_at",
            erase="update users set email = 'erased-' || id || '@invalid', password_hash = '',"
            " verification_token = null, password_reset_token = null, email_change_token = null,"
            " pending_email = null, email_verified = false, last_login = null where id = $1",
        ),
        Trace(
            table="user_profiles",
            shows="full_name, bio, avatar_url, timezone, language, notification_preferences,"
            " privacy_settings, created_at, updated_at",
            erase=f"update user_profiles set full_name = '{FORMER}', bio = null,"  # noqa: S608
            " avatar_url = null, timezone = 'UTC', language = 'en',"
            " notification_preferences = '{}', privacy_settings = '{}' where user_id = $1",
        ),
        Trace(
            table="jobs",
            shows="kind, payload ->> 'recipient' as recipient,"
            " to_timestamp(created_at / 1000.0) as created_at, attempts,"
            " to_timestamp(failed_at / 1000.0) as failed_at",
            erase="delete from jobs where user_id = $1",
        ),
        Trace(
            table="audit_trail",
            columns=("by_id",),
            person="by_id = $1 or (resource_type = 'user' and resource_id = $1::uuid::text)",
            shows="at, action, resource_type, resource_id, details",
            erase="update audit_trail set details = '{}'"
            " where resource_type = 'user' and resource_id = $1::uuid::text",
        ),
        Trace(
            table="analytics_events",
            shows="event_type, event_data, timestamp",
            erase="update analytics_events set user_id = null where user_id = $1",
        ),
    ),
    "courses": (
        Trace(
            table="courses",
            columns=("instructor_id",),
            shows="id, title, slug, status, created_at",
            kept="students go on with it; its instructor is a former user",
        ),
        Trace(
            table="course_teachers",
            shows="course_id, role",
            erase="delete from course_teachers where user_id = $1",
        ),
        Trace(
            table="course_reviews",
            columns=("student_id",),
            shows="course_id, rating, comment, created_at, updated_at",
            erase="update course_reviews set comment = null where student_id = $1",
        ),
    ),
    "enrollments": (
        Trace(
            table="enrollments",
            columns=("student_id",),
            shows="id, course_id, enrolled_at, completed_at, progress_percentage, status,"
            " withdrawn_at, withdrawal_reason, last_accessed_at,"
            " (select coalesce(json_agg(json_build_object('lesson_id', p.lesson_id, 'status',"
            " p.status, 'time_spent_seconds', p.time_spent_seconds, 'completed_at',"
            " p.completed_at, 'quiz_score', p.quiz_score)), '[]') from lesson_progress p"
            " where p.enrollment_id = t.id) as lessons",
            erase="update enrollments set withdrawal_reason = null where student_id = $1",
        ),
        Trace(
            table="certificates",
            columns=(),
            person="enrollment_id in (select e.id from enrollments e where e.student_id = $1)",
            shows="certificate_id, student_name, course_title, instructor_name, completed_at,"
            " issued_at, verification_url, revoked_at, revocation_reason",
            erase="delete from certificates where enrollment_id in"
            " (select e.id from enrollments e where e.student_id = $1)",
        ),
    ),
    "assessments": (
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
    ),
    "communication": (
        Trace(
            table="discussion_threads",
            columns=("author_id",),
            shows="id, course_id, title, content, created_at",
            erase="update discussion_threads set title = '…', content = '' where author_id = $1",
        ),
        Trace(
            table="discussion_posts",
            columns=("author_id",),
            shows="id, thread_id, content, edit_history, created_at",
            erase="update discussion_posts set content = '', edit_history = null,"
            " is_deleted = true where author_id = $1",
        ),
    ),
}
"""By domain, in the order in which it is given out."""


async def export(connection: Any, user_id: UUID) -> dict[str, dict[str, list[Any]]]:
    """Every row of every trace, by domain and table."""
    return {
        domain: {
            trace.table: await _rows(connection, trace, user_id) for trace in traces if trace.shows
        }
        for domain, traces in PERSONAL.items()
    }


async def erase(connection: Any, user_id: UUID) -> None:
    """What cannot be undone. In the caller's transaction."""
    for traces in PERSONAL.values():
        for trace in traces:
            if trace.erase:
                await connection.execute(trace.erase, user_id)


async def _rows(connection: Any, trace: Trace, user_id: UUID) -> list[Any]:
    mine = trace.person or " or ".join(f"{column} = $1" for column in trace.columns)
    rows = await connection.fetch(
        f"select to_json(shown)::text as shown"  # noqa: S608
        f" from (select {trace.shows} from {trace.table} t where {mine}) shown",
        user_id,
    )
    return [msgspec.json.decode(row["shown"]) for row in rows]
