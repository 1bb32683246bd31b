"""What an outage or a crash takes from a game is given back."""

from __future__ import annotations

from actors.assessments.live.steps import RETURN_MS
from protocol.assessments.live.commands import (
    AttachHost,
    DetachHost,
    EndGame,
    JoinGame,
    LeaveGame,
    PauseGame,
    ResumeGame,
)
from protocol.assessments.live.phases import Phase
from protocol.lifecycle import Activated
from tests.actors.assessments.live.games import Game, elapsed, running


def test_an_outage_is_given_back() -> None:
    game = running()
    game.pass_time(8_000)
    game.answer("p0", True)
    game.restart(down_ms=60_000)
    told = game.named("live.time")[0]
    assert told.closes_at == game.state.opens_at + 80_000
    assert game.alarms["deadline"].deadline == told.closes_at + RETURN_MS
    game.pass_time(1_000)
    view = game.join("p1")
    assert view.question is not None
    assert view.question.closes_at == told.closes_at + 1_000
    game.pass_time(1_000)
    game.answer("p1", True)
    assert elapsed(game, "p1") == 9_000
    assert game.state.players["p0"].answers[0].elapsed_ms == 8_000
    assert game.phase() is Phase.CLOSED


def test_no_more_is_given_back_than_the_game_has_missed() -> None:
    game = running()
    game.now += 5_000
    game.answer("p0", True)
    game.do(Activated(down_ms=60_000))
    assert game.named("live.time") == []
    game.now += 2_000
    game.do(Activated(down_ms=60_000))
    assert game.state.stopped_ms == 2_000


def test_an_outage_in_a_pause_is_part_of_the_pause() -> None:
    game = running()
    game.pass_time(5_000)
    game.host(PauseGame)
    game.restart(down_ms=60_000)
    assert len(game.named("live.time")) == 1
    game.host(ResumeGame)
    assert game.state.closes_at == game.now + 15_000


def test_after_an_outage_the_game_waits_for_its_players_before_it_goes_on() -> None:
    game = running(auto_advance_ms=3_000)
    game.next()
    game.restart(down_ms=60_000)
    assert game.alarms["advance"].deadline == game.now + 3_000
    assert game.phase() is Phase.CLOSED


def test_after_a_crash_of_the_actor_alone_alarms_are_set_anew() -> None:
    game = running()
    game.alarms.clear()
    game.restart()
    game.answer("p1", True)
    assert "histogram" in game.alarms
    assert game.alarms["deadline"].deadline == game.state.closes_at
    assert game.named("live.time") == []
    assert game.join("p0").host_connected
    game.do(DetachHost(user_id="host", connection_id="screen"))
    assert game.named("live.host")[-1].connected is False


def test_after_a_crash_who_was_there_is_still_waited_for() -> None:
    game = running(players=3)
    game.answer("p0", True)
    game.restart(down_ms=1_000)
    game.pass_time(1)
    game.join("p1")
    game.answer("p1", True)
    assert game.phase() is Phase.OPEN
    game.join("p2")
    game.answer("p2", True)
    assert game.phase() is Phase.CLOSED


def test_who_lets_a_question_pass_after_a_crash_is_no_longer_waited_for() -> None:
    game = running(players=2)
    game.restart(down_ms=1_000)
    game.join("p0")
    game.answer("p0", True)
    game.pass_time(60_000)
    assert game.phase() is Phase.CLOSED
    for _ in range(3):
        game.next()
    game.answer("p0", True)
    assert game.phase() is Phase.CLOSED


def test_waking_in_other_phases_changes_no_time() -> None:
    game = Game()
    game.join("ann")
    game.restart(down_ms=5_000)
    assert set(game.alarms) == {"leave", "abandoned", "away"}
    game.attach()
    game.start()
    game.host(EndGame)
    game.restart(down_ms=5_000)
    assert set(game.alarms) == {"leave"}
    game.pass_time(600_000)
    assert game.passivated


def test_connections_of_one_device_are_counted_once() -> None:
    game = Game()
    for _ in range(2):
        game.do(JoinGame(player_id="a", user_id="a", nickname="a", connection_id="c"))
        game.do(AttachHost(user_id="host", connection_id="s"))
    assert game.state.presence.connections == {"a": ["c"]}
    game.do(LeaveGame(player_id="a", connection_id="unknown"))
    assert game.state.presence.connections == {"a": ["c"]}
