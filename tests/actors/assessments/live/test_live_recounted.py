"""A game that is over shows the scores that were counted anew, and stores what was played."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from actors.assessments.live import scoring
from actors.assessments.live.rows import result_rows
from actors.assessments.live.steps import BATCH_MS
from protocol.assessments.live.commands import BanPlayer, RecountBoard, ViewGame
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.live.events import BoardRecounted, RecountedScore
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.publications import OwnResult
from protocol.lifecycle import Done
from tests.actors.assessments.live.games import Game, running
from tests.actors.assessments.live.moves import Play, configs, durable, moves


def over(**config: Any) -> Game:
    """Three players, of whom the first was right."""
    game = running(players=3, questions=1, speed_weighted=False, **config)
    game.answer("p0", True)
    game.answer("p1", False)
    while game.phase() is not Phase.FINISHED:
        game.next()
    return game


def board(game: Game) -> list[tuple[int, str, Any, int]]:
    view = game.do(ViewGame())
    return [(s.rank, s.player_id, s.score, s.correct) for s in view.leaderboard.top]


RIGHT_AFTER_ALL = RecountedScore("p1", 1_500, 1)


def test_everybody_who_looks_sees_the_scores_that_count_now() -> None:
    game = over()
    before = len(game.journal)
    rows = result_rows(game.state)
    assert game.do(RecountBoard(scores=(RIGHT_AFTER_ALL,))) == Done()
    assert [type(event) for event in game.events()[before:]] == [BoardRecounted]
    shown = [(1, "p1", 1_500, 1), (2, "p0", 1_000, 1), (3, "p2", 0, 0)]
    assert board(game) == shown
    finished = game.named("live.finished")[-1]
    assert [(s.rank, s.player_id, s.score, s.correct) for s in finished.top] == shown
    assert finished.step == game.state.step
    own = {player: game.join(player) for player in ("p0", "p1", "p2")}
    assert [(v.rank, v.score, v.ahead, v.behind) for v in own.values()] == [
        (2, 1_000, 1, 500),
        (1, 1_500, 0, 0),
        (3, 0, 2, 1_000),
    ]
    assert {player.player_id: player.score for player in game.attach().players} == {
        "p0": 1_000,
        "p1": 1_500,
        "p2": 0,
    }
    assert result_rows(game.state) == rows


def test_what_is_shown_already_is_not_told_again_and_may_be_taken_back() -> None:
    game = over()
    played = board(game)
    game.do(RecountBoard(scores=(RIGHT_AFTER_ALL,)))
    before = len(game.journal), len(game.published)
    game.do(RecountBoard(scores=(RIGHT_AFTER_ALL,)))
    assert (len(game.journal), len(game.published)) == before
    game.do(RecountBoard(scores=()))
    assert len(game.journal) == before[0] + 1
    assert board(game) == played
    assert game.state.recounted == game.state.final == {}


def test_one_change_is_one_small_event_whatever_was_changed_before() -> None:
    game = over()
    game.do(RecountBoard(scores=(RIGHT_AFTER_ALL,)))
    more = RecountedScore("p2", 0.5, 0)
    game.do(RecountBoard(scores=(RIGHT_AFTER_ALL, more)))
    (*_, last) = game.events()
    assert isinstance(last, BoardRecounted)
    assert last.scores == (more,)
    assert (game.join("p2").score, game.join("p2").behind) == (0.5, 999.5)


def test_a_game_that_goes_on_and_who_is_not_on_the_board_change_nothing() -> None:
    game = running(players=2)
    assert game.do(RecountBoard(scores=(RecountedScore("p0", 5, 1),))) == Done()
    assert not game.state.recounted
    game = running(players=2, questions=1)
    game.host(BanPlayer, player_id="p1")
    while game.phase() is not Phase.FINISHED:
        game.next()
    before = len(game.journal)
    scores = (RecountedScore("p1", 5, 1), RecountedScore("nobody", 5, 1))
    assert game.do(RecountBoard(scores=scores)) == Done()
    assert len(game.journal) == before


def test_an_answer_that_is_heard_after_the_end_leaves_the_others_recounted() -> None:
    game = running(players=2, questions=1, speed_weighted=False, close_when_all_answered=False)
    read_at = game.now
    game.now += 500
    while game.phase() is not Phase.FINISHED:
        game.next()
    game.do(RecountBoard(scores=(RecountedScore("p1", 2_000, 1),)))
    game.answer("p0", True, received_at=read_at)
    game.pass_time(BATCH_MS)
    assert board(game) == [(1, "p1", 2_000, 1), (2, "p0", 1_000, 1)]
    (*_, result) = [p.data for p in game.published if p.topic == "live:game:player:p0"]
    assert isinstance(result, OwnResult)
    assert (result.score, result.rank, result.ahead, result.behind) == (1_000, 2, 1, 1_000)
    assert {row.player_id: row.score for row in game.board().rows} == {"p0": 1_000, "p1": 0}


scores = st.lists(
    st.builds(
        RecountedScore,
        st.sampled_from([f"p{n}" for n in range(6)]),
        st.integers(0, 4_000).map(lambda n: n // 2 if n % 2 == 0 else n / 2),
        st.integers(0, 6),
    ),
    unique_by=lambda each: each.player_id,
    max_size=6,
)


@given(configs, st.lists(moves, max_size=30), st.lists(scores, min_size=1, max_size=3))
def test_the_last_word_counts_and_a_replay_shows_the_same(
    config: LiveConfig, tries: Any, words: list[list[RecountedScore]]
) -> None:
    play = Play(config=config)
    play.begin()
    play.play(tries)
    if play.state.phase is not Phase.FINISHED:
        play.finish()
    play.pass_time(BATCH_MS)
    rows = result_rows(play.state)
    for word in words:
        play.do(RecountBoard(scores=tuple(word)))
    assert result_rows(play.state) == rows
    assert durable(play.replayed()) == durable(play.state)
    last = {each.player_id: each.score for each in words[-1]}
    expected = {
        player.player_id: last.get(player.player_id, player.score)
        for player in play.state.players.values()
        if not player.banned
    }
    shown = sorted(expected.values(), reverse=True)
    ranks = dict(zip(shown, scoring.ranks(shown), strict=True))
    for player_id, score in expected.items():
        if not play.state.players[player_id].out:
            view = play.join(player_id)
            assert (view.score, view.rank) == (score, ranks[score])
