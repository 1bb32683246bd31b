"""Two commands whose transactions really overlap, in an order that is chosen, not hoped for.

The first is stopped after one of its statements. Then the second runs, until it is done or waits
for a lock that the first holds. Then the first goes on. With every statement of the first as the
place to stop, and each command of a pair as the first, that is every interleaving with one switch.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import trio

from protocol.errors import StoaError
from storage.asyncio_thread import AsyncioThread
from storage.postgres import Database

DONE = "done"
SECOND = "stoa-second"
"""How the second's connections call themselves."""
SETTINGS = {"deadlock_timeout": "5ms"}
LONGEST_SECONDS = 20.0
LOOK_AGAIN_SECONDS = 0.002
WAITS = f"""
select exists (select from pg_stat_activity
               where application_name = '{SECOND}' and wait_event_type = 'Lock')
"""
STATEMENTS = frozenset({"execute", "executemany", "fetch", "fetchval", "fetchrow"})

Try = Callable[[], Awaitable[Any]]


class Gate:
    """Holds whoever passes for the `number`th time until it is opened."""

    def __init__(self, number: int) -> None:
        self.count = 0
        self.reached = trio.Event()
        self._number = number
        self._open: asyncio.Future[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._token = trio.lowlevel.current_trio_token()

    async def passed(self) -> None:
        """On the asyncio thread, after each statement."""
        self.count += 1
        if self.count == self._number:
            self._loop = asyncio.get_running_loop()
            self._open = self._loop.create_future()
            self._token.run_sync_soon(self.reached.set)
            await self._open

    def open(self) -> None:
        if self._loop is not None and self._open is not None:
            self._loop.call_soon_threadsafe(self._open.set_result, None)


class Gated:
    """A connection that passes the gate after each statement."""

    def __init__(self, connection: Any, gate: Gate) -> None:
        self._connection, self._gate = connection, gate

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._connection, name)
        if name not in STATEMENTS:
            return found

        async def passing(*arguments: Any, **named: Any) -> Any:
            result = await found(*arguments, **named)
            await self._gate.passed()
            return result

        return passing


class GatedDatabase(Database):
    """A database on which every unit passes a gate, if there is one."""

    gate: Gate | None = None

    async def perform(self, unit: Any, transaction: bool = True) -> Any:
        gate = self.gate
        if gate is None:
            return await super().perform(unit, transaction)
        return await super().perform(lambda c: unit(Gated(c, gate)), transaction)


class Overlap:
    """`first` and `second` are the databases of the two that are tried at once."""

    def __init__(self, first: GatedDatabase, second: Database, looking: Database) -> None:
        self.first, self.second, self._looking = first, second, looking

    @contextmanager
    def counted(self) -> Iterator[Gate]:
        """The statements of the first within, which nobody stops."""
        gate = self.first.gate = Gate(0)
        try:
            yield gate
        finally:
            self.first.gate = None

    async def tried(self, one: Try, other: Try, *, stopped_after: int) -> tuple[str, str] | None:
        """What became of both; None if the first has fewer statements than that."""
        gate = self.first.gate = Gate(stopped_after)
        try:
            return await self._tried(one, other, gate)
        finally:
            self.first.gate = None

    async def _tried(self, one: Try, other: Try, gate: Gate) -> tuple[str, str] | None:
        results = ["", ""]
        ends = [trio.Event(), trio.Event()]

        async def run(n: int, attempt: Try) -> None:
            results[n] = await outcome(attempt)
            ends[n].set()

        async def stop_or_end(nursery: trio.Nursery) -> None:
            await ends[0].wait()
            nursery.cancel_scope.cancel()

        with trio.fail_after(LONGEST_SECONDS):
            async with trio.open_nursery() as nursery:
                nursery.start_soon(run, 0, one)
                async with trio.open_nursery() as waiting:
                    waiting.start_soon(stop_or_end, waiting)
                    await gate.reached.wait()
                    waiting.cancel_scope.cancel()
                if not gate.reached.is_set():
                    return None
                nursery.start_soon(run, 1, other)
                await self._done_or_waiting(ends[1])
                gate.open()
        return results[0], results[1]

    async def _done_or_waiting(self, end: trio.Event) -> None:
        while not end.is_set():
            with trio.move_on_after(LOOK_AGAIN_SECONDS):
                await end.wait()
            if not end.is_set() and await self._waits():
                return

    async def _waits(self) -> bool:
        return bool(await self._looking.run(lambda c: c.fetchval(WAITS), transaction=False))


async def outcome(attempt: Try) -> str:
    """`DONE`, the code of its error, or the name of an exception that none may see."""
    try:
        await attempt()
    except StoaError as error:
        return error.code
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return DONE


@asynccontextmanager
async def overlapping(thread: AsyncioThread, url: str) -> AsyncIterator[Overlap]:
    """Three pools on one database."""
    first = await GatedDatabase.open(thread, url, max_size=2, settings=SETTINGS)
    assert isinstance(first, GatedDatabase)
    second = await Database.open(
        thread, url, max_size=2, settings={**SETTINGS, "application_name": SECOND}
    )
    looking = await Database.open(thread, url, max_size=1)
    try:
        yield Overlap(first, second, looking)
    finally:
        for database in (first, second, looking):
            await database.close()
