"""What a game shows to one who looks in from outside, in each of its phases."""

from __future__ import annotations

import pytest

from actors.assessments.live import machine, views
from protocol.assessments.live.commands import SkipQuestion, ViewGame
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.views import GameView
from protocol.errors import NotFoundError
from tests.actors.assessments.live.games import TRUE_FALSE, Game
from tests.actors.driver import Driver


def viewed(game: Game) -> GameView:
    view = game.do(ViewGame())
    assert isinstance(view, GameView)
    return view


def shown(view: GameView) -> set[str]:
    return {n for n in ("question", "closed", "reveal", "leaderboard") if getattr(view, n)}


def test_it_is_what_the_publications_have_told_in_every_phase() -> None:
    game = Game(questions=(TRUE_FALSE,))
    game.attach()
    game.join("ann")
    view = viewed(game)
    assert (view.phase, shown(view)) == (Phase.LOBBY, set())
    assert (view.lobby.players, view.host.connected) == (1, True)
    game.start()
    view = viewed(game)
    assert (view.phase, shown(view)) == (Phase.OPEN, {"question"})
    assert view.question == game.named("live.question")[-1]
    game.host(SkipQuestion)
    view = viewed(game)
    assert (view.phase, shown(view)) == (Phase.CLOSED, {"question", "closed"})
    assert view.closed == game.named("live.closed")[-1]


def test_the_key_comes_with_the_reveal_and_not_before() -> None:
    game = Game(questions=(TRUE_FALSE,))
    game.attach()
    game.join("ann")
    game.start()
    game.answer("ann", True)
    while game.phase() is not Phase.REVEAL:
        assert viewed(game).reveal is None
        game.next()
    view = viewed(game)
    assert shown(view) == {"question", "reveal"}
    assert view.reveal == views.reveal(game.state)
    while game.phase() is not Phase.FINISHED:
        game.next()
    view = viewed(game)
    assert (view.phase, shown(view)) == (Phase.FINISHED, {"leaderboard"})


def test_looking_in_changes_nothing_and_keeps_no_game_alive() -> None:
    game = Game()
    game.attach()
    before = game.replayed()
    effects = machine.decide(game.state, ViewGame(), game.now)
    assert len(effects) == 1
    assert game.replayed() == before


def test_there_is_nothing_to_see_of_a_game_that_was_never_opened() -> None:
    with pytest.raises(NotFoundError):
        Driver(machine, "nowhere").do(ViewGame())
