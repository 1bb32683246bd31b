"""Students who are invited to a course by e-mail, with an account and without one."""

from __future__ import annotations

from typing import Any

import pytest

from protocol.enrollments.emails import InvitedToCourse
from protocol.enrollments.invitations import (
    EnrollByLink,
    InvitationReport,
    InvitationStatus,
    InviteStudents,
    RemoveInvitation,
)
from protocol.errors import (
    AuthorizationError,
    ConflictError,
    NotFoundError,
    RefusedError,
    ValidationError,
)
from protocol.permissions import Relation
from protocol.users.commands import DeleteAccount, Register
from protocol.users.values import EducatorRegistration, Role
from storage.postgres import Database
from storage.records.enrollments import EndedInvitations
from storage.valkey import Valkey
from supervisors.resources import INVITATION_SECONDS
from tests.actors.users.desk import PASSWORD, REMOTE, Desk
from tests.supervisors.cells import handlers_of
from tests.support.world import Post, World

S = InvitationStatus
DAY_MS = 24 * 3600 * 1000
NEW = "nia@school.example"


class Room:
    """A desk with a course, and the handlers of enrolment."""

    def __init__(self, desk: Desk, course: str, teacher: str, *, private: bool) -> None:
        self.desk, self.course, self.teacher = desk, course, teacher
        self.world = World(desk, handlers_of(desk, Post(), private=private))

    async def invites(self, *addresses: str, by: str | None = None, role: str = "educator") -> Any:
        command = InviteStudents(
            by=by or self.teacher, by_role=role, course_id=self.course, addresses=addresses
        )
        return await self.world.do(command)

    async def statuses(self, *addresses: str, **who: Any) -> list[InvitationStatus]:
        return [each.status for each in (await self.invites(*addresses, **who)).lines]

    async def token(self) -> str:
        """Of the last e-mail."""
        *_, (_, message) = await self.desk.emails(InvitedToCourse)
        return str(message.token)

    async def enters(self, who: str, token: str) -> Any:
        return await self.world.do(EnrollByLink(by=who, by_role="student", token=token))

    async def refused(self, who: str, token: str) -> str:
        with pytest.raises(RefusedError) as refusal:
            await self.enters(who, token)
        return str(refusal.value.details["reason"])

    async def student(self, *, verified: bool = True) -> tuple[str, str]:
        """Somebody's id and address."""
        user = await self.desk.school.user()
        await self.desk.school.rows(
            "update users set email_verified = $2 where id = $1::text::uuid", user, verified
        )
        return user, f"{user}@school.example"


async def room(database: Database, valkey: Valkey, **how: Any) -> Room:
    desk = Desk(database, valkey, **how)
    teacher = await desk.school.user("educator")
    course, _ = await desk.school.published_course(teacher)
    return Room(desk, course, teacher, private=bool(how.get("private")))


def registers(invitation: str, *, email: str = NEW, role: Role = Role.STUDENT) -> Register:
    return Register(
        email=email,
        password=PASSWORD,
        full_name="Nia",
        role=role,
        invitation=invitation,
        remote=REMOTE,
    )


@pytest.mark.parametrize("private", [False, True])
async def test_who_has_no_account_registers_with_the_invitation_and_is_in(
    database: Database, valkey: Valkey, private: bool
) -> None:
    here = await room(database, valkey, private=private)
    report: InvitationReport = await here.invites("Nia <NIA@school.example>")
    [line] = report.lines
    assert (line.line, line.address, line.status) == (1, "Nia <NIA@school.example>", S.INVITED)
    token = await here.token()
    signed_in = await here.desk.ask(registers(token))
    [row] = await here.desk.school.rows(
        "select role, email_verified from users where email = $1", NEW
    )
    assert tuple(row) == ("student", True)
    enrolled = await here.enters(signed_in.user_id, token)
    assert enrolled.course_id == here.course
    # It serves once: the row has gone.
    other, _ = await here.student()
    assert await here.refused(other, token) == "unknown"
    assert await here.refused(signed_in.user_id, token) == "unknown"


async def test_an_invitation_to_a_course_makes_nobody_an_educator(
    database: Database, valkey: Valkey
) -> None:
    here = await room(database, valkey, educators=EducatorRegistration.INVITATION)
    await here.invites(NEW)
    token = await here.token()
    with pytest.raises(ValidationError) as refusal:
        await here.desk.ask(registers(token, role=Role.EDUCATOR))
    assert [each["field"] for each in refusal.value.details["fields"]] == ["role"]
    await here.desk.ask(registers(token))


async def test_whoever_brings_it_is_let_in_by_any_account(
    database: Database, valkey: Valkey
) -> None:
    here = await room(database, valkey)
    await here.invites(NEW)
    user, _ = await here.student()
    assert (await here.enters(user, await here.token())).student_id == user


async def test_the_report_says_what_became_of_each_line(database: Database, valkey: Valkey) -> None:
    here = await room(database, valkey)
    inside, its_address = await here.student()
    await here.desk.school.enroll(inside, here.course)
    _, unconfirmed = await here.student(verified=False)
    out, outs_address = await here.student()
    enrolled = await here.desk.school.enroll(out, here.course)
    await here.desk.school.rows(
        "update enrollments set status = 'dropped', removed_at = now() where id = $1::text::uuid",
        enrolled.enrollment_id,
    )
    await here.desk.school.rows(
        "update users set email_verified = true where id = $1::text::uuid", here.teacher
    )
    teachers = f"{here.teacher}@school.example"
    report = await here.invites(
        NEW, "nobody", its_address, outs_address, teachers, unconfirmed, NEW.upper()
    )
    assert [each.status for each in report.lines] == [
        *(S.INVITED, S.INVALID, S.ENROLLED, S.REMOVED, S.TEACHES, S.INVITED, S.DUPLICATE)
    ]
    assert (report.lines[1].code, report.lines[1].reason) == (
        "INVALID_FORMAT",
        "is not a valid e-mail address",
    )
    assert report.lines[-1].same_as == 1
    assert {to for to, _ in await tokens(here)} == {NEW, unconfirmed}
    assert await here.statuses(NEW) == [S.INVITED_BEFORE]


async def test_where_registering_is_private_no_line_tells_whose_an_address_is(
    database: Database, valkey: Valkey
) -> None:
    here = await room(database, valkey, private=True)
    inside, its_address = await here.student()
    await here.desk.school.enroll(inside, here.course)
    _, other = await here.student()
    everybody = (NEW, its_address, other)
    assert await here.statuses(*everybody) == [S.INVITED] * 3
    assert {to for to, _ in await tokens(here)} == set(everybody)
    # The e-mail leads whoever is in already to the course.
    with pytest.raises(ConflictError):
        await here.enters(inside, dict(await tokens(here))[its_address])
    admin = await here.desk.school.user("admin")
    assert await here.statuses(its_address, by=admin, role="admin") == [S.ENROLLED]


async def tokens(here: Room) -> list[tuple[str, str]]:
    return [(to, message.token) for to, message in await here.desk.emails(InvitedToCourse)]


async def test_an_invitation_may_be_sent_again_after_a_day_and_either_e_mail_is_good(
    database: Database, valkey: Valkey
) -> None:
    here = await room(database, valkey)
    await here.invites(NEW)
    here.desk.clock.at += DAY_MS
    assert await here.statuses(NEW) == [S.INVITED]
    (_, first), (_, second) = await tokens(here)
    assert first != second
    user, _ = await here.student()
    await here.enters(user, first)
    assert await here.refused(user, second) == "unknown"


async def test_an_invitation_ends_after_a_week_and_when_it_is_taken_back(
    database: Database, valkey: Valkey
) -> None:
    here = await room(database, valkey)
    user, _ = await here.student()
    await here.invites(NEW)
    token = await here.token()
    [row] = await here.desk.school.rows("select id::text from enrollment_invitations")
    with pytest.raises(AuthorizationError):
        await here.world.do(RemoveInvitation(by=user, by_role="student", invitation_id=row["id"]))
    take_back = RemoveInvitation(by=here.teacher, by_role="educator", invitation_id=row["id"])
    await here.world.do(take_back)
    with pytest.raises(NotFoundError):
        await here.world.do(take_back)
    assert await here.refused(user, token) == "unknown"
    # What was taken back counts among the e-mails of the day, and may be sent anew.
    assert await here.statuses(NEW) == [S.INVITED]
    [kept] = await here.desk.school.rows("select emails from enrollment_invitations")
    assert kept["emails"] == 2
    token = await here.token()
    here.desk.clock.at += INVITATION_SECONDS * 1000
    assert await here.refused(user, token) == "expired"
    sweeper = EndedInvitations(database, here.desk.clock)
    assert await sweeper.sweep() == 0
    here.desk.clock.at += DAY_MS
    assert await sweeper.sweep() == 1


async def test_taking_back_and_inviting_again_is_bounded(
    database: Database, valkey: Valkey
) -> None:
    here = await room(database, valkey)
    await here.invites(NEW)
    await here.desk.school.rows(
        "update enrollment_invitations set emails = 20, expires_at = sent_at"
    )
    assert await here.statuses(NEW) == [S.TOO_OFTEN]
    here.desk.clock.at += DAY_MS
    assert await here.statuses(NEW) == [S.INVITED]
    [kept] = await here.desk.school.rows("select emails from enrollment_invitations")
    assert kept["emails"] == 1


async def test_places_are_promised_to_those_who_are_invited(
    database: Database, valkey: Valkey
) -> None:
    here = await room(database, valkey)
    await here.desk.school.rows("update courses set enrollment_limit = 2")
    user, _ = await here.student()
    await here.desk.school.enroll(user, here.course)
    assert await here.statuses(NEW, "b@school.example") == [S.INVITED, S.NO_PLACE]
    assert await here.statuses("c@school.example") == [S.NO_PLACE]


async def test_who_comes_in_otherwise_waits_no_more(database: Database, valkey: Valkey) -> None:
    here = await room(database, valkey)
    user, address = await here.student()
    await here.invites(address, NEW)
    await here.desk.school.enroll(user, here.course)
    rows = await here.desk.school.rows("select email from enrollment_invitations")
    assert [row["email"] for row in rows] == [NEW]


async def test_an_account_that_closes_takes_invitations_to_it_along(
    database: Database, valkey: Valkey
) -> None:
    here = await room(database, valkey)
    admin = await here.desk.school.user("admin")
    user, address = await here.student()
    await here.invites(address)
    await here.desk.do(DeleteAccount(by=admin, by_role="admin", user_id=user))
    assert not await here.desk.school.rows("select from enrollment_invitations")


async def test_an_invitation_is_to_one_of_the_course_who_may(
    database: Database, valkey: Valkey
) -> None:
    here = await room(database, valkey)
    user, _ = await here.student()
    with pytest.raises(AuthorizationError):
        await here.invites(NEW, by=user, role=Relation.USER)
    assert not await here.desk.emails(InvitedToCourse)
