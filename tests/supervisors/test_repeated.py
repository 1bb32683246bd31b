"""A command that a client sends again, since it never saw the answer, is done once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import msgspec
import pytest
import trio

from gateway.graphql.commands import repeatable
from gateway.graphql.domain import Acting, Translate
from gateway.graphql.schema import MUTATIONS, make_schema
from protocol.access import Identity
from protocol.courses.commands import AddModule
from protocol.envelope import Message
from protocol.errors import ConflictError, StoaError, StorageUnavailable, ValidationError
from protocol.idempotency import FIELD, KEPT_MS, MAX_KEY, Repeatable
from storage.postgres import Database
from storage.records.idempotency import CommandKeys
from storage.valkey import Valkey
from tests.supervisors.cells import made
from tests.supervisors.test_half_written import everything, possible
from tests.support.world import World

MUTATION = make_schema().mutation_type
FIELDS = MUTATION.fields if MUTATION else {}
REPEATABLE = sorted(name for name, field in FIELDS.items() if FIELD in field.args)
SAFE = {
    "addAssistant": "twice is once",
    "addCoTeacher": "twice is once",
    "addCourseResource": "an upload is taken over once",
    "addVideo": "an upload is taken over once",
    "startQuizAttempt": "it finds the attempt that runs",
    "register": "an address has one account, and an account has no user before it exists",
}
"""Commands that add something and need no key, and why."""
ADDS = ("add", "clone", "copy", "create", "duplicate", "enroll", "import", "register", "start")
KEY = "3f0c-try"
PLACES = ("course_id", "module_id", "lesson_id", "quiz_id", "question_id", "token")


def test_every_mutation_that_adds_something_takes_a_key() -> None:
    adding = {name for name in FIELDS if name.startswith(ADDS)}
    assert adding - set(SAFE) <= set(REPEATABLE)
    assert set(REPEATABLE) - adding == {"updateLessonProgress"}  # it adds seconds


async def tried(world: World, name: str) -> Repeatable:
    """A command that succeeds, under the key."""
    world.post.open = True
    command = await possible(world, name)
    assert isinstance(command, Repeatable)
    return msgspec.structs.replace(command, idempotency_key=KEY)


@contextmanager
def answers_lost(database: Database) -> Iterator[None]:
    """Within, whatever is committed seems to have failed: as if the server was killed just then."""
    perform = database.perform

    async def lost(unit: Any, transaction: bool) -> Any:
        result = await perform(unit, transaction)
        if transaction:
            raise StorageUnavailable
        return result

    database.perform = lost  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        database.perform = perform  # type: ignore[method-assign]


@pytest.mark.parametrize("name", REPEATABLE)
async def test_a_repetition_does_nothing_and_gets_the_first_answer(
    database: Database, valkey: Valkey, name: str
) -> None:
    world = await made(database, valkey)
    command = await tried(world, name)
    with answers_lost(database), pytest.raises(StoaError):
        await world.do(command)
    after = await everything(database)
    first = await world.do(command)
    assert await world.do(command) == first
    assert await everything(database) == after


@pytest.mark.parametrize("name", REPEATABLE)
async def test_a_repetition_at_the_same_moment_waits_for_the_first(
    database: Database, valkey: Valkey, name: str
) -> None:
    world = await made(database, valkey)
    command = await tried(world, name)
    replies: list[Message] = []

    async def attempt() -> None:
        replies.append(await world.do(command))

    async with trio.open_nursery() as nursery:
        for _ in range(3):
            nursery.start_soon(attempt)
    assert replies[0] == replies[1] == replies[2]


@pytest.mark.parametrize("name", REPEATABLE)
async def test_a_key_stands_for_one_command(database: Database, valkey: Valkey, name: str) -> None:
    world = await made(database, valkey)
    command = await tried(world, name)
    await world.do(command)
    place = next((each for each in PLACES if hasattr(command, each)), "title")
    other: Any = msgspec.structs.replace(command, **{place: str(uuid4())})
    with pytest.raises(ConflictError) as refusal:
        await world.do(other)
    assert refusal.value.details == {"conflict_field": FIELD}


async def test_a_key_is_a_users_own_and_lasts_a_day(database: Database, valkey: Valkey) -> None:
    world = await made(database, valkey)
    command = await tried(world, "createCourse")
    first = await world.do(command)
    other = await world.desk.school.user("educator")
    assert await world.do(msgspec.structs.replace(command, by=other)) != first
    keys = CommandKeys(database, world.desk.clock)
    world.desk.clock.at += KEPT_MS - 1
    assert await world.do(command) == first
    assert await keys.sweep() == 0
    world.desk.clock.at += 1
    assert await world.do(command) != first
    assert await keys.sweep() == 1


async def test_what_was_refused_may_be_tried_again_under_the_key(
    database: Database, valkey: Valkey
) -> None:
    world = await made(database, valkey)
    command = await tried(world, "addModule")
    missing: Any = msgspec.structs.replace(command, prerequisite_module_id=str(uuid4()))
    with pytest.raises(ValidationError):
        await world.do(missing)
    assert await world.do(command)


async def test_a_lobby_that_was_withdrawn_is_opened_anew(
    database: Database, valkey: Valkey
) -> None:
    world = await made(database, valkey)
    command = await tried(world, "startLiveQuiz")
    world.post.open = False
    with pytest.raises(StoaError):
        await world.do(command)
    world.post.open = True
    started = await world.do(command)
    assert await world.do(command) == started


@pytest.mark.parametrize("key", ["", "x" * (MAX_KEY + 1), "two words", "schlüssel"])
async def test_a_key_is_short_and_plain(database: Database, valkey: Valkey, key: str) -> None:
    world = await made(database, valkey)
    command = await tried(world, "createCourse")
    with pytest.raises(ValidationError):
        await world.do(msgspec.structs.replace(command, idempotency_key=key))


def test_the_argument_of_each_such_mutation_reaches_its_command() -> None:
    assert {name for name, each in MUTATIONS.items() if takes_key(each.translate)} == set(
        REPEATABLE
    )


def takes_key(translate: Translate) -> bool:
    return translate.__qualname__.startswith(repeatable.__name__)


def test_the_key_is_the_argument() -> None:
    vera = Identity("u", "vera@school.example", "educator", "s", 1)
    arguments = {"courseId": "c", "input": {"title": "M"}}
    for given, key in ((arguments, None), (arguments | {FIELD: KEY}, KEY)):
        _, command = MUTATIONS["addModule"].translate(given, Acting(identity=vera))
        assert isinstance(command, AddModule)
        assert command.idempotency_key == key
