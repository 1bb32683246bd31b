"""What a live quiz tells the room of its course."""

from __future__ import annotations

from protocol.assessments.live.commands import EndGame
from protocol.assessments.live.phases import Phase
from protocol.communication import LivePhase, LiveQuizInRoom
from protocol.envelope import Address
from tests.actors.assessments.live.games import TRUE_FALSE, Game
from tests.actors.driver import encode


def phases(game: Game) -> list[LivePhase]:
    """What the room was told since the last call."""
    assert all(send.address == Address("room", "course") for send in game.sent)
    found = [send.message for send in game.sent]
    game.sent = []
    assert all(isinstance(message, LiveQuizInRoom) for message in found)
    return [message.phase for message in found]  # type: ignore[attr-defined]


def test_the_room_is_told_when_the_lobby_opens_when_it_starts_and_when_it_is_over() -> None:
    game = Game(questions=(TRUE_FALSE,))
    (send,) = game.sent
    assert send.message == LiveQuizInRoom(
        live_quiz_id="game", title="A quiz", phase=LivePhase.LOBBY, host_name="Ms Host"
    )
    assert b"123456" not in encode(send.message)
    assert phases(game) == [LivePhase.LOBBY]
    game.start()
    assert phases(game) == [LivePhase.RUNNING]
    while game.phase() is not Phase.LEADERBOARD:
        game.next()
    assert phases(game) == []
    game.next()
    assert phases(game) == [LivePhase.FINISHED]


def test_a_lobby_that_is_ended_is_over_for_the_room_too() -> None:
    game = Game()
    game.host(EndGame)
    assert phases(game) == [LivePhase.LOBBY, LivePhase.FINISHED]


def test_after_an_outage_the_room_is_told_again_and_after_a_mere_rest_it_is_not() -> None:
    game = Game()
    game.start()
    phases(game)
    game.restart(down_ms=0)
    assert phases(game) == []
    game.restart(down_ms=5_000)
    assert phases(game) == [LivePhase.RUNNING]
    game.host(EndGame)
    phases(game)
    game.restart(down_ms=5_000)
    assert phases(game) == [LivePhase.FINISHED]
