"""Answers acknowledged after a durable commit, beside one transaction per answer.

In one process on real time: 500 askers, each with one answer on its way at a time, the real
directory, live quiz machine and journal; against bare asyncpg on uvloop with 16 connections, one
transaction for each answer, the same row. Both on the same embedded PostgreSQL, durability on.
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import trio
import uvloop

from bench.process import Children, parent_of
from bench.report import Measure, median_ratio, progress, publish
from protocol.assessments.live.commands import (
    KIND,
    AttachHost,
    JoinGame,
    OpenLobby,
    StartGame,
    SubmitAnswer,
)
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.live.rows import LiveQuestionRows, LiveQuizRow, LiveResultRows
from protocol.assessments.live.views import AnswerAccepted
from protocol.assessments.quizzes import Question, QuestionType, TrueFalseKey
from protocol.envelope import Address, Message
from protocol.errors import StoaError
from storage.asyncio_thread import open_asyncio_thread
from storage.embedded.postgres import embedded_postgres
from storage.journal.batch import RecordWriters
from storage.journal.journal import open_journal
from storage.migrate import migrate
from storage.postgres import Database
from supervisors import interpreter
from supervisors.actors import KINDS
from supervisors.clock import TrioClock
from supervisors.directory import Directory

ASKERS = 500
GAMES = 20
ROUNDS = 5
CONNECTIONS = 16
INSERT = """
INSERT INTO journal (kind, key, version, schema, event, at, node)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
LAST = """
SELECT schema, event, at FROM journal
WHERE kind = $1 AND position('answer_submitted'::bytea IN event) > 0
ORDER BY at DESC LIMIT 1
"""
COUNT = """
SELECT count(*) FROM journal
WHERE kind = $1 AND key LIKE $2 AND position($3::bytea IN event) > 0
"""
DURABILITY = "SELECT name || '=' || setting FROM pg_settings WHERE name = ANY($1) ORDER BY name"
DURABLE = {"fsync=on", "synchronous_commit=on", "full_page_writes=on"}


async def _no_rows(_connection: Any, _messages: Sequence[Message]) -> None:
    """There is no school here, so a lobby leaves no row; an answer does not write one anyway."""


NO_RECORDS: RecordWriters = {
    LiveQuizRow: _no_rows,
    LiveQuestionRows: _no_rows,
    LiveResultRows: _no_rows,
}


class Cost(NamedTuple):
    """Of one round: answers a second, and CPU microseconds per answer here and in PostgreSQL."""

    rate: float
    cpu: float
    postgres: float


class Stopwatch:
    """Adds up wall time and CPU of the stretches that count."""

    def __init__(self, postgres: Children) -> None:
        self._postgres = postgres
        self._sums = [0.0, 0.0, 0.0]

    def _now(self) -> tuple[float, float, float]:
        return time.perf_counter(), time.process_time(), self._postgres.cpu_seconds()

    def start(self) -> None:
        """Begin a stretch."""
        self._began = self._now()

    def stop(self) -> None:
        """End it."""
        ended = self._now()
        self._sums = [s + e - b for s, e, b in zip(self._sums, ended, self._began, strict=True)]

    def cost(self, answers: int) -> Cost:
        """Of all stretches, for so many answers in all."""
        wall, cpu, postgres = self._sums
        return Cost(answers / wall, cpu / answers * 1e6, postgres / answers * 1e6)


class NoFanOut:
    """Nobody listens: what is measured ends at the acknowledgement."""

    def publish(self, *_: Any, **__: Any) -> None: ...

    def close_topic(self, topic: str, *, reason: str) -> None: ...


async def open_game(directory: Directory, key: str) -> Address:
    """A game with `ASKERS` players and an open question."""
    address = Address(KIND, key)
    question = Question(
        id="q", type=QuestionType.TRUE_FALSE, text="Is it?", key=TrueFalseKey(value=True)
    )
    lobby = OpenLobby(
        course_id="00000000-0000-0000-0000-000000000001",
        quiz_id="00000000-0000-0000-0000-000000000002",
        title="Bench",
        questions=(question,),
        host_id="host",
        host_name="Host",
        pin="123456",
        seed=1,
        config=LiveConfig(question_ms=600_000, close_when_all_answered=False),
    )
    await directory.ask(address, lobby)
    await directory.ask(address, AttachHost(user_id="host", connection_id="screen"))
    async with trio.open_nursery() as nursery:
        for number in range(ASKERS):
            name = f"player-{number}"
            joining = JoinGame(player_id=name, user_id=None, nickname=name, connection_id=name)
            nursery.start_soon(directory.ask, address, joining)
    await directory.ask(address, StartGame(by="host", command_id="start"))
    return address


class Asker:
    """Answers in one game after the other, the next one when the last is acknowledged.

    It is the `ReplyTo` of its own requests, as an exchange of the gateway is.
    """

    def __init__(self, number: int, directory: Directory, now: Callable[[], int]) -> None:
        self._number, self._directory, self._now = number, directory, now
        self._left: list[Address] = []
        self.finished = trio.Event()

    def begin(self, games: Sequence[Address]) -> None:
        """Answer in all of them."""
        self._left = list(games)
        self._next()

    def _next(self) -> None:
        if not self._left:
            self.finished.set()
            return
        command = SubmitAnswer(
            player_id=f"player-{self._number}",
            question_index=0,
            answer_id=f"answer-{self._number}",
            answer=True,
            received_at=self._now(),
        )
        self._directory.request(self._left.pop(), command, self, timeout_seconds=60.0)

    def answer(self, reply: Message) -> None:
        """See `ReplyTo`."""
        assert type(reply) is AnswerAccepted
        self._next()

    def fail(self, error: StoaError) -> None:
        """See `ReplyTo`."""
        raise error


async def grouped(directory: Directory, clock: TrioClock, watch: Stopwatch, key: str) -> Cost:
    """All askers answer in all games."""
    games = [await open_game(directory, f"{key}-{number}") for number in range(GAMES)]
    askers = [Asker(number, directory, clock.now) for number in range(ASKERS)]
    watch.start()
    for asker in askers:
        asker.begin(games)
    for asker in askers:
        await asker.finished.wait()
    watch.stop()
    for address in games:
        directory.passivate(address)
    return watch.cost(ASKERS * GAMES)


async def one_by_one(url: str, watch: Stopwatch, key: str, row: tuple[Any, ...]) -> Cost:
    """The same number of the same rows, a transaction each. Runs under asyncio."""
    connections = [await asyncpg.connect(url) for _ in range(CONNECTIONS)]
    numbers = iter(range(ASKERS * GAMES))

    async def work(connection: asyncpg.Connection[Any], worker: int) -> None:
        statement = await connection.prepare(INSERT)
        schema, event, at = row
        for version, _ in enumerate(numbers, 1):
            await statement.fetch("single", f"{key}-{worker}", version, schema, event, at, "bench")

    watch.start()
    await asyncio.gather(*(work(each, n) for n, each in enumerate(connections)))
    watch.stop()
    for connection in connections:
        await connection.close()
    return watch.cost(ASKERS * GAMES)


@asynccontextmanager
async def engine() -> AsyncIterator[tuple[str, Database]]:
    """A fresh, migrated, durable PostgreSQL."""
    with tempfile.TemporaryDirectory(prefix="stoa-bench-") as folder:
        Path(folder).chmod(0o755)  # noqa: ASYNC240 - an engine may run as another user
        async with embedded_postgres(Path(folder)) as url, open_asyncio_thread() as asyncio_thread:
            database = await Database.open(asyncio_thread, url)
            try:
                await migrate(database)
                yield url, database
            finally:
                with trio.CancelScope(shield=True):
                    await database.close()


async def compare(url: str, database: Database) -> tuple[list[Cost], list[Cost]]:
    """All rounds of both, in turn."""
    clock = TrioClock()
    ours: list[Cost] = []
    theirs: list[Cost] = []
    postgres = Children(await database.run(_postmaster))
    async with open_journal(database, clock=clock, node="bench", records=NO_RECORDS) as journal:
        directory = Directory(clock=clock, journal=journal, fan_out=NoFanOut(), kinds=KINDS)
        async with trio.open_nursery() as nursery:
            await nursery.start(directory.run)
            interpreter.settle_memory()  # as the server does when it is up
            for number in range(1, ROUNDS + 1):
                progress(f"round {number} of {ROUNDS}: group commit")
                key = f"game-{number}"
                ours.append(await grouped(directory, clock, Stopwatch(postgres), key))
                await _check(database, KIND, key)
                progress(f"round {number} of {ROUNDS}: a transaction per answer")
                row = tuple(await database.run(lambda c: c.fetchrow(LAST, KIND)))
                key, watch = f"single-{number}", Stopwatch(postgres)
                theirs.append(await _on_uvloop(one_by_one, url, watch, key, row))
                await _check(database, "single", key)
            nursery.cancel_scope.cancel()
    return ours, theirs


async def _on_uvloop(function: Callable[..., Coroutine[Any, Any, Cost]], *args: Any) -> Cost:
    """Run an asyncio function in a thread, on the loop that is fastest for it."""
    return await trio.to_thread.run_sync(lambda: uvloop.run(function(*args)))


async def _postmaster(connection: Any) -> int:
    """The process that all backends are children of. Raises unless commits are durable."""
    rows = await connection.fetch(DURABILITY, [each.split("=")[0] for each in DURABLE])
    if {row[0] for row in rows} != DURABLE:
        raise AssertionError(f"this PostgreSQL is not durable: {rows}")
    backend: int = await connection.fetchval("SELECT pg_backend_pid()")
    return parent_of(backend)


async def _check(database: Database, kind: str, key: str) -> None:
    """Every acknowledged answer is in the journal."""
    rows = await database.run(lambda c: c.fetch(COUNT, kind, f"{key}%", b"answer_submitted"))
    if rows[0][0] != ASKERS * GAMES:
        raise AssertionError(f"{rows[0][0]} answers of {ASKERS * GAMES} are in the journal")


def report(ours: Sequence[Cost], theirs: Sequence[Cost]) -> None:
    """Medians of the rounds."""
    measures = []
    for name, costs in (("group commit", ours), ("a transaction each", theirs)):
        rate, cpu, postgres = (statistics.median(each) for each in zip(*costs, strict=True))
        measures += [
            Measure(name=f"answers a second, {name}", value=rate, unit="/s"),
            Measure(name=f"CPU per answer, {name}", value=cpu, unit="µs"),
            Measure(name=f"CPU of PostgreSQL per answer, {name}", value=postgres, unit="µs"),
        ]
    ratio = median_ratio([c.rate for c in ours], [c.rate for c in theirs])
    measures.append(Measure.at_least("ratio of the rates", ratio, "×", 3.5))
    publish("commit", measures, askers=ASKERS, connections=CONNECTIONS, rounds=ROUNDS)


async def run() -> None:
    """Measure and publish."""
    interpreter.set_up()
    async with engine() as (url, database):
        report(*await compare(url, database))


if __name__ == "__main__":
    trio.run(run)
