"""Courses in a real database: slugs, order, publication, rights."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
import trio

from protocol.courses.commands import AddCoTeacher, AddLesson, AddModule, PublishCourse
from protocol.courses.values import LessonType, TeacherRole
from protocol.errors import AuthorizationError, NotFoundError, RefusedError, ValidationError
from storage.postgres import Database
from tests.storage.records.school import School


@pytest.mark.parametrize("title", ["The sky", "数学入門", "😀"])
async def test_courses_made_at_once_with_one_title_get_different_slugs(
    database: Database, title: str
) -> None:
    school = School(database)
    teacher = await school.user("educator")
    async with trio.open_nursery() as nursery:
        for _ in range(8):
            nursery.start_soon(school.course, teacher, title)
    slugs = {row["slug"] for row in await school.rows("select slug from courses")}
    assert len(slugs) == 8
    assert await school.announced("courses.course_created") == 8


async def test_a_course_is_published_once_it_has_three_modules_with_lessons(
    database: Database,
) -> None:
    school = School(database)
    teacher = await school.user("educator")
    course = await school.course(teacher)
    publish = PublishCourse(by=teacher, by_role="educator", course_id=course)
    for title in ("One", "Two", "Three"):
        with pytest.raises(RefusedError) as refusal:
            await school.courses.handle(publish)
        assert refusal.value.code == "COURSE_INCOMPLETE"
        await school.lesson(teacher, await school.module(teacher, course, title))
    await school.courses.handle(publish)
    await school.courses.handle(publish)
    assert await school.announced("courses.course_published") == 1
    (row,) = await school.rows("select status, published_at from courses")
    assert row["status"] == "published"
    assert row["published_at"] is not None


async def test_a_video_without_a_file_keeps_a_course_from_being_published(
    database: Database,
) -> None:
    school = School(database)
    teacher = await school.user("educator")
    course, lesson = await school.published_course(teacher)
    await school.rows("update courses set status = 'draft'")
    await school.rows("update lessons set lesson_type = 'video' where id::text = $1", lesson)
    with pytest.raises(RefusedError) as refusal:
        await school.courses.handle(PublishCourse(by=teacher, by_role="educator", course_id=course))
    assert "A text" in refusal.value.message
    (missing,) = refusal.value.details["missing"]
    assert (missing["code"], missing["lesson_id"]) == ("REQUIRED", lesson)


async def test_a_co_teacher_may_edit_and_a_stranger_may_not(database: Database) -> None:
    school = School(database)
    teacher, helper = await school.user("educator"), await school.user("educator")
    course = await school.course(teacher)
    with pytest.raises(AuthorizationError):
        await school.module(helper, course)
    add = AddCoTeacher(by=teacher, by_role="educator", course_id=course, user_id=helper)
    await school.courses.handle(add)
    await school.courses.handle(add)
    await school.module(helper, course)
    with pytest.raises(AuthorizationError):
        await school.courses.handle(PublishCourse(by=helper, by_role="educator", course_id=course))


async def test_a_student_cannot_be_made_a_co_teacher(database: Database) -> None:
    school = School(database)
    teacher, student = await school.user("educator"), await school.user()
    course = await school.course(teacher)
    with pytest.raises(NotFoundError):
        await school.courses.handle(
            AddCoTeacher(by=teacher, by_role="educator", course_id=course, user_id=student)
        )


async def test_a_co_teacher_is_named_by_id_or_by_address_but_not_by_both(
    database: Database,
) -> None:
    school = School(database)
    teacher, helper = await school.user("educator"), await school.user("educator")
    course = await school.course(teacher)
    ((email,),) = await school.rows("select email from users where id::text = $1", helper)

    async def add(**named: Any) -> Any:
        return await school.courses.handle(
            AddCoTeacher(by=teacher, by_role="educator", course_id=course, **named)
        )

    with pytest.raises(NotFoundError):
        await add(email=email)  # anybody could have registered it
    with pytest.raises(NotFoundError):
        await add(email=email, role=TeacherRole.ASSISTANT)
    await school.rows("update users set email_verified = true where id::text = $1", helper)
    assert (await add(email=f"  {email.upper()} ")).user_id == helper
    for wrong in ({}, {"user_id": helper, "email": email}):
        with pytest.raises(ValidationError):
            await add(**wrong)
    for unknown in ({"email": "nobody@school.example"}, {"user_id": "no-id"}):
        with pytest.raises(NotFoundError):
            await add(**unknown)


async def test_a_prerequisite_must_be_of_the_same_course(database: Database) -> None:
    school = School(database)
    teacher = await school.user("educator")
    here, there = await school.course(teacher), await school.course(teacher)
    first, foreign = await school.module(teacher, here), await school.module(teacher, there)

    async def add(prerequisite: str) -> None:
        await school.courses.handle(
            AddModule(
                by=teacher,
                by_role="educator",
                course_id=here,
                title="Next",
                prerequisite_module_id=prerequisite,
            )
        )

    await add(first)
    for wrong in (foreign, "nonsense"):
        with pytest.raises(ValidationError):
            await add(wrong)


async def test_a_lesson_adds_its_minutes_to_the_module(database: Database) -> None:
    school = School(database)
    teacher = await school.user("educator")
    module = await school.module(teacher, await school.course(teacher))
    for minutes in (10, None, 5):
        await school.courses.handle(
            AddLesson(
                by=teacher,
                by_role="educator",
                module_id=module,
                title="A quiz",
                type=LessonType.QUIZ,
                duration_minutes=minutes,
            )
        )
    (row,) = await school.rows("select duration_minutes from course_modules")
    assert row["duration_minutes"] == 15


async def test_what_does_not_exist_is_not_found(database: Database) -> None:
    school = School(database)
    teacher = await school.user("educator")
    for course in ("nonsense", teacher):
        with pytest.raises(NotFoundError):
            await school.module(teacher, course)
        with pytest.raises(NotFoundError):
            await school.lesson(teacher, course)


async def test_a_teacher_who_is_no_more_makes_no_course(database: Database) -> None:
    with pytest.raises(NotFoundError):
        await School(database).course(str(uuid4()))


async def test_a_price_is_kept_exactly(database: Database) -> None:
    school = School(database)
    teacher = await school.user("educator")
    await school.course(teacher, price=1999, currency="EUR")
    await school.course(teacher, price=500, currency="JPY")
    rows = await school.rows("select price::text from courses order by price")
    assert [row["price"] for row in rows] == ["19.99", "500.00"]
