"""The prerequisites of a course in SQL, of modules and lessons together."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from protocol.records.courses import Prerequisites

MODULES = """
select id::text, title, prerequisite_module_id::text as needs from course_modules
where course_id = $1
"""
LESSONS = """
select l.id::text, l.title, l.module_id::text as module,
       array(select p.prerequisite_id::text from lesson_prerequisites p
             where p.lesson_id = l.id) as needs
from lessons l join course_modules m on m.id = l.module_id where m.course_id = $1
"""


async def prerequisites(connection: Any, course_id: UUID) -> Prerequisites:
    """Read them. Lock the course first, so that nobody closes a circle with another edit."""
    modules = await connection.fetch(MODULES, course_id)
    lessons = await connection.fetch(LESSONS, course_id)
    return Prerequisites(
        modules={row["id"]: row["needs"] for row in modules},
        lessons={row["id"]: row["module"] for row in lessons},
        needs={row["id"]: tuple(row["needs"]) for row in lessons if row["needs"]},
        titles={row["id"]: row["title"] for row in (*modules, *lessons)},
    )
