"""A live game on the runtime while the node stalls, on virtual time: the credit comes first."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
import structlog.testing
import trio
import trio.testing

from actors.assessments.live import machine
from actors.kind import LiveKind
from protocol.assessments.live.commands import (
    KIND,
    AttachHost,
    JoinGame,
    PauseGame,
    StartGame,
    SubmitAnswer,
)
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.live.events import AnswerSubmitted, OutageCredited
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.views import AnswerAccepted
from protocol.envelope import Address, Message
from protocol.errors import StoaError, StorageUnavailable
from protocol.ports import Beat, DueReminder
from supervisors.bringing_back import bring_back
from supervisors.clock import TrioClock
from supervisors.directory import Directory
from supervisors.stalls import SILENT_MS, Stalls
from tests.actors.assessments.live.games import TRUE_FALSE, opening
from tests.support.fakes import Collector, FakeFanOut
from tests.support.machine import Machine, Process
from tests.support.runtime import START, FakeJournal

GAME = Address(KIND, "game")
QUESTION_SECONDS = 8
JOINS = [
    JoinGame(player_id=name, user_id=None, nickname=name, connection_id=name)
    for name in ("p0", "p1")
]


class Stage:
    """A game with an open question, whose journal commits as the test says."""

    def __init__(
        self, clock: TrioClock, journal: FakeJournal, stalls: Stalls, last: Beat | None = None
    ) -> None:
        self.clock, self.journal, self.stalls = clock, journal, stalls
        self.long_turn = False
        self.stalls.turn_is_long = lambda: self.long_turn
        kind = LiveKind(machine, idle_seconds=None, timed=True)
        self.directory = Directory(
            clock=clock,
            journal=journal,
            fan_out=FakeFanOut(),
            kinds=[kind],
            down_since=None if last is None else last.at,
            stalls=stalls,
        )

    async def open_question(self) -> None:
        config = LiveConfig(question_ms=QUESTION_SECONDS * 1_000)
        for message in (
            opening(questions=(TRUE_FALSE,), config=config),
            AttachHost(user_id="host", connection_id="screen"),
            *JOINS,
            StartGame(by="host", command_id="start"),
        ):
            await self.directory.ask(GAME, message)

    def answer(self, player: str, received_at: int | None = None) -> Collector:
        command = SubmitAnswer(
            player_id=player,
            question_index=0,
            answer_id=player,
            answer=True,
            received_at=self.clock.now() if received_at is None else received_at,
        )
        collector = Collector()
        self.directory.request(GAME, command, collector, timeout_seconds=60.0)
        return collector

    def events(self) -> list[Any]:
        codec = LiveKind(machine).codec
        return [codec.decode_event(event) for event in self.journal.events[GAME]]

    def credits(self) -> list[int]:
        return [e.outage_ms for e in self.events() if isinstance(e, OutageCredited)]

    async def view(self) -> Any:
        return await self.directory.ask(GAME, AttachHost(user_id="host", connection_id="screen"))


@asynccontextmanager
async def staged() -> AsyncIterator[Stage]:
    with structlog.testing.capture_logs():
        clock = TrioClock(START)
        stage = Stage(clock, FakeJournal(auto=True), Stalls(clock))
        async with trio.open_nursery() as nursery:
            await nursery.start(stage.directory.run)
            await stage.open_question()
            yield stage
            nursery.cancel_scope.cancel()


async def test_a_deadline_that_fell_due_in_a_stall_finds_the_time_given_back(
    mock_clock: trio.testing.MockClock,
) -> None:
    async with staged() as stage:
        mock_clock.jump(5.0)
        await trio.testing.wait_all_tasks_blocked()
        mock_clock.jump(9.0)  # nothing runs meanwhile: the alarm is overdue when the loop goes on
        stage.stalls.loop_held("stopped", 9.0)
        await trio.testing.wait_all_tasks_blocked()
        assert stage.credits() == [9_000]
        answered = stage.answer("p0")
        await trio.testing.wait_all_tasks_blocked()
        assert type(answered.replies[0]) is AnswerAccepted
        mock_clock.jump(3.1)
        await trio.testing.wait_all_tasks_blocked()
        assert (await stage.view()).phase is Phase.CLOSED


async def test_what_came_in_a_long_turn_waits_for_its_end(
    mock_clock: trio.testing.MockClock,
) -> None:
    async with staged() as stage:
        mock_clock.jump(5.0)
        stage.long_turn = True
        mock_clock.jump(9.0)
        answered = stage.answer("p0")
        for _ in range(20):
            await trio.lowlevel.checkpoint()
        assert not answered.count
        stage.long_turn = False
        stage.stalls.loop_held("loop", 9.0)
        await trio.testing.wait_all_tasks_blocked()
        assert stage.credits() == [9_000]
        assert type(answered.replies[0]) is AnswerAccepted


@pytest.mark.parametrize("asked_at", [0.6, 7.9])
async def test_while_storage_is_silent_nobodys_time_runs_out(
    mock_clock: trio.testing.MockClock, asked_at: float
) -> None:
    async with staged() as stage:
        mock_clock.jump(asked_at)
        stage.journal.auto = False
        first = stage.answer("p0")
        for _ in range(40):
            await trio.testing.wait_all_tasks_blocked()
            mock_clock.jump(0.25)
        late = stage.answer("p1")
        await trio.testing.wait_all_tasks_blocked()
        stage.journal.auto = True
        stage.journal.commit()
        await trio.testing.wait_all_tasks_blocked()
        assert type(first.replies[0]) is AnswerAccepted
        assert type(late.replies[0]) is AnswerAccepted
        assert stage.credits() == [10_000]


async def test_a_game_that_was_dropped_with_storage_gets_the_time_when_it_is_back(
    mock_clock: trio.testing.MockClock,
) -> None:
    async with staged() as stage:
        mock_clock.jump(2.0)
        stage.journal.auto = False
        failed = stage.answer("p0")
        await trio.testing.wait_all_tasks_blocked()
        stage.journal.fail(StorageUnavailable())
        await trio.testing.wait_all_tasks_blocked()
        assert type(failed.errors[0]) is StorageUnavailable
        stage.journal.auto = True
        mock_clock.jump(9.0)
        stage.stalls.storage_asked()
        stage.stalls.storage_answered(None)
        again = stage.answer("p0")
        await trio.testing.wait_all_tasks_blocked()
        assert type(again.replies[0]) is AnswerAccepted
        assert stage.credits() == [9_000]


async def test_a_slow_commit_is_waited_for_and_moves_nothing(
    mock_clock: trio.testing.MockClock,
) -> None:
    async with staged() as stage:
        stage.journal.auto = False
        first = stage.answer("p0")
        await trio.testing.wait_all_tasks_blocked()
        mock_clock.jump((SILENT_MS + 100) / 1000)
        second = stage.answer("p1")
        await trio.testing.wait_all_tasks_blocked()
        assert len(stage.journal.queue) == 1
        stage.journal.auto = True
        stage.journal.commit()
        await trio.testing.wait_all_tasks_blocked()
        assert type(first.replies[0]) is type(second.replies[0]) is AnswerAccepted
        assert stage.credits() == []


async def test_a_paused_game_is_told_and_keeps_its_pause(
    mock_clock: trio.testing.MockClock,
) -> None:
    async with staged() as stage:
        pause: Message = PauseGame(by="host", command_id="pause")
        await stage.directory.ask(GAME, pause)
        mock_clock.jump(9.0)
        stage.stalls.loop_held("stopped", 9.0)
        await trio.testing.wait_all_tasks_blocked()
        assert stage.credits() == []
        assert (await stage.view()).phase is Phase.OPEN


@pytest.mark.parametrize("step_ms", [-3_600_000, 0, 3_600_000])
@pytest.mark.parametrize("reboot", [False, True])
async def test_a_step_of_the_wall_clock_across_crashes_moves_no_deadline_and_no_score(
    mock_clock: trio.testing.MockClock, step_ms: int, reboot: bool
) -> None:
    machine_, journal = Machine(), FakeJournal(auto=True)
    process, beat = Process(machine_, None), None
    thought = 0.0
    with structlog.testing.capture_logs():
        for life in range(3):
            if beat is not None:
                machine_.set_wall(step_ms)
                if reboot:
                    machine_.start_again()
                mock_clock.jump(7)
                process = Process(machine_, beat)
            stage = Stage(process.clock, journal, process.stalls, beat)
            async with trio.open_nursery() as nursery:
                await nursery.start(stage.directory.run)
                if life == 0:
                    await stage.open_question()
                else:
                    await stage.directory.ask(GAME, JOINS[0])
                mock_clock.jump(1.5)
                thought += 1.5
                await trio.testing.wait_all_tasks_blocked()
                beat = process.wall_time.beat()
                if life == 2:
                    view = await stage.view()
                    left = view.question.closes_at - process.clock.now()
                    assert left == QUESTION_SECONDS * 1_000 - thought * 1_000
                    stage.answer("p0")
                    await trio.testing.wait_all_tasks_blocked()
                nursery.cancel_scope.cancel()
    [answered] = [e for e in stage.events() if isinstance(e, AnswerSubmitted)]
    assert answered.elapsed_ms == thought * 1_000


class GameSoon:
    """Reminders of which it is only known that the game has one."""

    def __init__(self, error: StoaError | None = None) -> None:
        self.error = error

    async def addresses(
        self, kinds: Sequence[str], *, before: int, limit: int
    ) -> Sequence[Address]:
        await trio.lowlevel.checkpoint()
        if self.error is not None:
            raise self.error
        return [GAME]

    async def claim(self, *, now: int, limit: int, lease_ms: int) -> Sequence[DueReminder]:
        raise NotImplementedError

    async def next_due(self) -> int | None:
        raise NotImplementedError

    async def complete(self, reminders: Sequence[DueReminder]) -> None:
        raise NotImplementedError


async def test_a_node_killed_again_before_anybody_is_back_gives_back_both_outages(
    mock_clock: trio.testing.MockClock,
) -> None:
    journal, beat = FakeJournal(auto=True), None
    with structlog.testing.capture_logs():
        for life in range(3):
            clock = TrioClock(START + round(trio.current_time() * 1_000))
            stage = Stage(clock, journal, Stalls(clock), beat)
            async with trio.open_nursery() as nursery:
                await nursery.start(stage.directory.run)
                if life == 0:
                    await stage.open_question()
                    mock_clock.jump(1.5)
                else:
                    await bring_back(stage.directory, GameSoon(), clock, [KIND])
                beat = Beat(at=clock.now())
                if life == 2:
                    view = await stage.view()
                    assert view.question.closes_at - clock.now() == 6_500
                nursery.cancel_scope.cancel()
            mock_clock.jump(5)
    assert stage.credits() == [5_000, 5_000]


async def test_a_start_goes_on_when_games_cannot_be_brought_back(
    autojump_clock: trio.testing.MockClock,
) -> None:
    async with staged() as stage:
        await bring_back(stage.directory, GameSoon(StorageUnavailable()), stage.clock, [KIND])
        stage.journal.auto = False
        stage.answer("p0")
        await trio.testing.wait_all_tasks_blocked()
        await trio.sleep(1)
        await bring_back(stage.directory, GameSoon(), stage.clock, [KIND])
