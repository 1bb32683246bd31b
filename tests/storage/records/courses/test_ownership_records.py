"""Courses that pass to another educator, in a real database."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from protocol.courses.commands import (
    AcceptCourse,
    AddCoTeacher,
    DeclineCourse,
    OfferCourse,
    TransferCourse,
    UpdateCourse,
)
from protocol.courses.values import OFFER_DAYS, OFFERS_A_DAY
from protocol.errors import (
    AuthorizationError,
    ConflictError,
    NotFoundError,
    RateLimited,
    ValidationError,
)
from storage.postgres import Database
from storage.records.personal import PERSONAL
from storage.records.users import user_ports
from tests.storage.records.courses.teaching import do, refused, taught
from tests.storage.records.school import NOW, School

DAY = 24 * 3600 * 1000


def allow(_facts: Any) -> None:
    """No rule."""


async def owner(school: School) -> str:
    [row] = await school.rows("select instructor_id::text from courses")
    return str(row[0])


async def roles(school: School) -> dict[str, str]:
    rows = await school.rows("select user_id::text, role from course_teachers")
    return {row[0]: row[1] for row in rows}


async def mails(school: School) -> list[tuple[str, str]]:
    """The kind of each e-mail and whom it is for, in order."""
    rows = await school.rows(
        "select payload -> 'content' ->> 'type' as kind, user_id::text from jobs order by kind"
    )
    return [(row["kind"], row["user_id"]) for row in rows]


async def told(school: School) -> list[tuple[str, str]]:
    """The recipient and title of each notification, in order."""
    rows = await school.rows("select convert_from(event, 'UTF8') from outbox order by id")
    events = [msgspec.json.decode(row[0]) for row in rows]
    return [
        (each["recipient_id"], each["title"])
        for each in events
        if each["type"] == "notifications.created"
    ]


async def audited(school: School) -> list[str]:
    rows = await school.rows("select action from audit_trail order by at, action")
    return [row["action"] for row in rows]


async def offered(database: Database) -> tuple[School, str, str, str]:
    """A course of `ada`, who offers it to `bob`."""
    school, ada, course = await taught(database)
    bob = await school.user("educator")
    await do(school, OfferCourse, ada, course_id=course, user_id=bob)
    return school, ada, bob, course


async def test_an_offer_changes_nothing_until_it_is_accepted(database: Database) -> None:
    school, ada, bob, course = await offered(database)
    assert await owner(school) == ada
    assert isinstance(
        await refused(school, UpdateCourse, bob, course_id=course, title="Mine"),
        AuthorizationError,
    )
    for _ in range(2):
        passed = await do(school, AcceptCourse, bob, course_id=course)
        assert (passed.user_id, passed.stays) == (bob, True)
    assert await owner(school) == bob
    assert await roles(school) == {ada: "co_teacher"}
    await do(school, UpdateCourse, bob, course_id=course, title="Mine")
    await do(school, UpdateCourse, ada, course_id=course, title="Ours")
    assert await school.announced("courses.course_transferred") == 1
    assert await audited(school) == ["offer", "transfer"]
    assert await mails(school) == [("ownership_offered", bob), ("ownership_passed", ada)]
    assert await told(school) == [
        (bob, "You are offered a course"),
        (bob, "A course is yours now"),
        (ada, "A course has another owner"),
    ]


async def test_an_offer_made_again_is_the_same_offer_and_tells_nobody(database: Database) -> None:
    school, ada, bob, course = await offered(database)
    school.clock.at += DAY
    await do(school, OfferCourse, ada, course_id=course, user_id=bob)
    assert len(await mails(school)) == len(await told(school)) == 1
    school.clock.at = NOW + OFFER_DAYS * DAY
    assert isinstance(await refused(school, AcceptCourse, bob, course_id=course), NotFoundError)
    # It has run out, so this is a new one.
    await do(school, OfferCourse, ada, course_id=course, user_id=bob)
    assert len(await mails(school)) == 2
    await do(school, AcceptCourse, bob, course_id=course)
    assert await owner(school) == bob


async def test_another_offer_takes_the_place_of_the_first(database: Database) -> None:
    school, ada, bob, course = await offered(database)
    cleo = await school.user("educator")
    await do(school, OfferCourse, ada, course_id=course, user_id=cleo)
    assert (bob, "The offer of a course was withdrawn") in await told(school)
    assert await school.announced("courses.course_offer_ended") == 1
    error = await refused(school, AcceptCourse, bob, course_id=course)
    assert isinstance(error, AuthorizationError)
    await do(school, AcceptCourse, cleo, course_id=course)
    assert await owner(school) == cleo


async def test_an_offer_is_declined_or_withdrawn_once(database: Database) -> None:
    school, ada, bob, course = await offered(database)
    await do(school, DeclineCourse, bob, course_id=course)
    assert (ada, "Your offer of a course was declined") in await told(school)
    for who in (bob, ada):
        again = await refused(school, DeclineCourse, who, course_id=course)
        assert isinstance(again, NotFoundError)
    assert isinstance(await refused(school, AcceptCourse, bob, course_id=course), NotFoundError)
    await do(school, OfferCourse, ada, course_id=course, user_id=bob)
    await do(school, DeclineCourse, ada, course_id=course)
    assert (bob, "The offer of a course was withdrawn") in await told(school)
    assert await audited(school) == ["decline", "offer", "offer", "withdraw_offer"]


async def test_only_those_who_may_teach_are_offered_a_course(database: Database) -> None:
    school, ada, course = await taught(database)
    student, disabled = await school.user(), await school.user("educator")
    await school.rows("update users set disabled_at = now() where id::text = $1", disabled)
    named: list[dict[str, str]] = [
        *({"user_id": each} for each in (student, disabled, "nobody", "\0")),
        *({"email": each} for each in ("", "a\0@b.example", f"{ada}@school.example")),
    ]
    for name in named:
        error = await refused(school, OfferCourse, ada, course_id=course, **name)
        assert isinstance(error, NotFoundError)
    with pytest.raises(ValidationError):
        await do(school, OfferCourse, ada, course_id=course)
    error = await refused(school, OfferCourse, ada, course_id=course, user_id=ada)
    assert isinstance(error, ConflictError)


@pytest.mark.parametrize("lost", ["role = 'student'", "disabled_at = now()", "deleted_at = now()"])
async def test_who_may_not_teach_any_more_does_not_get_the_course(
    database: Database, lost: str
) -> None:
    school, ada, bob, course = await offered(database)
    await school.rows(f"update users set {lost} where id::text = $1", bob)
    assert isinstance(await refused(school, AcceptCourse, bob, course_id=course), NotFoundError)
    assert await owner(school) == ada


@pytest.mark.parametrize("lost", ["role = 'student'", "disabled_at = now()", "deleted_at = now()"])
async def test_a_former_owner_who_may_not_teach_does_not_stay(
    database: Database, lost: str
) -> None:
    school, ada, bob, course = await offered(database)
    await school.rows(f"update users set {lost} where id::text = $1", ada)
    passed = await do(school, AcceptCourse, bob, course_id=course)
    assert (passed.stays, await roles(school)) == (False, {})
    assert (("ownership_passed", ada) in await mails(school)) is ("deleted" not in lost)


async def test_a_co_teacher_who_accepts_is_the_owner_and_no_co_teacher(database: Database) -> None:
    school, ada, bob, course = await offered(database)
    await do(school, AddCoTeacher, ada, course_id=course, user_id=bob)
    await do(school, AcceptCourse, bob, course_id=course)
    assert (await owner(school), await roles(school)) == (bob, {ada: "co_teacher"})


async def test_a_deleted_account_takes_its_offers_with_it(database: Database) -> None:
    school, ada, bob, course = await offered(database)
    accounts = user_ports(database, PERSONAL).administration
    await accounts.delete(bob, bob, NOW, allow)
    assert await school.rows("select from course_offers") == []
    assert await school.announced("courses.course_offer_ended") == 1
    await accounts.enable(bob, bob, NOW, allow)
    assert isinstance(await refused(school, AcceptCourse, bob, course_id=course), NotFoundError)
    # Whose course it is now keeps the account until the course is somebody else's.
    await do(school, OfferCourse, ada, course_id=course, user_id=bob)
    await do(school, AcceptCourse, bob, course_id=course)
    taught_by: list[int] = []
    await accounts.delete(ada, ada, NOW, lambda facts: taught_by.append(facts.courses))
    assert taught_by == [0]
    assert await roles(school) == {}


async def test_an_admin_transfers_at_once_and_the_offer_ends(database: Database) -> None:
    school, ada, bob, course = await offered(database)
    admin, cleo = await school.user("admin"), await school.user("educator")
    await school.rows("update courses set status = 'archived'")
    for _ in range(2):
        await do(school, TransferCourse, admin, "admin", course_id=course, user_id=cleo)
    assert (await owner(school), await roles(school)) == (cleo, {ada: "co_teacher"})
    assert await school.rows("select from course_offers") == []
    assert await school.announced("courses.course_transferred") == 1
    assert ("ownership_received", cleo) in await mails(school)
    assert (bob, "The offer of a course was withdrawn") in await told(school)
    error = await refused(school, TransferCourse, ada, course_id=course, user_id=bob)
    assert isinstance(error, AuthorizationError)
    [row] = await school.rows("select details from audit_trail where action = 'transfer'")
    assert msgspec.json.decode(row["details"]) == {"former": ada, "instructor": cleo}


async def test_one_user_offers_so_many_courses_a_day(database: Database) -> None:
    school, ada, course = await taught(database)
    bob = await school.user("educator")
    for _ in range(OFFERS_A_DAY):
        await do(school, OfferCourse, ada, course_id=course, user_id=bob)
    with pytest.raises(RateLimited):
        await do(school, OfferCourse, ada, course_id=course, user_id=bob)
