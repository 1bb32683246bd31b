"""Modules and lessons in a real database: order, circles, contents, progress."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protocol.courses.commands import (
    DeleteLesson,
    DeleteModule,
    MoveLesson,
    PublishCourse,
    ReorderLessons,
    ReorderModules,
    SetLessonPrerequisites,
    UpdateLesson,
    UpdateModule,
)
from protocol.courses.values import LessonType
from protocol.errors import (
    ValidationError,
)
from storage.asyncio_thread import open_asyncio_thread
from storage.postgres import Database
from tests.storage.records.courses.teaching import do, refused, taught
from tests.storage.records.school import School

ORDER = "select id::text from course_modules where course_id::text = $1 order by order_number"
NUMBERS = "select order_number from {} where {}::text = $1 order by 1"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(4)), dropped=st.sets(st.integers(0, 3), max_size=3))
async def test_after_any_reordering_and_deletion_numbers_are_unique_and_without_gaps(
    database_url: str, order: list[int], dropped: set[int]
) -> None:
    """Property 15: Reordering preserves uniqueness

    Validates: Requirements 3.4
    """
    async with open_asyncio_thread() as asyncio_thread:
        database = await Database.open(asyncio_thread, database_url, max_size=2)
        try:
            school, teacher, course = await taught(database)
            modules = [await school.module(teacher, course, f"M{n}") for n in range(4)]
            wanted = [modules[n] for n in order]
            await do(school, ReorderModules, teacher, course_id=course, module_ids=tuple(wanted))
            for number in dropped:
                await do(school, DeleteModule, teacher, module_id=modules[number])
            left = [each for each in wanted if modules.index(each) not in dropped]
            assert [row[0] for row in await school.rows(ORDER, course)] == left
            numbers = await school.rows(NUMBERS.format("course_modules", "course_id"), course)
            assert [row[0] for row in numbers] == list(range(1, len(left) + 1))
        finally:
            await database.close()


async def test_an_order_names_every_one_once_and_no_other(database: Database) -> None:
    school, teacher, course = await taught(database)
    one, two = [await school.module(teacher, course, title) for title in "AB"]
    foreign = await school.module(teacher, await school.course(teacher))
    for ids in [(one,), (one, one), (one, two, foreign), (one, "x"), (one, foreign)]:
        error = await refused(school, ReorderModules, teacher, course_id=course, module_ids=ids)
        assert isinstance(error, ValidationError)
    lessons = [await school.lesson(teacher, one, title) for title in "AB"]
    reverse = tuple(reversed(lessons))
    await do(school, ReorderLessons, teacher, module_id=one, lesson_ids=reverse)
    rows = await school.rows(
        "select id::text from lessons where module_id::text = $1 order by order_number", one
    )
    assert tuple(row[0] for row in rows) == reverse


async def test_a_lesson_moves_to_another_module_with_its_minutes(database: Database) -> None:
    school, teacher, course = await taught(database)
    one, two = [await school.module(teacher, course, title) for title in "AB"]
    a, b, c = [await school.lesson(teacher, one, title) for title in "abc"]
    d = await school.lesson(teacher, two, "d")
    await do(school, UpdateLesson, teacher, lesson_id=a, duration_minutes=7)
    await do(school, MoveLesson, teacher, lesson_id=a, module_id=two.upper(), position=1)
    await do(school, MoveLesson, teacher, lesson_id=c, module_id=two, position=9)
    await do(school, MoveLesson, teacher, lesson_id=d, module_id=two)
    rows = await school.rows(
        "select m.title, l.id::text, l.order_number from lessons l join course_modules m"
        " on m.id = l.module_id where m.course_id::text = $1 order by 1, 3",
        course,
    )
    assert [tuple(row) for row in rows] == [
        ("A", b, 1),
        *(("B", lesson, place) for place, lesson in enumerate((a, c, d), start=1)),
    ]
    minutes = "select title, duration_minutes from course_modules where course_id::text = $1"
    assert {tuple(row) for row in await school.rows(minutes, course)} == {("A", 0), ("B", 7)}


async def test_a_lesson_moves_to_no_other_course_and_closes_no_circle(database: Database) -> None:
    school, teacher, course = await taught(database)
    one, two = [await school.module(teacher, course, title) for title in "AB"]
    first, later = [await school.lesson(teacher, one, title) for title in "ab"]
    await do(school, UpdateModule, teacher, module_id=two, prerequisite_module_id=one)
    await do(school, SetLessonPrerequisites, teacher, lesson_id=later, prerequisite_ids=(first,))
    foreign = await school.module(teacher, await school.course(teacher))
    for module, position in [(foreign, None), ("no-id", None), (one, 0), (two, None)]:
        error = await refused(
            school, MoveLesson, teacher, lesson_id=first, module_id=module, position=position
        )
        assert isinstance(error, ValidationError), module
    await do(school, MoveLesson, teacher, lesson_id=later, module_id=two)


async def test_prerequisites_make_no_circle_whatever_way_an_id_is_written(
    database: Database,
) -> None:
    school, teacher, course = await taught(database)
    modules = [await school.module(teacher, course, title) for title in "ABC"]
    for number, needed in [(1, 0), (2, 1)]:
        await do(
            school,
            UpdateModule,
            teacher,
            module_id=modules[number],
            prerequisite_module_id=modules[needed],
        )
    for module in (modules[2], modules[1], modules[0]):
        error = await refused(
            school,
            UpdateModule,
            teacher,
            module_id=modules[0].upper(),
            prerequisite_module_id=module.upper(),
        )
        assert error.details["fields"][0]["field"] == "prerequisiteModuleId"
    foreign = await school.module(teacher, await school.course(teacher))
    assert isinstance(
        await refused(
            school,
            UpdateModule,
            teacher,
            module_id=modules[0],
            prerequisite_module_id=foreign,
        ),
        ValidationError,
    )
    await do(school, UpdateModule, teacher, module_id=modules[1], prerequisite_module_id=None)
    await do(
        school,
        UpdateModule,
        teacher,
        module_id=modules[0],
        title="Z",
        description="<b>d</b>",
        prerequisite_module_id=modules[2],
    )


async def test_lessons_need_lessons_of_their_course_without_a_circle(database: Database) -> None:
    school, teacher, course = await taught(database)
    module = await school.module(teacher, course)
    a, b, c = [await school.lesson(teacher, module, title) for title in "ABC"]
    foreign = await school.lesson(
        teacher, await school.module(teacher, await school.course(teacher))
    )

    async def needs(lesson: str, *ids: str) -> Any:
        return await do(
            school, SetLessonPrerequisites, teacher, lesson_id=lesson, prerequisite_ids=ids
        )

    await needs(b, a)
    await needs(c, a, b)
    for lesson, ids in [
        (a, (c,)),
        (a, (a,)),
        (a, (foreign,)),
        (a, ("no-id",)),
        (a, (b, b.upper())),
        (a, tuple(f"{n}" for n in range(21))),
    ]:
        with pytest.raises(ValidationError):
            await needs(lesson, *ids)
    await needs(c)
    await needs(a, c)


async def test_a_circle_over_modules_and_lessons_is_refused_and_named_from_either_side(
    database: Database,
) -> None:
    school, teacher, course = await taught(database)
    one, two = [await school.module(teacher, course, title) for title in ("One", "Two")]
    a, b = await school.lesson(teacher, one, "A"), await school.lesson(teacher, two, "B")
    await do(school, UpdateModule, teacher, module_id=two, prerequisite_module_id=one)
    error = await refused(
        school, SetLessonPrerequisites, teacher, lesson_id=a, prerequisite_ids=(b,)
    )
    [wrong] = error.details["fields"]
    assert (wrong["field"], wrong["message"].split(": ")[1]) == (
        "prerequisiteIds",
        "A → One → B → A",
    )
    await do(school, UpdateModule, teacher, module_id=two, prerequisite_module_id=None)
    await do(school, SetLessonPrerequisites, teacher, lesson_id=a, prerequisite_ids=(b,))
    error = await refused(
        school, UpdateModule, teacher, module_id=two, prerequisite_module_id=one.upper()
    )
    assert error.details["fields"][0]["field"] == "prerequisiteModuleId"


async def test_a_circle_from_before_it_was_refused_keeps_a_course_from_being_published(
    database: Database,
) -> None:
    school, teacher, course = await taught(database)
    modules = [await school.module(teacher, course, title) for title in "XYZ"]
    lessons = [await school.lesson(teacher, module) for module in modules]
    await do(
        school,
        SetLessonPrerequisites,
        teacher,
        lesson_id=lessons[0],
        prerequisite_ids=(lessons[1],),
    )
    await school.rows(
        "update course_modules set prerequisite_module_id = $1::text::uuid"
        " where id = $2::text::uuid returning id",
        *modules[:2],
    )
    error = await refused(school, PublishCourse, teacher, course_id=course)
    assert [each["field"] for each in error.details["missing"]] == ["prerequisites"]
    await do(school, UpdateModule, teacher, module_id=modules[1], prerequisite_module_id=None)
    await do(school, PublishCourse, teacher, course_id=course)


async def test_a_published_course_keeps_a_lesson_and_its_students_what_they_have(
    database: Database,
) -> None:
    school = School(database)
    teacher, student = await school.user("educator"), await school.user()
    course, lesson = await school.published_course(teacher)
    enrollment = (await school.enroll(student, course)).enrollment_id
    await school.complete(student, enrollment, lesson)
    modules = [row[0] for row in await school.rows(ORDER, course)]
    for module in modules[:-1]:
        await do(school, DeleteModule, teacher, module_id=module)
    for kind, what in (
        (DeleteModule, {"module_id": modules[-1]}),
        (DeleteLesson, {"lesson_id": lesson}),
    ):
        assert (await refused(school, kind, teacher, **what)).code == "LAST_LESSON"
    empty = await school.module(teacher, course)
    await do(school, DeleteModule, teacher, module_id=empty)
    [row] = await school.rows("select status, progress_percentage from enrollments")
    assert tuple(row) == ("completed", 100)


async def test_a_draft_may_be_emptied(database: Database) -> None:
    school, teacher, course = await taught(database)
    lesson = await school.lesson(teacher, await school.module(teacher, course))
    await do(school, DeleteLesson, teacher, lesson_id=lesson)


async def test_a_lesson_keeps_what_its_type_needs(database: Database) -> None:
    school, teacher, course = await taught(database)
    module = await school.module(teacher, course)
    lesson = await school.lesson(teacher, module)
    mistakes: list[tuple[dict[str, Any], str]] = [
        ({"type": LessonType.VIDEO}, "contentUrl"),
        ({"content_text": None}, "contentText"),
        ({"duration_minutes": -1}, "durationMinutes"),
        ({"content_url": "ftp://x"}, "contentUrl"),
        ({}, "input"),
    ]
    for wrong, field in mistakes:
        error = await refused(school, UpdateLesson, teacher, lesson_id=lesson, **wrong)
        assert [each["field"] for each in error.details["fields"]] == [field]
    await do(
        school,
        UpdateLesson,
        teacher,
        lesson_id=lesson,
        type=LessonType.VIDEO,
        title="V",
        description="d",
        content_url="/v.mp4",
        content_text="",
        duration_minutes=7,
        is_preview=True,
    )
    (row,) = await school.rows(
        "select l.*, m.duration_minutes as minutes from lessons l"
        " join course_modules m on m.id = l.module_id"
    )
    assert (row["lesson_type"], row["content_text"], row["minutes"]) == ("video", None, 7)
    await do(school, DeleteLesson, teacher, lesson_id=lesson)
    assert (await school.rows("select duration_minutes from course_modules"))[0][0] == 0


async def test_a_lesson_more_or_less_keeps_percentages_true(database: Database) -> None:
    school = School(database)
    teacher, student = await school.user("educator"), await school.user()
    course, last = await school.published_course(teacher)
    await school.enroll(student, course)
    await school.rows(
        "update lesson_progress set status = 'completed' where lesson_id::text = $1", last
    )
    ((module,),) = await school.rows(
        "select module_id::text from lessons where id::text = $1", last
    )

    async def percentage() -> float:
        return float((await school.rows("select progress_percentage from enrollments"))[0][0])

    added = await school.lesson(teacher, module)
    assert await percentage() == 25.0
    await do(school, DeleteLesson, teacher, lesson_id=added)
    assert await percentage() == 33.33
    await school.rows("update courses set status = 'draft'")
    for (each,) in await school.rows("select id::text from course_modules"):
        await do(school, DeleteModule, teacher, module_id=each)
    assert await percentage() == 0.0
