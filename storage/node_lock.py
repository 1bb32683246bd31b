"""One node for one database: a session advisory lock on a connection of its own.

PostgreSQL takes the lock back when the connection ends, so a node that was killed holds it no
longer than its socket is open. A machine that has vanished it notices by keepalives, within
seconds; a second node waits for that long and then refuses.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import NamedTuple

import asyncpg
import structlog

from protocol.errors import StartupError
from storage.asyncio_thread import AsyncioThread
from storage.connections import ACQUIRE_SECONDS, Connection, drop
from storage.postgres import startup_error

LOCK = 0x53746F6E
"""The advisory lock's key: the letters "Ston", unlike those of migrations and of the outbox."""
WAIT_SECONDS = 30.0
"""How long a start waits for a holder that shows no life. PostgreSQL ends the session of a machine
that has vanished after 11 seconds."""
SAID_SECONDS = 1.0
"""A start that waits so long says for whom."""
TRY_SECONDS = 0.1
PING_SECONDS = 10.0
ANSWER_SECONDS = 10.0
PAUSES_SECONDS = (0.1, 0.2, 0.5, 1.0, 2.0)
"""Seconds before connecting again."""
SETTINGS = """
SET tcp_keepalives_idle = 5; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3;
SET idle_session_timeout = 0; SET idle_in_transaction_session_timeout = 0
"""
HOLDER = """
SELECT a.pid, a.application_name, a.backend_start, host(a.client_addr) AS address
FROM pg_locks AS l JOIN pg_stat_activity AS a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 0 AND l.objid = $1 AND l.objsubid = 1
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
FAULTS = (
    OSError,
    TimeoutError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
)

log = structlog.get_logger()


class HeldElsewhere(StartupError):
    """Another node works on this database."""


class Holder(NamedTuple):
    """The session that holds the lock."""

    pid: int
    name: str
    since: datetime
    address: str | None

    def __str__(self) -> str:
        since = self.since.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        return f"{self.name}{f' at {self.address}' if self.address else ''}, since {since}"


class NodeLock:
    """Holds the lock of the database at `url` for the node called `node`."""

    def __init__(
        self,
        asyncio_thread: AsyncioThread,
        url: str,
        node: str,
        *,
        wait_seconds: float = WAIT_SECONDS,
    ) -> None:
        self._thread = asyncio_thread
        self._url = url
        # PostgreSQL keeps 63 bytes of it.
        self._name = f"{node} (process {os.getpid()} on {socket.gethostname()})"[:58]
        self._wait_seconds = wait_seconds

    async def run(self, taken: Callable[[], None]) -> None:
        """Take the lock, call `taken` and hold it until cancelled. Called in the Trio thread.

        A lost connection is made again. Raises `HeldElsewhere` if another node has the lock, then
        or now, and what `startup_error` makes of a PostgreSQL that cannot be used at the start.
        """
        await self._thread.run(self._live, taken)

    # --- below: the asyncio thread ------------------------------------------------------------

    async def _live(self, taken: Callable[[], None]) -> None:
        try:
            connection = await self._connected(self._take)
        except (*FAULTS, ValueError) as error:
            raise startup_error(self._url, error) from error
        self._thread.post(lambda _: taken(), None)
        try:
            while True:
                former: int = await connection.fetchval("SELECT pg_backend_pid()")
                problem = await self._watch(connection)
                log.warning("node_lock.lost", problem=problem)
                drop(connection)
                connection = await self._take_again(former)
                log.warning("node_lock.taken_again")
        finally:
            drop(connection)

    async def _connected(self, use: Callable[[Connection], Awaitable[None]]) -> Connection:
        """A new connection that was used so; closed if that fails."""
        connection: Connection = await asyncpg.connect(
            self._url,
            timeout=ACQUIRE_SECONDS,
            command_timeout=ANSWER_SECONDS,
            statement_cache_size=0,
            server_settings={"application_name": f"stoa {self._name}"},
        )
        try:
            if await connection.fetchval("SELECT pg_backend_pid()") != connection.get_server_pid():
                # A pooler is between. It keeps the session for us, and ends it with us, only while
                # a transaction is open, which costs nothing as long as it reads nothing.
                await connection.execute("BEGIN")
            await connection.execute(SETTINGS)
            await use(connection)
        except BaseException:
            drop(connection)
            raise
        return connection

    async def _take(self, connection: Connection) -> None:
        """Take the lock, waiting for a holder that shows no life. Raises `HeldElsewhere`."""
        loop = asyncio.get_running_loop()
        began, said = loop.time(), False
        first_beat = await _last_beat(connection)
        while not await _try(connection):
            holder = await _holder(connection)
            waited = loop.time() - began
            alive = await _last_beat(connection) != first_beat
            if holder is not None and (alive or waited > self._wait_seconds):
                raise _held_by(holder)
            if waited > SAID_SECONDS and not said:
                said = True
                seconds = self._wait_seconds
                log.warning("node_lock.waiting", holder=str(holder), at_most_seconds=seconds)
            await asyncio.sleep(TRY_SECONDS)

    async def _watch(self, connection: Connection) -> str:
        """Wait until the connection is lost; why."""
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        while not connection.is_closed():
            try:
                async with asyncio.timeout(PING_SECONDS):
                    await lost.wait()
            except TimeoutError:
                try:
                    await connection.execute("SELECT 1")
                except FAULTS as error:
                    return repr(error)
        return "closed by the server"

    async def _take_again(self, former: int) -> Connection:
        """Connect, however long that takes, and take the lock. Raises `HeldElsewhere`.

        The `former` session may live on in PostgreSQL, which has not noticed its end: it is ended.
        """
        failures = 0

        async def take(connection: Connection) -> None:
            while not await _try(connection):
                holder = await _holder(connection)
                if holder is not None and holder.pid != former:
                    raise _held_by(holder)
                await connection.execute("SELECT pg_terminate_backend($1)", former)
                await asyncio.sleep(TRY_SECONDS)

        while True:
            try:
                return await self._connected(take)
            except FAULTS as error:
                log.info("node_lock.not_taken_again", problem=repr(error))
            await asyncio.sleep(PAUSES_SECONDS[min(failures, len(PAUSES_SECONDS) - 1)])
            failures += 1


async def _try(connection: Connection) -> bool:
    got: bool = await connection.fetchval("SELECT pg_try_advisory_lock($1::bigint)", LOCK)
    return got


async def _holder(connection: Connection) -> Holder | None:
    row = await connection.fetchrow(HOLDER, LOCK)
    if row is None:
        return None
    name = str(row["application_name"]).removeprefix("stoa ") or "a node without a name"
    return Holder(row["pid"], name, row["backend_start"], row["address"])


async def _last_beat(connection: Connection) -> int | None:
    """The newest sign of life of any node; only one that holds the lock gives any."""
    try:
        newest: int | None = await connection.fetchval("SELECT max(at) FROM heartbeats")
    except asyncpg.UndefinedTableError:
        return None
    return newest


def _held_by(holder: Holder) -> HeldElsewhere:
    return HeldElsewhere(
        f"another node works on this database: {holder}",
        "stop that one first, or give this one a database and a Redis of its own"
        f" (its session in PostgreSQL has the process id {holder.pid})",
    )
