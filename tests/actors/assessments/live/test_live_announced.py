"""A question that is counted down to, and one that is revealed by itself."""

from __future__ import annotations

import msgspec
import pytest

from protocol.assessments.live.commands import (
    DetachHost,
    EndGame,
    NextStep,
    PauseGame,
    ResumeGame,
    SkipQuestion,
    StartGame,
    ViewGame,
)
from protocol.assessments.live.configuration import HostAway
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.publications import ShownAnnouncement
from protocol.assessments.live.rows import LiveQuizRow
from protocol.lifecycle import Stalled
from tests.actors.assessments.live.games import Game, code_of, running
from tests.actors.driver import encode


def announced(game: Game) -> ShownAnnouncement:
    (*_, last) = game.named("live.announced")
    assert isinstance(last, ShownAnnouncement)
    return last


def test_a_question_is_announced_and_opens_by_itself() -> None:
    game = running(countdown_ms=3_000)
    assert (game.phase(), game.state.index) == (Phase.ANNOUNCED, -1)
    told = announced(game)
    assert (told.index, told.total, told.opens_at, told.step) == (0, 2, game.now + 3_000, 1)
    assert "0 is even" not in encode(told).decode()
    assert code_of(game.answer, "p0", True, index=0) == "QUESTION_NOT_OPEN"
    game.pass_time(2_999)
    assert game.named("live.question") == []
    game.pass_time(1)
    (question,) = game.named("live.question")
    assert question.opens_at == told.opens_at == game.now
    game.answer("p0", True)
    assert game.state.players["p0"].answers[0].elapsed_ms == 0


def test_everybody_who_looks_sees_the_countdown_and_the_table_names_the_question() -> None:
    game = running(countdown_ms=3_000)
    views = (game.attach(), game.join("p0"), game.do(ViewGame()))
    assert {view.announced for view in views} == {announced(game)}
    assert {view.question for view in views} == {None}
    saved = [record for record in game.records if isinstance(record, LiveQuizRow)]
    assert (saved[-1].phase, saved[-1].question_index) == (Phase.ANNOUNCED, 0)
    game.next()
    assert game.phase() is Phase.OPEN
    assert {view.announced for view in (game.attach(), game.join("p0"))} == {None}


def test_the_host_may_cut_the_countdown_short_once() -> None:
    game = running(countdown_ms=3_000)
    assert code_of(game.host, StartGame) == "ALREADY_STARTED"
    step = game.state.step
    game.host(NextStep, from_step=step)
    assert game.phase() is Phase.OPEN
    assert code_of(game.host, NextStep, from_step=step) == "STALE_STEP"
    assert "advance" not in game.alarms
    game.pass_time(10_000)
    assert len(game.named("live.question")) == 1


def test_a_player_who_comes_during_the_countdown_plays_the_question() -> None:
    game = running(countdown_ms=3_000)
    game.join("late")
    game.pass_time(3_000)
    game.answer("late", True)
    assert game.state.players["late"].answers


def test_a_pause_stops_the_countdown_and_it_begins_anew() -> None:
    game = running(countdown_ms=3_000)
    game.pass_time(2_000)
    game.host(PauseGame)
    assert (announced(game).paused, announced(game).remaining_ms) == (True, 3_000)
    assert game.join("p0").announced == announced(game)
    game.pass_time(60_000)
    assert game.phase() is Phase.ANNOUNCED
    game.host(ResumeGame)
    assert announced(game).opens_at == game.now + 3_000
    assert game.named("live.time") == []
    game.pass_time(3_000)
    assert game.phase() is Phase.OPEN


def test_a_game_can_end_before_its_first_question() -> None:
    game = running(countdown_ms=3_000)
    assert game.host(EndGame).phase is Phase.FINISHED
    assert "advance" not in game.alarms
    assert game.board().rows[0].score == 0


@pytest.mark.parametrize("down_ms", [0, 60_000])
def test_a_countdown_outlives_the_server(down_ms: int) -> None:
    game = running(countdown_ms=3_000)
    game.restart(down_ms=down_ms)
    game.pass_time(3_000)
    assert game.phase() is Phase.OPEN
    game.answer("p0", True)


def test_a_stall_in_a_countdown_gives_it_back() -> None:
    game = running(countdown_ms=3_000)
    since, game.now = game.now, game.now + 5_000
    game.do(Stalled(since=since, until=game.now))
    assert game.alarms["advance"].deadline == game.now + 3_000


def test_without_its_host_a_game_that_waits_opens_no_question() -> None:
    game = running(countdown_ms=3_000, host_away=HostAway.WAIT)
    game.do(DetachHost(user_id="host", connection_id="screen"))
    game.pass_time(10_000)
    assert game.phase() is Phase.ANNOUNCED
    game.attach()
    game.pass_time(3_000)
    assert game.phase() is Phase.OPEN


def test_scores_that_are_corrected_in_a_countdown_show_nobody_the_key() -> None:
    game = running(countdown_ms=3_000, board_every=0, close_when_all_answered=False)
    game.pass_time(3_000)
    read_at = game.now
    game.now += 500
    game.next()
    game.next()
    game.next()
    assert game.phase() is Phase.ANNOUNCED
    before = len(game.published)
    game.answer("p0", True, received_at=read_at)
    game.pass_time(250)
    told = [each.event for each in game.published[before:]]
    assert told == ["live.announced", "live.result", "live.result"]
    assert game.named("live.result")[-2].points > 0
    # What is heard after that, but before the question, counts when it opens.
    game.answer("p1", True, received_at=read_at)
    game.next()
    assert game.state.players["p1"].score > 0


def test_late_answers_count_before_the_next_question_is_announced() -> None:
    game = running(countdown_ms=3_000, board_every=0, close_when_all_answered=False)
    game.pass_time(3_000)
    read_at = game.now
    game.now += 500
    game.next()
    game.next()
    game.answer("p0", True, received_at=read_at)
    game.next()
    assert game.phase() is Phase.ANNOUNCED
    assert game.state.players["p0"].score > 0


def test_the_countdown_is_a_part_of_a_game_that_advances_by_itself() -> None:
    game = running(countdown_ms=2_000, auto_advance_ms=3_000)
    game.pass_time(2 * (2_000 + 20_000 + 3 * 3_000))
    assert game.phase() is Phase.FINISHED
    assert len(game.named("live.announced")) == 2


# --- revealed by itself -------------------------------------------------------------------------


def test_a_question_is_revealed_by_itself_when_all_have_answered_or_time_is_up() -> None:
    game = running(auto_reveal=True)
    game.answer("p0", True)
    game.answer("p1", True)
    assert game.phase() is Phase.CLOSED
    game.pass_time(999)
    assert game.phase() is Phase.CLOSED
    game.pass_time(1)
    assert game.phase() is Phase.REVEAL
    game.pass_time(600_000)
    assert game.phase() is Phase.REVEAL  # the rest is the host's
    game.next()
    game.next()
    game.pass_time(20_000 + 1_000)
    assert game.phase() is Phase.REVEAL


@pytest.mark.parametrize(("auto_advance_ms", "waited"), [(500, 500), (5_000, 1_000)])
def test_where_a_game_advances_by_itself_the_sooner_of_both_counts(
    auto_advance_ms: int, waited: int
) -> None:
    game = running(auto_reveal=True, auto_advance_ms=auto_advance_ms)
    game.host(SkipQuestion)
    game.pass_time(waited - 1)
    assert game.phase() is Phase.CLOSED
    game.pass_time(1)
    assert game.phase() is Phase.REVEAL
    game.pass_time(auto_advance_ms)
    assert game.phase() is Phase.LEADERBOARD


def test_two_presses_lead_from_one_question_to_the_next() -> None:
    game = running(auto_reveal=True, board_every=0)
    game.answer("p0", True)
    game.answer("p1", True)
    game.pass_time(1_000)
    assert game.next().phase is Phase.OPEN
    config = msgspec.json.encode(game.state.opening.config)
    assert b"auto_reveal" in config
