"""A question that closes when all have answered also closes when the last one missing goes."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.assessments.live.steps import AWAY_MS
from protocol.assessments.live.commands import (
    BanPlayer,
    KickPlayer,
    LeaveGame,
    PauseGame,
    ResumeGame,
)
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.live.phases import Phase
from protocol.errors import ClientError
from tests.actors.assessments.live.games import TRUE_FALSE, Game, asked
from tests.actors.assessments.live.moves import PLAYERS


def leave(game: Game, player: str, *, dropped: bool = False) -> None:
    game.do(LeaveGame(player_id=player, connection_id=f"{player}-1", dropped=dropped))


@pytest.mark.parametrize("command", [KickPlayer, BanPlayer])
def test_putting_out_the_last_one_missing_closes_the_question(command: type) -> None:
    game = asked(TRUE_FALSE)
    game.answer("ann", True)
    done = game.host(command, player_id="bob")
    assert game.phase() is Phase.CLOSED
    assert (done.phase, done.step) == (Phase.CLOSED, game.state.step)


def test_leaving_on_purpose_closes_it_at_once() -> None:
    game = asked(TRUE_FALSE)
    game.answer("ann", True)
    leave(game, "bob")
    assert game.phase() is Phase.CLOSED


def test_a_lost_connection_closes_it_when_nobody_comes_back_in_time() -> None:
    game = asked(TRUE_FALSE)
    game.answer("ann", True)
    leave(game, "bob", dropped=True)
    game.pass_time(AWAY_MS - 1)
    assert game.phase() is Phase.OPEN
    game.pass_time(1)
    assert game.phase() is Phase.CLOSED


def test_the_question_waits_for_whoever_reloads_the_page() -> None:
    game = asked(TRUE_FALSE)
    leave(game, "bob", dropped=True)
    game.answer("ann", True)
    assert game.phase() is Phase.OPEN
    game.pass_time(AWAY_MS - 1)
    game.join("bob")
    game.pass_time(AWAY_MS)
    assert game.phase() is Phase.OPEN
    game.answer("bob", True)
    assert game.phase() is Phase.CLOSED


def test_what_happened_in_a_pause_counts_when_the_game_goes_on() -> None:
    game = asked(TRUE_FALSE)
    game.answer("ann", True)
    game.host(PauseGame)
    leave(game, "bob", dropped=True)
    game.pass_time(AWAY_MS)
    assert game.phase() is Phase.OPEN
    assert game.host(ResumeGame).phase is Phase.CLOSED
    assert game.phase() is Phase.CLOSED


def test_a_question_without_answers_or_without_players_takes_its_time() -> None:
    game = asked(TRUE_FALSE)
    leave(game, "ann")
    leave(game, "bob")
    assert game.phase() is Phase.OPEN
    game = asked(TRUE_FALSE)
    game.answer("ann", True)
    leave(game, "ann", dropped=True)
    leave(game, "bob", dropped=True)
    game.pass_time(AWAY_MS)
    assert game.phase() is Phase.OPEN


class Model:
    """Who is here, who is awaited, and who has answered, kept without the machine."""

    def __init__(self) -> None:
        self.here: set[str] = set()
        self.away: dict[str, int] = {}
        self.out: set[str] = set()
        self.late: set[str] = set()
        self.answered: set[str] = set()
        self.deserted = False

    def expire(self, now: int) -> None:
        waited = len(self.away)
        self.away = {p: until for p, until in self.away.items() if until > now}
        self.deserted &= len(self.away) == waited

    def closes(self) -> bool:
        """Whether the question is to be closed.

        Once everybody had gone, coming back alone closes nothing: it takes somebody who answers or
        goes.
        """
        around = self.here | set(self.away)
        self.deserted |= not around
        missing = around - self.late - self.answered
        return bool(self.answered) and not missing and not self.deserted


moves = st.one_of(
    *[
        st.tuples(st.just(name), st.sampled_from(PLAYERS))
        for name in ("join", "answer", "leave", "drop", "drop", "kick", "ban")
    ],
    st.tuples(st.just("time"), st.sampled_from([1, 1_000, AWAY_MS - 1, AWAY_MS])),
)


def play(game: Game, model: Model, name: str, who: str) -> None:
    """Try a move, and tell the model of it if it was not refused."""
    known = who in game.state.players
    match name:
        case "join":
            game.join(who)
            model.here.add(who)
            model.away.pop(who, None)
            model.out.discard(who)
            model.late |= set() if known else {who}
        case "answer":
            if who in model.here or who in model.away:
                game.answer(who, True)
                model.answered.add(who)
                model.deserted = False
        case "leave" | "drop":
            leave(game, who, dropped=name == "drop")
            if name == "drop" and who in model.here:
                model.away[who] = game.now + AWAY_MS
            if name == "leave":
                model.away.pop(who, None)
                model.deserted = False
            model.here.discard(who)
        case _:
            game.host(KickPlayer if name == "kick" else BanPlayer, player_id=who)
            model.here.discard(who)
            model.away.pop(who, None)
            model.deserted = False


@given(st.lists(moves, max_size=25))
def test_it_closes_exactly_when_everybody_here_or_awaited_has_answered(tries: Any) -> None:
    config = msgspec.structs.replace(LiveConfig(), question_ms=600_000)
    game, model = Game(config=config, questions=(TRUE_FALSE,)), Model()
    for player in PLAYERS[:3]:
        game.join(player)
        model.here.add(player)
    game.start()
    for name, value in tries:
        if name == "time":
            pass_time(game, model, value)
        else:
            try:
                play(game, model, name, value)
            except ClientError:
                continue
        assert (game.phase() is Phase.CLOSED) is model.closes()
        if game.phase() is Phase.CLOSED:
            return


def pass_time(game: Game, model: Model, ms: int) -> None:
    """Let time go by, stopping at every moment at which somebody's time is up."""
    until = game.now + ms
    for moment in sorted({*model.away.values(), until}):
        if moment > until:
            return
        game.pass_time(moment - game.now)
        model.expire(moment)
        if model.closes():
            return
