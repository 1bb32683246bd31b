"""What a deleted account leaves: its places in courses, and what it taught beside others."""

from __future__ import annotations

from typing import Any

import pytest

from protocol.courses.commands import AddCoTeacher
from protocol.errors import NotFoundError
from protocol.records.users import UserAdministration
from storage.postgres import Database
from storage.records.personal import PERSONAL
from storage.records.users import user_ports
from tests.storage.records.school import NOW, School

STATE = """
select e.status, c.enrollment_count, e.progress_percentage::float as percentage
from enrollments e join courses c on c.id = e.course_id where e.student_id::text = $1
"""


def allow(_facts: Any) -> None:
    """No rule."""


class Office:
    def __init__(self, database: Database) -> None:
        self.school = School(database)
        self.accounts: UserAdministration = user_ports(database, PERSONAL).administration

    async def student_of(self, **more: Any) -> tuple[str, str]:
        """A course with one student, who has completed one of its three lessons."""
        teacher = await self.school.user("educator")
        course, lesson = await self.school.published_course(teacher, **more)
        student = await self.school.user()
        enrolled = await self.school.enroll(student, course)
        await self.school.complete(student, enrolled.enrollment_id, lesson)
        return student, course

    async def delete(self, user_id: str) -> None:
        await self.accounts.delete(user_id, user_id, NOW + 1, allow)

    async def restore(self, user_id: str) -> None:
        await self.accounts.enable(user_id, user_id, NOW + 2, allow)

    async def state(self, student: str) -> tuple[Any, ...]:
        [row] = await self.school.rows(STATE, student)
        return tuple(row)


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


async def test_a_deleted_student_frees_the_place_and_a_restored_one_takes_it_again(
    office: Office,
) -> None:
    student, course = await office.student_of(enrollment_limit=1)
    await office.delete(student)
    assert await office.state(student) == ("dropped", 0, 33.33)
    assert await office.school.announced("enrollments.student_unenrolled") == 1
    await office.restore(student)
    assert await office.state(student) == ("active", 1, 33.33)
    await office.delete(student)
    await office.school.enroll(await office.school.user(), course)
    await office.restore(student)
    assert await office.state(student) == ("dropped", 1, 33.33)


async def test_an_erased_student_frees_the_place_for_good(office: Office) -> None:
    student, _ = await office.student_of()
    await office.accounts.erase(student, student, NOW, allow)
    assert await office.state(student) == ("dropped", 0, 33.33)
    with pytest.raises(NotFoundError):
        await office.restore(student)


async def test_who_had_left_before_is_not_enrolled_by_a_restoration(office: Office) -> None:
    student, _ = await office.student_of()
    [row] = await office.school.rows("select id::text from enrollments")
    await office.school.withdraw(student, row["id"])
    await office.delete(student)
    await office.restore(student)
    assert await office.state(student) == ("dropped", 0, 33.33)


async def test_a_deleted_co_teacher_teaches_no_more(office: Office) -> None:
    school = office.school
    teacher, other = await school.user("educator"), await school.user("educator")
    course = await school.course(teacher)
    add = AddCoTeacher(by=teacher, by_role="educator", course_id=course, user_id=other)
    await school.courses.handle(add)
    await office.delete(other)
    assert await school.rows("select from course_teachers") == []
    assert await school.announced("courses.teacher_removed") == 1
    with pytest.raises(NotFoundError):
        await school.courses.handle(add)


async def test_a_deletion_finds_no_deleted_account_but_an_erasure_does(office: Office) -> None:
    student = await office.school.user()
    await office.delete(student)
    with pytest.raises(NotFoundError):
        await office.delete(student)
    with pytest.raises(NotFoundError):
        await office.accounts.disable(student, student, "x", NOW, allow)
    await office.accounts.erase(student, student, NOW, allow)
    with pytest.raises(NotFoundError):
        await office.accounts.erase(student, student, NOW, allow)
