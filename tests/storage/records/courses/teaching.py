"""Commands to the courses' handler, with a real database behind it."""

from __future__ import annotations

from typing import Any

import pytest

from protocol.errors import (
    ClientError,
)
from storage.postgres import Database
from tests.storage.records.school import School


async def do(school: School, kind: type, by: str, role: str = "educator", **more: Any) -> Any:
    return await school.courses.handle(kind(by=by, by_role=role, **more))


async def refused(school: School, kind: type, by: str, role: str = "educator", **more: Any) -> Any:
    with pytest.raises(ClientError) as refusal:
        await do(school, kind, by, role, **more)
    return refusal.value


async def taught(database: Database) -> tuple[School, str, str]:
    """A school, an educator, and a course of hers that is empty."""
    school = School(database)
    teacher = await school.user("educator")
    return school, teacher, await school.course(teacher)
