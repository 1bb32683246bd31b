"""Links by which students enrol, in a real database."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
import trio

from protocol.enrollments.invitations import (
    KEPT_DAYS,
    MAX_LINKS,
    CreateEnrollmentLink,
    EnrollByLink,
    InvitationReport,
    InvitationStatus,
    InviteStudents,
    RevokeEnrollmentLink,
)
from protocol.errors import ConflictError, NotFoundError, RefusedError
from storage.postgres import Database
from storage.records.enrollments import EndedInvitations
from tests.storage.records.school import School

DAY_MS = 24 * 3600 * 1000


class Class:
    """A published course with its teacher."""

    def __init__(self, school: School, teacher: str, course: str) -> None:
        self.school, self.teacher, self.course = school, teacher, course

    async def link(self, **given: Any) -> Any:
        command = CreateEnrollmentLink(
            by=self.teacher, by_role="educator", course_id=self.course, **given
        )
        return await self.school.enrollments.handle(command)

    async def row(self, link_id: str) -> Any:
        [row] = await self.school.rows(
            "select * from enrollment_links where id = $1::text::uuid", link_id
        )
        return row

    async def enters(self, token: str, who: str | None = None) -> Any:
        student = who or await self.school.user()
        return await self.school.enrollments.handle(
            EnrollByLink(by=student, by_role="student", token=token)
        )

    async def refused(self, token: str, who: str | None = None) -> Any:
        with pytest.raises(RefusedError) as refusal:
            await self.enters(token, who)
        return refusal.value.details.get("reason", refusal.value.code)

    async def revoke(self, link_id: str) -> Any:
        return await self.school.enrollments.handle(
            RevokeEnrollmentLink(by=self.teacher, by_role="educator", link_id=link_id)
        )


@pytest.fixture
async def a_class(database: Database) -> Class:
    school = School(database)
    teacher = await school.user("educator")
    course, _ = await school.published_course(teacher)
    return Class(school, teacher, course)


async def test_students_enrol_by_a_link_and_are_counted(a_class: Class) -> None:
    link = await a_class.link(max_uses=2)
    row = await a_class.row(link.link_id)
    assert len(row["token"]) == 22
    for _ in range(2):
        assert (await a_class.enters(row["token"])).course_id == a_class.course
    assert await a_class.refused(row["token"]) == "used_up"
    assert (await a_class.row(link.link_id))["uses"] == 2
    assert await a_class.school.announced("enrollments.enrolled") == 2


async def test_the_last_use_is_for_one_of_those_who_come_at_once(a_class: Class) -> None:
    token = (await a_class.row((await a_class.link(max_uses=1)).link_id))["token"]
    outcomes: list[str] = []

    async def come(student: str) -> None:
        try:
            await a_class.enters(token, student)
            outcomes.append("enrolled")
        except RefusedError as error:
            outcomes.append(error.details["reason"])

    students = [await a_class.school.user() for _ in range(4)]
    async with trio.open_nursery() as nursery:
        for student in students:
            nursery.start_soon(come, student)
    assert sorted(outcomes) == ["enrolled", "used_up", "used_up", "used_up"]


async def test_who_is_not_let_in_uses_nothing_up(a_class: Class) -> None:
    link = await a_class.link(max_uses=2)
    token = (await a_class.row(link.link_id))["token"]
    student = await a_class.school.user()
    enrolled = await a_class.enters(token, student)
    with pytest.raises(ConflictError):
        await a_class.enters(token, student)
    assert await a_class.refused(token, a_class.teacher) == "TEACHES_COURSE"
    await a_class.school.rows(
        "update enrollments set status = 'dropped', removed_at = now() where id = $1::text::uuid",
        enrolled.enrollment_id,
    )
    assert await a_class.refused(token, student) == "REMOVED_FROM_COURSE"
    await a_class.school.rows("update courses set enrollment_limit = 1")
    await a_class.school.rows("update courses set enrollment_count = 1")
    with pytest.raises(ConflictError, match="full"):
        await a_class.enters(token)
    assert (await a_class.row(link.link_id))["uses"] == 1


async def test_a_link_ends_by_time_or_by_its_teacher(a_class: Class) -> None:
    link = await a_class.link()
    token = (await a_class.row(link.link_id))["token"]
    first = await a_class.revoke(link.link_id)
    assert await a_class.revoke(link.link_id) == first
    assert await a_class.refused(token) == "revoked"
    link = await a_class.link(expires_at=a_class.school.clock.at + 5)
    token = (await a_class.row(link.link_id))["token"]
    a_class.school.clock.at += 5
    assert await a_class.refused(token) == "expired"


@pytest.mark.parametrize("token", ["", "x", "x" * 10_000, "nul\x00", "half\ud800", "a.b.c"])
async def test_what_is_no_token_of_ours_is_unknown(a_class: Class, token: str) -> None:
    assert await a_class.refused(token) == "unknown"


async def test_a_link_of_nowhere_is_not_found(a_class: Class) -> None:
    for link_id in ("nonsense", str(uuid4())):
        with pytest.raises(NotFoundError):
            await a_class.revoke(link_id)


async def test_a_course_keeps_so_many_links_and_forgets_those_that_ended(
    a_class: Class, database: Database
) -> None:
    school = a_class.school
    link = await a_class.link(expires_at=school.clock.at + DAY_MS)
    await school.rows(
        "insert into enrollment_links (id, course_id, token, created_at, expires_at)"
        " select gen_random_uuid(), course_id, token || n, created_at, expires_at"
        " from enrollment_links, generate_series(2, $1) n",
        MAX_LINKS,
    )
    with pytest.raises(RefusedError) as refusal:
        await a_class.link()
    assert refusal.value.code == "TOO_MANY_LINKS"
    await a_class.revoke(link.link_id)
    sweeper = EndedInvitations(database, school.clock)
    school.clock.at += KEPT_DAYS * DAY_MS - 1
    assert await sweeper.sweep() == 0
    school.clock.at += 1
    assert await sweeper.sweep() == 1
    school.clock.at += DAY_MS
    assert await sweeper.sweep() == MAX_LINKS - 1
    await a_class.link()


async def test_what_teachers_do_with_links_is_in_the_audit_trail_without_tokens(
    a_class: Class,
) -> None:
    link = await a_class.link()
    await a_class.revoke(link.link_id)
    rows = await a_class.school.rows(
        "select action, details::text from audit_trail where resource_id = $1 order by id",
        a_class.course,
    )
    assert [tuple(row) for row in rows][-2:] == [
        ("create_link", f'{{"link": "{link.link_id}"}}'),
        ("revoke_link", f'{{"link": "{link.link_id}"}}'),
    ]


async def test_who_teaches_the_course_is_not_invited_though_the_address_is_not_confirmed(
    a_class: Class,
) -> None:
    student = await a_class.school.user()
    addresses = tuple(f"{each}@school.example" for each in (a_class.teacher, student))
    command = InviteStudents(
        by=a_class.teacher, by_role="educator", course_id=a_class.course, addresses=addresses
    )
    report = await a_class.school.enrollments.handle(command)
    assert isinstance(report, InvitationReport)
    assert [line.status for line in report.lines] == [
        InvitationStatus.TEACHES,
        InvitationStatus.INVITED,
    ]
