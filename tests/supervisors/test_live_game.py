"""A whole live game on the runtime, cut off at any moment and brought up again, on virtual time."""

from __future__ import annotations

import functools
from typing import Any

import structlog.testing
import trio
import trio.testing
from hypothesis import given
from hypothesis import strategies as st

from actors.assessments.live import machine
from actors.kind import LiveKind
from protocol.assessments.live.commands import (
    KIND,
    AttachHost,
    JoinGame,
    NextStep,
    StartGame,
    SubmitAnswer,
)
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.publications import Standing
from protocol.assessments.live.views import HostView
from protocol.envelope import Address, Message
from protocol.errors import ClientError, StoaError
from storage.memory.journal import MemoryJournal
from storage.memory.store import MemoryStore
from supervisors.clock import TrioClock
from supervisors.directory import Directory
from tests.actors.assessments.live.games import TRUE_FALSE, opening
from tests.support.fakes import FakeFanOut

GAME = Address(KIND, "game")
PLAYERS = 6
QUESTIONS = 3
DOWN_SECONDS = 7.0


class Node:
    """A directory that can be killed; clients find the new one by themselves."""

    def __init__(self) -> None:
        self.clock = TrioClock(1_700_000_000_000)
        self.store = MemoryStore()
        self.directory: Directory
        self.scope = trio.CancelScope()
        self.kills = 0
        self.down_since: int | None = None

    async def run(self, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Run, and again `DOWN_SECONDS` after each kill."""
        while True:
            self.directory = Directory(
                clock=self.clock,
                journal=MemoryJournal(self.store, self.clock),
                fan_out=FakeFanOut(),
                kinds=[LiveKind(machine, snapshot_every=7, idle_seconds=None)],
                down_since=self.down_since,
            )
            with trio.CancelScope() as self.scope:
                await self.directory.run(task_status)
            task_status = trio.TASK_STATUS_IGNORED
            self.down_since = self.clock.now()
            await trio.sleep(DOWN_SECONDS)

    def kill(self) -> None:
        self.kills += 1
        self.scope.cancel()

    async def insist(self, message: Message) -> Any:
        """Ask until there is an answer, as clients with ids do."""
        while True:
            try:
                return await self.directory.ask(GAME, message, timeout_seconds=1.0)
            except ClientError:
                raise
            except StoaError:
                await trio.sleep(0.5)


async def _answer(node: Node, player: int, index: int, pace: float) -> None:
    await trio.sleep(pace * player)
    await node.insist(
        SubmitAnswer(
            player_id=f"p{player}",
            question_index=index,
            answer_id=f"p{player}-{index}",
            answer=(player + index) % 3 != 0,
            received_at=node.clock.now(),
        )
    )


async def _play(node: Node) -> tuple[Standing, ...]:
    config = LiveConfig(speed_weighted=False, streaks=True, close_when_all_answered=False)
    await node.insist(opening(questions=(TRUE_FALSE,) * QUESTIONS, config=config))
    await node.insist(AttachHost(user_id="host", connection_id="screen"))
    for player in range(PLAYERS):
        name = f"p{player}"
        await node.insist(JoinGame(player_id=name, user_id=None, nickname=name, connection_id=name))
    await node.insist(StartGame(by="host", command_id="start"))
    for index in range(QUESTIONS):
        async with trio.open_nursery() as nursery:
            for player in range(PLAYERS):
                nursery.start_soon(_answer, node, player, index, 0.3)
        await _until(node, Phase.CLOSED)
        for _ in range(3):
            await _next(node)
    view = await _view(node)
    assert view.phase is Phase.FINISHED
    assert view.leaderboard is not None
    return view.leaderboard.top


async def _view(node: Node) -> HostView:
    view: HostView = await node.insist(AttachHost(user_id="host", connection_id="screen"))
    return view


async def _until(node: Node, phase: Phase) -> None:
    """The question closes at its deadline, by the alarm alone."""
    while (await _view(node)).phase is not phase:  # noqa: ASYNC110 - as a client sees it
        await trio.sleep(1)


async def _next(node: Node) -> None:
    step = (await _view(node)).step
    await node.insist(NextStep(by="host", command_id=f"next-{step}", from_step=step))


async def _kill_at(node: Node, moments: list[float]) -> None:
    for moment in sorted(moments):
        await trio.sleep_until(moment)
        node.kill()


async def _game(moments: list[float]) -> tuple[Standing, ...]:
    with structlog.testing.capture_logs():
        async with trio.open_nursery() as nursery:
            node = Node()
            await nursery.start(node.run)
            nursery.start_soon(_kill_at, node, moments)
            board = await _play(node)
            nursery.cancel_scope.cancel()
    return board


def _board(moments: list[float]) -> tuple[Standing, ...]:
    return trio.run(_game, moments, clock=trio.testing.MockClock(autojump_threshold=0))


@functools.cache
def _uninterrupted() -> tuple[Standing, ...]:
    return _board([])


def test_an_uninterrupted_game_comes_to_its_end() -> None:
    board = _uninterrupted()
    assert len(board) == PLAYERS
    assert max(s.correct for s in board) == QUESTIONS - 1


@given(st.lists(st.floats(0, 90), min_size=1, max_size=5))
def test_a_game_that_is_cut_off_at_any_moments_ends_with_the_same_board(
    moments: list[float],
) -> None:
    assert _board(moments) == _uninterrupted()
