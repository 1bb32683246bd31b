"""The machines under the real directory: alarms, volatile events, forwards, and a crash."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import trio
import trio.testing

from actors.assessments.live import machine as live_quiz
from actors.communication.room import machine as room
from actors.kind import LiveKind
from actors.users.session import machine as session
from protocol.assessments.live.commands import AttachHost, JoinGame, StartGame, SubmitAnswer
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.views import PlayerView
from protocol.communication import RoomView, Said, Say
from protocol.envelope import Address
from protocol.errors import RefusedError
from protocol.users.session import CloseConnection, EnterRoom, OpenConnection
from supervisors.clock import TrioClock
from supervisors.directory import Directory
from tests.actors.assessments.live.games import TRUE_FALSE, opening
from tests.support.fakes import FakeFanOut
from tests.support.runtime import START, FakeJournal

GAME = Address("live_quiz", "game")
ROOM = Address("room", "math")
SESSION = Address("session", "ann")


@asynccontextmanager
async def node(journal: FakeJournal, clock: TrioClock, **options: Any) -> AsyncIterator[Directory]:
    """One life of a server process on this journal; it ends without stopping in order."""
    directory = Directory(
        clock=clock,
        journal=journal,
        fan_out=FakeFanOut(),
        kinds=[
            LiveKind(live_quiz, idle_seconds=None),
            LiveKind(room, idle_seconds=None),
            LiveKind(session, volatile=True, idle_seconds=None),
        ],
        **options,
    )
    async with trio.open_nursery() as nursery:
        await nursery.start(directory.run)
        yield directory
        nursery.cancel_scope.cancel()


def published(directory: Directory) -> list[str]:
    assert isinstance(directory.fan_out, FakeFanOut)
    return directory.fan_out.published


async def join(directory: Directory, player: str) -> PlayerView:
    view: PlayerView = await directory.ask(
        GAME, JoinGame(player_id=player, user_id=player, nickname=player, connection_id=player)
    )
    return view


async def answer(directory: Directory, player: str) -> Any:
    return await directory.ask(
        GAME,
        SubmitAnswer(
            player_id=player,
            question_index=0,
            answer_id=player,
            answer=True,
            received_at=directory.clock.now(),
        ),
    )


async def test_a_game_goes_on_after_its_server_died(autojump_clock: Any) -> None:
    journal, clock = FakeJournal(auto=True), TrioClock(START)
    config = LiveConfig(auto_advance_ms=2_000, close_when_all_answered=False)
    async with node(journal, clock) as before:
        await before.ask(GAME, opening(questions=(TRUE_FALSE,), config=config))
        await before.ask(GAME, AttachHost(user_id="host", connection_id="screen"))
        for player in ("ann", "bob"):
            await join(before, player)
        await before.ask(GAME, StartGame(by="host", command_id="start"))
        await trio.sleep(5)
        await answer(before, "ann")
        await trio.sleep(1)
        died_at = before.clock.now()
        seen = [event for event in published(before) if event != "room.live"]
        told = ["live.host", "live.question", "live.lobby", "live.lobby", "live.histogram"]
        assert seen[: len(told)] == told
        assert len(published(before)) == len(seen) + 2
    await trio.sleep(60)
    async with node(journal, clock, down_since=died_at) as after:
        view = await join(after, "ann")
        assert (view.phase, view.answer, view.offset) == (Phase.OPEN, True, 2)
        assert view.question is not None
        assert view.question.closes_at == after.clock.now() + 14_000
        await answer(after, "ann")
        await join(after, "bob")
        await trio.sleep(4)
        await answer(after, "bob")
        await trio.sleep(10 + 3 * 2 + 1)
        final = await join(after, "bob")
        assert final.phase is Phase.FINISHED
        assert final.leaderboard is not None
        assert [s.score for s in final.leaderboard.top] == [875, 750]
        kept = [e for e in published(after) if e.startswith("live.") and e != "live.lobby"]
        assert kept == [
            "live.time",
            "live.closed",
            "live.reveal",
            "live.result",
            "live.result",
            "live.leaderboard",
            "live.finished",
        ]


async def test_entering_a_room_by_a_session_answers_with_the_rooms_view(
    autojump_clock: Any,
) -> None:
    async with node(FakeJournal(auto=True), TrioClock(START)) as directory:
        for device in ("phone", "laptop"):
            await directory.ask(SESSION, OpenConnection(connection_id=device, full_name="Ann"))
            view = await directory.ask(SESSION, EnterRoom(connection_id=device, course_id="math"))
            assert isinstance(view, RoomView)
            assert [member.full_name for member in view.members] == ["Ann"]
        say = Say(user_id="ann", message_id="m", text="Hello")
        assert await directory.ask(ROOM, say) == Said(message_id="m", offset=1)
        for device in ("phone", "laptop"):
            await directory.ask(SESSION, CloseConnection(connection_id=device))
        await trio.testing.wait_all_tasks_blocked()
        with pytest.raises(RefusedError, match="Enter the room"):
            await directory.ask(ROOM, Say(user_id="ann", message_id="n", text="Gone"))
        await trio.sleep(61)
        assert directory.statistics().live == 0
