"""Personal data in the content domain: what stays with its course."""

from __future__ import annotations

from storage.records.traces import Trace

TRACES = (
    Trace(
        table="files",
        columns=("owner_id",),
        shows="id, course_id, use, name, content_type, size, created_at",
        kept="students of a course go on with its files; their owner is a former user",
    ),
    Trace(
        table="course_resources",
        columns=("added_by",),
        shows="id, course_id, kind, title, folder, url, file_name, created_at",
        kept="students of a course go on with its resources",
    ),
    Trace(
        table="videos",
        columns=("added_by",),
        shows="id, course_id, title, file_name, size, created_at",
        kept="students of a course go on with its films",
    ),
)
