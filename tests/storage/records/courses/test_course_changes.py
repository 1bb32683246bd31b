"""Changing, archiving, deleting and copying courses in a real database."""

from __future__ import annotations

from typing import Any

import pytest

from protocol.courses.commands import (
    ArchiveCourse,
    CloneCourse,
    DeleteCourse,
    DeleteLesson,
    DeleteModule,
    DeleteReview,
    MoveLesson,
    ReorderLessons,
    RestoreCourse,
    ReviewCourse,
    SetLessonPrerequisites,
    UpdateCourse,
    UpdateLesson,
    UpdateModule,
)
from protocol.courses.values import Difficulty
from protocol.envelope import Message
from protocol.errors import (
    NotFoundError,
    RefusedError,
    ValidationError,
)
from storage.postgres import Database
from tests.storage.records.courses.teaching import do, refused, taught
from tests.storage.records.school import School


async def test_what_is_given_changes_and_the_rest_stays(database: Database) -> None:
    school, teacher, course = await taught(database)
    await do(
        school,
        UpdateCourse,
        teacher,
        course_id=course,
        title="  New  ",
        description="<script>x</script><b>B</b>",
        difficulty=Difficulty.ADVANCED,
        price=1999,
        currency="eur",
        enrollment_limit=5,
        thumbnail_url="https://cdn.example/t.png",
    )
    await do(school, UpdateCourse, teacher, course_id=course, category="art")
    (row,) = await school.rows("select * from courses")
    assert (row["title"], row["description"], row["category"]) == ("New", "<b>B</b>", "art")
    assert (str(row["price"]), row["currency"], row["enrollment_limit"]) == ("19.99", "EUR", 5)
    assert (row["difficulty"], row["thumbnail_url"]) == ("advanced", "https://cdn.example/t.png")
    await do(school, UpdateCourse, teacher, course_id=course, enrollment_limit=None)
    assert (await school.rows("select enrollment_limit from courses"))[0][0] is None
    assert await school.announced("courses.course_updated") == 3


@pytest.mark.parametrize(
    ("more", "fields"),
    [
        ({}, ["input"]),
        (
            {"title": " ", "category": "x" * 101, "enrollment_limit": 0},
            ["title", "category", "enrollmentLimit"],
        ),
        ({"price": 5}, ["price"]),
        ({"price": -1, "currency": "??"}, ["currency", "price"]),
        ({"thumbnail_url": "javascript:x"}, ["thumbnailUrl"]),
    ],
)
async def test_every_wrong_field_is_named_at_once(
    database: Database, more: dict[str, Any], fields: list[str]
) -> None:
    school, teacher, course = await taught(database)
    error = await refused(school, UpdateCourse, teacher, course_id=course, **more)
    assert [each["field"] for each in error.details["fields"]] == fields


async def test_a_limit_is_not_set_below_those_who_are_enrolled(database: Database) -> None:
    school = School(database)
    teacher = await school.user("educator")
    course, _ = await school.published_course(teacher)
    for _ in range(2):
        await school.enroll(await school.user(), course)
    error = await refused(school, UpdateCourse, teacher, course_id=course, enrollment_limit=1)
    assert (error.code, error.details["enrolled"]) == ("LIMIT_BELOW_ENROLLED", 2)
    await do(school, UpdateCourse, teacher, course_id=course, enrollment_limit=2)


async def test_an_archived_course_takes_no_changes_until_it_is_restored(
    database: Database,
) -> None:
    school = School(database)
    teacher = await school.user("educator")
    course, _ = await school.published_course(teacher)
    error = await refused(school, RestoreCourse, teacher, course_id=course)
    assert error.code == "COURSE_NOT_ARCHIVED"
    await do(school, ArchiveCourse, teacher, course_id=course)
    error = await refused(school, UpdateCourse, teacher, course_id=course, title="No")
    assert error.code == "COURSE_ARCHIVED"
    with pytest.raises(RefusedError):
        await school.enroll(await school.user(), course)
    await do(school, RestoreCourse, teacher, course_id=course)
    assert (await school.rows("select status from courses"))[0][0] == "published"
    draft = await school.course(teacher)
    await do(school, ArchiveCourse, teacher, course_id=draft)
    await do(school, RestoreCourse, teacher, course_id=draft)
    statuses = await school.rows("select status from courses where id::text = $1", draft)
    assert statuses[0][0] == "draft"


async def test_deleting_a_course_leaves_no_orphan(database: Database) -> None:
    school = School(database)
    teacher, student = await school.user("educator"), await school.user()
    course, lesson = await school.published_course(teacher)
    other, _ = await school.published_course(teacher)
    await school.rows(
        "insert into quizzes (lesson_id, title, quiz_type, passing_score_percentage)"
        " select id, 'Q', 'practice', 50 from lessons"
    )
    await school.rows(
        "insert into questions"
        " (quiz_id, question_type, question_text, correct_answer, order_number)"
        " select id, 'true_false', 'Is it?', '{}', 1 from quizzes"
    )
    await school.enroll(student, course)
    await do(school, ReviewCourse, student, "student", course_id=course, rating=4)
    error = await refused(school, DeleteCourse, teacher, course_id=course)
    assert error.code == "COURSE_HAS_STUDENTS"
    await do(school, DeleteCourse, await school.user("admin"), "admin", course_id=course)
    for table, column in [
        ("courses", "id"),
        ("course_modules", "course_id"),
        ("enrollments", "course_id"),
        ("course_reviews", "course_id"),
    ]:
        rows = await school.rows(f"select {column}::text from {table}")
        assert {row[0] for row in rows} <= {other}
    for table, count in [("lessons", 3), ("quizzes", 3), ("questions", 3), ("lesson_progress", 0)]:
        assert len(await school.rows(f"select from {table}")) == count
    assert await school.announced("courses.course_deleted") == 1
    assert lesson


async def test_a_copy_has_everything_but_students_and_reviews(database: Database) -> None:
    school, teacher, course = await taught(database)
    first, second = [await school.module(teacher, course, title) for title in ("A", "B")]
    one, two = await school.lesson(teacher, first), await school.lesson(teacher, second)
    await do(school, UpdateModule, teacher, module_id=second, prerequisite_module_id=first)
    await do(school, SetLessonPrerequisites, teacher, lesson_id=two, prerequisite_ids=(one,))
    made = await do(school, CloneCourse, teacher, course_id=course)
    named = await do(school, CloneCourse, teacher, course_id=course, title="Another sky")
    assert named.slug == "another-sky"
    assert made.slug == "the-sky-2"
    rows = await school.rows(
        "select m.title, m.order_number, p.title as needs, l.title as lesson, n.id as needed"
        " from course_modules m left join course_modules p on p.id = m.prerequisite_module_id"
        " and p.course_id = m.course_id join lessons l on l.module_id = m.id"
        " left join lesson_prerequisites lp on lp.lesson_id = l.id"
        " left join lessons n on n.id = lp.prerequisite_id and n.module_id = p.id"
        " where m.course_id::text = $1 order by m.order_number",
        made.course_id,
    )
    assert [(row["title"], row["needs"], row["needed"] is None) for row in rows] == [
        ("A", None, True),
        ("B", "A", False),
    ]
    (copy,) = await school.rows("select * from courses where id::text = $1", made.course_id)
    assert (copy["status"], copy["enrollment_count"], copy["title"]) == ("draft", 0, "The sky")
    assert isinstance(
        await refused(school, CloneCourse, teacher, course_id=course, title="\n"), ValidationError
    )


@pytest.mark.parametrize("key", ["00000000-0000-0000-0000-000000000001", "no-id"])
async def test_what_is_not_there_is_not_found(database: Database, key: str) -> None:
    school = School(database)
    teacher = await school.user("educator")
    commands: list[tuple[type, dict[str, Any]]] = [
        (UpdateCourse, {"course_id": key, "title": "T"}),
        (ArchiveCourse, {"course_id": key}),
        (DeleteCourse, {"course_id": key}),
        (CloneCourse, {"course_id": key}),
        (UpdateModule, {"module_id": key, "title": "T"}),
        (DeleteModule, {"module_id": key}),
        (ReorderLessons, {"module_id": key, "lesson_ids": ()}),
        (UpdateLesson, {"lesson_id": key, "title": "T"}),
        (MoveLesson, {"lesson_id": key, "module_id": key}),
        (DeleteLesson, {"lesson_id": key}),
        (SetLessonPrerequisites, {"lesson_id": key, "prerequisite_ids": ()}),
        (ReviewCourse, {"course_id": key, "rating": 3}),
        (DeleteReview, {"review_id": key}),
    ]
    for kind, more in commands:
        assert isinstance(await refused(school, kind, teacher, **more), NotFoundError), kind


async def test_another_domains_message_is_a_mistake(database: Database) -> None:
    with pytest.raises(TypeError):
        await School(database).courses.handle(Message())
