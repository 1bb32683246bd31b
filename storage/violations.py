"""What a violated constraint means to whoever sent the command.

A rule has seen facts that another command then changed: what a row refers to is gone, or somebody
else was first. Locks prevent most of it. What they leave is answered here, for every statement.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import asyncpg

from protocol.errors import ClientError, ConflictError, NotFoundError

RESOURCES: Mapping[str, str] = {
    "accepted_by": "user",
    "certificate_id": "certificate",
    "course_id": "course",
    "created_by": "user",
    "enrollment_id": "enrollment",
    "next_id": "video",
    "shown_id": "video",
    "source_id": "upload",
    "video_id": "video",
    "file_id": "upload",
    "owner_id": "user",
    "resource_id": "resource",
    "added_by": "user",
    "instructor_id": "user",
    "invited_by": "user",
    "lesson_id": "lesson",
    "live_quiz_id": "live quiz",
    "live_quiz_id_question_index": "question",
    "module_id": "module",
    "author_id": "user",
    "by_id": "user",
    "graded_by": "user",
    "grader_id": "user",
    "host_id": "user",
    "parent_post_id": "post",
    "prerequisite_id": "lesson",
    "prerequisite_module_id": "module",
    "quiz_id": "quiz",
    "removed_by": "user",
    "scored_by": "user",
    "student_id": "user",
    "submission_id": "quiz submission",
    "submission_id_question_id": "answer",
    "thread_id": "thread",
    "to_id": "user",
    "user_id": "user",
    "version_id": "quiz version",
}
"""What a column, or several of them, refers to: a foreign key is `<table>_<column>…_fkey`."""
KEY = re.compile(r"\((?P<columns>[^()]*)\)=\((?P<values>[^()]*)\)")
"""As in `Key (course_id, slug)=(1, sky) already exists.`"""
MAX_ID = 64


def violation(error: BaseException) -> ClientError | None:
    """`NotFoundError` of what has vanished, or `ConflictError`; None for any other error."""
    if isinstance(error, asyncpg.ForeignKeyViolationError):
        column = referring_column(error)
        if column in RESOURCES:
            return NotFoundError(RESOURCES[column], _values(error)[:MAX_ID])
    if isinstance(error, asyncpg.IntegrityConstraintViolationError):
        return ConflictError(
            "Somebody else changed this at the same moment; try again",
            conflict_field=_field(error),
        )
    return None


def referring_column(error: asyncpg.ForeignKeyViolationError) -> str:
    """The column whose value is not there; empty where a row could not be deleted."""
    table, name = error.table_name or "", error.constraint_name or ""
    if "is still referenced" in (error.detail or ""):
        return ""
    return name.removeprefix(f"{table}_").removesuffix("_fkey")


def _values(error: asyncpg.IntegrityConstraintViolationError) -> str:
    found = KEY.search(error.detail or "")
    return found["values"] if found else ""


def _field(error: asyncpg.IntegrityConstraintViolationError) -> str:
    """The last column of the constraint; those before it say where."""
    if error.column_name:
        return str(error.column_name)
    found = KEY.search(error.detail or "")
    return found["columns"].split(",")[-1].strip() if found else str(error.constraint_name or "")
