"""Co-teachers and assistants in a real database."""

from __future__ import annotations

import pytest

from protocol.courses.commands import AddCoTeacher, RemoveTeacher, UpdateCourse
from protocol.courses.values import TeacherRole
from protocol.errors import (
    MAX_REPEATED,
    AuthorizationError,
    NotFoundError,
    RefusedError,
)
from storage.postgres import Database
from tests.storage.records.courses.teaching import do, refused, taught


async def test_an_assistant_helps_but_changes_nothing(database: Database) -> None:
    school, teacher, course = await taught(database)
    helper = await school.user()
    await school.courses.handle(
        AddCoTeacher(
            by=teacher,
            by_role="educator",
            course_id=course,
            user_id=helper,
            role=TeacherRole.ASSISTANT,
        )
    )
    error = await refused(school, UpdateCourse, helper, "student", course_id=course, title="Mine")
    assert isinstance(error, AuthorizationError)
    with pytest.raises(RefusedError):
        await school.enroll(helper, course)
    stranger = await school.user("educator")
    assert isinstance(
        await refused(school, RemoveTeacher, stranger, course_id=course, user_id=helper),
        AuthorizationError,
    )
    await do(school, RemoveTeacher, helper, "student", course_id=course, user_id=helper)
    assert isinstance(
        await refused(school, RemoveTeacher, teacher, course_id=course, user_id=helper),
        NotFoundError,
    )
    assert await school.announced("courses.teacher_removed") == 1
    assert isinstance(
        await refused(school, AddCoTeacher, teacher, course_id=course, user_id=teacher),
        NotFoundError,
    )


@pytest.mark.parametrize("who", ["a\0@b.example", "\ud800", "a" * 2_000_000])
@pytest.mark.parametrize("field", ["email", "user_id"])
async def test_what_can_name_nobody_is_not_found_and_not_repeated_whole(
    database: Database, field: str, who: str
) -> None:
    school, teacher, course = await taught(database)
    error = await refused(school, AddCoTeacher, teacher, course_id=course, **{field: who})
    assert isinstance(error, NotFoundError)
    assert error.details["resource_id"] == who[:MAX_REPEATED]
    error = await refused(school, RemoveTeacher, teacher, course_id=course, user_id=who)
    assert isinstance(error, NotFoundError)
    assert error.details["resource_id"] == who[:MAX_REPEATED]
