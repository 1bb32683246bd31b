"""Wakes between processes over a real PostgreSQL."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

import pytest
import structlog
import trio

from protocol.envelope import Address
from protocol.lifecycle import Done
from protocol.ports import OutboxEvent
from protocol.wakes import Wakes
from storage import signals as module
from storage.asyncio_thread import AsyncioThread
from storage.journal import write_outbox
from storage.postgres import Database
from storage.signals import PostgresSignals

EVENT = OutboxEvent(Address("room", "a"), Done())


class Process:
    """What is a process to the others: a pool, its signals, and what its waiters were told."""

    def __init__(self, database: Database, url: str) -> None:
        self.database = database
        self.told: list[Wakes | str] = []
        self._send, self._receive = trio.open_memory_channel[Wakes | str](99)
        self.signals = PostgresSignals(
            database.asyncio_thread,
            url,
            deliver=self._send.send_nowait,
            deliver_all=lambda: self._send.send_nowait("all"),
        )
        database.woken = self.signals.committed

    async def next(self) -> Wakes | str:
        """What its waiters are told next."""
        with trio.fail_after(10):
            return await self._receive.receive()

    def nothing(self) -> bool:
        """Whether they were told nothing more."""
        return not self._receive.statistics().current_buffer_used

    async def commit(self, *, fail: bool = False) -> None:
        async def unit(connection: Any) -> None:
            await write_outbox(connection, [(EVENT, 0)])
            if fail:
                raise ZeroDivisionError

        await self.database.run(unit)


@contextlib.asynccontextmanager
async def processes(thread: AsyncioThread, url: str, count: int) -> AsyncIterator[list[Process]]:
    """So many that listen."""
    async with contextlib.AsyncExitStack() as stack:
        made = []
        for _ in range(count):
            database = await Database.open(thread, url, max_size=2)
            stack.push_async_callback(database.close)
            made.append(Process(database, url))
        nursery = await stack.enter_async_context(trio.open_nursery())
        for process in made:
            nursery.start_soon(process.signals.run)
            assert await process.next() == "all"
        yield made
        nursery.cancel_scope.cancel()


async def test_a_commit_wakes_ones_own_waiters_and_those_of_others_once(
    asyncio_thread: AsyncioThread, database_url: str
) -> None:
    async with processes(asyncio_thread, database_url, 2) as (one, two):
        await one.commit()
        assert await one.next() == {"outbox": 0}
        assert await two.next() == {"outbox": 0}
        await two.commit()
        assert await two.next() == {"outbox": 0}
        assert await one.next() == {"outbox": 0}
        assert one.nothing()
        assert two.nothing()
        assert one.signals.statistics() == {"connected": 1, "connects": 1, "sent": 1, "heard": 1}


async def test_what_is_rolled_back_wakes_nobody(
    asyncio_thread: AsyncioThread, database_url: str
) -> None:
    async with processes(asyncio_thread, database_url, 1) as [one]:
        with pytest.raises(ZeroDivisionError):
            await one.commit(fail=True)
        await one.database.run(lambda c: c.execute("SELECT 1"))
        assert one.nothing()


async def test_a_lost_connection_is_made_anew_and_everybody_looks(
    asyncio_thread: AsyncioThread, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAUSES_SECONDS", (0.05,))
    with structlog.testing.capture_logs() as logs:
        async with processes(asyncio_thread, database_url, 2) as (one, two):
            await one.database.run(
                lambda c: c.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE application_name = 'stoa signals'"
                )
            )
            assert await one.next() == "all"
            assert await two.next() == "all"
            await one.commit()
            assert await one.next() == {"outbox": 0}
            assert await two.next() == {"outbox": 0}
    assert {line["event"] for line in logs} == {"signals.lost"}


async def test_without_a_connection_ones_own_waiters_are_woken_all_the_same(
    asyncio_thread: AsyncioThread, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAUSES_SECONDS", (0.01,))
    nobody = Process(database, "postgresql://stoa@127.0.0.1:1/none")
    with structlog.testing.capture_logs():
        async with trio.open_nursery() as nursery:
            nursery.start_soon(nobody.signals.run)
            await nobody.commit()
            assert await nobody.next() == {"outbox": 0}
            nursery.cancel_scope.cancel()
    assert nobody.signals.statistics()["connects"] == 0


async def test_what_is_committed_while_the_connection_is_lost_is_told_afterwards(
    asyncio_thread: AsyncioThread, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PAUSES_SECONDS", (0.3,))
    end = "SELECT pg_terminate_backend($1)"
    with structlog.testing.capture_logs():
        async with processes(asyncio_thread, database_url, 2) as (one, two):
            await two.database.run(lambda c: c.execute(end, one.signals._pid))
            with trio.fail_after(10):
                while one.signals.statistics()["connected"]:  # noqa: ASYNC110 - in another thread
                    await trio.sleep(0.001)
            await one.commit()
            assert await two.next() == {"outbox": 0}


async def test_a_silent_connection_is_asked_whether_it_lives(
    asyncio_thread: AsyncioThread, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PING_SECONDS", 0.01)
    async with processes(asyncio_thread, database_url, 2) as (one, two):
        await one.commit()
        assert await two.next() == {"outbox": 0}
        assert two.signals.statistics()["connects"] == 1


async def test_notifications_of_others_that_make_no_sense_are_ignored(
    asyncio_thread: AsyncioThread, database_url: str
) -> None:
    async with processes(asyncio_thread, database_url, 2) as (one, two):
        impossible = (f'{{"outbox": {at}}}' for at in (10**400, -(10**400), 2**70, -1))
        for payload in ("", "nonsense", '{"outbox": "x"}', *impossible):
            await one.database.run(partial(notify, payload))
        await one.commit()
        assert await two.next() == {"outbox": 0}


async def notify(payload: str, connection: Any) -> None:
    await connection.execute("SELECT pg_notify('stoa', $1)", payload)
