"""The pool of connections: its bound, its order, waiting, and what is never handed on."""

from __future__ import annotations

import asyncio
from typing import Any

import asyncpg
import pytest

from protocol.errors import ConflictError
from storage import connections as connections_module
from storage.asyncio_thread import AsyncioThread
from storage.connections import ConnectionPool, breaks


class FakeConnection:
    """Open until it is closed; `in_transaction` as a test wants it."""

    def __init__(self) -> None:
        self.closed = False
        self.in_transaction = False

    def is_closed(self) -> bool:
        return self.closed

    def is_in_transaction(self) -> bool:
        return self.in_transaction

    def terminate(self) -> None:
        self.closed = True

    async def close(self) -> None:
        self.closed = True


class Server:
    """Opens fake connections, or refuses."""

    def __init__(self, max_size: int) -> None:
        self.opened: list[FakeConnection] = []
        self.refuses = False
        self.opens: asyncio.Event | None = None
        """Until it is set nothing is opened."""
        self.pool = ConnectionPool(self.connect, max_size=max_size)

    async def connect(self) -> Any:
        await (asyncio.sleep(0) if self.opens is None else self.opens.wait())
        if self.refuses:
            raise ConnectionRefusedError
        self.opened.append(FakeConnection())
        return self.opened[-1]


async def turns() -> None:
    """Let every other asyncio task go as far as it can."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_the_connection_used_last_is_used_first(asyncio_thread: AsyncioThread) -> None:
    async def unit() -> None:
        server = Server(max_size=2)
        first, second = await server.pool.acquire(), await server.pool.acquire()
        server.pool.release(first)
        server.pool.release(second)
        assert (server.pool.size, server.pool.idle) == (2, 2)
        assert await server.pool.acquire() is second
        assert await server.pool.acquire() is first
        assert len(server.opened) == 2

    await asyncio_thread.run(unit)


async def test_past_the_bound_units_wait_in_order(asyncio_thread: AsyncioThread) -> None:
    async def unit() -> None:
        server, order = Server(max_size=1), []

        async def use(number: int) -> None:
            async with server.pool.lease():
                order.append(number)
                await asyncio.sleep(0)

        await asyncio.gather(*(use(number) for number in range(5)))
        assert order == [0, 1, 2, 3, 4]
        assert len(server.opened) == 1

    await asyncio_thread.run(unit)


async def test_who_came_first_gets_what_is_given_back_while_another_is_opened(
    asyncio_thread: AsyncioThread,
) -> None:
    async def unit() -> None:
        server = Server(max_size=3)
        held = await server.pool.acquire()
        server.opens = asyncio.Event()
        first = asyncio.create_task(server.pool.acquire())
        second = asyncio.create_task(server.pool.acquire())
        await turns()
        server.pool.release(held)
        await turns()
        assert first.done()
        assert await first is held
        assert not second.done()
        server.opens.set()
        opened: Any = await second
        assert opened in server.opened[1:]
        await turns()
        assert (server.pool.size, server.pool.idle) == (3, 1)

    await asyncio_thread.run(unit)


async def test_closing_gives_up_what_is_being_opened(asyncio_thread: AsyncioThread) -> None:
    async def unit() -> None:
        server = Server(max_size=2)
        server.opens = asyncio.Event()
        waiting = asyncio.create_task(server.pool.acquire())
        await turns()
        await server.pool.close(1)
        with pytest.raises(asyncpg.InterfaceError):
            await waiting
        server.opens.set()
        await turns()
        assert (server.opened, server.pool.size) == ([], 0)

    await asyncio_thread.run(unit)


@pytest.mark.parametrize("state", ["closed", "in_transaction"])
async def test_one_that_nobody_should_get_makes_room_for_another(
    asyncio_thread: AsyncioThread, state: str
) -> None:
    async def unit() -> None:
        server = Server(max_size=1)
        connection = await server.pool.acquire()
        waiting = asyncio.ensure_future(server.pool.acquire())
        await turns()
        setattr(connection, state, True)
        server.pool.release(connection)
        other = await waiting
        assert other is not connection
        assert connection.is_closed()
        server.pool.release(other)
        setattr(other, "closed", True)  # noqa: B010 - the server closed it while it was idle
        assert await server.pool.acquire() is not other
        assert server.pool.size == 1

    await asyncio_thread.run(unit)


async def test_a_refused_connection_gives_its_place_to_who_waits(
    asyncio_thread: AsyncioThread,
) -> None:
    async def unit() -> None:
        server = Server(max_size=1)
        server.refuses = True
        results = await asyncio.gather(
            *(server.pool.acquire() for _ in range(3)), return_exceptions=True
        )
        assert all(isinstance(result, ConnectionRefusedError) for result in results)
        server.refuses = False
        await server.pool.acquire()
        assert len(server.opened) == 1

    await asyncio_thread.run(unit)


@pytest.mark.parametrize("broken", [False, True])
async def test_what_is_given_to_one_who_just_gave_up_goes_to_the_next(
    asyncio_thread: AsyncioThread, broken: bool
) -> None:
    async def unit() -> None:
        server = Server(max_size=1)
        connection = await server.pool.acquire()
        gone, next_ = (asyncio.ensure_future(server.pool.acquire()) for _ in range(2))
        await turns()
        setattr(connection, "closed", broken)  # noqa: B010 - a fake's attribute
        server.pool.release(connection)
        gone.cancel()
        assert (await next_ is connection) is not broken
        assert gone.cancelled()
        assert server.pool.size == 1

    await asyncio_thread.run(unit)


async def test_waiting_has_an_end(
    asyncio_thread: AsyncioThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections_module, "ACQUIRE_SECONDS", 0.01)

    async def unit() -> None:
        server = Server(max_size=1)
        connection = await server.pool.acquire()
        with pytest.raises(TimeoutError):
            await server.pool.acquire()
        server.pool.release(connection)
        assert server.pool.idle == 1

    await asyncio_thread.run(unit)


async def test_what_nobody_needed_for_long_is_closed(
    asyncio_thread: AsyncioThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections_module, "IDLE_SECONDS", 0.0)

    async def unit() -> None:
        server = Server(max_size=2)
        for connection in (await server.pool.acquire(), await server.pool.acquire()):
            server.pool.release(connection)
        while server.pool.size:  # noqa: ASYNC110 - until the timer has gone off
            await asyncio.sleep(0)
        assert all(connection.closed for connection in server.opened)
        assert not (await server.pool.acquire()).is_closed()

    await asyncio_thread.run(unit)


async def test_closing_refuses_who_waits_and_waits_for_who_works(
    asyncio_thread: AsyncioThread,
) -> None:
    async def unit() -> None:
        server = Server(max_size=2)
        idle, busy = await server.pool.acquire(), await server.pool.acquire()
        waiting = asyncio.ensure_future(server.pool.acquire())
        await turns()
        closing = asyncio.ensure_future(server.pool.close(60))
        await turns()
        with pytest.raises(asyncpg.InterfaceError):
            await waiting
        with pytest.raises(asyncpg.InterfaceError):
            await server.pool.acquire()
        server.pool.release(idle)
        assert not closing.done()
        server.pool.release(busy)
        await closing
        assert all(connection.closed for connection in server.opened)

    await asyncio_thread.run(unit)


async def test_closing_cuts_off_who_does_not_end(asyncio_thread: AsyncioThread) -> None:
    async def unit() -> None:
        server = Server(max_size=1)
        async with server.pool.lease() as connection:
            await server.pool.close(0.01)
            assert connection.is_closed()

    await asyncio_thread.run(unit)


def fatal() -> asyncpg.PostgresError:
    error = asyncpg.AdminShutdownError("terminating connection")
    error.severity_en = "FATAL"
    return error


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (asyncio.CancelledError(), True),
        (TimeoutError(), True),
        (ConnectionResetError(), True),
        (fatal(), True),
        (caused(ConflictError("taken", conflict_field="email"), fatal()), True),
        (asyncpg.InterfaceError("connection is closed"), True),
        (asyncpg.InternalClientError("cannot switch to state 12"), True),
        (asyncpg.DataError("cannot encode"), False),
        (asyncpg.UniqueViolationError("twice"), False),
        (ConflictError("taken", conflict_field="email"), False),
        (KeyError("mine"), False),
    ],
)
def test_only_what_leaves_a_connection_in_an_unknown_state_breaks_it(
    error: BaseException, expected: bool
) -> None:
    assert breaks(error) is expected
