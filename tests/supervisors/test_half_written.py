"""Nothing half-written remains: each statement of each mutation fails in turn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import asyncpg
import pytest

from protocol.envelope import Message
from protocol.errors import ClientError, StoaError
from protocol.permissions import Relation
from storage.postgres import Database
from storage.valkey import Valkey
from tests.domains import DOMAINS
from tests.supervisors.cells import COMMANDS, HELD, SIGNED_IN, expected, made
from tests.support.domain import Fit, Further
from tests.support.world import World

MOST = 50
"""Statements of one mutation; more would be a mistake of this test."""
TABLES = """
select table_name from information_schema.tables
where table_schema = 'public' and table_type = 'BASE TABLE' order by 1
"""
SENDERS: Mapping[str, Relation] = {
    name: who for domain in DOMAINS for name, who in domain.commands.senders.items()
}
FITS: Mapping[str, Fit] = {
    name: fit for domain in DOMAINS for name, fit in domain.commands.fits.items()
}
FURTHER: Mapping[str, Further] = {
    name: further for domain in DOMAINS for name, further in domain.commands.further.items()
}


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

    database.perform = failing  # type: ignore[method-assign, assignment]
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
    usual = next(each for each in reversed(HELD) if expected(world, operation, each))
    message = COMMANDS[operation](world, SENDERS.get(operation, usual))
    fit = FITS.get(operation)
    return message if fit is None else replaced(message, **await fit(world))


def replaced(message: Message, **fields: Any) -> Message:
    return type(message)(
        **{name: getattr(message, name) for name in message.__struct_fields__} | fields
    )


@pytest.mark.parametrize("name", sorted(FURTHER))
async def test_what_no_signed_in_user_sends_leaves_all_or_nothing(
    database: Database, valkey: Valkey, name: str
) -> None:
    world = await made(database, valkey)
    message = await FURTHER[name].make(world)
    assert await try_each(database, world, message) >= FURTHER[name].statements
