"""The database: units, errors, cancellation, bounds, an engine that goes and comes back."""

from __future__ import annotations

import asyncio
import ssl
import threading
from typing import Any

import asyncpg
import pytest
import trio

from protocol.errors import (
    ConflictError,
    DatabaseError,
    EngineAway,
    Overloaded,
    StartupError,
    StorageUnavailable,
)
from protocol.ports import Beat
from storage import poolers
from storage import postgres as postgres_module
from storage.asyncio_thread import AsyncioThread, open_asyncio_thread
from storage.postgres import Connection, Database, startup_error, storage_error
from tests.support.ports import postgres_ports

COUNT = "SELECT count(*) FROM heartbeats"


async def beat(connection: Connection, node: str = "n") -> None:
    await connection.execute("INSERT INTO heartbeats (node, at) VALUES ($1, 1)", node)


async def test_a_unit_is_a_transaction(database: Database) -> None:
    async def unit(connection: Connection) -> str:
        await beat(connection)
        return "done"

    assert await database.run(unit) == "done"
    assert await database.run(lambda c: c.fetchval(COUNT)) == 1


async def test_a_client_error_passes_and_undoes_everything(database: Database) -> None:
    async def unit(connection: Connection) -> None:
        await beat(connection)
        raise ConflictError("taken", conflict_field="email")

    with pytest.raises(ConflictError):
        await database.run(unit)
    assert await database.run(lambda c: c.fetchval(COUNT)) == 0


async def test_a_refusal_of_the_database_is_a_database_error_with_its_cause(
    database: Database,
) -> None:
    with pytest.raises(DatabaseError) as caught:
        await database.run(lambda c: c.execute("SELECT 1/0"), transaction=False)
    assert isinstance(caught.value.__cause__, asyncpg.DivisionByZeroError)
    assert "zero" not in caught.value.message


async def test_a_mistake_in_a_unit_is_not_dressed_up(database: Database) -> None:
    async def unit(connection: Connection) -> None:
        raise KeyError("mine")

    with pytest.raises(KeyError):
        await database.run(unit)
    with pytest.raises(DatabaseError):
        await database.run(lambda c: c.fetchval("SELECT $1::bigint", "no number"))


@pytest.mark.parametrize("transaction", [True, False])
async def test_a_cancelled_unit_leaves_no_connection_in_an_unknown_state(
    asyncio_thread: AsyncioThread, database_url: str, transaction: bool
) -> None:
    database = await Database.open(asyncio_thread, database_url, max_size=1)
    reached = threading.Event()

    async def slow(connection: Connection) -> None:
        await beat(connection)
        query = asyncio.ensure_future(connection.execute("SELECT pg_sleep(60)"))
        await asyncio.sleep(0)
        reached.set()
        await query

    async def pid(connection: Connection) -> int:
        found: int = await connection.fetchval("SELECT pg_backend_pid()")
        return found

    before = await database.run(pid)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(lambda: database.run(slow, transaction=transaction))
        await trio.to_thread.run_sync(reached.wait)
        nursery.cancel_scope.cancel()
    # The only connection of this pool is a new one, and works.
    assert await database.run(pid) != before
    if transaction:
        assert await database.run(lambda c: c.fetchval(COUNT)) == 0
    assert database.statistics()["waiting"] == 0
    await database.close()


async def test_cancelling_while_waiting_for_a_connection_leaks_none(
    asyncio_thread: AsyncioThread, database_url: str
) -> None:
    database = await Database.open(asyncio_thread, database_url, max_size=1)
    taken, gate = threading.Event(), threading.Event()

    async def hold(connection: Connection) -> None:
        taken.set()
        await asyncio.get_running_loop().run_in_executor(None, gate.wait)

    async with trio.open_nursery() as holders:
        holders.start_soon(database.run, hold)
        await trio.to_thread.run_sync(taken.wait)
        async with trio.open_nursery() as waiters:
            for _ in range(10):
                waiters.start_soon(database.run, beat)
            await trio.testing.wait_all_tasks_blocked()
            waiters.cancel_scope.cancel()
        gate.set()
    assert await database.run(lambda c: c.fetchval(COUNT)) == 0
    assert database.statistics()["idle"] == 1
    await database.close()


async def test_a_query_past_its_time_is_unavailable_and_its_connection_is_dropped(
    asyncio_thread: AsyncioThread, database_url: str
) -> None:
    database = await Database.open(
        asyncio_thread, database_url, max_size=1, command_timeout_seconds=0.05
    )
    with pytest.raises(StorageUnavailable):
        await database.run(lambda c: c.execute("SELECT pg_sleep(60)"))
    assert await database.run(lambda c: c.fetchval("SELECT 1")) == 1
    await database.close()


async def test_past_the_bound_operations_are_refused(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgres_module, "MAX_WAITING", 0)
    with pytest.raises(Overloaded):
        await database.run(beat)


async def test_the_database_recovers_when_the_server_comes_back(database_url: str) -> None:
    async with postgres_ports(database_url) as ports:
        await ports.heartbeats.beat("n", Beat(at=1))
        await ports.go_away()
        for _ in range(5):
            with pytest.raises(StorageUnavailable):
                await ports.heartbeats.beat("n", Beat(at=2))
        await ports.come_back()
        await ports.heartbeats.beat("n", Beat(at=3))
        assert await ports.heartbeats.last_beat() == Beat(at=3)


async def test_a_server_that_is_not_there_is_told_in_one_line(
    asyncio_thread: AsyncioThread,
) -> None:
    with pytest.raises(StartupError) as caught:
        await Database.open(asyncio_thread, "postgresql://stoa:secret@127.0.0.1:1/stoa")
    assert "cannot be reached" in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_a_database_that_is_not_there_is_told_in_one_line(
    asyncio_thread: AsyncioThread, database_url: str
) -> None:
    base, _, rest = database_url.rpartition("/test_")
    with pytest.raises(StartupError, match="no such database"):
        await Database.open(asyncio_thread, f"{base}/nowhere?{rest.partition('?')[2]}")


PASSING = (
    TimeoutError,
    ConnectionRefusedError,
    asyncpg.TooManyConnectionsError,
    asyncpg.CannotConnectNowError,
)
"""Reasons for which nobody has to correct anything."""


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (asyncpg.InvalidPasswordError("no"), "refuses the user or password"),
        (asyncpg.TooManyConnectionsError("sorry, too many clients"), "too many clients"),
        (ValueError("invalid DSN"), "cannot be used"),
        (TimeoutError(), "cannot be reached"),
        (ConnectionRefusedError(111, "refused"), "cannot be reached"),
        (PermissionError(13, "denied"), "cannot be reached"),
        (ssl.SSLCertVerificationError(1, "self-signed"), "cannot be reached"),
        (asyncpg.CannotConnectNowError("the database system is starting up"), "starting up"),
        (asyncpg.InsufficientPrivilegeError("no"), "refuses"),
        (asyncpg.InvalidCatalogNameError("no"), "no such database"),
    ],
)
def test_every_reason_has_its_line(error: Exception, words: str) -> None:
    found = startup_error("postgresql://u:pw@host/db", error)
    assert isinstance(found, EngineAway) == isinstance(error, PASSING)
    line = str(found)
    assert words in line
    assert "pw" not in line.replace("password", "")


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (asyncpg.DiskFullError("x"), StorageUnavailable),
        (asyncpg.AdminShutdownError("x"), StorageUnavailable),
        (asyncpg.CannotConnectNowError("x"), StorageUnavailable),
        (asyncpg.DeadlockDetectedError("x"), StorageUnavailable),
        (asyncpg.ConnectionDoesNotExistError("x"), StorageUnavailable),
        (asyncpg.InterfaceError("connection is closed"), StorageUnavailable),
        (asyncpg.InternalClientError("unexpected state"), StorageUnavailable),
        (asyncpg.ProtocolError("unexpected message"), StorageUnavailable),
        (ConnectionRefusedError(), StorageUnavailable),
        (asyncpg.UniqueViolationError("x"), DatabaseError),
        (asyncpg.DataError("x"), DatabaseError),
        (KeyError("x"), type(None)),
    ],
)
def test_driver_errors_say_whose_fault_it_is(error: Exception, expected: type[Any]) -> None:
    assert type(storage_error(error)) is expected


class Openings:
    """`poolers.connect` with every connection noted, and how many are still being opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.reached = threading.Event()
        self.pending = 0
        self.opened: list[Connection] = []
        self._connect = poolers.connect
        monkeypatch.setattr(poolers, "connect", self.connect)

    async def connect(self, *args: Any, **options: Any) -> Connection:
        self.pending += 1
        try:
            self.reached.set()
            self.opened.append(await self._connect(*args, **options))
            return self.opened[-1]
        finally:
            self.pending -= 1

    @property
    def none_is_left(self) -> bool:
        return self.pending == 0 and all(each.is_closed() for each in self.opened)


async def open_until(reached: threading.Event, thread: AsyncioThread, url: str) -> None:
    """Begin to open a database, and be cancelled when `reached` says so."""
    async with trio.open_nursery() as nursery:
        nursery.start_soon(Database.open, thread, url)
        await trio.to_thread.run_sync(reached.wait)
        nursery.cancel_scope.cancel()


async def test_a_start_cancelled_while_it_connects_leaves_nothing_open(
    asyncio_thread: AsyncioThread, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    openings = Openings(monkeypatch)
    await open_until(openings.reached, asyncio_thread, database_url)
    assert openings.none_is_left


async def test_a_start_cancelled_while_it_looks_at_the_server_leaves_nothing_open(
    asyncio_thread: AsyncioThread, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    openings, looked = Openings(monkeypatch), threading.Event()

    async def look(connection: Connection, another: object) -> None:
        looked.set()
        await connection.execute("SELECT pg_sleep(60)")

    monkeypatch.setattr(poolers, "check_sessions", look)
    await open_until(looked, asyncio_thread, database_url)
    assert len(openings.opened) == 1
    assert openings.none_is_left


async def test_what_a_refused_server_was_asked_with_is_closed(
    asyncio_thread: AsyncioThread, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    openings = Openings(monkeypatch)
    monkeypatch.setattr(postgres_module, "OLDEST_SERVER", 1_000)
    with pytest.raises(StartupError):
        await Database.open(asyncio_thread, database_url)
    assert len(openings.opened) == 1
    assert openings.none_is_left


async def test_what_a_cancelled_close_leaves_closes_with_the_thread(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    openings = Openings(monkeypatch)
    async with open_asyncio_thread() as thread:
        database = await Database.open(thread, database_url)
        with trio.CancelScope() as scope:
            scope.cancel()
            await database.close()
        assert scope.cancelled_caught
        assert not openings.none_is_left
    assert openings.none_is_left
