"""Wakes between processes: `NOTIFY` after commits, `LISTEN` on one connection of its own.

The notification is sent after the commit and not within it: a transaction that notifies holds a
lock of the whole cluster while it commits, so that no other could commit beside it. What commits
within a few milliseconds goes out together. When the connection is lost, or nothing comes through
a pooler that does not know `LISTEN`, waiters are late but miss nothing: they look by themselves.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Any

import asyncpg
import msgspec
import structlog

from protocol.wakes import Wakes
from storage.asyncio_thread import AsyncioThread
from storage.connections import ACQUIRE_SECONDS, Connection, drop

CHANNEL = "stoa"
PACE_SECONDS = 0.005
"""Between two notifications."""
PING_SECONDS = 60.0
"""A connection that says nothing for so long is asked whether it lives."""
ANSWER_SECONDS = 10.0
PAUSES_SECONDS = (1.0, 2.0, 5.0, 15.0, 30.0)
"""Before connecting again."""

log = structlog.get_logger()
Moment = Annotated[int, msgspec.Meta(ge=0, le=2**62)]
_decoder = msgspec.json.Decoder(dict[str, Moment])


class PostgresSignals:
    """Tells this process' waiters of its commits, and other processes, and hears of theirs.

    `deliver` and `deliver_all` are called in the Trio thread.
    """

    def __init__(
        self,
        asyncio_thread: AsyncioThread,
        url: str,
        *,
        deliver: Callable[[Wakes], None],
        deliver_all: Callable[[], None],
    ) -> None:
        self._thread = asyncio_thread
        self._url = url
        self._deliver = deliver
        self._deliver_all = deliver_all
        # Of the asyncio thread alone:
        self._outgoing: Wakes = {}
        self._something: asyncio.Event | None = None
        self._pid = 0
        self._counts = {"connected": 0, "connects": 0, "sent": 0, "heard": 0}

    def committed(self, wakes: Wakes) -> None:
        """On the asyncio thread, after a commit."""
        self._thread.post(self._deliver, wakes)
        self._tell_later(wakes)
        if self._something is not None:
            self._something.set()

    def statistics(self) -> dict[str, float]:
        """Whether it is connected, and what went to and fro."""
        return dict(self._counts)

    async def run(self) -> None:
        """In the Trio thread: listen until cancelled, whatever fails."""
        await self._thread.run(self._live)

    # --- below: the asyncio thread ------------------------------------------------------------

    def _tell_later(self, wakes: Wakes) -> None:
        for topic, at in wakes.items():
            self._outgoing[topic] = min(at, self._outgoing.get(topic, at))

    async def _live(self) -> None:
        failures = 0
        while True:
            connects = self._counts["connects"]
            try:
                await self._listen()
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                problem = repr(error)
            except asyncpg.InternalClientError as error:
                problem = repr(error)
            else:
                problem = "closed by the server"
            if self._counts["connects"] > connects:
                failures = 0
            log.warning("signals.lost", problem=problem)
            await asyncio.sleep(PAUSES_SECONDS[min(failures, len(PAUSES_SECONDS) - 1)])
            failures += 1

    async def _listen(self) -> None:
        """One connection, from its beginning to its end."""
        connection = await asyncpg.connect(
            self._url,
            timeout=ACQUIRE_SECONDS,
            command_timeout=ANSWER_SECONDS,
            server_settings={"application_name": "stoa signals"},
        )
        try:
            self._something = something = asyncio.Event()
            connection.add_termination_listener(lambda _: something.set())
            self._pid = connection.get_server_pid()
            await connection.add_listener(CHANNEL, self._hear)
            self._counts["connected"] = 1
            self._counts["connects"] += 1
            self._thread.post(lambda _: self._deliver_all(), None)
            something.set()  # for what was committed meanwhile
            await self._serve(connection, something)
        finally:
            self._something = None
            self._counts["connected"] = 0
            drop(connection)

    async def _serve(self, connection: Connection, something: asyncio.Event) -> None:
        while not connection.is_closed():
            try:
                async with asyncio.timeout(PING_SECONDS):
                    await something.wait()
            except TimeoutError:
                await connection.execute("SELECT 1")
                continue
            something.clear()
            if self._outgoing and not connection.is_closed():
                await self._tell(connection)
                self._counts["sent"] += 1
                await asyncio.sleep(PACE_SECONDS)

    async def _tell(self, connection: Connection) -> None:
        wakes, self._outgoing = self._outgoing, {}
        try:
            payload = msgspec.json.encode(wakes).decode()
            await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, payload)
        except BaseException:
            self._tell_later(wakes)
            raise

    def _hear(self, _connection: Any, pid: int, _channel: str, payload: object) -> None:
        if pid == self._pid:
            return  # our own, which our waiters know of
        try:
            wakes = _decoder.decode(str(payload))
        except msgspec.DecodeError:
            return
        self._counts["heard"] += 1
        self._thread.post(self._deliver, wakes)
