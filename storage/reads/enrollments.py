"""The enrollments domain in the read model: enrolments, progress with figures derived from it, and
how students are brought in.
"""

from __future__ import annotations

from collections.abc import Mapping

from storage.reads import rules
from storage.reads.model import (
    Connection,
    Domain,
    Embedded,
    Form,
    Key,
    Many,
    One,
    Root,
    Shape,
    Type,
    Value,
    enumeration,
    identifier,
    instant,
    plain,
    text,
)


def enrollment_visible(enrollment: str = "{t}") -> str:
    """The viewer sees the enrolment with that alias: their own, and those in courses they teach."""
    return rules.visible("Enrollment", f"{enrollment}.course_id", owner=f"{enrollment}.student_id")


NEXT = (
    "(select l.id from lesson_progress p join lessons l on l.id = p.lesson_id"
    " join course_modules m on m.id = l.module_id"
    " where p.enrollment_id = {p}.id and p.status <> 'completed' and not exists ("
    "select 1 from lesson_progress np join lessons n on n.id = np.lesson_id"
    " where np.enrollment_id = {p}.id and np.status <> 'completed' and not l.is_preview and ("
    "n.module_id = m.prerequisite_module_id or n.id in"
    " (select lp.prerequisite_id from lesson_prerequisites lp where lp.lesson_id = l.id)))"
    " order by m.order_number, l.order_number limit 1)"
)
NEXT_LESSON = One(type="Lesson", join=f"{{t}}.id = {NEXT}", nullable=True)

ENROLLMENT = Type(
    name="Enrollment",
    table="enrollments",
    fields={
        "id": identifier(),
        "student": One(type="User", join="{t}.id = {p}.student_id"),
        "course": One(type="Course", join="{t}.id = {p}.course_id"),
        "enrolledAt": instant("enrolled_at"),
        "completedAt": instant("completed_at", nullable=True),
        "progressPercentage": plain("progress_percentage"),
        "lastAccessedAt": instant("last_accessed_at", nullable=True),
        "status": enumeration("status"),
        "withdrawnAt": instant("withdrawn_at", nullable=True),
        "removedAt": instant("removed_at", nullable=True),
        "removedBy": One(
            type="User",
            join=(
                "{t}.id = {p}.removed_by and "
                + rules.visible("Enrollment.removedBy", "{p}.course_id")
            ),
            nullable=True,
        ),
        "removalReason": text(
            "removal_reason",
            visible=rules.visible("Enrollment.removalReason", "{t}.course_id"),
        ),
        "extraTime": plain(
            "extra_time",
            visible=rules.visible("Enrollment.extraTime", "{t}.course_id", owner="{t}.student_id"),
        ),
        "unlimitedTime": plain(
            "unlimited_time",
            visible=rules.visible(
                "Enrollment.unlimitedTime", "{t}.course_id", owner="{t}.student_id"
            ),
        ),
        "progress": Embedded(type="ProgressSummary"),
        "lessons": Many(
            type="LessonProgress",
            join="{t}.enrollment_id = {p}.id",
            order=(
                "(select (m.order_number, l.order_number) from lessons l"
                " join course_modules m on m.id = l.module_id where l.id = {t}.lesson_id)"
            ),
        ),
        "modules": Many(
            type="ModuleProgress", join="{t}.enrollment_id = {p}.id", order="{t}.order_number"
        ),
        "nextLesson": NEXT_LESSON,
    },
    visible=enrollment_visible(),
)

PROGRESS = Type(
    name="LessonProgress",
    table="lesson_progress",
    fields={
        "id": identifier(),
        "lesson": One(type="Lesson", join="{t}.id = {p}.lesson_id"),
        "status": enumeration("status"),
        "timeSpentSeconds": plain("time_spent_seconds"),
        "completedAt": instant("completed_at", nullable=True),
        "quizScore": plain("quiz_score", nullable=True),
        "attemptsCount": plain("attempts_count"),
        "lastAccessedAt": instant("last_accessed_at", nullable=True),
    },
)

MODULE_PROGRESS = Type(
    name="ModuleProgress",
    table="module_progress",
    fields={
        "module": One(type="CourseModule", join="{t}.id = {p}.module_id"),
        "completedLessons": plain("completed_lessons"),
        "totalLessons": plain("total_lessons"),
        "completed": plain("completed"),
        "timeSpentSeconds": plain("time_spent_seconds"),
    },
)

OWN = "from lesson_progress p where p.enrollment_id = {t}.id"
PLANNED = (
    "from lesson_progress p join lessons l on l.id = p.lesson_id where p.enrollment_id = {t}.id"
)
PACE = (
    "coalesce((select least(4, greatest(0.25,"
    " sum(p.time_spent_seconds)::numeric / nullif(sum(l.duration_minutes) * 60, 0)))"
    f" {PLANNED} and p.status = 'completed' and l.duration_minutes > 0"
    " and p.time_spent_seconds > 0), 1)"
)
"""Time spent over time planned, for completed lessons that have both; 1 if there are none."""
REMAINING = (
    "(select coalesce(sum(greatest(0, coalesce(l.duration_minutes, 0) * 60 * "
    f"{PACE} - p.time_spent_seconds)), 0)::bigint {PLANNED} and p.status <> 'completed')"
)
STRUGGLING = (
    "(select coalesce(json_agg(m.title order by m.order_number), '[]') from course_modules m"
    " where m.course_id = {t}.course_id and exists (select 1 from lesson_progress p"
    " join lessons l on l.id = p.lesson_id where p.enrollment_id = {t}.id and l.module_id = m.id"
    " and (p.quiz_score < 60 or (p.status <> 'completed' and (p.attempts_count >= 3 or"
    " p.time_spent_seconds > 2 * 60 * nullif(l.duration_minutes, 0))))))"
)


def counted(sql: str) -> Value:
    """A computed number."""
    return Value(sql=sql, form=Form.PLAIN)


SUMMARY = Type(
    name="ProgressSummary",
    table="enrollments",
    fields={
        "enrollment": Embedded(type="Enrollment"),
        "completedLessons": counted(f"(select count(*) {OWN} and p.status = 'completed')"),
        "totalLessons": counted(f"(select count(*) {OWN})"),
        "estimatedTimeRemaining": counted(REMAINING),
        "nextRecommendedLesson": NEXT_LESSON,
        "strugglingAreas": counted(STRUGGLING),
    },
    visible=enrollment_visible(),
)

OPEN = (
    "({t}.revoked_at is null and {t}.expires_at > now()"
    " and ({t}.max_uses is null or {t}.uses < {t}.max_uses))"
)
PRESENT_ADDRESS = "(select a.address from public_addresses a order by a.used_at desc limit 1)"

LINK = Type(
    name="EnrollmentLink",
    table="enrollment_links",
    fields={
        "id": identifier(),
        "course": One(type="Course", join="{t}.id = {p}.course_id"),
        "token": text("token"),
        "url": Value(
            sql=f"coalesce({PRESENT_ADDRESS}, '') || '/join-course/' || {{t}}.token", form=Form.TEXT
        ),
        "createdBy": One(type="User", join="{t}.id = {p}.created_by", nullable=True),
        "createdAt": instant("created_at"),
        "expiresAt": instant("expires_at"),
        "maxUses": plain("max_uses", nullable=True),
        "uses": plain("uses"),
        "revokedAt": instant("revoked_at", nullable=True),
        "open": counted(OPEN),
    },
    visible=rules.visible("EnrollmentLink", "{t}.course_id"),
)

INVITATION = Type(
    name="StudentInvitation",
    table="enrollment_invitations",
    fields={
        "id": identifier(),
        "course": One(type="Course", join="{t}.id = {p}.course_id"),
        "email": text("email"),
        "invitedBy": One(type="User", join="{t}.id = {p}.invited_by", nullable=True),
        "sentAt": instant("sent_at"),
        "expiresAt": instant("expires_at"),
    },
    visible=("{t}.expires_at > now() and " + rules.visible("StudentInvitation", "{t}.course_id")),
)

OF_LESSON: Mapping[str, Shape] = {
    "myProgress": One(
        type="LessonProgress",
        join=(
            "{t}.lesson_id = {p}.id and {t}.enrollment_id in"
            " (select e.id from enrollments e where e.student_id = {viewer})"
        ),
        nullable=True,
    ),
}

OF_COURSE: Mapping[str, Shape] = {
    "myEnrollment": One(
        type="Enrollment",
        join="{t}.course_id = {p}.id and {t}.student_id = {viewer}",
        nullable=True,
    ),
    "enrollmentLinks": Many(
        type="EnrollmentLink",
        join="{t}.course_id = {p}.id",
        order="{t}.created_at desc, {t}.id desc",
    ),
    "invitations": Connection(
        type="StudentInvitation",
        join="{t}.course_id = {p}.id",
        keys=(
            Key("{t}.sent_at", "instant", descending=True),
            Key("{t}.id", "uuid", descending=True),
        ),
    ),
}

BY_LINK = (
    "{t}.status = 'published' and {t}.id = (select l.course_id from enrollment_links l"
    f" where l.token = {{token}} and {OPEN.replace('{t}', 'l')})"
)

OF_ENROLLMENT_SEEN = (
    "{t}.id = {id} and exists (select 1 from enrollments e"
    f" where e.id = {{t}}.enrollment_id and ({enrollment_visible('e')}))"
)

DOMAIN = Domain(
    types=(ENROLLMENT, PROGRESS, MODULE_PROGRESS, SUMMARY, LINK, INVITATION),
    extends={"Course": OF_COURSE, "Lesson": OF_LESSON},
    nodes={
        "Enrollment": One(type="Enrollment", join="{t}.id = {id}", nullable=True),
        "LessonProgress": One(type="LessonProgress", join=OF_ENROLLMENT_SEEN, nullable=True),
        "EnrollmentLink": One(type="EnrollmentLink", join="{t}.id = {id}", nullable=True),
        "StudentInvitation": One(type="StudentInvitation", join="{t}.id = {id}", nullable=True),
    },
    roots={
        "enrollment": Root(
            shape=One(type="Enrollment", join="{t}.id = {id}", nullable=True),
            arguments={"id": "uuid"},
        ),
        "lessonProgress": Root(
            shape=One(type="LessonProgress", join=OF_ENROLLMENT_SEEN, nullable=True),
            arguments={"id": "uuid"},
        ),
        "enrollmentLink": Root(
            shape=One(type="EnrollmentLink", join="{t}.id = {id}", nullable=True),
            arguments={"id": "uuid"},
        ),
        "courseByLink": Root(
            shape=One(type="Course", join=BY_LINK, nullable=True),
            arguments={"token": "text"},
        ),
        "enrollmentProgress": Root(
            shape=One(type="ProgressSummary", join="{t}.id = {enrollmentId}", nullable=True),
            arguments={"enrollmentId": "uuid"},
        ),
        "courseEnrollments": Root(
            shape=Connection(
                type="Enrollment",
                join="true",
                keys=(
                    Key("{t}.enrolled_at", "instant", descending=True),
                    Key("{t}.id", "uuid", descending=True),
                ),
                filters={
                    "courseId": ("uuid", "{t}.course_id = {arg}"),
                    "status": ("lower", "{t}.status = {arg}"),
                },
            )
        ),
        "myEnrollments": Root(
            shape=Many(
                type="Enrollment",
                join=(
                    "{t}.student_id = {viewer}"
                    " and ({status}::text is null or {t}.status = {status})"
                ),
                order="{t}.enrolled_at desc, {t}.id",
            ),
            arguments={"status": "lower"},
        ),
        "eventEnrollment": Root(
            shape=One(type="Enrollment", join="{t}.id = {id}", nullable=True, open=True),
            arguments={"id": "uuid"},
        ),
    },
)
