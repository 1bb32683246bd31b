"""Two people edit the same course: nobody overwrites what the other has written and nobody saw."""

from __future__ import annotations

from typing import Any

import pytest

from protocol.courses.commands import (
    SetLessonPrerequisites,
    UpdateCourse,
    UpdateLesson,
    UpdateModule,
)
from protocol.errors import RefusedError
from storage.postgres import Database
from tests.storage.records.courses.teaching import do, refused, taught
from tests.storage.records.school import School

Change = tuple[type, dict[str, Any]]


async def changes_of(school: School, teacher: str, course: str, what: str) -> tuple[Change, str]:
    """A change of one kind, without its values, and where its revision is."""
    module = await school.module(teacher, course)
    lesson = await school.lesson(teacher, module)
    found: dict[str, tuple[Change, str]] = {
        "course": ((UpdateCourse, {"course_id": course}), "courses"),
        "module": ((UpdateModule, {"module_id": module}), "course_modules"),
        "lesson": ((UpdateLesson, {"lesson_id": lesson}), "lessons"),
    }
    return found[what]


@pytest.mark.parametrize("what", ["course", "module", "lesson"])
async def test_who_has_not_seen_the_last_change_is_refused_and_told_the_revision(
    database: Database, what: str
) -> None:
    school, teacher, course = await taught(database)
    (kind, named), table = await changes_of(school, teacher, course, what)
    await do(school, kind, teacher, **named, title="Ada's", expected_revision=1)
    refusal = await refused(school, kind, teacher, **named, title="Bob's", expected_revision=1)
    assert isinstance(refusal, RefusedError)
    assert refusal.code == f"{what.upper()}_CHANGED"
    assert refusal.details["revision"] == 2
    (row,) = await school.rows(f"select title, revision from {table}")
    assert tuple(row) == ("Ada's", 2)
    await do(school, kind, teacher, **named, title="Bob's", expected_revision=2)
    (row,) = await school.rows(f"select title, revision from {table}")
    assert tuple(row) == ("Bob's", 3)


@pytest.mark.parametrize("what", ["course", "module", "lesson"])
async def test_what_is_so_already_is_no_change_and_may_be_sent_again(
    database: Database, what: str
) -> None:
    school, teacher, course = await taught(database)
    (kind, named), table = await changes_of(school, teacher, course, what)
    for _ in range(2):  # its answer was lost
        await do(school, kind, teacher, **named, title="Ada's", expected_revision=1)
    assert (await school.rows(f"select revision from {table}"))[0][0] == 2


async def test_without_an_expected_revision_the_last_change_wins(database: Database) -> None:
    school, teacher, course = await taught(database)
    for title in ("Ada's", "Bob's"):
        await do(school, UpdateCourse, teacher, course_id=course, title=title)
    (row,) = await school.rows("select title, revision from courses")
    assert tuple(row) == ("Bob's", 3)


async def test_a_price_that_is_the_same_in_other_digits_is_no_change(database: Database) -> None:
    school, teacher, course = await taught(database)
    for _ in range(2):
        await do(school, UpdateCourse, teacher, course_id=course, price=500, currency="EUR")
    assert (await school.rows("select revision from courses"))[0][0] == 2


async def test_lessons_that_unlock_one_are_seen_before_they_are_replaced(
    database: Database,
) -> None:
    school, teacher, course = await taught(database)
    module = await school.module(teacher, course)
    first, second, third = [await school.lesson(teacher, module) for _ in range(3)]
    kind = SetLessonPrerequisites
    needs: dict[str, Any] = {"lesson_id": third, "expected_revision": 1}
    for _ in range(2):
        await do(school, kind, teacher, **needs, prerequisite_ids=(first,))
    refusal = await refused(school, kind, teacher, **needs, prerequisite_ids=(second,))
    assert (refusal.code, refusal.details["revision"]) == ("LESSON_CHANGED", 2)
    (row,) = await school.rows("select prerequisite_id::text from lesson_prerequisites")
    assert row[0] == first


async def test_the_order_of_lessons_is_no_change_of_their_texts(database: Database) -> None:
    school, teacher, course = await taught(database)
    module = await school.module(teacher, course)
    await school.lesson(teacher, module)
    assert (await school.rows("select revision from course_modules"))[0][0] == 1
    assert (await school.rows("select revision from courses"))[0][0] == 1
