"""A bounded pool of asyncpg connections, for use on the asyncio thread only.

asyncpg's own pool costs about 50 µs each time a connection is taken and given back (a task's
timeouts, a proxy, a reset), as much as the query itself; here both are an append and a pop.
Connections are given back as units leave them; `storage.postgres` says what units may not do.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import TypeAlias

import asyncpg

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

ACQUIRE_SECONDS = 10.0
"""How long to wait for a free connection before `TimeoutError`."""
IDLE_SECONDS = 300.0
"""Seconds after which an unused connection is closed."""
CANCEL_SECONDS = 2.0
"""What PostgreSQL gets to end a statement whose asker has gone, before its connection is cut."""
FAILURES = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
)


class ConnectionPool:
    """At most `max_size` connections, most recently used first. `connect` opens one."""

    def __init__(self, connect: Callable[[], Awaitable[Connection]], *, max_size: int) -> None:
        self.max_size = max_size
        self._connect = connect
        self._idle: deque[tuple[Connection, float]] = deque()
        self._leased: set[Connection] = set()
        self._opening: set[asyncio.Task[Connection]] = set()
        self._ending: set[asyncio.Task[None]] = set()
        self._waiters: deque[asyncio.Future[Connection]] = deque()
        self._places = 0
        """Connections that are open or being opened."""
        self._sweep: asyncio.TimerHandle | None = None
        self._closing = False
        self._emptied: asyncio.Event | None = None

    @property
    def size(self) -> int:
        """Open connections."""
        return len(self._idle) + len(self._leased)

    @property
    def idle(self) -> int:
        """Open connections that are not in use."""
        return len(self._idle)

    def lease(self) -> Lease:
        """Use as `async with pool.lease() as connection`."""
        return Lease(self)

    async def acquire(self) -> Connection:
        """A connection, to be given to `release`. Raises what `connect` raises, `TimeoutError`."""
        while self._idle:
            connection, _ = self._idle.pop()
            if not connection.is_closed():
                self._leased.add(connection)
                return connection
            drop(connection)
            self._places -= 1
        if self._closing:
            raise asyncpg.InterfaceError("the pool is closing")
        async with asyncio.timeout(ACQUIRE_SECONDS):
            return await self._wait()

    def release(self, connection: Connection) -> None:
        """Take back a connection from `acquire`.

        A closed one, or one in a transaction that nobody will end, is not reused.
        """
        self._leased.discard(connection)
        if self._closing or connection.is_closed() or connection.is_in_transaction():
            drop(connection)
            self._give_place()
            return
        waiter = self._next_waiter()
        if waiter is not None:
            self._leased.add(connection)
            waiter.set_result(connection)
            return
        loop = asyncio.get_running_loop()
        self._idle.append((connection, loop.time()))
        if self._sweep is None:
            self._sweep = loop.call_later(IDLE_SECONDS, self._close_idle)

    def retire(self, connection: Connection) -> None:
        """Take back a connection whose statement was cancelled or timed out, and never reuse it.

        Its place stays taken until PostgreSQL has ended the statement: cutting the connection at
        once would also cut off the driver's request to cancel, and the statement would run on.
        """
        task = asyncio.get_running_loop().create_task(self._end(connection))
        self._ending.add(task)
        task.add_done_callback(self._ending.discard)

    async def _end(self, connection: Connection) -> None:
        try:
            # The driver sends this once its request to cancel was answered.
            with contextlib.suppress(*FAILURES):
                await connection.execute("select 1", timeout=CANCEL_SECONDS)
        finally:
            drop(connection)
            self.release(connection)

    async def close(self, seconds: float) -> None:
        """Stop handing out connections, wait at most `seconds` for those in use, and close all."""
        self._closing = True
        if self._sweep is not None:
            self._sweep.cancel()
        while (waiter := self._next_waiter()) is not None:
            waiter.set_exception(asyncpg.InterfaceError("the pool is closing"))
        for task in self._opening:
            task.cancel()
        try:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._emptied_out()
        finally:
            for connection in [*(connection for connection, _ in self._idle), *self._leased]:
                drop(connection)
            self._idle.clear()

    async def _emptied_out(self) -> None:
        """Wait for what is opening or in use, and take leave of the server on the others."""
        if self._opening:
            await asyncio.wait(self._opening)
        if self._leased:
            self._emptied = asyncio.Event()
            await self._emptied.wait()
        await asyncio.gather(*(c.close() for c, _ in self._idle), return_exceptions=True)

    async def _wait(self) -> Connection:
        """Wait for the first connection that is given back or opened.

        In a rush many are opened at once, and each takes long: who came first gets what is free
        first, and is not bound to the one that was opened for it.
        """
        waiter: asyncio.Future[Connection] = asyncio.get_running_loop().create_future()
        self._waiters.append(waiter)
        self._open_another()
        try:
            return await waiter
        except asyncio.CancelledError:
            if waiter in self._waiters:
                self._waiters.remove(waiter)
            elif not waiter.cancelled() and waiter.exception() is None:
                self.release(waiter.result())  # it was given one just as it gave up
            raise

    def _open_another(self) -> None:
        """Open a connection if more wait than are being opened, and there is a place."""
        if self._places < self.max_size and len(self._opening) < len(self._waiters):
            self._places += 1
            task = asyncio.get_running_loop().create_task(self._open())
            self._opening.add(task)
            task.add_done_callback(self._opened)

    async def _open(self) -> Connection:
        async with asyncio.timeout(ACQUIRE_SECONDS):
            return await self._connect()

    def _opened(self, task: asyncio.Task[Connection]) -> None:
        """The first waiter gets the connection, or the failure."""
        self._opening.discard(task)
        if task.cancelled():
            self._places -= 1
            return
        error = task.exception()
        if error is None:
            self.release(task.result())
            return
        waiter = self._next_waiter()
        if waiter is not None:
            waiter.set_exception(error)
        self._give_place()

    def _next_waiter(self) -> asyncio.Future[Connection] | None:
        while self._waiters:
            waiter = self._waiters.popleft()
            if not waiter.done():
                return waiter
        return None

    def _give_place(self) -> None:
        """Free the place of a connection that closed or failed to open: a waiter may open one."""
        if self._emptied is not None and not self._leased:
            self._emptied.set()
        self._places -= 1
        self._open_another()

    def _close_idle(self) -> None:
        """Close connections unused for long.

        The most recently used come first, so the oldest are on the left.
        """
        loop = asyncio.get_running_loop()
        self._sweep = None
        oldest = loop.time() - IDLE_SECONDS
        while self._idle and (self._idle[0][1] <= oldest or self._idle[0][0].is_closed()):
            connection, _ = self._idle.popleft()
            drop(connection)
            self._places -= 1
        if self._idle:
            self._sweep = loop.call_at(self._idle[0][1] + IDLE_SECONDS, self._close_idle)


class Lease:
    """A connection for the body. One that `breaks` is closed, and never handed on."""

    __slots__ = ("_connection", "_pool")

    _connection: Connection

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool

    async def __aenter__(self) -> Connection:
        self._connection = await self._pool.acquire()
        return self._connection

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        connection = self._connection
        if error is not None and breaks(error):
            if interrupts(error) and not connection.is_closed():
                self._pool.retire(connection)
                return
            drop(connection)
        self._pool.release(connection)


def breaks(error: BaseException) -> bool:
    """Whether the exception leaves its connection in an unknown state.

    That is so when a query was cancelled or timed out, when the connection failed, and when the
    server said that it ends the session: asyncpg reports this before it sees the socket closed.
    """
    if error.__cause__ is not None and breaks(error.__cause__):
        return True
    if isinstance(error, asyncpg.PostgresError):
        return getattr(error, "severity_en", None) in ("FATAL", "PANIC")
    if isinstance(error, asyncpg.InterfaceError):
        return not isinstance(error, ValueError)  # an argument that cannot be encoded was not sent
    return isinstance(
        error, asyncio.CancelledError | TimeoutError | OSError | asyncpg.InternalClientError
    )


def interrupts(error: BaseException) -> bool:
    """Whether what was raised may have left a statement running in PostgreSQL."""
    return isinstance(error, asyncio.CancelledError | TimeoutError)


def drop(connection: Connection) -> None:
    """Close without telling the server, unless it is closed already."""
    with contextlib.suppress(asyncpg.InterfaceError):
        connection.terminate()
