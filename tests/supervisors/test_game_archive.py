"""Journals of finished games become archives, from which everything can still be read."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import msgspec
import pytest
import trio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from protocol.assessments.live.commands import KIND, AttachHost, EndGame, SubmitAnswer
from protocol.envelope import Address
from protocol.errors import RefusedError, StartupError, StorageUnavailable
from protocol.ports import StoredEvent
from storage.journal import open_journal
from storage.journal.archives import Compressor, PostgresArchives, archived_in
from storage.journal.schemas import check_schemas
from storage.journal.set_aside import PostgresSetAside
from storage.postgres import Database
from storage.records.assessments import RECORD_WRITERS, PostgresFinalBoards
from supervisors.clock import TrioClock
from supervisors.domains.assessments import LIVE_QUIZ, archiving
from supervisors.domains.assessments.archiving import DAY_MS, GameArchive
from tests.actors.assessments.test_assessments_handler import Hall
from tests.storage.records.school import SetClock
from tests.supervisors.test_histories import Rig, directory_on

DAYS = 30


class Archivist:
    """Runs the job at a time of its own."""

    def __init__(self, database: Database) -> None:
        self.clock = SetClock()
        self.clock.at = TrioClock().now()
        self.archives = PostgresArchives(database)
        self.games = GameArchive(
            LIVE_QUIZ,
            archives=self.archives,
            boards=PostgresFinalBoards(database),
            clock=self.clock,
            days=DAYS,
        )

    async def run(self, *, days: float = DAYS + 1) -> int:
        """The job, so many days later; returns how many rows went."""
        job: Any = SimpleNamespace(removed=0)
        self.clock.at = TrioClock().now() + int(days * DAY_MS)
        await self.games.archive(job)
        return int(job.removed)


@pytest.fixture
async def rig(database: Database) -> AsyncIterator[Rig]:
    """A game of two questions that is over, and has left memory."""
    hall = Hall(database)
    await hall.furnish()
    async with directory_on(database) as directory:
        rig = Rig(database, hall, directory)
        await rig.begin()
        await answer(rig, "p1", 0)
        await rig.ask(EndGame(by=hall.teacher, command_id="end"))
        await leave_memory(rig)
        yield rig


async def answer(rig: Rig, player: str, question: int) -> None:
    """Whatever comes of it: two questions were played in `begin`."""
    command = SubmitAnswer(
        player_id=player,
        question_index=question,
        answer_id="a",
        answer=True,
        received_at=rig.directory.clock.now(),
    )
    with suppress(RefusedError):  # closed
        await rig.ask(command)


async def leave_memory(rig: Rig) -> None:
    with trio.fail_after(20):
        while rig.directory.passivate(rig.game):
            await trio.lowlevel.checkpoint()


async def stored(rig: Rig) -> list[Any]:
    return await rig.sql("select version from journal where kind = $1 order by version", KIND)


async def events(rig: Rig) -> Sequence[StoredEvent]:
    return await rig.directory.journal.read(rig.game, limit=10_000)


async def view(rig: Rig) -> Any:
    return await rig.ask(AttachHost(user_id=rig.hall.teacher, connection_id="later"))


async def test_a_game_that_is_long_over_is_one_record_and_reads_as_before(
    rig: Rig, database: Database
) -> None:
    before, versions = await events(rig), [row["version"] for row in await stored(rig)]
    board = await rig.sql("select * from live_quiz_results")
    shown = await view(rig)
    await leave_memory(rig)
    archivist = Archivist(database)
    assert await archivist.run(days=DAYS - 1) == 0
    # All but the newest event, and the snapshot.
    assert await archivist.run() == len(versions)
    assert [row["version"] for row in await stored(rig)] == versions[-1:]
    assert await rig.sql("select from snapshots where kind = $1", KIND) == []
    [kept] = await rig.sql("select * from journal_archives")
    assert (kept["version"], kept["events"], kept["last_at"]) == (
        *(versions[-1], len(versions)),
        before[-1].at,
    )
    assert await events(rig) == before
    for after in range(len(before)):
        for limit in (1, 2, 100):
            page = await rig.directory.journal.read(rig.game, after_version=after, limit=limit)
            assert page == before[after : after + limit]
    assert await view(rig) == shown
    assert await rig.sql("select * from live_quiz_results") == board
    # It is written to as before, is archived again with what came, and once only.
    await leave_memory(rig)
    assert await archivist.run(days=2 * DAYS) <= 1  # the snapshot of just now
    assert await archivist.run(days=2 * DAYS) == 0
    assert len(await rig.histories.export(rig.game)) == len(before)


async def test_a_running_game_and_one_that_is_not_proven_stay_as_they_are(
    rig: Rig, database: Database
) -> None:
    archivist = Archivist(database)
    for damage, repair in (
        (
            "update live_quiz_results set score = score + 1",
            "update live_quiz_results set score = score - 1",
        ),
        (
            "delete from live_quiz_results where player_id = 'p1' returning *",
            None,
        ),
    ):
        before = await stored(rig)
        await rig.sql(damage)
        with capture_logs() as lines:
            assert await archivist.run() == 0
            assert await archivist.run() == 0
        (line,) = [line for line in lines if line["event"] == "game.not_archived"]
        assert "players differ" in line["why"]
        assert await stored(rig) == before
        if repair:
            await rig.sql(repair)
            archivist = Archivist(database)
    await rig.sql("delete from live_quizzes")  # the course is gone, and the results with it
    assert await Archivist(database).run() > 0
    for table in ("journal", "snapshots", "journal_archives"):
        assert await rig.sql(f"select from {table} where kind = $1", KIND) == []


async def test_an_archive_goes_when_its_course_is_deleted_later(
    rig: Rig, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archiving, "EVENTS_AT_ONCE", 3)
    archivist = Archivist(database)
    assert await archivist.run() > 0
    assert await archivist.run() == 0
    await rig.sql("delete from live_quizzes")
    assert await archivist.run(days=DAYS - 1) == 0
    assert await archivist.run() == 1  # the newest event
    assert await rig.sql("select from journal_archives") == []
    assert await events(rig) == []


async def test_missing_and_unreadable_events_and_other_snapshots_are_not_folded(
    rig: Rig, database: Database
) -> None:
    async def why() -> str:
        with capture_logs() as lines:
            assert await Archivist(database).run() == 0
        return str(next(line["why"] for line in lines if line["event"] == "game.not_archived"))

    initial = LIVE_QUIZ.codec.encode_state(LIVE_QUIZ.machine.initial(rig.game.key))
    await rig.sql("update snapshots set version = 3, state = $1 where kind = $2", initial, KIND)
    assert "snapshot of version 3 differs" in await why()
    await rig.sql("delete from snapshots")
    await PostgresSetAside(database).set_aside(rig.game, first=3, last=3, reason="x", now=1)
    assert "event 3 is missing" in await why()


async def test_a_snapshot_in_which_an_earlier_release_derived_less_is_proven(
    rig: Rig, database: Database
) -> None:
    [row] = await rig.sql("select state from snapshots where kind = $1", KIND)
    state = msgspec.json.decode(row["state"])
    for name in ("right", "grades", "recounted", "final"):
        del state[name]
    for player in state["players"].values():
        for name in ("before", "ahead", "behind"):
            del player[name]
    assert state["players"]
    encoded = msgspec.json.encode(state)
    await rig.sql("update snapshots set state = $1 where kind = $2", encoded, KIND)
    assert await Archivist(database).run() > 0
    assert await rig.sql("select key from journal_archives")


async def test_a_game_that_is_not_over_is_left_alone(database: Database) -> None:
    hall = Hall(database)
    await hall.furnish()
    async with directory_on(database) as directory:
        rig = Rig(database, hall, directory)
        await rig.begin()
        await leave_memory(rig)
        with capture_logs() as lines:
            assert await Archivist(database).run() == 0
        assert len(await events(rig)) == len(await stored(rig)) == 7
        assert lines == [], "a game that somebody left is nothing to tell operators"


class Interrupted(PostgresArchives):
    """Is away after it has deleted one event."""

    async def prune(self, address: Address, *, limit: int) -> int:
        await super().prune(address, limit=1)
        raise StorageUnavailable


async def test_an_interruption_at_any_point_loses_nothing_and_the_next_goes_on(
    rig: Rig, database: Database
) -> None:
    before = await events(rig)
    archivist = Archivist(database)
    archivist.games._archives = Interrupted(database)
    for _ in range(2):
        with pytest.raises(StorageUnavailable):
            await archivist.run()
        assert await events(rig) == before
    assert await Archivist(database).run() > 0
    assert len(await stored(rig)) == 1
    assert await events(rig) == before


async def test_with_no_days_everything_stays(rig: Rig, database: Database) -> None:
    archivist = Archivist(database)
    archivist.games._days = 0
    assert await archivist.run(days=10_000) == 0


async def test_an_archive_of_a_newer_version_is_found_at_the_start(
    rig: Rig, database: Database
) -> None:
    await Archivist(database).run()
    await check_schemas(database, {KIND: LIVE_QUIZ.machine.schema})
    await rig.sql("update journal_archives set schema = 99")
    with pytest.raises(StartupError, match=r"events of .* in schema 99"):
        await check_schemas(database, {KIND: LIVE_QUIZ.machine.schema})


async def test_an_archive_that_is_too_large_is_not_made(
    rig: Rig, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archiving, "MAX_ARCHIVED_BYTES", 10)
    monkeypatch.setattr(archiving, "EVENTS_AT_ONCE", 2)
    with capture_logs() as lines:
        assert await Archivist(database).run() == 0
    assert "too large" in next(line["why"] for line in lines if "why" in line)


EVENTS = st.lists(
    st.tuples(st.integers(1, 99), st.integers(0, 2**40), st.binary(max_size=500)), max_size=60
)


@given(EVENTS, st.integers(1, 20))
@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
def test_what_is_compressed_comes_out_as_it_was(rows: list[Any], page: int) -> None:
    given_events = [
        StoredEvent(n, schema, at, event, n + 7) for n, (schema, at, event) in enumerate(rows, 1)
    ]
    compressor = Compressor()
    for first in range(0, len(given_events), page):
        compressor.add(given_events[first : first + page])
    assert list(archived_in(compressor.finish())) == given_events


async def test_a_game_that_is_archived_meanwhile_takes_what_comes(
    rig: Rig, database: Database
) -> None:
    """Its newest event is the fence, so the next one follows it, and a gap is refused."""
    await Archivist(database).run()
    await rig.ask(AttachHost(user_id=rig.hall.teacher, connection_id="again"))
    async with open_journal(
        database, clock=TrioClock(), node="two", records=RECORD_WRITERS
    ) as journal:
        loaded = await journal.load(rig.game)
    assert loaded.version == (await stored(rig))[-1]["version"]
