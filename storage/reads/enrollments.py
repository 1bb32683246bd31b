"""The enrollments domain in the read model."""

from __future__ import annotations

from storage.reads import rules
from storage.reads.model import Domain, Many, One, Root, Type, enumeration, identifier, instant
from storage.reads.model import plain as number

ENROLLMENT = Type(
    name="Enrollment",
    table="enrollments",
    fields={
        "id": identifier(),
        "student": One(type="User", join="{t}.id = {p}.student_id"),
        "course": One(type="Course", join="{t}.id = {p}.course_id"),
        "enrolledAt": instant("enrolled_at"),
        "completedAt": instant("completed_at", nullable=True),
        "progressPercentage": number("progress_percentage"),
        "lastAccessedAt": instant("last_accessed_at", nullable=True),
        "status": enumeration("status"),
    },
    visible=f"{{t}}.student_id = {{viewer}} or {rules.teaches('{t}.course_id')}",
)

DOMAIN = Domain(
    types=(ENROLLMENT,),
    roots={
        "enrollment": Root(
            shape=One(type="Enrollment", join="{t}.id = {id}", nullable=True),
            arguments={"id": "uuid"},
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
