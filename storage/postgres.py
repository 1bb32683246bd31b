"""PostgreSQL: a bounded pool of asyncpg connections on the annex, one crossing per unit of work.

A unit is an asyncio function that gets a connection and runs wholly on the annex. Units must not
change the session (`SET`, `LISTEN`, session advisory locks; `SET LOCAL` and transaction locks are
fine): connections are not reset between units, which would cost a round trip each.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, TypeAlias, TypeVar

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from protocol.errors import (
    DatabaseError,
    Overloaded,
    StartupError,
    StoaError,
    StorageUnavailable,
)
from storage.annex import Annex

T = TypeVar("T")
Connection: TypeAlias = "PoolConnectionProxy[asyncpg.Record]"

ACQUIRE_SECONDS = 10.0
"""How long a unit waits for a free connection before the caller hears `StorageUnavailable`."""
MAX_WAITING = 10_000
CLOSE_SECONDS = 3.0
UNAVAILABLE_CLASSES = ("08", "53", "57")
"""SQLSTATE classes: connection exception, insufficient resources, operator intervention."""
RETRYABLE_STATES = ("40001", "40P01", "55P03")
"""Serialisation failure, deadlock, lock not available."""


class Database:
    """A pool. All methods are called in the Trio thread."""

    def __init__(self, annex: Annex, url: str, pool: asyncpg.Pool[asyncpg.Record]) -> None:
        self.annex = annex
        self.url = url
        self._pool = pool
        self._waiting = 0
        self._units = 0
        self._failures = 0
        annex.at_end(self, self._close)

    @classmethod
    async def open(
        cls,
        annex: Annex,
        url: str,
        *,
        max_size: int = 16,
        command_timeout_seconds: float = 30.0,
        settings: Mapping[str, str] | None = None,
    ) -> Database:
        """Connect. Raises `StartupError` when the server cannot be reached or refuses us."""

        async def connect() -> asyncpg.Pool[asyncpg.Record]:
            pool = await asyncpg.create_pool(
                url,
                # No floor: asyncpg's task that restores one would retry on its own during outages.
                min_size=0,
                max_size=max_size,
                max_inactive_connection_lifetime=300,
                timeout=ACQUIRE_SECONDS,
                command_timeout=command_timeout_seconds,
                statement_cache_size=256,
                max_cached_statement_lifetime=0,
                reset=_keep,
                server_settings={"application_name": "stoa", "jit": "off", **(settings or {})},
            )
            try:
                async with pool.acquire(timeout=ACQUIRE_SECONDS) as connection:
                    await connection.execute("SELECT 1")
            except BaseException:
                pool.terminate()
                raise
            return pool

        try:
            pool = await annex.run(connect)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as error:
            raise startup_error(url, error) from error
        return cls(annex, url, pool)

    async def companion(
        self, *, max_size: int = 1, settings: Mapping[str, str] | None = None
    ) -> Database:
        """A second, separate pool on the same server, for work that must not queue behind ours."""
        return await Database.open(self.annex, self.url, max_size=max_size, settings=settings)

    async def close(self) -> None:
        """Close every connection, waiting at most a few seconds for units that still run."""

        self.annex.at_end(self, None)
        await self.annex.run(self._close)

    async def _close(self) -> None:
        try:
            await asyncio.wait_for(self._pool.close(), CLOSE_SECONDS)
        except (TimeoutError, OSError, asyncpg.PostgresError):
            self._pool.terminate()

    async def run(self, unit: Callable[[Any], Awaitable[T]], *, transaction: bool = True) -> T:
        """Run `unit(connection)` on the annex, by default in one transaction.

        Raises what the unit raises if it is a `StoaError`; `StorageUnavailable` when PostgreSQL
        does not answer, `DatabaseError` when it refuses. If the call is cancelled, or the
        connection breaks during the commit, whether it was done is not known.
        """
        if self._waiting >= MAX_WAITING:
            raise Overloaded("Too many database operations are waiting; try again")
        self._waiting += 1
        try:
            return await self.annex.run(self.perform, unit, transaction)
        finally:
            self._waiting -= 1

    async def perform(self, unit: Callable[[Any], Awaitable[T]], transaction: bool = True) -> T:
        """`run`, for code that is on the annex thread already."""
        self._units += 1
        try:
            async with self.connection() as connection:
                if not transaction:
                    return await unit(connection)
                async with transaction_on(connection):
                    return await unit(connection)
        except StoaError:
            raise
        except Exception as error:
            self._failures += 1
            mapped = storage_error(error)
            if mapped is None:
                raise
            raise mapped from error

    @contextlib.asynccontextmanager
    async def connection(self) -> AsyncIterator[Connection]:
        """On the annex thread: a connection for the body.

        A connection whose query was cancelled or timed out is closed at once, so that nobody is
        handed one in an unknown state. The pool replaces it.
        """
        connection = await self._pool.acquire(timeout=ACQUIRE_SECONDS)
        try:
            yield connection
        except (asyncio.CancelledError, TimeoutError):
            _drop(connection)
            raise
        finally:
            await self._pool.release(connection)

    def statistics(self) -> dict[str, float]:
        """The pool's size and use."""
        return {
            "connections": self._pool.get_size(),
            "idle": self._pool.get_idle_size(),
            "max_connections": self._pool.get_max_size(),
            "waiting": self._waiting,
            "units": self._units,
            "failures": self._failures,
        }


@contextlib.asynccontextmanager
async def transaction_on(connection: Connection) -> AsyncIterator[None]:
    """On the annex thread: a transaction for the body.

    Unlike asyncpg's own, it does not try to roll back when the body was cancelled or timed out:
    the connection is in an unknown state then, and closing it ends the transaction.
    """
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield
    except (asyncio.CancelledError, TimeoutError):
        _drop(connection)
        raise
    except BaseException:
        # A connection that is gone has rolled back; what went wrong first is what counts.
        with contextlib.suppress(asyncpg.InterfaceError, asyncpg.PostgresError, OSError):
            await transaction.rollback()
        raise
    await transaction.commit()


def _drop(connection: Connection) -> None:
    """Close without a word to the server, unless that was done already."""
    with contextlib.suppress(asyncpg.InterfaceError):
        connection.terminate()


async def _keep(_connection: Any) -> None:
    """Units leave the session as they found it (see the module's docstring)."""


def storage_error(error: BaseException) -> StoaError | None:
    """What a driver's exception means to a caller, None if it is not one of a driver."""
    if isinstance(error, asyncpg.PostgresError):
        state = getattr(error, "sqlstate", None) or ""
        if state.startswith("53"):
            return StorageUnavailable("The database is out of space or connections; try again")
        if state[:2] in UNAVAILABLE_CLASSES or state in RETRYABLE_STATES:
            return StorageUnavailable()
        return DatabaseError()
    if isinstance(error, asyncpg.InterfaceError | OSError | TimeoutError):
        # asyncpg reports a misuse of a closed connection as an InterfaceError, and arguments that
        # cannot be encoded as its subclass DataError.
        return DatabaseError() if isinstance(error, ValueError) else StorageUnavailable()
    return None


def startup_error(url: str, error: BaseException) -> StartupError:
    """One line for the operator about a server that cannot be used."""
    where = re.sub(r"//([^:@/]*):[^@/]*@", r"//\1:***@", url)
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
        return StartupError(f"PostgreSQL at {where} refuses: {_line(error)}", "see its log")
    if isinstance(error, OSError):
        return StartupError(
            f"PostgreSQL at {where} cannot be reached ({_line(error)})",
            "start it or correct STOA_DATABASE_URL",
        )
    return StartupError(
        f"STOA_DATABASE_URL {where} cannot be used ({_line(error)})",
        "write postgresql://user:password@host:5432/database",
    )


def _line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).strip().splitlines()[0]
