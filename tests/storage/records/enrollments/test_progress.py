"""Getting on in a real database: progress equals its definition, whatever happens in between."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
import trio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protocol.courses.commands import DeleteLesson, SetLessonPrerequisites
from protocol.enrollments import (
    MAX_SECONDS,
    GrantEnrollment,
    ProgressStatus,
)
from protocol.errors import (
    AuthorizationError,
    ConflictError,
    NotFoundError,
    RefusedError,
    ValidationError,
)
from storage.postgres import Database
from tests.storage.records.school import School, opened

PROPERTY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
DEFINITION = """
select e.id::text, e.student_id::text, e.status, e.progress_percentage as said, e.completed_at,
       count(p.id) as total, count(p.id) filter (where p.status = 'completed') as completed
from enrollments e left join lesson_progress p on p.enrollment_id = e.id group by e.id
"""


@dataclass
class Studied:
    """A course of two modules with two lessons each, and a student in it."""

    school: School
    teacher: str
    course: str
    student: str
    lessons: list[str] = field(default_factory=list)
    modules: list[str] = field(default_factory=list)
    enrollment: str = ""

    async def completed(self, *lessons: int) -> None:
        for index in lessons:
            await self.school.complete(self.student, self.enrollment, self.lessons[index])

    async def summary(self) -> Any:
        (row,) = await self.school.rows(DEFINITION)
        return row


async def studied(school: School) -> Studied:
    teacher, student = await school.user("educator"), await school.user()
    what = Studied(school, teacher, await school.course(teacher), student)
    for title in ("One", "Two"):
        what.modules.append(await school.module(teacher, what.course, title))
        for _ in range(2):
            what.lessons.append(await school.lesson(teacher, what.modules[-1]))
    await school.rows("update courses set status = 'published'")
    what.enrollment = (await school.enroll(student, what.course)).enrollment_id
    return what


# --- properties -----------------------------------------------------------------------------------


@PROPERTY
@given(moves=st.lists(st.tuples(st.integers(0, 3), st.sampled_from(ProgressStatus)), max_size=8))
async def test_the_percentage_is_the_share_of_completed_lessons(
    database_url: str, moves: list[tuple[int, ProgressStatus]]
) -> None:
    """Property 24: Progress percentage calculation

    Validates: Requirements 5.4
    """
    async with opened(database_url) as school:
        await school.rows("delete from courses")
        what = await studied(school)
        completed: set[int] = set()
        for index, status in moves:
            await school.advance(what.student, what.enrollment, what.lessons[index], status=status)
            completed |= {index} if status is ProgressStatus.COMPLETED else set()
            row = await what.summary()
            assert row["said"] == 25 * len(completed)
            assert row["status"] == ("completed" if len(completed) == 4 else "active")


@PROPERTY
@given(order=st.permutations(range(4)), count=st.integers(0, 4))
async def test_a_module_is_completed_with_the_last_of_its_lessons(
    database_url: str, order: list[int], count: int
) -> None:
    """Property 25: Module completion detection

    Validates: Requirements 5.5
    """
    async with opened(database_url) as school:
        await school.rows("delete from courses")
        await school.rows("delete from outbox")
        what = await studied(school)
        await what.completed(*order[:count])
        expected = [{2 * number, 2 * number + 1} <= set(order[:count]) for number in range(2)]
        rows = await school.rows("select completed from module_progress order by order_number")
        assert [row["completed"] for row in rows] == expected
        assert await school.announced("enrollments.module_completed") == sum(expected)


@PROPERTY
@given(
    needed=st.sets(st.integers(0, 2)),
    of_module=st.booleans(),
    completed=st.sets(st.integers(0, 2)),
    preview=st.booleans(),
)
async def test_a_lesson_opens_when_all_that_it_needs_is_completed(
    database_url: str, needed: set[int], of_module: bool, completed: set[int], preview: bool
) -> None:
    """Property 28: Prerequisite enforcement

    Validates: Requirements 5.8
    """
    async with opened(database_url) as school:
        await school.rows("delete from courses")
        what = await studied(school)
        lessons = tuple(what.lessons[each] for each in sorted(needed))
        await school.courses.handle(
            SetLessonPrerequisites(
                by=what.teacher,
                by_role="educator",
                lesson_id=what.lessons[3],
                prerequisite_ids=lessons,
            )
        )
        if of_module:
            await school.rows(
                "update course_modules set prerequisite_module_id = $1::text::uuid"
                " where id::text = $2",
                *what.modules,
            )
            needed = needed | {0, 1}
            completed = completed - {2}  # of the module that is closed itself
        await school.rows(
            "update lessons set is_preview = $1 where id::text = $2", preview, what.lessons[3]
        )
        await what.completed(*sorted(completed))
        if preview or needed <= completed:
            await what.completed(3)
            return
        with pytest.raises(RefusedError) as refusal:
            await what.completed(3)
        assert refusal.value.code == "PREREQUISITES_MISSING"
        details = refusal.value.details
        missing = {what.lessons[each] for each in needed - completed}
        assert len(details["missing"]) == len(missing)
        assert {each["id"] for each in details["missing_lessons"]} == missing
        assert [each["title"] for each in details["missing_lessons"]] == details["missing"]
        assert {each["module_id"] for each in details["missing_lessons"]} <= set(what.modules)
        closed = {what.modules[0]} if of_module and not {0, 1} <= completed else set()
        assert {each["id"] for each in details["missing_modules"]} == closed


class Model:
    """What ought to be so: for each student the lessons completed, and whether they are in."""

    def __init__(self, lessons: list[str]) -> None:
        self.lessons = lessons
        self.done: dict[str, set[str]] = {}
        self.status: dict[str, str] = {}

    def percentage(self, student: str) -> float:
        if not self.lessons:
            return 0
        return round(100 * len(self.done[student] & set(self.lessons)) / len(self.lessons), 2)

    def settle(self, *students: str) -> None:
        for student in students:
            all_done = self.lessons and set(self.lessons) <= self.done[student]
            if self.status[student] == "active" and all_done:
                self.status[student] = "completed"


OPERATIONS = st.lists(
    st.tuples(
        st.sampled_from(["enrol", "withdraw", "complete", "complete", "add", "remove"]),
        st.integers(0, 1),
        st.integers(0, 5),
    ),
    max_size=14,
)


@PROPERTY
@given(operations=OPERATIONS)
async def test_any_interleaving_keeps_progress_equal_to_its_definition(
    database_url: str, operations: list[tuple[str, int, int]]
) -> None:
    async with opened(database_url) as school:
        await school.rows("delete from courses")
        await school.rows("delete from outbox")
        what = await studied(school)
        students = [what.student, await school.user()]
        ids = {what.student: what.enrollment}
        model = Model(list(what.lessons))
        model.done[what.student], model.status[what.student] = set(), "active"
        for kind, who, number in operations:
            student = students[who]
            await perform(school, what, model, ids, kind, student, number)
            await agree(school, model)
        completed = Counter(model.status.values())["completed"]
        assert await school.announced("enrollments.course_completed") == completed


async def perform(
    school: School,
    what: Studied,
    model: Model,
    ids: dict[str, str],
    kind: str,
    student: str,
    number: int,
) -> None:
    """Do it to both, or see it refused where the model says so."""
    status = model.status.get(student)
    lesson = model.lessons[number % len(model.lessons)] if model.lessons else None
    if kind == "enrol":
        if status in ("active", "completed"):
            with pytest.raises(ConflictError):
                await school.enroll(student, what.course)
            return
        ids[student] = (await school.enroll(student, what.course)).enrollment_id
        model.done.setdefault(student, set())
        model.status[student] = "active"
        model.settle(student)
    elif kind == "withdraw" and status is not None:
        if status != "active":
            with pytest.raises(RefusedError):
                await school.withdraw(student, ids[student])
            return
        await school.withdraw(student, ids[student])
        model.status[student] = "dropped"
    elif kind == "complete" and status is not None and lesson is not None:
        if status == "dropped":
            with pytest.raises(RefusedError):
                await school.complete(student, ids[student], lesson)
            return
        await school.complete(student, ids[student], lesson)
        model.done[student].add(lesson)
        model.settle(student)
    elif kind == "add":
        model.lessons.append(await school.lesson(what.teacher, what.modules[number % 2]))
    elif kind == "remove" and lesson is not None:
        deletion = DeleteLesson(by=what.teacher, by_role="educator", lesson_id=lesson)
        if model.lessons == [lesson]:
            with pytest.raises(RefusedError, match="keeps a lesson"):
                await school.courses.handle(deletion)
            return
        await school.courses.handle(deletion)
        model.lessons.remove(lesson)
        model.settle(*model.status)


async def agree(school: School, model: Model) -> None:
    rows = await school.rows(DEFINITION)
    assert {row["student_id"]: row["status"] for row in rows} == model.status
    for row in rows:
        assert row["total"] == len(model.lessons)
        assert float(row["said"]) == model.percentage(row["student_id"])
        assert (row["completed_at"] is not None) == (row["status"] == "completed")
    (course,) = await school.rows("select enrollment_count from courses")
    assert course[0] == sum(status != "dropped" for status in model.status.values())


# --- rules and bad input --------------------------------------------------------------------------


async def test_a_report_adds_its_seconds_and_a_status_never_goes_back(database: Database) -> None:
    what = await studied(School(database))
    lesson = what.lessons[0]
    await what.school.advance(what.student, what.enrollment, lesson, add_seconds=40)
    await what.completed(0)
    await what.school.advance(what.student, what.enrollment, lesson, add_seconds=2)
    row = (
        await what.school.rows(
            "select status, time_spent_seconds, completed_at, last_accessed_at"
            " from lesson_progress where lesson_id::text = $1",
            lesson,
        )
    )[0]
    assert (row["status"], row["time_spent_seconds"]) == ("completed", 42)
    assert None not in (row["completed_at"], row["last_accessed_at"])
    # One for beginning, one for completing: seconds alone are no news.
    assert await what.school.announced("enrollments.progress_changed") == 2


async def test_reports_at_the_same_moment_are_all_counted(database: Database) -> None:
    what = await studied(School(database))
    async with trio.open_nursery() as nursery:
        for index in (0, 1, 2, 3, 0, 0):
            nursery.start_soon(what.completed, index)
    row = await what.summary()
    assert (row["said"], row["status"]) == (100, "completed")
    assert await what.school.announced("enrollments.course_completed") == 1
    assert await what.school.announced("enrollments.module_completed") == 2


async def test_a_lesson_added_while_the_last_is_completed_leaves_the_percentage_right(
    database: Database,
) -> None:
    what = await studied(School(database))
    await what.completed(0, 1, 2)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(what.school.lesson, what.teacher, what.modules[0])
        nursery.start_soon(what.completed, 3)
    row = await what.summary()
    assert (row["total"], row["said"]) == (5, 80)


async def test_deleting_the_lesson_that_was_left_completes_the_course(database: Database) -> None:
    what = await studied(School(database))
    await what.completed(0, 1, 2)
    await what.school.courses.handle(
        DeleteLesson(by=what.teacher, by_role="educator", lesson_id=what.lessons[3])
    )
    row = await what.summary()
    assert (row["said"], row["status"]) == (100, "completed")
    assert await what.school.announced("enrollments.course_completed") == 1


@pytest.mark.parametrize("seconds", [-1, MAX_SECONDS + 1])
async def test_nobody_has_worked_less_than_nothing_or_for_days(
    database: Database, seconds: int
) -> None:
    what = await studied(School(database))
    with pytest.raises(ValidationError) as refusal:
        await what.school.advance(
            what.student, what.enrollment, what.lessons[0], add_seconds=seconds
        )
    assert [each["field"] for each in refusal.value.details["fields"]] == ["timeSpentSeconds"]


async def test_progress_is_the_students_own(database: Database) -> None:
    what = await studied(School(database))
    for stranger in (what.teacher, await what.school.user()):
        with pytest.raises(AuthorizationError):
            await what.school.complete(stranger, what.enrollment, what.lessons[0])
    with pytest.raises(NotFoundError):
        await what.school.complete(what.student, what.student, what.lessons[0])
    elsewhere = await what.school.course(what.teacher, "Another")
    module = await what.school.module(what.teacher, elsewhere)
    for lesson in ("nonsense", await what.school.lesson(what.teacher, module)):
        with pytest.raises(NotFoundError):
            await what.school.complete(what.student, what.enrollment, lesson)


async def test_who_leaves_gives_the_place_back_and_keeps_what_was_done(database: Database) -> None:
    what = await studied(School(database))
    await what.school.rows("update courses set enrollment_limit = 1")
    await what.completed(0)
    with pytest.raises(ConflictError):
        await what.school.enroll(await what.school.user(), what.course)
    await what.school.withdraw(what.student, what.enrollment, reason="  Too late at night ")
    (row,) = await what.school.rows("select withdrawal_reason, withdrawn_at from enrollments")
    assert row["withdrawal_reason"] == "Too late at night"
    assert row["withdrawn_at"] is not None
    with pytest.raises(RefusedError) as refusal:
        await what.completed(1)
    assert refusal.value.code == "NOT_ENROLLED"
    again = await what.school.enroll(what.student, what.course)
    assert again.enrollment_id == what.enrollment
    assert (await what.summary())["said"] == 25
    (row,) = await what.school.rows("select withdrawal_reason, withdrawn_at from enrollments")
    assert tuple(row) == (None, None)


async def test_students_teachers_and_admins_withdraw_and_nobody_else(database: Database) -> None:
    what = await studied(School(database))
    admin = await what.school.user("admin")
    for by, role in ((what.teacher, "educator"), (admin, "admin"), (what.student, "student")):
        left = await what.school.withdraw(by, what.enrollment, role)
        assert (left.student_id, left.course_id) == (what.student, what.course)
        await what.school.enroll(what.student, what.course)
    with pytest.raises(AuthorizationError):
        await what.school.withdraw(await what.school.user(), what.enrollment)
    with pytest.raises(ValidationError):
        await what.school.withdraw(what.student, what.enrollment, reason="x" * 501)
    await what.completed(0, 1, 2, 3)
    with pytest.raises(RefusedError) as refusal:
        await what.school.withdraw(what.student, what.enrollment)
    assert refusal.value.code == "COURSE_COMPLETED"


async def test_who_has_paid_enters_a_course_that_costs(database: Database) -> None:
    school = School(database)
    teacher, student = await school.user("educator"), await school.user()
    course, _ = await school.published_course(teacher, price=500)
    payment = "11111111-1111-4111-8111-111111111111"
    await school.enrollments.handle(
        GrantEnrollment(student_id=student, course_id=course, payment_id=payment)
    )
    (row,) = await school.rows("select payment_id::text from enrollments")
    assert row["payment_id"] == payment
