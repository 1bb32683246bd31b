"""Every cell of the table of permissions, tried with real handlers on a real database."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import pytest

from gateway.graphql.schema import FEEDS, MUTATIONS
from protocol import permissions
from protocol.access import Identity
from protocol.envelope import Message
from protocol.errors import AuthorizationError, StoaError
from protocol.permissions import PERMISSIONS, REALTIME, SUBSCRIPTIONS, Permission, Relation
from storage.postgres import Database
from storage.valkey import Valkey
from tests.supervisors.cells import COMMANDS, ENTRIES, HELD, PUBLIC, SIGNED_IN, expected, made
from tests.support.world import World

R = Relation


async def refused(world: World, message: Message) -> bool:
    """Whether it ends in a refusal by the table; whatever else becomes of it is no concern here."""
    try:
        await world.do(message)
    except AuthorizationError:
        return True
    except StoaError:
        return False
    return False


@pytest.fixture
async def world(database: Database, valkey: Valkey) -> World:
    return await made(database, valkey)


def test_every_mutation_has_a_command_to_be_tried_with() -> None:
    assert set(COMMANDS) == set(SIGNED_IN)


@pytest.mark.parametrize("operation", SIGNED_IN)
async def test_a_mutation_is_open_to_those_in_the_table_and_to_nobody_else(
    world: World, operation: str
) -> None:
    """Property 69: GraphQL mutation authorization

    Validates: Requirements 21.3
    """
    # Those who may go last: what they do may change what there is.
    order = sorted(HELD, key=lambda relation: expected(world, operation, relation))
    tried = []
    for relation in order:
        message = COMMANDS[operation](world, relation)
        if expected(world, operation, relation):
            tried.append(relation)
            continue
        assert await refused(world, message), f"{relation} may {operation}"
    for relation in tried[:1]:
        assert not await refused(world, COMMANDS[operation](world, relation)), relation


@pytest.mark.parametrize(
    ("operation", "relation"),
    [(name, each) for name in SIGNED_IN for each in HELD if each in PERMISSIONS[name].to],
)
async def test_whoever_is_in_the_table_is_not_refused(
    world: World, operation: str, relation: Relation
) -> None:
    if not expected(world, operation, relation):
        pytest.fail("the table and the world disagree")
    assert not await refused(world, COMMANDS[operation](world, relation))


class Watched(dict[str, Permission]):
    """The table, noting which rows are read."""

    def __init__(self, table: Mapping[str, Permission]) -> None:
        super().__init__(table)
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> Permission:
        self.asked.add(name)
        return super().__getitem__(name)


async def test_every_command_asks_the_table(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    table = Watched(permissions._ALL)
    monkeypatch.setattr(permissions, "_ALL", table)
    commands = {name: make(world, R.OWNER) for name, make in COMMANDS.items()}
    for operation, command in {**PUBLIC, **commands}.items():
        table.asked.clear()
        with suppress(StoaError):
            await world.do(command)
        assert table.asked == {operation}
    assert {*PUBLIC, *commands} == set(PERMISSIONS)


def test_everything_done_beside_graphql_has_a_question_to_be_tried_with() -> None:
    assert set(ENTRIES) == set(REALTIME)


@pytest.mark.parametrize("operation", sorted(ENTRIES))
async def test_a_live_quiz_is_open_to_those_in_the_table_and_to_nobody_else(
    world: World, operation: str
) -> None:
    for relation in HELD:
        allowed = not await refused(world, ENTRIES[operation](world, relation))
        assert allowed == expected(world, operation, relation), relation


def test_guests_may_what_the_table_says() -> None:
    public = {name for name, mutation in MUTATIONS.items() if mutation.public}
    assert public == {name for name, each in PERMISSIONS.items() if R.GUEST in each.to}
    assert not any(R.GUEST in each.to for each in SUBSCRIPTIONS.values())


def test_every_subscription_is_in_the_table() -> None:
    assert set(SUBSCRIPTIONS) == set(FEEDS)


async def subscribes(world: World, operation: str, relation: Relation) -> bool:
    """Whether whoever is this may follow."""
    who = world.by(relation)
    identity = Identity(
        user_id=who["by"], email="e", role=who["by_role"], session_id="s", expires_at=2**50
    )
    arguments = {f"{thing}Id": id_ for thing, id_ in world.ids.items()}
    arguments["userId"] = who["by"]
    try:
        right = FEEDS[operation].authorize(arguments, identity)
        if right is not None:
            right.course(await world.do(right.message))
    except AuthorizationError:
        return False
    except StoaError as error:
        if str(error) != "started":  # it has asked an actor, whom nothing refused reaches
            raise
    return True


async def test_every_subscription_asks_its_row(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = Watched(permissions._ALL)
    monkeypatch.setattr(permissions, "_ALL", table)
    for operation in SUBSCRIPTIONS:
        table.asked.clear()
        may = [each for each in (R.OWNER, R.INSTRUCTOR) if expected(world, operation, each)]
        assert await subscribes(world, operation, may[0])
        assert table.asked == {operation}


@pytest.mark.parametrize("operation", sorted(SUBSCRIPTIONS))
async def test_a_subscription_is_open_to_those_in_the_table_and_to_nobody_else(
    world: World, operation: str
) -> None:
    for relation in HELD:
        allowed = await subscribes(world, operation, relation)
        assert allowed == expected(world, operation, relation), relation
