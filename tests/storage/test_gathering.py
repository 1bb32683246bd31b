"""Reads that are gathered: who asks meanwhile is answered by the next statement, never by one that
began before the question."""

from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from typing import Any, cast

import pytest
import trio
from trio.testing import wait_all_tasks_blocked

from protocol.errors import Overloaded, StoaError, StorageUnavailable
from storage import gathering
from storage.gathering import AT_ONCE, Gatherer
from storage.postgres import Connection, Database


class Statement:
    """One that is under way until the test ends it."""

    def __init__(self, unit: Callable[[Any], Awaitable[Any]], done: Callable[[Any], None]) -> None:
        self._unit = unit
        self._done = done
        self.keys: Sequence[int] = ()
        self.cancelled = False

    async def end(self) -> None:
        self._done(await self._unit(self))

    def fail(self, error: Exception) -> None:
        self._done(error)

    def cancel(self) -> None:
        self.cancelled = True
        self._done(StorageUnavailable())


class HeldDatabase:
    """Runs nothing by itself."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []
        self.refusal: StoaError | None = None

    def submit(
        self,
        unit: Callable[[Any], Awaitable[Any]],
        done: Callable[[Any], None],
        *,
        transaction: bool,
    ) -> Callable[[], None]:
        assert not transaction
        if self.refusal is not None:
            raise self.refusal
        self.statements.append(Statement(unit, done))
        return self.statements[-1].cancel


async def squares(connection: Any, keys: Sequence[int]) -> Mapping[int, int]:
    """Of the positive keys."""
    connection.keys = keys
    return {key: key * key for key in keys if key > 0}


class Asking:
    """Askers in tasks of their own."""

    def __init__(self, nursery: trio.Nursery) -> None:
        self.database = HeldDatabase()
        self.gatherer = Gatherer[int, int](cast(Database, self.database), squares)
        self.answers: list[tuple[int, Any]] = []
        self._nursery = nursery

    async def ask(self, *keys: int) -> None:
        """Start to ask, and let everybody get as far as possible."""
        for key in keys:
            self._nursery.start_soon(self._ask, key)
            await wait_all_tasks_blocked()

    async def _ask(self, key: int) -> None:
        try:
            self.answers.append((key, await self.gatherer.get(key)))
        except StoaError as error:
            self.answers.append((key, error))

    async def end(self, number: int) -> None:
        await self.database.statements[number].end()
        await wait_all_tasks_blocked()


async def test_who_asks_during_a_statement_shares_the_next(nursery: trio.Nursery) -> None:
    asking = Asking(nursery)
    await asking.ask(*range(1, AT_ONCE + 1))  # each begins at once
    await asking.ask(7, 8, 7, -9)
    assert len(asking.database.statements) == AT_ONCE
    await asking.end(0)
    assert asking.answers == [(1, 1)]
    await asking.end(AT_ONCE)
    assert asking.database.statements[AT_ONCE].keys == [7, 8, -9]
    assert sorted(asking.answers[1:], key=str) == [(-9, None), (7, 49), (7, 49), (8, 64)]


async def test_an_answer_is_never_older_than_its_question(nursery: trio.Nursery) -> None:
    asking = Asking(nursery)
    await asking.ask(*([5] * (AT_ONCE + 1)))
    for number in range(AT_ONCE):
        await asking.end(number)
    assert len(asking.answers) == AT_ONCE
    await asking.end(AT_ONCE)
    assert len(asking.answers) == AT_ONCE + 1


async def test_a_failure_is_told_to_its_askers_alone(nursery: trio.Nursery) -> None:
    asking = Asking(nursery)
    await asking.ask(1, 2, 3, 4)
    error = StorageUnavailable()
    asking.database.statements[0].fail(error)
    await wait_all_tasks_blocked()
    assert asking.answers == [(1, error)]
    await asking.end(2)
    assert sorted(asking.answers[1:]) == [(3, 9), (4, 16)]


async def test_those_who_are_told_of_one_failure_do_not_see_each_other(
    nursery: trio.Nursery,
) -> None:
    asking = Asking(nursery)
    await asking.ask(*range(1, AT_ONCE + 1))
    await asking.ask(*range(10, 60))
    await asking.end(0)
    error = StorageUnavailable()
    asking.database.statements[AT_ONCE].fail(error)
    await wait_all_tasks_blocked()
    assert len(asking.answers) == 1 + 50
    frames = traceback.extract_tb(error.__traceback__)
    assert [each.name for each in frames] == ["_ask", "get"], "of the last one alone"


async def test_keys_of_those_who_left_before_their_statement_are_not_kept(
    nursery: trio.Nursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "MAX_KEYS", 2)
    asking = Asking(nursery)
    await asking.ask(*range(1, AT_ONCE + 1))  # these hang
    for key in range(10, 20):
        with trio.move_on_after(0):
            await asking.gatherer.get(key)
    await asking.ask(5)
    await asking.end(0)
    await asking.end(AT_ONCE)
    assert asking.database.statements[AT_ONCE].keys == [5]


async def test_what_the_database_does_not_take_is_told_to_all_who_wait(
    nursery: trio.Nursery,
) -> None:
    asking = Asking(nursery)
    await asking.ask(*range(1, AT_ONCE + 2))
    asking.database.refusal = refusal = Overloaded("full")
    await asking.end(0)
    assert dict(asking.answers) == {1: 1, AT_ONCE + 1: refusal}
    asking.database.refusal = None
    await asking.ask(6)
    await asking.end(AT_ONCE)
    assert asking.answers[-1] == (6, 36)


async def test_a_statement_that_nobody_waits_for_any_more_is_cancelled(
    nursery: trio.Nursery,
) -> None:
    asking = Asking(nursery)
    async with trio.open_nursery() as leaving:
        leaving.start_soon(asking.gatherer.get, 1)
        await wait_all_tasks_blocked()
        await asking.ask(2)
        async with trio.open_nursery() as not_begun:
            not_begun.start_soon(asking.gatherer.get, 3)
            await wait_all_tasks_blocked()
            not_begun.cancel_scope.cancel()
        leaving.cancel_scope.cancel()
    first, second = asking.database.statements
    assert first.cancelled
    assert not second.cancelled
    await asking.end(1)
    assert asking.answers == [(2, 4)]
    assert len(asking.database.statements) == 2, "nobody waits for what follows"
    await asking.ask(4)
    assert len(asking.database.statements) == 3


async def test_those_who_wait_and_the_keys_of_a_statement_are_bounded(
    nursery: trio.Nursery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gathering, "MAX_KEYS", 2)
    monkeypatch.setattr(gathering, "MAX_WAITING", AT_ONCE + 3)
    asking = Asking(nursery)
    await asking.ask(*range(AT_ONCE + 3))
    with pytest.raises(Overloaded):
        await asking.gatherer.get(1)
    for number in range(AT_ONCE):
        await asking.end(number)
    assert [len(each.keys) for each in asking.database.statements[:AT_ONCE]] == [1] * AT_ONCE
    await asking.end(AT_ONCE)
    await asking.end(AT_ONCE + 1)
    assert [len(each.keys) for each in asking.database.statements[AT_ONCE:]] == [2, 1]


async def test_against_the_database(database: Database) -> None:
    async def read(connection: Connection, keys: Sequence[int]) -> Mapping[int, int]:
        rows = await connection.fetch("select n, n * n from unnest($1::int[]) n where n > 0", keys)
        return {row[0]: row[1] for row in rows}

    gatherer = Gatherer[int, int](database, read)
    found: dict[int, int | None] = {}

    async def ask(key: int) -> None:
        found[key] = await gatherer.get(key)

    before = database.statistics()["units"]
    async with trio.open_nursery() as nursery:
        for key in range(-5, 100):
            nursery.start_soon(partial(ask, key))
    assert found == {key: key * key if key > 0 else None for key in range(-5, 100)}
    assert database.statistics()["units"] - before <= AT_ONCE + 1
