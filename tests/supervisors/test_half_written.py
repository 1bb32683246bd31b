"""Nothing half-written remains: each statement of each mutation fails in turn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import asyncpg
import pytest

from protocol.certificates import IssueCertificate
from protocol.enrollments import GrantEnrollment
from protocol.envelope import Message
from protocol.errors import ClientError, StoaError
from protocol.lifecycle import Done
from protocol.mail import ConfirmAddress, ConfirmNewAddress
from protocol.permissions import Relation
from protocol.users import (
    ConfirmEmailChange,
    IssuePasswordReset,
    Register,
    RequestEmailChange,
    RequestPasswordReset,
    VerifyEmail,
)
from storage.postgres import Database
from storage.valkey import Valkey
from tests.actors.users.desk import PASSWORD
from tests.supervisors.test_every_permission import (
    COMMANDS,
    HELD,
    SIGNED_IN,
    World,
    expected,
    made,
)

MOST = 40
"""Statements of one mutation; more would be a mistake of this test."""
TABLES = """
select table_name from information_schema.tables
where table_schema = 'public' and table_type = 'BASE TABLE' order by 1
"""
WHO = {
    **dict.fromkeys(
        ("deleteAccount", "erasePersonalData", "disableUser", "changeRole", "deleteCourse"),
        Relation.ADMIN,
    ),
    **dict.fromkeys(
        ("updateLessonProgress", "withdrawEnrollment", "deleteReview", "endSession"), Relation.OWNER
    ),
    "enrollInCourse": Relation.USER,
    "reviewCourse": Relation.STUDENT,
    "addLesson": Relation.INSTRUCTOR,
}


class OpenPost:
    """Lobbies open, and there is nobody in them."""

    async def ask(self, *_: Any, **__: Any) -> Done:
        return Done()


class Failing:
    """Wraps a connection: the statement of that number fails, those before are counted."""

    def __init__(self, connection: Any, state: State) -> None:
        self._connection, self._state = connection, state

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._connection, name)
        if name not in ("execute", "fetch", "fetchval", "fetchrow"):
            return found

        async def counted(*arguments: Any, **named: Any) -> Any:
            self._state.count += 1
            if self._state.count == self._state.fails_at:
                raise asyncpg.InternalServerError("this statement fails")
            return await found(*arguments, **named)

        return counted


class State:
    """How many statements there were, and which of them is to fail; 0 for none."""

    def __init__(self) -> None:
        self.count = 0
        self.fails_at = 0


@contextmanager
def failing_in(database: Database, state: State) -> Iterator[None]:
    """Within, every unit of work runs on a failing connection."""
    perform = database.perform

    async def failing(unit: Any, transaction: bool) -> Any:
        return await perform(lambda connection: unit(Failing(connection, state)), transaction)

    database.perform = failing  # type: ignore[method-assign]
    try:
        yield
    finally:
        database.perform = perform  # type: ignore[method-assign]


async def everything(database: Database) -> dict[str, Any]:
    """A digest of every table."""

    async def unit(connection: Any) -> dict[str, Any]:
        found = {}
        for row in await connection.fetch(TABLES):
            table = row[0]
            found[table] = await connection.fetchval(
                f"select md5(string_agg(t::text, '|' order by t::text)) from {table} t"
            )
        return found

    return await database.run(unit)


async def try_each(database: Database, world: World, message: Message) -> int:
    """Let each statement fail in turn, and then none. How many there are."""
    state = State()
    before = await everything(database)
    for number in range(1, MOST):
        state.count, state.fails_at = 0, number
        try:
            with failing_in(database, state):
                await world.do(message)
        except ClientError as refusal:
            raise AssertionError(f"{message} was refused: {refusal.code}") from refusal
        except StoaError:
            assert await everything(database) == before, f"statement {number} leaves something"
        else:
            return number - 1
    raise AssertionError("too many statements")


@pytest.mark.parametrize("operation", sorted(SIGNED_IN))
async def test_a_mutation_that_fails_anywhere_leaves_everything_as_it_was(
    database: Database, valkey: Valkey, operation: str
) -> None:
    world = await made(database, valkey)
    message = await possible(world, operation)
    assert await try_each(database, world, message) >= 1


async def possible(world: World, operation: str) -> Message:
    """A command that succeeds. Those of the permissions' test are not all made for that."""
    rows = world.desk.school.rows
    if operation == "publishCourse":
        await rows("update courses set status = 'draft', published_at = null")
    if operation == "restoreCourse":
        await rows("update courses set status = 'archived'")
    usual = next(each for each in reversed(HELD) if expected(world, operation, each))
    message = COMMANDS[operation](world, WHO.get(operation, usual))
    return replaced(message, **await fitting(world, operation))


async def fitting(world: World, operation: str) -> dict[str, Any]:
    """What the permissions' test does not say, since it asks only whether one may."""
    match operation:
        case "changePassword":
            return {"current_password": PASSWORD}
        case "requestEmailChange":
            return {"password": PASSWORD}
        case "addCoTeacher" | "addAssistant":
            return {"email": f"{await world.desk.school.user('educator')}@school.example"}
        case "removeTeacher":
            return {"user_id": world.people[Relation.CO_TEACHER]}
        case "reorderModules":
            return {"module_ids": await modules(world)}
        case "reorderLessons":
            return {"lesson_ids": (world.lesson,)}
        case "endSession":
            [session] = await world.desk.tokens.sessions(world.people[Relation.OWNER])
            return {"session_id": session.id}
        case "startLiveQuiz":
            world.handlers["assessments"]._post = OpenPost()
    return {}


async def modules(world: World) -> tuple[str, ...]:
    """The last first."""
    rows = await world.desk.school.rows(
        "select id::text from course_modules order by order_number desc"
    )
    return tuple(row["id"] for row in rows)


def replaced(message: Message, **fields: Any) -> Message:
    return type(message)(
        **{name: getattr(message, name) for name in message.__struct_fields__} | fields
    )


async def test_registering_leaves_all_or_nothing(database: Database, valkey: Valkey) -> None:
    world = await made(database, valkey)
    new = Register(
        email="new@school.example", password=PASSWORD, full_name="New", remote="192.0.2.9"
    )
    assert await try_each(database, world, new) >= 4


async def test_what_tokens_do_leaves_all_or_nothing(database: Database, valkey: Valkey) -> None:
    world = await made(database, valkey)
    owner = world.people[Relation.OWNER]
    confirmations = dict(await world.desk.emails(ConfirmAddress))
    token = confirmations["owner@school.example"].token
    assert await try_each(database, world, VerifyEmail(token=token)) >= 2
    wish = RequestEmailChange(
        by=owner, by_role="student", password=PASSWORD, email="newer@school.example"
    )
    await world.do(wish)
    [(_, email)] = await world.desk.emails(ConfirmNewAddress)
    assert await try_each(database, world, ConfirmEmailChange(token=email.token)) >= 3


@pytest.mark.parametrize(
    "message",
    [
        RequestPasswordReset(email="owner@school.example"),
        IssuePasswordReset(email="owner@school.example"),
    ],
    ids=["request", "issue"],
)
async def test_forgetting_a_password_leaves_all_or_nothing(
    database: Database, valkey: Valkey, message: Message
) -> None:
    world = await made(database, valkey)
    assert await try_each(database, world, message) >= 2


async def test_what_the_house_itself_does_leaves_all_or_nothing(
    database: Database, valkey: Valkey
) -> None:
    world = await made(database, valkey)
    grant = GrantEnrollment(
        student_id=world.people[Relation.USER],
        course_id=world.course,
        payment_id="11111111-1111-4111-8111-111111111111",
    )
    assert await try_each(database, world, grant) >= 5
    await world.desk.school.rows(
        "update enrollments set status = 'completed', completed_at = now(), certificate_id = null;"
    )
    await world.desk.school.rows("delete from certificates")
    issue = IssueCertificate(enrollment_id=world.enrollment)
    assert await try_each(database, world, issue) >= 4
