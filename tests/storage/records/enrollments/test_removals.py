"""Students whom a teacher removes, in a real database: they stay out until they are let back."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from protocol.enrollments import MAX_REASON, GrantEnrollment, ReadmitStudent, RemoveStudent
from protocol.errors import (
    AuthorizationError,
    ClientError,
    ConflictError,
    NotFoundError,
    RefusedError,
    ValidationError,
)
from storage.postgres import Database
from storage.records.personal import PERSONAL
from storage.records.users import user_ports
from tests.storage.records.school import School, as_key

STATE = """
select e.status, e.removed_at is not null as removed, c.enrollment_count,
       e.progress_percentage::float as percentage
from enrollments e join courses c on c.id = e.course_id where e.id::text = $1
"""


def allow(_facts: Any) -> None:
    """No rule."""


class Classroom:
    """A course of `teacher` with `student`, who has completed one of its three lessons."""

    def __init__(self, database: Database) -> None:
        self.school = School(database)
        self.accounts = user_ports(database, PERSONAL).administration
        self.teacher = self.student = self.course = self.enrollment = ""

    async def open(self, **more: Any) -> None:
        self.teacher = await self.school.user("educator")
        self.course, lesson = await self.school.published_course(self.teacher, **more)
        self.student = await self.school.user()
        enrolled = await self.school.enroll(self.student, self.course)
        self.enrollment = enrolled.enrollment_id
        await self.school.complete(self.student, self.enrollment, lesson)
        self.lesson = lesson

    async def remove(self, by: str = "", reason: str = "Rude to others") -> Any:
        self.school.clock.at += 1
        return await self.school.enrollments.handle(
            RemoveStudent(
                by=by or self.teacher,
                by_role="educator",
                enrollment_id=self.enrollment,
                reason=reason,
            )
        )

    async def readmit(self, by: str = "") -> Any:
        self.school.clock.at += 1
        return await self.school.enrollments.handle(
            ReadmitStudent(by=by or self.teacher, by_role="educator", enrollment_id=self.enrollment)
        )

    async def state(self) -> tuple[Any, ...]:
        [row] = await self.school.rows(STATE, self.enrollment)
        return tuple(row)

    async def refused(self, attempt: Any) -> ClientError:
        with pytest.raises(ClientError) as refusal:
            await attempt
        return refusal.value


@pytest.fixture
async def room(database: Database) -> Classroom:
    room = Classroom(database)
    await room.open(enrollment_limit=1)
    return room


async def test_a_removed_student_does_not_come_back_and_the_place_is_free(room: Classroom) -> None:
    removed = await room.remove()
    assert (removed.student_id, removed.by) == (room.student, room.teacher)
    assert await room.state() == ("dropped", True, 0, 33.33)
    assert await room.school.announced("enrollments.student_unenrolled") == 1
    assert await room.school.announced("enrollments.student_removed") == 1
    error = await room.refused(room.school.enroll(room.student, room.course))
    assert (error.code, error.details) == ("REMOVED_FROM_COURSE", {})
    assert "Rude" not in str(error)
    paid = GrantEnrollment(
        student_id=room.student, course_id=room.course, payment_id=room.enrollment
    )
    error = await room.refused(room.school.enrollments.handle(paid))
    assert error.code == "REMOVED_FROM_COURSE"
    error = await room.refused(room.school.complete(room.student, room.enrollment, room.lesson))
    assert error.code == "REMOVED_FROM_COURSE"
    error = await room.refused(room.remove())
    assert error.code == "ALREADY_REMOVED"
    # The place is somebody else's now.
    await room.school.enroll(await room.school.user(), room.course)


async def test_who_is_let_back_goes_on_where_the_removal_was(room: Classroom) -> None:
    await room.remove()
    await room.readmit()
    assert await room.state() == ("active", False, 1, 33.33)
    assert await room.school.announced("enrollments.enrolled") == 2
    error = await room.refused(room.readmit())
    assert isinstance(error, RefusedError)
    assert error.code == "NOT_REMOVED"
    actions = await room.school.rows(
        "select action, resource_id, details from audit_trail order by at"
    )
    assert [(row["action"], row["resource_id"]) for row in actions] == [
        ("remove_student", room.student),
        ("readmit_student", room.student),
    ]
    details = msgspec.json.decode(actions[0]["details"])
    assert details == {"course": room.course, "reason": "Rude to others"}


async def test_without_a_place_nobody_is_let_back(room: Classroom) -> None:
    await room.remove()
    await room.school.enroll(await room.school.user(), room.course)
    error = await room.refused(room.readmit())
    assert isinstance(error, ConflictError)
    assert error.details == {"conflict_field": "enrollment_limit"}
    assert await room.state() == ("dropped", True, 1, 33.33)


async def test_who_had_left_before_is_kept_out_and_let_back_to_the_door(room: Classroom) -> None:
    await room.school.withdraw(room.student, room.enrollment)
    await room.remove()
    assert await room.state() == ("dropped", True, 0, 33.33)
    assert await room.school.announced("enrollments.student_unenrolled") == 1
    error = await room.refused(room.school.enroll(room.student, room.course))
    assert error.code == "REMOVED_FROM_COURSE"
    await room.readmit()
    assert await room.state() == ("dropped", False, 0, 33.33)
    await room.school.enroll(room.student, room.course)
    assert await room.state() == ("active", False, 1, 33.33)


async def test_a_graduate_is_removed_and_comes_back_as_one(room: Classroom) -> None:
    lessons = await room.school.rows("select id::text from lessons")
    await room.school.rows("update course_modules set prerequisite_module_id = null")
    for row in lessons:
        await room.school.complete(room.student, room.enrollment, row["id"])
    assert await room.state() == ("completed", False, 1, 100.0)
    completed = await room.school.announced("enrollments.course_completed")
    await room.remove()
    assert await room.state() == ("dropped", True, 0, 100.0)
    await room.readmit()
    assert await room.state() == ("completed", False, 1, 100.0)
    # The certificate is still owed: it is issued only to those who are in the course.
    assert await room.school.announced("enrollments.course_completed") == completed + 1


async def test_an_account_that_is_restored_does_not_undo_a_removal(room: Classroom) -> None:
    at = room.school.clock
    at.at += 1
    await room.accounts.delete(room.student, room.student, at.now(), allow)
    await room.remove()
    error = await room.refused(room.readmit())
    assert isinstance(error, NotFoundError)
    await room.accounts.enable(room.student, room.student, at.now(), allow)
    assert await room.state() == ("dropped", True, 0, 33.33)
    await room.readmit()
    assert await room.state() == ("dropped", False, 0, 33.33)


async def test_only_teachers_remove_and_say_why(room: Classroom) -> None:
    for by in (room.student, await room.school.user("educator")):
        assert isinstance(await room.refused(room.remove(by)), AuthorizationError)
        assert isinstance(await room.refused(room.readmit(by)), AuthorizationError)
    for reason in ("", "  ", "x" * (MAX_REASON + 1)):
        assert isinstance(await room.refused(room.remove(reason=reason)), ValidationError)
    assert await room.state() == ("active", False, 1, 33.33)


async def test_a_removal_is_given_out_and_erased_with_the_account(room: Classroom) -> None:
    await room.remove()
    database = room.school.database
    found = await database.run(lambda c: PERSONAL.export(c, as_key(room.student)))
    [enrollment] = found["enrollments"]["enrollments"]
    assert enrollment["removal_reason"] == "Rude to others"
    assert enrollment["removed_at"] is not None
    assert "remove_student" in str(found["users"]["audit_trail"])
    await room.accounts.erase(room.student, room.student, room.school.clock.now(), allow)
    rows = await room.school.rows("select e::text as e from enrollments e")
    rows += await room.school.rows("select a::text as e from audit_trail a")
    assert "Rude" not in str([row["e"] for row in rows])
    # Who did it is no longer known once that account is erased, too.
    await room.accounts.erase(room.teacher, room.teacher, room.school.clock.now(), allow)
    [row] = await room.school.rows("select removed_by from enrollments")
    assert row["removed_by"] is None
