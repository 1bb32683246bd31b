"""A game whose history cannot be read: confined, looked at, mended, tried again or given up."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from actors.assessments.handler import AssessmentsHandler
from actors.kind import LiveKind
from gateway.rights import Rights
from protocol.assessments.live.commands import (
    KIND,
    JoinGame,
    KickPlayer,
    LiveQuizStarted,
    NextStep,
    StartGame,
    StartLiveQuiz,
)
from protocol.assessments.live.entry import RemoveTeacherFromGames
from protocol.assessments.live.views import PlayerView
from protocol.envelope import Address, Message
from protocol.errors import ClientError, HistoryUnreadable, NotFoundError, StartupError
from protocol.lifecycle import Done
from protocol.ports import StoredEvent
from storage.journal import open_journal
from storage.journal.outbox import PostgresOutbox
from storage.journal.schemas import check_schemas
from storage.journal.set_aside import PostgresSetAside
from storage.passwords import BcryptPasswords
from storage.postgres import Database
from storage.records.analytics import PostgresAnalytics
from storage.records.assessments import (
    RECORD_WRITERS,
    PostgresAssessmentRecords,
    PostgresAttemptRecords,
    PostgresQuizAccess,
    PostgresQuizEditing,
    PostgresQuizWatching,
    PostgresRegrading,
    PostgresResultRecords,
)
from supervisors import histories
from supervisors.actors import KINDS
from supervisors.clock import TrioClock
from supervisors.directory import Directory
from supervisors.domains import DOMAINS
from supervisors.domains.assessments import LIVE_QUIZ
from supervisors.domains.communication import ROOM
from supervisors.histories import Finding, Gaps, Histories
from supervisors.node import Node
from supervisors.relay import OutboxRelay
from supervisors.subscribers import Means, Subscribers, merge
from supervisors.tree import run_node
from supervisors.wakeups import TopicWaiter
from tests.actors.assessments.test_assessments_handler import Hall
from tests.actors.users.desk import Shelf
from tests.storage.records.school import School
from tests.supervisors.test_node import settings_for
from tests.support.fakes import FakeFanOut, FakePost, FakeSigner, FakeThrottle
from tests.support.pictures import shelf_of

CUT = b'{"type":"assessments.player_joined","player_id":"p'
UNKNOWN = b'{"type":"assessments.dragon_slain","by":"p"}'
BINARY = b"\xff\xfe\x00"
BREAK = "update journal set {what} where kind = $1 and key = $2 and version = $3"


class Rig:
    """A directory on a real journal, with one game in which two questions were played."""

    def __init__(self, database: Database, hall: Hall, directory: Directory) -> None:
        self.database = database
        self.hall = hall
        self.directory = directory
        self.histories = Histories(directory, PostgresSetAside(database), directory.clock)
        self.game = Address(KIND, "")

    async def begin(self) -> None:
        started = await self.directory.ask(
            Address("assessments", ""),
            StartLiveQuiz(by=self.hall.teacher, by_role="educator", quiz_id=await self.hall.quiz()),
        )
        assert isinstance(started, LiveQuizStarted)
        self.game = Address(KIND, started.live_quiz_id)
        await self.ask(StartGame(by=self.hall.teacher, command_id="start"))
        for player in ("p1", "p2"):
            await self.join(player)
        for step in range(1, 4):
            command = NextStep(by=self.hall.teacher, command_id=str(step), from_step=step)
            await self.ask(command)

    async def ask(self, message: Message) -> Any:
        return await self.directory.ask(self.game, message)

    async def join(self, player: str) -> PlayerView:
        view: PlayerView = await self.ask(
            JoinGame(player_id=player, user_id=None, nickname=player, connection_id=player)
        )
        return view

    async def damage(self, version: int, what: str, *values: Any) -> None:
        """Change a stored event, and take the game out of memory without a snapshot."""
        with trio.fail_after(20):
            while self.directory.passivate(self.game):
                await trio.lowlevel.checkpoint()
        await self.sql("delete from snapshots")
        row = (self.game.kind, self.game.key, version, *values)
        await self.sql(BREAK.format(what=what), *row)

    async def lose(self, version: int) -> None:
        """A stored event is gone, as from a backup that was not restored entirely."""
        await self.damage(version, "event = event")
        row = (self.game.kind, self.game.key, version)
        await self.sql("delete from journal where kind = $1 and key = $2 and version = $3", *row)

    async def sql(self, statement: str, *values: Any) -> list[Any]:
        rows: list[Any] = await self.database.run(lambda c: c.fetch(statement, *values))
        return rows

    async def row(self) -> tuple[str, str | None]:
        """The phase and the PIN that the database has of the game."""
        (row,) = await self.sql("select phase, pin from live_quizzes")
        return row["phase"], row["pin"]


@asynccontextmanager
async def directory_on(database: Database) -> AsyncIterator[Directory]:
    """A directory with games and rooms, and the handler of games."""
    clock = TrioClock()
    async with open_journal(database, clock=clock, node="one", records=RECORD_WRITERS) as journal:
        directory = Directory(
            clock=clock, journal=journal, fan_out=FakeFanOut(), kinds=[LIVE_QUIZ, ROOM]
        )
        directory.add_handler(
            AssessmentsHandler(
                post=directory,
                records=PostgresAssessmentRecords(database),
                results=PostgresResultRecords(database),
                editing=PostgresQuizEditing(database),
                pictures=shelf_of(database, Shelf(), clock),
                attempts=PostgresAttemptRecords(database),
                watching=PostgresQuizWatching(database),
                access=PostgresQuizAccess(database),
                passwords=BcryptPasswords(rounds=4),
                throttle=FakeThrottle(),
                regrading=PostgresRegrading(database),
                clock=clock,
                random=os.urandom,
                signer=FakeSigner(),
            )
        )
        async with trio.open_nursery() as nursery:
            await nursery.start(directory.run)
            yield directory
            nursery.cancel_scope.cancel()


@pytest.fixture
async def rig(database: Database) -> AsyncIterator[Rig]:
    hall = Hall(database)
    await hall.furnish()
    async with directory_on(database) as directory:
        rig = Rig(database, hall, directory)
        await rig.begin()
        yield rig


LONG = """
insert into journal (kind, key, version, schema, event, at, node, position)
select kind, key, version + n, schema, event, at, node, position + n
from journal, generate_series(1, $2::bigint) as n where key = $1 and version = 7
"""
DAMAGE = {
    "cut off": ("event = $4", CUT),
    "of an unknown kind": ("event = $4", UNKNOWN),
    "not even text": ("event = $4", BINARY),
    "in a newer schema": ("schema = $4", 99),
}


@pytest.mark.parametrize("damage", DAMAGE)
async def test_a_damaged_game_says_what_to_do_and_no_other_suffers(rig: Rig, damage: str) -> None:
    what, value = DAMAGE[damage]
    await rig.damage(3, what, value)
    for _ in range(2):
        with pytest.raises(HistoryUnreadable) as refusal:
            await rig.join("p1")
    assert (refusal.value.code, refusal.value.retryable) == ("GAME_UNREADABLE", False)
    assert "tell whoever runs this installation" in refusal.value.message
    (shown,) = rig.histories.unreadable()
    assert (shown["kind"], shown["key"], shown["refused"]) == (KIND, rig.game.key, 1)
    assert shown["reason"].startswith("event 3")
    finding = await rig.histories.retry(rig.game)
    assert (finding.readable, finding.version) == (2, 3)
    lines = await rig.histories.export(rig.game)
    assert [line["version"] for line in lines if "unreadable" in line] == [3]
    assert len(lines) == 7
    # A reaction of the house to something else goes on.
    removed = RemoveTeacherFromGames(course_id=rig.hall.course, user_id="ben")
    assert await rig.directory.ask(Address("assessments", ""), removed) == Done()


async def test_a_mended_game_is_tried_again_and_goes_on(rig: Rig) -> None:
    (before,) = await rig.sql("select event from journal where version = 3 and kind = $1", KIND)
    await rig.damage(3, "event = $4", CUT)
    with pytest.raises(HistoryUnreadable):
        await rig.join("p1")
    await rig.damage(3, "event = $4", before["event"])
    assert (await rig.histories.retry(rig.game)).version is None
    assert rig.histories.unreadable() == []
    assert (await rig.join("p1")).phase == "leaderboard"


@pytest.mark.parametrize("discards", [False, True])
async def test_a_snapshot_that_does_not_fit_the_journal_is_made_again(
    rig: Rig, discards: bool
) -> None:
    await rig.damage(1, "schema = schema")
    empty = LIVE_QUIZ.codec.encode_state(LIVE_QUIZ.machine.initial(rig.game.key))
    row = (KIND, rig.game.key, empty)
    await rig.sql("insert into snapshots values ($1, $2, 2, 1, $3)", *row)
    with pytest.raises(HistoryUnreadable):
        await rig.join("p1")
    if discards:
        assert (await rig.histories.discard(rig.game))["set_aside"] == 0
    else:
        assert (await rig.histories.retry(rig.game)).readable == 7
    assert (await rig.join("p1")).phase == ("finished" if discards else "leaderboard")


async def test_one_event_is_set_aside_and_the_rest_is_played_on(rig: Rig) -> None:
    await rig.damage(4, "event = $4", CUT)
    with pytest.raises(HistoryUnreadable):
        await rig.join("p1")
    with pytest.raises(ClientError):
        await rig.histories.set_aside(rig.game, 5)
    finding = await rig.histories.set_aside(rig.game, 4)
    assert finding.version is None
    assert (await rig.join("p1")).phase == "leaderboard"
    assert (await rig.join("p2")).phase == "leaderboard"  # whose joining had been lost
    aside = [line for line in await rig.histories.export(rig.game) if line.get("set_aside")]
    assert [(line["version"], line["event"]) for line in aside] == [(4, CUT.decode())]
    (note,) = await rig.sql("select reason, set_aside_at from journal_set_aside")
    assert note["reason"]
    assert note["set_aside_at"] > 0


async def test_the_reason_names_the_event_that_relies_on_one_that_is_missing(rig: Rig) -> None:
    await rig.ask(KickPlayer(by=rig.hall.teacher, command_id="kick", player_id="p1"))
    await rig.lose(3)  # the first player's joining
    with pytest.raises(HistoryUnreadable):
        await rig.join("p1")
    (shown,) = rig.histories.unreadable()
    finding = await rig.histories.retry(rig.game)
    assert (finding.readable, finding.version, finding.missing) == (6, 8, ((3, 3),))
    assert shown["reason"] == "event 8 (assessments.player_kicked): KeyError: 'p1'"
    assert finding.reason == f"{shown['reason']}; missing before it: 3"


async def test_a_history_without_its_beginning_says_so(rig: Rig) -> None:
    await rig.lose(1)
    finding = await rig.histories.examine(rig.game)
    assert (finding.readable, finding.version, finding.missing) == (0, 2, ((1, 1),))
    assert (finding.reason or "").endswith("missing before it: 1")


async def test_a_gap_that_no_later_event_minds_is_found_and_what_was_set_aside_is_none(
    rig: Rig,
) -> None:
    await rig.damage(4, "event = $4", CUT)
    with pytest.raises(HistoryUnreadable):
        await rig.join("p1")
    assert await rig.histories.set_aside(rig.game, 4) == Finding(readable=6)
    with capture_logs() as logs:
        assert await rig.histories.examine(rig.game) == Finding(readable=6)
        assert logs == []
        await rig.sql("delete from journal_set_aside")
        finding = await rig.histories.examine(rig.game)
    assert finding == Finding(readable=6, missing=((4, 4),))
    assert (await rig.histories.export(rig.game))[-1] == {"missing": (4, 4)}
    assert [line["event"] for line in logs] == ["history.incomplete"]


@given(st.sets(st.integers(1, 40)), st.sets(st.integers(1, 40)))
def test_a_version_is_missing_if_it_is_neither_there_nor_set_aside(
    there: set[int], aside: set[int]
) -> None:
    gaps = Gaps(aside)
    for version in sorted(there):
        gaps.reach(version)
    named = {v for first, last in gaps.found for v in range(first, last + 1)}
    assert named == set(range(1, max(there, default=0) + 1)) - there - aside
    later = {v for first, last in gaps.later for v in range(first, last + 1)}
    assert later == {v for v in named if v > min(there)}


async def test_a_game_that_is_given_up_ends_with_what_can_be_read(rig: Rig) -> None:
    assert (await rig.row())[1] is not None
    await rig.damage(5, "event = $4", UNKNOWN)
    with pytest.raises(HistoryUnreadable):
        await rig.join("p1")
    assert await rig.histories.discard(rig.game) == {
        "readable": 4,
        "version": 5,
        "reason": "event 5 (assessments.dragon_slain): "
        "Invalid value 'assessments.dragon_slain' - at `$.type`",
        "missing": (),
        "set_aside": 3,
    }
    assert await rig.row() == ("finished", None)
    assert (await rig.join("p1")).phase == "finished"
    results = await rig.sql("select nickname from live_quiz_results order by nickname")
    assert [row["nickname"] for row in results] == ["p1", "p2"]
    with pytest.raises(NotFoundError):
        await rig.histories.discard(rig.game)


async def test_a_game_of_which_nothing_can_be_read_frees_its_pin(rig: Rig) -> None:
    await rig.damage(1, "event = $4", BINARY)
    with pytest.raises(HistoryUnreadable):
        await rig.join("p1")
    assert (await rig.histories.discard(rig.game))["set_aside"] == 7
    assert await rig.row() == ("finished", None)
    with pytest.raises(NotFoundError):
        await rig.join("p1")
    lines = await rig.histories.export(rig.game)
    assert lines[0]["base64"]
    assert all(line["set_aside"] for line in lines)


async def test_one_that_is_tried_again_meanwhile_is_not_touched(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rig.damage(5, "event = $4", CUT)
    with pytest.raises(HistoryUnreadable):
        await rig.join("p1")
    examine = rig.histories.examine

    async def examine_slowly(address: Address) -> histories.Finding:
        finding = await examine(address)
        rig.directory.quarantine.lift(address)
        return finding

    monkeypatch.setattr(rig.histories, "examine", examine_slowly)
    with pytest.raises(NotFoundError):
        await rig.histories.discard(rig.game)
    lines = await rig.histories.export(rig.game)
    assert [line["version"] for line in lines if "set_aside" not in line] == [*range(1, 8)]


class Turns(trio.abc.Instrument):
    """Counts the turns of the loop."""

    def __init__(self) -> None:
        self.count = 0

    def before_io_wait(self, timeout: float) -> None:
        self.count += 1


async def test_a_long_history_is_shown_without_holding_the_loop(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    await rig.sql(LONG, rig.game.key, 1_500)
    turns, seen = Turns(), Counter[int]()

    def shown(kind: LiveKind, event: StoredEvent) -> dict[str, Any]:
        seen[turns.count] += 1
        return {"version": event.version}

    monkeypatch.setattr(histories, "_shown", shown)
    trio.lowlevel.add_instrument(turns)
    lines = await rig.histories.export(rig.game)
    trio.lowlevel.remove_instrument(turns)
    assert len(lines) == 1_507
    assert max(seen.values()) <= histories.AT_A_TIME


async def test_what_can_be_read_is_never_touched(rig: Rig) -> None:
    for action in (
        rig.histories.retry(rig.game),
        rig.histories.set_aside(rig.game, 1),
        rig.histories.discard(rig.game),
        rig.histories.export(Address("dragons", "x")),
    ):
        with pytest.raises(NotFoundError):
            await action
    assert len(await rig.histories.export(rig.game)) == 7


# --- the start ----------------------------------------------------------------------------------


@pytest.mark.parametrize("table", ["journal", "snapshots"])
async def test_what_a_newer_version_wrote_is_refused_in_one_line(
    database: Database, table: str
) -> None:
    known = {kind.name: kind.machine.schema for kind in KINDS if not kind.volatile}
    school = School(database)
    await check_schemas(database, known)
    if table == "journal":
        await school.rows(
            "insert into journal (kind, key, version, schema, event, at, node)"
            " select $1, n::text, 1, 1 + (n = 500)::integer * 8, '{}', 0, 'one'"
            " from generate_series(1, 2000) n",
            KIND,
        )
    else:
        await school.rows("insert into snapshots values ($1, 'x', 1, 9, '{}')", KIND)
    with pytest.raises(StartupError) as refusal:
        await check_schemas(database, known)
    line = str(refusal.value)
    assert "live_quiz in schema 9, and this version knows 1" in line
    assert "\n" not in line
    plan = await school.rows(
        "explain select schema from journal where kind = $1 and schema > 1"
        " order by schema desc limit 1",
        KIND,
    )
    assert "journal_newer" in plan[0][0] + plan[1][0]
    await check_schemas(database, {KIND: 9, "room": 1})


async def test_a_node_does_not_start_on_a_newer_journal(
    tmp_path: Path, database: Database, database_url: str, valkey_url: str
) -> None:
    await School(database).rows(
        "insert into journal (kind, key, version, schema, event, at, node)"
        " values ($1, 'x', 1, 7, '{}', 0, 'one')",
        KIND,
    )
    node = Node(settings_for(tmp_path, database_url, valkey_url))

    async def ready() -> None:
        raise AssertionError("it has started")

    with pytest.raises(BaseExceptionGroup) as failure:
        await run_node(node, ready)
    (fault,) = failure.value.exceptions
    while isinstance(fault, BaseExceptionGroup):
        (fault,) = fault.exceptions
    assert isinstance(fault, StartupError)
    assert "schema 7" in str(fault)


async def test_operators_do_all_this_over_their_port(
    tmp_path: Path, database: Database, database_url: str, valkey_url: str
) -> None:
    hall = Hall(database)
    await hall.furnish()
    node = Node(settings_for(tmp_path, database_url, valkey_url))

    async def ready() -> None:
        rig = Rig(database, hall, node.directory)
        await rig.begin()
        await rig.damage(5, "event = $4", CUT)
        with pytest.raises(HistoryUnreadable):
            await rig.join("p1")
        path = f"/actors/{KIND}/{rig.game.key}"
        async with httpx.AsyncClient(base_url=node.operators_url) as client:
            client.headers["X-Stoa-Operator"] = "1"
            (shown,) = (await client.get("/unreadable")).json()
            assert shown["key"] == rig.game.key
            assert "stoa_actors_unreadable 1.0" in (await client.get("/metrics")).text
            history = (await client.get(f"{path}/history")).text.splitlines()
            assert len(history) == 7
            assert (await client.post(f"{path}/retry")).json()["version"] == 5
            assert (await client.post(f"{path}/set-aside")).status_code == 400
            assert (await client.post(f"{path}/set-aside?version=4")).status_code == 400
            assert (await client.post(f"{path}/discard")).json()["set_aside"] == 3
            assert (await client.post(f"{path}/discard")).status_code == 404
            assert (await client.get("/unreadable")).json() == []
        assert await rig.row() == ("finished", None)
        nursery.cancel_scope.cancel()

    async with trio.open_nursery() as nursery:
        await run_node(node, ready)


# --- the outbox ---------------------------------------------------------------------------------

DELETED = b'{"type":"courses.course_deleted","by":"x","course_id":"%s"}'


async def test_a_domain_event_that_cannot_be_read_is_kept_and_lets_the_others_pass(
    database: Database,
) -> None:
    school = School(database)
    bodies = [b"{", b'{"type":"courses.dragon_slain"}', b'{"type":"courses.course_deleted"}']
    course = b"6b5e1d5e-0b2c-4b8c-8a54-0d6a5d0e0f11"
    for body in (*bodies, DELETED % course):
        await school.rows(
            "insert into outbox (kind, key, event, at) values ('course', 'c', $1, 0)", body
        )
    post = FakePost()

    def refuse(user_id: str, at: int, session_id: str | None) -> None:
        raise AssertionError("no session ends here")

    means = Means(fan_out=FakeFanOut(), rights=Rights(), refuse_tokens=refuse, post=post)
    subscribers = Subscribers(merge(domain.reactions for domain in DOMAINS), means)
    relay = OutboxRelay(
        PostgresOutbox(database),
        TrioClock(),
        [subscribers.deliver, PostgresAnalytics(database).record],
        TopicWaiter(),
    )
    with trio.fail_after(20):
        await relay.deliver_once()
    assert (relay.delivered, relay.set_aside, relay.failed) == (1, 3, 0)
    aside = await school.rows("select event, reason from outbox_set_aside order by id")
    assert [row["event"] for row in aside] == bodies
    assert "no event 'courses.dragon_slain' is known" in [row["reason"] for row in aside]
    assert await school.rows("select from outbox") == []
    (analytics,) = await school.rows("select event_type from analytics_events")
    assert analytics["event_type"] == "courses.course_deleted"
