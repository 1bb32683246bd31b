"""What was read in time counts on the runtime too, when storage does not answer for a while."""

from __future__ import annotations

import structlog.testing
import trio
import trio.testing

from actors.assessments.live import machine
from actors.kind import LiveKind
from protocol.assessments.live.commands import KIND, AttachHost, JoinGame, StartGame, SubmitAnswer
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.views import AnswerAccepted
from protocol.envelope import Address
from supervisors.clock import TrioClock
from supervisors.directory import Directory
from tests.actors.assessments.live.games import TRUE_FALSE, opening
from tests.support.fakes import Collector, FakeFanOut
from tests.support.runtime import START, FakeJournal

GAME = Address(KIND, "game")
PLAYERS = 40
QUESTION_SECONDS = 8.0
STALL_SECONDS = 9.0


async def open_question(directory: Directory) -> None:
    config = LiveConfig(question_ms=int(QUESTION_SECONDS * 1_000))
    await directory.ask(GAME, opening(questions=(TRUE_FALSE,), config=config))
    for number in range(PLAYERS):
        name = f"p{number}"
        join = JoinGame(player_id=name, user_id=None, nickname=name, connection_id=name)
        await directory.ask(GAME, join)
    await directory.ask(GAME, StartGame(by="host", command_id="start"))


async def test_storage_that_stops_over_the_deadline_takes_no_answer_away(
    mock_clock: trio.testing.MockClock,
) -> None:
    clock, journal = TrioClock(START), FakeJournal(auto=True)
    kinds = [LiveKind(machine, idle_seconds=None)]
    directory = Directory(clock=clock, journal=journal, fan_out=FakeFanOut(), kinds=kinds)
    heard: list[Collector] = []
    with structlog.testing.capture_logs():
        async with trio.open_nursery() as nursery:
            await nursery.start(directory.run)
            await open_question(directory)
            mock_clock.jump(0.6)
            journal.auto = False
            for number in range(PLAYERS):
                answer = SubmitAnswer(
                    player_id=f"p{number}",
                    question_index=0,
                    answer_id="a",
                    answer=True,
                    received_at=clock.now(),
                )
                heard.append(Collector())
                directory.request(GAME, answer, heard[-1], timeout_seconds=60.0)
                await trio.testing.wait_all_tasks_blocked()
                mock_clock.jump((QUESTION_SECONDS - 1.0) / PLAYERS)
            mock_clock.jump(STALL_SECONDS)
            await trio.testing.wait_all_tasks_blocked()
            assert not any(collector.count for collector in heard)
            journal.auto = True
            journal.commit()
            await trio.testing.wait_all_tasks_blocked()
            view = await directory.ask(GAME, AttachHost(user_id="host", connection_id="screen"))
            nursery.cancel_scope.cancel()
    assert [type(collector.replies[0]) for collector in heard] == [AnswerAccepted] * PLAYERS
    assert view.phase is Phase.CLOSED
