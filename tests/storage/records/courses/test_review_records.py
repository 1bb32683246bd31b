"""Reviews in a real database, and the average that follows them."""

from __future__ import annotations

from typing import Any

import pytest

from protocol.courses.commands import AddCoTeacher, DeleteReview, ReviewCourse, TransferCourse
from protocol.courses.values import TeacherRole
from protocol.errors import (
    AuthorizationError,
    ValidationError,
)
from storage.postgres import Database
from tests.storage.records.courses.teaching import do, refused
from tests.storage.records.school import School


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


async def test_who_has_left_is_told_so_and_who_never_was_there_too(database: Database) -> None:
    school = School(database)
    teacher, student = await school.user("educator"), await school.user()
    course, _ = await school.published_course(teacher)
    about: dict[str, Any] = {"course_id": course, "rating": 5}
    never = await refused(school, ReviewCourse, student, "student", **about)
    assert (never.code, never.message) == (
        "AUTHORIZATION_ERROR",
        "You are not enrolled in this course",
    )
    enrollment = (await school.enroll(student, course)).enrollment_id
    await school.rows(
        "update enrollments set status = 'dropped' where id = $1::text::uuid", enrollment
    )
    left = await refused(school, ReviewCourse, student, "student", **about)
    assert left.message == "You have left this course"
    assert left.details == {
        "required_role": "student of this course",
        "user_role": "former student of this course",
    }
    assert (await refused(school, ReviewCourse, teacher, **about)).details[
        "user_role"
    ] == "educator"


@pytest.mark.parametrize("role", [TeacherRole.CO_TEACHER, TeacherRole.ASSISTANT, None])
async def test_whoever_came_to_teach_a_course_does_not_rate_it_as_its_student(
    database: Database, role: TeacherRole | None
) -> None:
    school = School(database)
    teacher, student = await school.user("educator"), await school.user("educator")
    course, _ = await school.published_course(teacher)
    await school.enroll(student, course)
    if role is None:
        admin = await school.user("admin")
        await do(school, TransferCourse, admin, "admin", course_id=course, user_id=student)
    else:
        await do(school, AddCoTeacher, teacher, course_id=course, user_id=student, role=role)
    error = await refused(school, ReviewCourse, student, course_id=course, rating=5)
    assert isinstance(error, AuthorizationError)
    assert error.details == {"required_role": "student", "user_role": "educator"}
