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


async def test_a_role_is_changed_only_by_whoever_may_remove_the_teacher(
    database: Database,
) -> None:
    school, teacher, course = await taught(database)
    ada, ben = await school.user("educator"), await school.user("educator")
    admin = await school.user("admin")

    def assistant(by: str, by_role: str = "educator", **named: str) -> AddCoTeacher:
        return AddCoTeacher(
            by=by, by_role=by_role, course_id=course, role=TeacherRole.ASSISTANT, **named
        )

    async def role_of(user_id: str) -> str:
        (row,) = await school.rows(
            "select role from course_teachers where user_id::text = $1", user_id
        )
        return str(row["role"])

    for co_teacher in (ada, ben):
        await do(school, AddCoTeacher, teacher, course_id=course, user_id=co_teacher)
    await school.rows("update users set email_verified = true")
    for named in ({"user_id": ben}, {"email": f"{ben}@school.example"}):
        with pytest.raises(AuthorizationError):
            await school.courses.handle(assistant(ada, **named))
    assert await role_of(ben) == "co_teacher"
    assert await school.announced("courses.co_teacher_added") == 2

    for permitted, role in ((teacher, "educator"), (admin, "admin")):
        await school.courses.handle(assistant(permitted, role, user_id=ben))
        assert await role_of(ben) == "assistant"
        # Who is one already may be added again by whoever adds assistants.
        await school.courses.handle(assistant(ada, user_id=ben))
        await do(school, AddCoTeacher, teacher, course_id=course, user_id=ben)
        assert await role_of(ben) == "co_teacher"
    # Like leaving, stepping back is everybody's own decision.
    await school.courses.handle(assistant(ada, user_id=ada))
    assert await role_of(ada) == "assistant"
