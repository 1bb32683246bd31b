"""Changing courses in a real database: order, circles, copies, reviews, deletion, progress."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protocol.courses import (
    AddCoTeacher,
    ArchiveCourse,
    CloneCourse,
    DeleteCourse,
    DeleteLesson,
    DeleteModule,
    DeleteReview,
    Difficulty,
    LessonType,
    RemoveTeacher,
    ReorderLessons,
    ReorderModules,
    RestoreCourse,
    ReviewCourse,
    SetLessonPrerequisites,
    TeacherRole,
    UpdateCourse,
    UpdateLesson,
    UpdateModule,
)
from protocol.envelope import Message
from protocol.errors import (
    AuthorizationError,
    ClientError,
    NotFoundError,
    RefusedError,
    ValidationError,
)
from storage.asyncio_thread import open_asyncio_thread
from storage.postgres import Database
from tests.storage.records.school import School

ORDER = "select id::text from course_modules where course_id::text = $1 order by order_number"
NUMBERS = "select order_number from {} where {}::text = $1 order by 1"


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


# --- the course -----------------------------------------------------------------------------------


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


async def test_a_copy_has_everything_but_quizzes_students_and_reviews(database: Database) -> None:
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


# --- modules and lessons --------------------------------------------------------------------------


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


# --- who teaches ----------------------------------------------------------------------------------


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


# --- reviews --------------------------------------------------------------------------------------


async def test_the_average_is_that_of_the_reviews_there_are(database: Database) -> None:
    school = School(database)
    teacher = await school.user("educator")
    course, _ = await school.published_course(teacher)
    students = [await school.user() for _ in range(3)]
    for student in students:
        await school.enroll(student, course)

    async def rated() -> tuple[Any, int]:
        (row,) = await school.rows("select average_rating, total_reviews from courses")
        return row[0] if row[0] is None else float(row[0]), row[1]

    async def review(student: str, rating: int) -> Any:
        return await do(
            school,
            ReviewCourse,
            student,
            "student",
            course_id=course,
            rating=rating,
            comment="<i>So</i><script>x</script>",
        )

    reviews = [
        await review(student, rating) for student, rating in zip(students, (5, 4, 1), strict=True)
    ]
    assert await rated() == (3.33, 3)
    assert (await review(students[2], 3)).review_id == reviews[2].review_id
    assert await rated() == (4.0, 3)
    error = await refused(
        school, DeleteReview, students[0], "student", review_id=reviews[1].review_id
    )
    assert isinstance(error, AuthorizationError)
    for student, made in zip(students, reviews, strict=True):
        await do(school, DeleteReview, student, "student", review_id=made.review_id)
    assert await rated() == (None, 0)
    for by, role in [(teacher, "educator"), (await school.user(), "student")]:
        error = await refused(school, ReviewCourse, by, role, course_id=course, rating=5)
        assert isinstance(error, AuthorizationError)
    for rating in (0, 6):
        error = await refused(
            school, ReviewCourse, students[0], "student", course_id=course, rating=rating
        )
        assert isinstance(error, ValidationError)


# --- what is not there ----------------------------------------------------------------------------


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
        (DeleteLesson, {"lesson_id": key}),
        (SetLessonPrerequisites, {"lesson_id": key, "prerequisite_ids": ()}),
        (ReviewCourse, {"course_id": key, "rating": 3}),
        (DeleteReview, {"review_id": key}),
    ]
    for kind, more in commands:
        assert isinstance(await refused(school, kind, teacher, **more), NotFoundError), kind


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
    for (each,) in await school.rows("select id::text from course_modules"):
        await do(school, DeleteModule, teacher, module_id=each)
    assert await percentage() == 0.0


async def test_another_domains_message_is_a_mistake(database: Database) -> None:
    with pytest.raises(TypeError):
        await School(database).courses.handle(Message())
