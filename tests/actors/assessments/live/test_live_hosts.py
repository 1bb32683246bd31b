"""Hosts' screens, and who steers."""

from __future__ import annotations

from protocol.assessments.live.commands import (
    DetachHost,
    EndGame,
    HandOver,
    KickPlayer,
    NextStep,
)
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.rows import LiveQuizRow
from tests.actors.assessments.live.games import TEXT, Game, code_of, running


def test_only_teachers_of_the_game_may_attach() -> None:
    assert code_of(Game().attach, "stranger") == "AUTHORIZATION_ERROR"


def test_a_hosts_screen_gets_everything_in_every_phase() -> None:
    game = Game(questions=(TEXT,))
    game.join("ann")
    game.join("kit")
    game.host(KickPlayer, player_id="kit")
    view = game.attach()
    assert (view.phase, view.pin, view.question) == (Phase.LOBBY, "123456", None)
    assert [(p.player_id, p.connected) for p in view.players] == [("ann", True)]
    game.start()
    view = game.attach()
    assert view.question == game.named("live.question")[0]
    assert (view.histogram.answered, view.histogram.connected) == (0, 1)
    game.answer("ann", "Paris")
    assert game.attach().histogram.answered == 1
    game.next()
    assert game.attach().reveal == game.named("live.reveal")[0]
    game.next()
    assert game.attach().leaderboard == game.named("live.leaderboard")[0]
    game.next()
    assert game.attach().leaderboard == game.named("live.finished")[0]


def test_a_host_with_two_screens_is_there_while_one_is() -> None:
    game = Game()
    game.attach("host", "laptop")
    game.attach("host", "phone")
    assert len(game.named("live.host")) == 1
    game.do(DetachHost(user_id="host", connection_id="laptop"))
    assert len(game.named("live.host")) == 1
    game.do(DetachHost(user_id="host", connection_id="phone"))
    assert [status.connected for status in game.named("live.host")] == [True, False]
    game.do(DetachHost(user_id="host", connection_id="phone"))
    assert len(game.named("live.host")) == 2


def test_screens_are_bounded() -> None:
    game = Game()
    for n in range(70):
        game.attach("co", f"screen{n}")
    assert len(game.state.presence.hosts) == 64


def test_a_co_host_takes_over_only_while_the_host_is_away() -> None:
    game = Game()
    game.attach()
    game.attach("co", "phone")
    fields = {"by": "co", "to_user_id": "co"}
    assert code_of(game.host, HandOver, **fields) == "NOT_ACTING_HOST"
    game.do(DetachHost(user_id="host", connection_id="screen"))
    game.host(HandOver, **fields)
    status = game.named("live.host")[-1]
    assert (status.host_id, status.connected) == ("co", True)
    assert code_of(game.host, EndGame, by="host") == "NOT_ACTING_HOST"
    row = game.records[-1]
    assert isinstance(row, LiveQuizRow)
    assert row.host_id == "co"
    game.start()


def test_two_hosts_cannot_advance_twice() -> None:
    game = running()
    step = game.state.step
    game.next()
    assert code_of(game.host, NextStep, from_step=step) == "STALE_STEP"
    assert game.phase() is Phase.CLOSED
