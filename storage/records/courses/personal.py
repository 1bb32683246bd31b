"""Personal data in the courses domain: courses, posts as a teacher and reviews."""

from __future__ import annotations

from storage.records.traces import Trace

TRACES = (
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
)
