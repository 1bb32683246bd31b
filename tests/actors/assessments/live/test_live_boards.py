"""When the leaderboard is shown, and what it says of how places have changed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.assessments.live.boards import board
from protocol.assessments.live.commands import BanPlayer, NextStep
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.live.events import LeaderboardShown, QuestionOpened
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.publications import OwnResult, ShownLeaderboard, Standing
from protocol.assessments.points import total
from tests.actors.assessments.live.games import TRUE_FALSE, Game, code_of, running
from tests.actors.assessments.live.moves import Play, configs, durable, moves, restarts

many = settings()
games = st.lists(st.one_of(*[moves] * 6, restarts), max_size=60)


def go_to(game: Game, phase: Phase) -> None:
    while game.phase() is not phase:
        game.next()


def ask(game: Game, **answers: bool) -> None:
    """One question, up to its reveal; `True` is right."""
    for player, answer in answers.items():
        game.answer(player, answer)
    go_to(game, Phase.REVEAL)


# --- when it is shown ---------------------------------------------------------------------------


def test_a_host_goes_from_the_reveal_to_the_next_question_in_one_step() -> None:
    game = running()
    go_to(game, Phase.REVEAL)
    step, before = game.state.step, len(game.journal)
    done = game.host(NextStep, from_step=step, board=False, command_id="on")
    assert (done.step, done.phase) == (step + 1, Phase.OPEN)
    assert [type(event) for event in game.events()[before:]] == [QuestionOpened]
    assert game.named("live.leaderboard") == []
    # Lost on the way and sent again, or pressed twice: the game has not moved further.
    assert game.host(NextStep, from_step=step, board=False, command_id="on") == done
    assert code_of(game.host, NextStep, from_step=step, board=False) == "STALE_STEP"
    go_to(game, Phase.REVEAL)
    assert game.host(NextStep, from_step=game.state.step, board=False).phase is Phase.FINISHED


@pytest.mark.parametrize(
    ("every", "shown"), [(0, []), (1, [0, 1, 2, 3, 4]), (2, [1, 3]), (5, [4]), (9, [])]
)
def test_the_board_comes_as_often_as_the_game_is_configured(every: int, shown: list[int]) -> None:
    game = running(questions=5, board_every=every)
    go_to(game, Phase.FINISHED)
    boards = [e.question_index for e in game.events() if isinstance(e, LeaderboardShown)]
    assert boards == shown
    assert len(game.named("live.finished")) == 1


def test_the_host_may_show_the_board_where_it_would_not_come() -> None:
    game = running(board_every=0)
    go_to(game, Phase.REVEAL)
    done = game.host(NextStep, from_step=game.state.step, board=True)
    assert done.phase is Phase.LEADERBOARD
    assert game.next().phase is Phase.OPEN


@pytest.mark.parametrize("board", [True, False, None])
def test_what_is_said_of_the_board_says_nothing_in_other_phases(board: bool | None) -> None:
    game = running()
    reached = []
    for _ in range(4):
        done = game.host(NextStep, from_step=game.state.step, board=board)
        reached.append(done.phase)
        if done.phase is Phase.REVEAL:
            break
    assert reached == [Phase.CLOSED, Phase.REVEAL]


def test_a_game_that_advances_by_itself_leaves_the_board_out_too() -> None:
    game = running(auto_advance_ms=3_000, board_every=0)
    game.pass_time(2 * (20_000 + 2 * 3_000))
    assert game.phase() is Phase.FINISHED
    assert game.named("live.leaderboard") == []


# --- how places have changed --------------------------------------------------------------------


def rows(game: Game) -> list[tuple[int, str, int | None]]:
    (*_, shown) = game.named("live.leaderboard")
    assert isinstance(shown, ShownLeaderboard)
    return [(standing.rank, standing.player_id, standing.moved) for standing in shown.top]


def test_each_row_says_how_far_the_last_question_has_moved_it() -> None:
    game = running(players=3, questions=3, speed_weighted=False)
    ask(game, p0=True, p1=False, p2=False)
    game.next()
    assert rows(game) == [(1, "p0", None), (2, "p1", None), (2, "p2", None)]
    game.next()
    game.join("late")
    ask(game, p0=False, p1=False, p2=True)
    game.next()
    assert rows(game) == [(1, "p0", 0), (1, "p2", 1), (3, "late", None), (3, "p1", -1)]
    game.next()
    ask(game, p0=False, p1=False, p2=True, late=True)
    game.next()
    assert rows(game) == [(1, "p2", 0), (2, "late", 1), (2, "p0", -1), (4, "p1", -1)]


def results(game: Game) -> dict[str, OwnResult]:
    found = {}
    for each in game.published:
        if each.event == "live.result":
            found[each.topic.rpartition(":")[2]] = each.data
    assert all(isinstance(result, OwnResult) for result in found.values())
    return found  # type: ignore[return-value]


def test_each_player_is_told_the_next_place_and_how_far_it_is_below_the_board_too() -> None:
    game = running(players=4, questions=2, speed_weighted=False, leaderboard_size=1)
    ask(game, p0=True, p1=True, p2=False, p3=False)
    told = {p: (r.rank, r.ahead, r.behind, r.moved) for p, r in results(game).items()}
    assert told == {
        "p0": (1, 0, 0, None),
        "p1": (1, 0, 0, None),
        "p2": (3, 1, 1_000, None),
        "p3": (3, 1, 1_000, None),
    }
    game.next()
    game.next()
    ask(game, p0=True, p1=False, p2=False, p3=False)
    game.next()
    places = (("p0", (1, 0, 0, 0)), ("p1", (2, 1, 1_000, -1)), ("p3", (3, 2, 1_000, 0)))
    for player, place in places:
        view = game.join(player)  # a page that is loaded again
        assert (view.rank, view.ahead, view.behind, view.moved) == place
    assert view.leaderboard is not None
    assert [standing.player_id for standing in view.leaderboard.top] == ["p0"]


def test_a_ban_moves_up_whoever_stood_below() -> None:
    game = running(players=3, questions=2, speed_weighted=False)
    ask(game, p0=True, p1=True, p2=False)
    game.next()
    game.next()
    ask(game, p0=True, p1=False, p2=False)
    game.host(BanPlayer, player_id="p0")
    game.next()
    assert rows(game) == [(1, "p1", 0), (2, "p2", 1)]
    assert (game.join("p2").ahead, game.join("p2").behind) == (1, 1_000)


def test_an_answer_that_was_heard_late_moves_from_where_everybody_stood_before() -> None:
    game = running(players=2, questions=2, speed_weighted=False, close_when_all_answered=False)
    ask(game, p0=True, p1=False)
    game.next()
    game.next()
    read_at = game.now
    game.now += 500
    go_to(game, Phase.REVEAL)
    game.answer("p1", True, received_at=read_at)
    game.next()
    assert rows(game) == [(1, "p0", 0), (1, "p1", 1)]


@many
@given(configs, games)
def test_places_and_distances_follow_from_the_scores_after_every_restart(
    config: LiveConfig, tries: Any
) -> None:
    play = Play(config=config)
    play.begin()
    play.play(tries)
    again = play.replayed()
    assert durable(again) == durable(play.state)
    standings = board(again)
    for standing in standings:
        player = again.players[standing.player_id]
        above = [other for other in standings if other.score > standing.score]
        if play.state.phase in (Phase.REVEAL, Phase.LEADERBOARD, Phase.FINISHED) and above:
            assert player.rank == standing.rank == len(above) + 1
        if player.ahead and player.rank == standing.rank:
            assert player.behind > 0
    known = [standing for standing in standings if standing.moved is not None]
    for standing in known:
        assert standing.moved is not None
        assert 1 <= standing.rank + standing.moved <= len(again.players)


def test_a_half_point_is_a_distance_too() -> None:
    game = Game(
        questions=(TRUE_FALSE,),
        config=LiveConfig(points=1, half_points=True, close_when_all_answered=False),
    )
    for player in ("fast", "slow"):
        game.join(player)
    game.start()
    game.answer("fast", True)
    game.now += 19_900
    game.answer("slow", True)
    go_to(game, Phase.REVEAL)
    game.next()
    (*_, shown) = game.named("live.leaderboard")
    first, second = (standing.score for standing in shown.top)
    assert game.join("slow").behind == total(first, -second) == 0.5
    assert Standing(rank=1, player_id="p", nickname="p", score=0, correct=0).moved is None
