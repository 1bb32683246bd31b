"""Personal data in the content domain: files and resources, which stay with their course."""

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
)
