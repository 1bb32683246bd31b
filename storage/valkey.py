"""Redis or Valkey: a redis-py client on the asyncio thread, one handoff per unit of work.

Nothing that must not be lost is stored only here; refresh tokens and counters are.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import TypeVar

import redis.asyncio
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, OutOfMemoryError, ReadOnlyError, RedisError
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError

from protocol.errors import (
    DatabaseError,
    EngineAway,
    Overloaded,
    StartupError,
    StoaError,
    StorageUnavailable,
)
from storage.asyncio_thread import AsyncioThread
from storage.faults import note_redis_fault
from storage.urls import shown

T = TypeVar("T")

MAX_WAITING = 10_000
ACQUIRE_SECONDS = 5.0
PROBE_KEY = "stoa:write-probe"
PROBE_KEY_SECONDS = 60
OUT_OF_MEMORY = re.compile(r"\bOOM\b")
NO_WRITES = re.compile(r"\b(?:MISCONF|NOREPLICAS|READONLY)\b")
"""Errors of a server that does not take writes now: its disk or its replicas fail it."""
FULL = "Redis is full (maxmemory) and takes no writes; try again"


class Valkey:
    """A bounded pool of connections. All methods are called in the Trio thread."""

    def __init__(self, asyncio_thread: AsyncioThread, client: redis.asyncio.Redis) -> None:
        self.asyncio_thread = asyncio_thread
        self._client = client
        self._waiting = 0
        asyncio_thread.at_end(self, client.aclose)

    @classmethod
    async def open(
        cls, asyncio_thread: AsyncioThread, url: str, *, max_connections: int = 16
    ) -> Valkey:
        """Connect. Raises `EngineAway` when the server cannot be reached or is not ready, another
        `StartupError` when it refuses us."""

        async def connect() -> redis.asyncio.Redis:
            pool = redis.asyncio.BlockingConnectionPool.from_url(
                re.sub(r"^valkey(s?)://", r"redis\1://", url),
                max_connections=max_connections,
                timeout=ACQUIRE_SECONDS,
                socket_timeout=10.0,
                socket_connect_timeout=5.0,
                # A unit may not be idempotent, so the driver must not repeat its commands.
                retry=Retry(NoBackoff(), 0),
            )
            client = redis.asyncio.Redis.from_pool(pool)
            try:
                await client.ping()
            except BaseException:
                await client.aclose()
                raise
            return client

        try:
            return cls(asyncio_thread, await asyncio_thread.run(connect))
        except (RedisError, OSError, ValueError) as error:
            raise startup_error(url, error) from error

    async def close(self) -> None:
        """Close every connection. What a cancellation keeps open closes with the asyncio thread."""
        await self.asyncio_thread.run(self._client.aclose)
        self.asyncio_thread.at_end(self, None)

    async def run(self, unit: Callable[[redis.asyncio.Redis], Awaitable[T]]) -> T:
        """Run `unit(redis)` on the asyncio thread.

        Raises what the unit raises if it is a `StoaError`; `StorageUnavailable` when the server
        does not answer, `DatabaseError` when it refuses.
        """
        self._admit()
        try:
            return await self.asyncio_thread.run(self._perform, unit)
        finally:
            self._waiting -= 1

    def submit(
        self,
        unit: Callable[[redis.asyncio.Redis], Awaitable[T]],
        done: Callable[[T | Exception], None],
    ) -> None:
        """Like `run` without a waiting task: `done` gets the result or what `run` would raise.

        `done` is called in the Trio thread and must not raise. Raises `Overloaded`, and
        `StorageUnavailable` when the asyncio thread closes.
        """
        self._admit()

        def finished(result: T | Exception) -> None:
            self._waiting -= 1
            done(result)

        try:
            self.asyncio_thread.submit(self._perform, unit, done=finished)
        except StoaError:
            self._waiting -= 1
            raise

    def _admit(self) -> None:
        if self._waiting >= MAX_WAITING:
            raise Overloaded("Too many storage operations are waiting; try again")
        self._waiting += 1

    async def _perform(self, unit: Callable[[redis.asyncio.Redis], Awaitable[T]]) -> T:
        try:
            return await unit(self._client)
        except StoaError:
            raise
        except (RedisConnectionError, RedisTimeoutError, TimeoutError, OSError) as error:
            unavailable = StorageUnavailable()
            note_redis_fault(error, unavailable)
            raise unavailable from error
        except RedisError as error:
            refusal = _refusal(error)
            note_redis_fault(error, refusal)
            raise refusal from error

    def statistics(self) -> dict[str, float]:
        """Units in progress."""
        return {"waiting": self._waiting}


def _refusal(error: RedisError) -> StoaError:
    """The error for a command that the server refused; what would pass later is retryable."""
    # Servers before 7 wrap what fails within a script into an error of their own.
    if isinstance(error, OutOfMemoryError) or OUT_OF_MEMORY.search(str(error)):
        return StorageUnavailable(FULL, reason="redis_full")
    if isinstance(error, ReadOnlyError) or NO_WRITES.search(str(error)):
        return StorageUnavailable("Redis takes no writes; try again", reason="redis_read_only")
    return DatabaseError()


async def write_something(valkey: Valkey, node: str) -> None:
    """A small write. Raises `StoaError` if Redis does not take it."""
    await valkey.run(lambda redis: redis.set(f"{PROBE_KEY}:{node}", "1", ex=PROBE_KEY_SECONDS))


FORBIDDEN = ("CERTIFICATE_VERIFY_FAILED", "Permission denied")
"""Reasons not to reach a server that do not pass by themselves; the driver has them as text."""


def startup_error(url: str, error: BaseException) -> StartupError:
    """A one-line error for the operator about a server that cannot be used."""
    where = shown(url)
    why = (str(error) or type(error).__name__).splitlines()[0]
    refused = any(word in why for word in ("NOAUTH", "WRONGPASS", "invalid username-password"))
    if isinstance(error, AuthenticationError) or refused:
        return StartupError(f"Redis at {where} refuses the password", "correct STOA_REDIS_URL")
    if isinstance(error, OSError | RedisConnectionError | RedisTimeoutError):
        forbidden = any(word in why for word in FORBIDDEN)
        kind = StartupError if forbidden else EngineAway
        return kind(
            f"Redis at {where} cannot be reached ({why})", "start it or correct STOA_REDIS_URL"
        )
    # What the driver says of an address may repeat a part of the password.
    told = "" if isinstance(error, ValueError) else f" ({why})"
    return StartupError(f"Redis at {where} cannot be used{told}", "correct STOA_REDIS_URL")
