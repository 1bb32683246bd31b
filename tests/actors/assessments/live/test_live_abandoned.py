"""Games that everybody has left: ended after a day, so that no PIN is kept for ever."""

from __future__ import annotations

import pytest
import trio
import trio.testing

from actors.assessments.live import machine
from actors.assessments.live.steps import ABANDONED, ABANDONED_MS, LINGER_MS, REARM_MS
from actors.effects import WakeAt
from actors.kind import LiveKind
from protocol.assessments.live.commands import (
    KIND,
    AttachHost,
    DetachHost,
    EndGame,
    JoinGame,
    LeaveGame,
)
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.rows import LiveQuizRow, LiveResultRows
from protocol.envelope import Address
from protocol.lifecycle import Reminded
from protocol.wakes import REMINDERS
from storage.memory.journal import MemoryJournal
from storage.memory.queues import MemoryReminders
from storage.memory.store import MemoryStore
from supervisors.clock import TrioClock
from supervisors.directory import Directory
from supervisors.reminders import run_reminders
from supervisors.wakeups import Wakeups
from tests.actors.assessments.live.games import Game, opening
from tests.support.fakes import FakeFanOut


def leave(game: Game, player: str) -> None:
    game.do(LeaveGame(player_id=player, connection_id=f"{player}-1"))


def test_a_lobby_to_which_nobody_came_gives_its_pin_back_after_a_day() -> None:
    game = Game()
    assert game.alarms[ABANDONED].durable
    game.pass_time(ABANDONED_MS - 1)
    assert game.phase() is Phase.LOBBY
    game.pass_time(1)
    assert game.phase() is Phase.FINISHED
    row = game.records[-2]
    assert isinstance(row, LiveQuizRow)
    assert row.pin is None
    assert ABANDONED not in game.alarms


def test_a_game_that_all_have_left_is_finished_with_its_results() -> None:
    game = Game(config=LiveConfig(question_ms=600_000))
    game.attach()
    game.join("ann")
    game.join("bob")
    game.start()
    game.answer("ann", [1, 3])
    game.pass_time(2 * REARM_MS)
    leave(game, "ann")
    leave(game, "bob")
    game.do(DetachHost(user_id="host", connection_id="screen"))
    game.pass_time(ABANDONED_MS - REARM_MS - 1)
    assert game.phase() is not Phase.FINISHED
    game.pass_time(REARM_MS + 1)
    assert game.phase() is Phase.FINISHED
    board = game.records[-1]
    assert isinstance(board, LiveResultRows)
    assert [(row.player_id, row.score > 0) for row in board.rows] == [("ann", True), ("bob", False)]


def test_a_game_with_somebody_connected_is_never_abandoned() -> None:
    game = Game()
    game.attach()
    game.pass_time(10 * ABANDONED_MS)
    assert game.phase() is Phase.LOBBY
    game.do(DetachHost(user_id="host", connection_id="screen"))
    game.pass_time(ABANDONED_MS)
    assert game.phase() is Phase.FINISHED


def test_a_thousand_joins_move_the_alarm_once_an_hour() -> None:
    game = Game(strict=False)
    moved = 0
    for number in range(1_000):
        command = JoinGame(
            player_id=f"p{number}", user_id=None, nickname=f"p{number}", connection_id="c"
        )
        effects = machine.decide(game.state, command, game.now)
        moved += any(isinstance(each, WakeAt) and each.name == ABANDONED for each in effects)
        game.do(command)
    assert moved == 0
    game.pass_time(REARM_MS + 1)
    before = game.alarms[ABANDONED].deadline
    game.attach()
    assert game.alarms[ABANDONED].deadline == game.now + ABANDONED_MS != before


def test_an_alarm_that_was_moved_meanwhile_ends_nothing() -> None:
    game = Game()
    game.pass_time(2 * REARM_MS)
    game.join("ann")
    leave(game, "ann")
    game.do(Reminded(name=ABANDONED, due_at=game.now))
    assert game.phase() is Phase.LOBBY


@pytest.mark.parametrize("somebody", [True, False])
def test_after_downtime_those_who_reconnect_are_waited_for(somebody: bool) -> None:
    game = Game()
    game.restart(down_ms=3 * ABANDONED_MS)
    game.pass_time(LINGER_MS - 1)
    assert game.phase() is Phase.LOBBY
    if somebody:
        game.attach()
    game.pass_time(LINGER_MS)
    assert game.phase() is (Phase.LOBBY if somebody else Phase.FINISHED)


def test_a_finished_game_bears_a_late_alarm() -> None:
    game = Game()
    game.host(EndGame)
    written = len(game.journal)
    game.do(Reminded(name=ABANDONED, due_at=game.now))
    game.attach()
    assert len(game.journal) == written
    assert ABANDONED not in game.alarms


@pytest.mark.slow
async def test_a_deserted_lobby_leaves_memory_and_is_ended_by_its_reminder(
    autojump_clock: trio.testing.MockClock,
) -> None:
    clock, store, game = TrioClock(1_700_000_000_000), MemoryStore(), Address(KIND, "game")
    directory = Directory(
        clock=clock,
        journal=MemoryJournal(store, clock),
        fan_out=FakeFanOut(),
        kinds=[LiveKind(machine, idle_seconds=60)],
    )
    async with trio.open_nursery() as nursery:
        await nursery.start(directory.run)
        waiter = Wakeups().waiter(REMINDERS)
        await nursery.start(run_reminders, MemoryReminders(store), directory, clock, waiter)
        await directory.ask(game, opening())
        await directory.ask(game, AttachHost(user_id="host", connection_id="screen"))
        await trio.sleep(7_200)
        await directory.ask(game, DetachHost(user_id="host", connection_id="screen"))
        await trio.sleep(3_600)
        assert directory.statistics().live == 0
        await trio.sleep(ABANDONED_MS / 1_000 - 3_601)
        view = await directory.ask(game, AttachHost(user_id="host", connection_id="late"))
        assert view.phase is Phase.LOBBY
        await directory.ask(game, DetachHost(user_id="host", connection_id="late"))
        await trio.sleep(ABANDONED_MS / 1_000 + 60)
        view = await directory.ask(game, AttachHost(user_id="host", connection_id="late"))
        assert view.phase is Phase.FINISHED
        nursery.cancel_scope.cancel()
