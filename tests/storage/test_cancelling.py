"""A statement ends in PostgreSQL when nobody waits for it any more, whoever it was that waited."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
import trio

from protocol.errors import StorageUnavailable
from storage.asyncio_thread import AsyncioThread
from storage.postgres import Connection, Database

RUNNING = """
select count(*) from pg_stat_activity where state = 'active' and query like 'select pg_sleep(61)%'
"""


async def sleep(connection: Connection) -> None:
    await connection.execute("select pg_sleep(61)")


async def running(database: Database) -> int:
    return int(await database.run(lambda connection: connection.fetchval(RUNNING)))


async def until_running(database: Database, wanted: int) -> None:
    with trio.fail_after(10):
        while await running(database) != wanted:  # noqa: ASYNC110 - only PostgreSQL knows
            await trio.sleep(0.01)


@pytest.fixture
async def small(asyncio_thread: AsyncioThread, database_url: str) -> AsyncIterator[Database]:
    database = await Database.open(asyncio_thread, database_url, max_size=2)
    yield database
    await database.close()


@pytest.mark.parametrize("transaction", [True, False])
async def test_a_statement_ends_when_the_task_that_waits_is_cancelled(
    database: Database, small: Database, transaction: bool
) -> None:
    async with trio.open_nursery() as nursery:
        for _ in range(2):
            nursery.start_soon(lambda: small.run(sleep, transaction=transaction))
        await until_running(database, 2)
        nursery.cancel_scope.cancel()
    await until_running(database, 0)
    assert await small.run(lambda connection: connection.fetchval("select 1")) == 1


async def test_a_statement_ends_when_what_was_submitted_is_cancelled(
    database: Database, small: Database
) -> None:
    ended: list[Any] = []
    done = trio.Event()

    def finish(result: Any) -> None:
        ended.append(result)
        done.set()

    cancel = small.submit(sleep, finish, transaction=False)
    await until_running(database, 1)
    cancel()
    await until_running(database, 0)
    with trio.fail_after(5):
        await done.wait()
    assert isinstance(ended[0], StorageUnavailable)
    assert small.statistics()["waiting"] == 0


async def test_cancelling_what_has_ended_changes_nothing(small: Database) -> None:
    ended = trio.Event()
    cancel = small.submit(lambda c: c.fetchval("select 1"), lambda _: ended.set())
    await ended.wait()
    cancel()
    assert await small.run(lambda connection: connection.fetchval("select 2")) == 2


async def test_a_statement_past_its_time_ends_too(
    asyncio_thread: AsyncioThread, database_url: str, database: Database
) -> None:
    impatient = await Database.open(
        asyncio_thread, database_url, max_size=1, command_timeout_seconds=0.2
    )
    with pytest.raises(StorageUnavailable):
        await impatient.run(sleep)
    await until_running(database, 0)
    await impatient.close()


async def test_a_statement_ends_when_its_connection_is_lost(
    asyncio_thread: AsyncioThread, database_url: str, database: Database
) -> None:
    """As when this process is killed, or when a request to cancel came before the statement."""
    lost = await Database.open(asyncio_thread, database_url, max_size=1)

    async def sleep_and_lose(connection: Connection) -> None:
        asyncio.get_running_loop().call_later(0.05, connection.terminate)
        await sleep(connection)

    with pytest.raises(StorageUnavailable):
        await lost.run(sleep_and_lose)
    await until_running(database, 0)
    await lost.close()


async def test_no_more_statements_run_than_the_pool_has_connections(
    database: Database, small: Database
) -> None:
    """Whoever asks and goes away again and again holds places until PostgreSQL has let go."""
    most = 0
    for _ in range(20):
        cancels = [small.submit(sleep, lambda _: None, transaction=False) for _ in range(4)]
        most = max(most, await running(database))
        for cancel in cancels:
            cancel()
    await until_running(database, 0)
    assert most <= 2
