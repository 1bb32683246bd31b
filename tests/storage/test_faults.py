"""PostgreSQL dies while actors write: what was acknowledged is there, once, and writing goes on."""

from __future__ import annotations

import os
import random
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest
import trio

from protocol.envelope import Address
from protocol.errors import Fenced, StoaError, StorageUnavailable
from storage.asyncio_thread import open_asyncio_thread
from storage.embedded.engine import EngineDied
from storage.embedded.postgres import EmbeddedPostgres
from storage.journal import PostgresJournal, open_journal
from storage.journal.journal import _failed as failure_of
from storage.migrate import migrate
from storage.postgres import Database
from tests.support.engines import temporary_directory
from tests.support.ports import StillClock, an_append, commit

WRITERS = 20
DEATHS = 4
PER_LIFE = 150


@pytest.fixture
def directory() -> Iterator[Path]:
    path = temporary_directory()
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.InternalClientError("got result for unknown protocol state 3"),
        asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"),
        asyncpg.CrashShutdownError("terminating connection because of crash"),
        ConnectionResetError(),
    ],
    ids=lambda error: type(error).__name__,
)
def test_a_commit_on_which_the_server_died_may_be_tried_again(error: Exception) -> None:
    assert type(failure_of(error)) is StorageUnavailable


class Engine:
    """An embedded, durable PostgreSQL that is started again whenever it dies."""

    def __init__(self, directory: Path) -> None:
        self.postgres = EmbeddedPostgres(directory)
        self.deaths = 0
        self._up = trio.Event()

    async def run(self, task_status: trio.TaskStatus[str] = trio.TASK_STATUS_IGNORED) -> None:
        reported = False
        while True:
            try:
                async with trio.open_nursery() as nursery:
                    url = await nursery.start(self.postgres.run)
                    if not reported:
                        task_status.started(url)
                        reported = True
                    self._up.set()
            except* EngineDied:
                self.deaths += 1
            self._up = trio.Event()

    async def wait_up(self) -> None:
        """Until it takes connections again."""
        await self._up.wait()
        await trio.lowlevel.checkpoint()

    @property
    def alive(self) -> bool:
        """Whether there is a postmaster to be killed."""
        return self.postgres.child is not None

    def kill(self, number: signal.Signals) -> None:
        """The postmaster gets a signal."""
        assert self.postgres.child is not None
        os.kill(self.postgres.child.process.pid, number)


class Writer:
    """One actor: appends the next version, and loads again after every failure."""

    def __init__(self, key: str, journal: PostgresJournal, engine: Engine) -> None:
        self.address = Address("room", key)
        self.acknowledged: list[str] = []
        self.errors: list[StoaError] = []
        self._journal, self._engine = journal, engine
        self._tries = 0

    async def run(self, noticed: Callable[[], None]) -> None:
        while True:
            try:
                version = (await self._journal.load(self.address)).version
                while True:
                    self._tries += 1
                    text = f"{self.address.key}-{self._tries}"
                    error = await commit(self._journal, an_append(self.address, version, text=text))
                    if error is not None:
                        raise error
                    version += 1
                    self.acknowledged.append(text)
                    noticed()
            except (StorageUnavailable, Fenced) as error:
                self.errors.append(error)
                await self._engine.wait_up()


@pytest.mark.parametrize(
    "how", [signal.SIGKILL, signal.SIGQUIT], ids=["killed", "stopped immediately"]
)
async def test_what_was_acknowledged_survives_the_death_of_postgresql(
    directory: Path, how: signal.Signals
) -> None:
    dice = random.Random(how)
    with trio.fail_after(90):
        async with trio.open_nursery() as nursery, open_asyncio_thread() as asyncio_thread:
            engine = Engine(directory)
            url = await nursery.start(engine.run)
            database = await Database.open(asyncio_thread, url, max_size=8)
            await migrate(database)
            async with open_journal(database, clock=StillClock(), node="n", records={}) as journal:
                writers = [Writer(str(n), journal, engine) for n in range(WRITERS)]
                await _write_through_deaths(writers, engine, how, dice)
                assert engine.deaths == DEATHS
                assert sum(len(writer.errors) for writer in writers) > 0
                for writer in writers:
                    await _check(writer, journal)
            await database.close()
            nursery.cancel_scope.cancel()


async def _write_through_deaths(
    writers: list[Writer], engine: Engine, how: signal.Signals, dice: random.Random
) -> None:
    left = PER_LIFE
    finished = trio.Event()

    def noticed() -> None:
        nonlocal left
        left -= 1
        if left > 0:
            return
        if engine.deaths == DEATHS:
            finished.set()
        elif engine.alive:  # a dead postmaster's backends answer for a moment longer
            engine.kill(how)
            left = PER_LIFE + dice.randrange(PER_LIFE)

    async with trio.open_nursery() as nursery:
        for writer in writers:
            nursery.start_soon(writer.run, noticed)
        await finished.wait()
        nursery.cancel_scope.cancel()


async def _check(writer: Writer, journal: PostgresJournal) -> None:
    events = (await journal.load(writer.address)).events
    assert [event.version for event in events] == list(range(1, len(events) + 1))
    texts = [event.event.decode().split('"t":"')[1].rstrip('"}') for event in events]
    assert len(set(texts)) == len(texts), "written twice"
    assert len(set(writer.acknowledged)) == len(writer.acknowledged)
    # What was written without an acknowledgement may be there too; what was acknowledged must be.
    assert set(writer.acknowledged) <= set(texts)
