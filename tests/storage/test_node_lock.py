"""One node at a time holds the lock, and what ends a node gives it to the next."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest
import structlog.testing
import trio

from protocol.errors import StartupError
from protocol.exception_groups import leaves
from protocol.ports import Beat
from storage.asyncio_thread import AsyncioThread
from storage.journal.heartbeats import PostgresHeartbeats
from storage.journal.outbox import CLAIM_LOCK
from storage.migrate import LOCK as MIGRATION_LOCK
from storage.node_lock import HOLDER, LOCK, HeldElsewhere, NodeLock
from storage.postgres import Database

PATIENCE = 10.0


@asynccontextmanager
async def held(lock: NodeLock) -> AsyncIterator[None]:
    """The lock is held in the body."""
    taken = trio.Event()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(lock.run, taken.set)
        with trio.fail_after(PATIENCE):
            await taken.wait()
        yield
        nursery.cancel_scope.cancel()


async def holder(database: Database) -> tuple[int, str] | None:
    row = await database.run(lambda c: c.fetchrow(HOLDER, LOCK))
    return None if row is None else (row["pid"], row["application_name"])


async def refused(lock: NodeLock) -> str:
    with pytest.raises(HeldElsewhere) as caught, trio.fail_after(PATIENCE):
        await lock.run(lambda: None)
    return str(caught.value)


def lock(thread: AsyncioThread, url: str, node: str, *, wait_seconds: float = 30.0) -> NodeLock:
    return NodeLock(thread, url, node, wait_seconds=wait_seconds)


async def test_a_second_node_is_refused_as_soon_as_the_first_shows_life(
    asyncio_thread: AsyncioThread, database: Database, database_url: str
) -> None:
    heartbeats = PostgresHeartbeats(database)
    await heartbeats.beat("one", Beat(at=1))

    async def beat() -> None:
        at = 1
        while True:
            at += 1
            await heartbeats.beat("one", Beat(at=at))
            await trio.sleep(0.05)

    async with held(lock(asyncio_thread, database_url, "one")), trio.open_nursery() as nursery:
        nursery.start_soon(beat)
        line = await refused(lock(asyncio_thread, database_url, "two"))
        nursery.cancel_scope.cancel()
    assert line.startswith("another node works on this database: one (process ")
    assert " UTC; stop that one first" in line
    assert "\n" not in line


async def test_a_silent_holder_is_waited_for_and_named(
    asyncio_thread: AsyncioThread, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.node_lock.SAID_SECONDS", 0.1)
    with structlog.testing.capture_logs() as logged:
        async with held(lock(asyncio_thread, database_url, "one")):
            second = lock(asyncio_thread, database_url, "two", wait_seconds=0.5)
            assert "one (process " in await refused(second)
    [waiting] = [line for line in logged if line["event"] == "node_lock.waiting"]
    assert waiting["holder"].startswith("one (process ")


async def test_the_next_node_takes_it_when_the_first_ends(
    asyncio_thread: AsyncioThread, database: Database, database_url: str
) -> None:
    taken = trio.Event()
    async with trio.open_nursery() as nursery:
        async with held(lock(asyncio_thread, database_url, "one")):
            nursery.start_soon(lock(asyncio_thread, database_url, "two").run, taken.set)
        with trio.fail_after(PATIENCE):
            await taken.wait()
        found = await holder(database)
        assert found is not None
        assert found[1].startswith("stoa two (process ")
        nursery.cancel_scope.cancel()


async def test_a_lost_connection_is_made_again_and_the_lock_taken(
    asyncio_thread: AsyncioThread, database: Database, database_url: str
) -> None:
    with structlog.testing.capture_logs() as logged:
        async with held(lock(asyncio_thread, database_url, "one")):
            before = await holder(database)
            assert before is not None
            await database.run(lambda c: c.execute("select pg_terminate_backend($1)", before[0]))
            with trio.fail_after(PATIENCE):
                while await holder(database) in (None, before):  # noqa: ASYNC110 - PostgreSQL's
                    await trio.sleep(0.01)
    assert [line["event"] for line in logged][:2] == ["node_lock.lost", "node_lock.taken_again"]


async def test_a_node_whose_place_another_took_learns_it(
    asyncio_thread: AsyncioThread, database: Database, database_url: str
) -> None:
    other = await Database.open(asyncio_thread, database_url, max_size=1)

    async def supersede() -> None:
        async with held(lock(asyncio_thread, database_url, "one")), trio.open_nursery() as nursery:
            before = await holder(database)
            assert before is not None
            waits = "select pg_advisory_lock($1::bigint)"
            nursery.start_soon(lambda: other.run(lambda c: c.execute(waits, LOCK)))
            await waiting(database)
            await database.run(lambda c: c.execute("select pg_terminate_backend($1)", before[0]))
            await trio.sleep(PATIENCE)

    with pytest.raises(BaseExceptionGroup) as caught, structlog.testing.capture_logs():
        await supersede()
    assert [type(error) for error in leaves(caught.value)] == [HeldElsewhere]
    await other.close()


async def waiting(database: Database) -> None:
    """Until somebody waits for the lock."""
    query = "select count(*) from pg_locks where objid = $1 and not granted"
    with trio.fail_after(PATIENCE):
        while not await database.run(lambda c: c.fetchval(query, LOCK)):  # noqa: ASYNC110
            await trio.sleep(0.01)


async def test_a_former_session_that_lives_on_is_ended(
    asyncio_thread: AsyncioThread, database: Database, database_url: str
) -> None:
    former = await Database.open(asyncio_thread, database_url, max_size=1)
    take = "select pg_backend_pid() from pg_advisory_lock($1::bigint)"
    pid = await former.run(lambda c: c.fetchval(take, LOCK))
    again = lock(asyncio_thread, database_url, "one")
    connection = await asyncio_thread.run(again._take_again, pid)
    found = await holder(database)
    assert found is not None
    assert found[1].startswith("stoa one (process ")

    async def close() -> None:
        await connection.close()

    await asyncio_thread.run(close)
    await former.close()


async def test_a_database_that_cannot_be_reached_is_one_line(
    asyncio_thread: AsyncioThread,
) -> None:
    nowhere = lock(asyncio_thread, "postgresql://x@/none?host=/nowhere", "one")
    with pytest.raises(StartupError, match="cannot be reached"):
        await nowhere.run(lambda: None)


async def test_behind_a_pooler_a_transaction_keeps_the_session(
    asyncio_thread: AsyncioThread,
    database: Database,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(asyncpg.Connection, "get_server_pid", lambda _self: 0)
    query = "select state from pg_stat_activity where pid = $1"
    async with held(lock(asyncio_thread, database_url, "one")):
        found = await holder(database)
        assert found is not None
        assert await database.run(lambda c: c.fetchval(query, found[0])) == "idle in transaction"
        assert "one (process " in await refused(
            lock(asyncio_thread, database_url, "two", wait_seconds=0.2)
        )
    async with held(lock(asyncio_thread, database_url, "two")):
        pass


def test_no_two_locks_share_a_key() -> None:
    assert len({LOCK, CLAIM_LOCK, MIGRATION_LOCK}) == 3
