"""PostgreSQL: a bounded pool of asyncpg connections on the asyncio thread.

One handoff per unit of work.

A unit is an asyncio function that gets a connection and runs wholly on the asyncio thread. Units
must not change the session (`SET`, `LISTEN`, session advisory locks; `SET LOCAL` and transaction
locks are fine): connections are not reset between units, which would cost a round trip each.
"""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, TypeVar

import asyncpg
import trio

from protocol.errors import (
    DatabaseError,
    EngineAway,
    Overloaded,
    StartupError,
    StoaError,
    StorageUnavailable,
)
from protocol.wakes import Wakes
from storage import poolers
from storage.asyncio_thread import AsyncioThread, Cancel, Done
from storage.connections import (
    Connection,
    ConnectionPool,
    Lease,
    breaks,
    drop,
    interrupts,
)
from storage.faults import note_database_fault
from storage.urls import shown
from storage.violations import violation
from storage.wakes import take_wakes
from storage.write_outcomes import WriteOutcomes

__all__ = ["Connection", "Database", "startup_error", "storage_error", "transaction_on"]

T = TypeVar("T")

OLDEST_SERVER = 15
MAX_WAITING = 10_000
CLOSE_SECONDS = 3.0
UNAVAILABLE_CLASSES = ("08", "53", "57", "58")
"""SQLSTATE classes: connection exception, insufficient resources, operator intervention, system
error."""
READ_ONLY = "25006"
"""The server takes no writes: a standby after a switch, or set so by an operator."""
RETRYABLE_STATES = ("40001", "40P01", "55P03", READ_ONLY)
"""Serialisation failure, deadlock, lock not available."""
NO_WRITES = "The database takes no writes; try again"

SESSION = {
    "application_name": "stoa",
    "jit": "off",
    # A request to cancel that arrives before its statement does nothing, and a process that is
    # killed sends none: PostgreSQL itself then sees that nobody is there any more.
    "client_connection_check_interval": "1s",
}
COLLISIONS = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
COLLISION_RETRIES = 2
"""PostgreSQL has rolled the unit back, and the one it collided with is most likely through."""


class Database:
    """A connection pool. All methods are called in the Trio thread.

    `woken` is called on the asyncio thread with the wakes that a committed unit marked by
    `wake_on_commit`.
    """

    woken: Callable[[Wakes], None] | None = None

    def __init__(self, asyncio_thread: AsyncioThread, url: str, pool: ConnectionPool) -> None:
        self.asyncio_thread = asyncio_thread
        self.url = url
        self._pool = pool
        self._waiting = 0
        self._units = 0
        self._failures = 0
        self.writes = WriteOutcomes()
        asyncio_thread.at_end(self, self._close)

    @classmethod
    async def open(
        cls,
        asyncio_thread: AsyncioThread,
        url: str,
        *,
        max_size: int = 16,
        command_timeout_seconds: float = 30.0,
        settings: Mapping[str, str] | None = None,
    ) -> Database:
        """Connect. Raises `EngineAway` when the server cannot be reached or takes nobody at the
        moment, another `StartupError` when it refuses us."""

        async def connect() -> Connection:
            return await poolers.connect(
                url,
                {**SESSION, **(settings or {})},
                command_timeout=command_timeout_seconds,
                statement_cache_size=256,
                max_cached_statement_lifetime=0,
            )

        async def check() -> None:
            async with pool.lease() as connection:
                check_server(url, connection)
                await poolers.check_sessions(connection, connect)

        pool = ConnectionPool(connect, max_size=max_size)
        database = cls(asyncio_thread, url, pool)
        try:
            async with database._closed_on_failure():
                await asyncio_thread.run(check)
        except poolers.SessionsHandedOn as error:
            raise StartupError(
                f"a pooler at {shown(url)} hands sessions on after each transaction",
                "set it to session mode (pgbouncer: pool_mode = session for this database), or"
                " connect to PostgreSQL itself",
            ) from error
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as error:
            raise startup_error(url, error) from error
        return database

    async def companion(
        self, *, max_size: int = 1, settings: Mapping[str, str] | None = None
    ) -> Database:
        """A second pool on the same server, for work that must not queue behind this one's."""
        return await Database.open(
            self.asyncio_thread, self.url, max_size=max_size, settings=settings
        )

    async def close(self) -> None:
        """Close every connection, waiting at most a few seconds for running units.

        What a cancellation keeps open closes with the asyncio thread.
        """
        await self.asyncio_thread.run(self._close)
        self.asyncio_thread.at_end(self, None)

    @contextlib.asynccontextmanager
    async def _closed_on_failure(self) -> AsyncIterator[None]:
        try:
            yield
        except BaseException:
            # While the thread closes it closes us too.
            with trio.CancelScope(shield=True), contextlib.suppress(StorageUnavailable):
                await self.close()
            raise

    async def _close(self) -> None:
        await self._pool.close(CLOSE_SECONDS)

    async def run(self, unit: Callable[[Any], Awaitable[T]], *, transaction: bool = True) -> T:
        """Run `unit(connection)` on the asyncio thread, by default in one transaction.

        A transaction that PostgreSQL ended as a deadlock or a failed serialisation is tried again,
        so a unit changes nothing outside the database that would count twice.

        Raises what the unit raises if it is a `StoaError`; `StorageUnavailable` when PostgreSQL
        does not answer, `DatabaseError` when it refuses. A violated constraint is `NotFoundError`
        or `ConflictError` (`storage.violations`). If the call is cancelled, or the
        connection breaks during the commit, the outcome is unknown.
        """
        self._admit()
        try:
            return await self.asyncio_thread.run(self.perform, unit, transaction)
        finally:
            self._waiting -= 1

    def submit(
        self, unit: Callable[[Any], Awaitable[T]], done: Done, *, transaction: bool = True
    ) -> Cancel:
        """`run` without a task that waits: `done` gets the result or what `run` would raise.

        `done` is called in the Trio thread and must not raise. What is returned cancels the unit
        and its statement; `done` is called all the same. Raises `Overloaded`.
        """
        self._admit()

        def finished(result: Any) -> None:
            self._waiting -= 1
            done(result)

        try:
            return self.asyncio_thread.submit(self.perform, unit, transaction, done=finished)
        except StoaError:
            self._waiting -= 1
            raise

    def _admit(self) -> None:
        if self._waiting >= MAX_WAITING:
            raise Overloaded("Too many database operations are waiting; try again")
        self._waiting += 1

    async def perform(self, unit: Callable[[Any], Awaitable[T]], transaction: bool = True) -> T:
        """Like `run`, for code that is already on the asyncio thread."""
        self._units += 1
        try:
            async with self._pool.lease() as connection:
                try:
                    result = await self._perform_on(connection, unit, transaction)
                finally:
                    wakes = take_wakes(connection)
        except StoaError:
            raise
        except Exception as error:
            self._failures += 1
            mapped = violation(error) or storage_error(error)
            if refuses_writes(error) and mapped is not None:
                self.writes.failed(mapped.message)
            if mapped is None:
                raise
            note_database_fault(error, mapped)
            raise mapped from error
        if wakes is not None:
            self.writes.succeeded()
            if self.woken is not None:
                self.woken(wakes)
        return result

    async def _perform_on(
        self, connection: Connection, unit: Callable[[Any], Awaitable[T]], transaction: bool
    ) -> T:
        if not transaction:
            return await unit(connection)
        for _ in range(COLLISION_RETRIES):
            with contextlib.suppress(*COLLISIONS):
                async with transaction_on(connection):
                    return await unit(connection)
            take_wakes(connection)
        async with transaction_on(connection):
            return await unit(connection)

    def connection(self) -> Lease:
        """On the asyncio thread: `async with database.connection() as connection`.

        A connection left in an unknown state is closed at once and replaced.
        """
        return self._pool.lease()

    def statistics(self) -> dict[str, float]:
        """The pool's size and use."""
        return {
            "connections": self._pool.size,
            "idle": self._pool.idle,
            "max_connections": self._pool.max_size,
            "waiting": self._waiting,
            "units": self._units,
            "failures": self._failures,
        }


@contextlib.asynccontextmanager
async def transaction_on(connection: Connection) -> AsyncIterator[None]:
    """On the asyncio thread: a transaction for the body.

    Unlike asyncpg's own, it does not try to roll back on a connection in an unknown state (the
    body was cancelled, say): closing it ends the transaction.
    """
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield
    except BaseException as error:
        if breaks(error):
            if not interrupts(error):  # else its lease has PostgreSQL end the statement first
                drop(connection)
            raise
        # A lost connection has rolled back; the first error is the one that counts.
        with contextlib.suppress(asyncpg.InterfaceError, asyncpg.PostgresError, OSError):
            await transaction.rollback()
        raise
    await transaction.commit()


def storage_error(error: BaseException) -> StoaError | None:
    """The error that a driver's exception means to a caller; None if it is not a driver's."""
    if isinstance(error, asyncpg.PostgresError):
        state = getattr(error, "sqlstate", None) or ""
        if state.startswith("53"):
            return StorageUnavailable("The database is out of space or connections; try again")
        if state == READ_ONLY:
            return StorageUnavailable(NO_WRITES)
        if state[:2] in UNAVAILABLE_CLASSES or state in RETRYABLE_STATES:
            return StorageUnavailable()
        return DatabaseError()
    if isinstance(error, asyncpg.InternalClientError):
        # A plain Exception: asyncpg cannot use a connection any more, as when its server died.
        return StorageUnavailable()
    if isinstance(error, asyncpg.InterfaceError | OSError | TimeoutError):
        # asyncpg reports a misuse of a closed connection as an InterfaceError, and arguments that
        # cannot be encoded as its subclass DataError.
        return DatabaseError() if isinstance(error, ValueError) else StorageUnavailable()
    return None


def refuses_writes(error: BaseException) -> bool:
    """Whether this says that PostgreSQL takes no writes of anybody: no space, a failing disk, a
    standby."""
    state = getattr(error, "sqlstate", None) or ""
    return isinstance(error, asyncpg.PostgresError) and (
        state[:2] in ("53", "58") or state == READ_ONLY
    )


def check_server(url: str, connection: Any) -> None:
    """Whether it can hold what users write. Raises `StartupError`; asks nothing of the server."""
    where = shown(url)
    encoding = getattr(connection.get_settings(), "server_encoding", "UTF8")
    if encoding != "UTF8":
        raise StartupError(
            f"the database at {where} has the encoding {encoding}, which cannot hold every name",
            "create it anew with `CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8'`",
        )
    version = connection.get_server_version()
    if version.major < OLDEST_SERVER:
        raise StartupError(
            f"PostgreSQL at {where} is version {version.major}",
            f"use {OLDEST_SERVER} or a newer one",
        )


FORBIDDEN = (PermissionError, ssl.SSLCertVerificationError)
"""Reasons not to reach a server that do not pass by themselves."""


def startup_error(url: str, error: BaseException) -> StartupError:
    """A one-line error for the operator about a server that cannot be used."""
    where = shown(url)
    if isinstance(
        error, asyncpg.InvalidPasswordError | asyncpg.InvalidAuthorizationSpecificationError
    ):
        return StartupError(
            f"PostgreSQL at {where} refuses the user or password",
            "correct STOA_DATABASE_URL",
        )
    if isinstance(error, asyncpg.InvalidCatalogNameError):
        return StartupError(
            f"PostgreSQL at {where} has no such database", "create it or correct STOA_DATABASE_URL"
        )
    if isinstance(error, asyncpg.PostgresError):
        away = isinstance(storage_error(error), StorageUnavailable)
        kind = EngineAway if away else StartupError
        return kind(f"PostgreSQL at {where} refuses: {_line(error)}", "see its log")
    if isinstance(error, OSError):
        kind = StartupError if isinstance(error, FORBIDDEN) else EngineAway
        return kind(
            f"PostgreSQL at {where} cannot be reached ({_line(error)})",
            "start it or correct STOA_DATABASE_URL",
        )
    # What the driver says of an address may repeat a part of the password.
    return StartupError(
        f"STOA_DATABASE_URL {where} cannot be used",
        "write postgresql://user:password@host:5432/database",
    )


def _line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).strip().splitlines()[0]
