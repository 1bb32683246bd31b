"""A stall of the node is given back to whoever plays, once, and only what of it concerned them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from actors.assessments.live import machine
from protocol.assessments.live.commands import LeaveGame, PauseGame, ResumeGame
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.live.phases import Phase
from protocol.lifecycle import Stalled
from tests.actors.assessments.live.games import TRUE_FALSE, Game, elapsed, running


def stall(game: Game, ms: int) -> Stalled:
    """The node is away for so long; no alarm rings meanwhile."""
    since = game.now
    game.now += ms
    stalled = Stalled(since=since, until=game.now)
    game.do(stalled)
    return stalled


def test_a_stall_is_given_back_and_everybody_is_told_when_the_question_closes_now() -> None:
    game = running()
    game.now += 8_000
    stall(game, 30_000)
    told = game.named("live.time")[0]
    assert told.closes_at == game.state.opens_at + 50_000
    assert game.alarms["deadline"].deadline == told.closes_at
    game.wake("deadline")
    assert game.phase() is Phase.OPEN
    game.now += 1_000
    game.answer("p0", True)
    assert elapsed(game, "p0") == 9_000


def test_a_stall_that_is_told_again_or_grows_is_given_back_once() -> None:
    game = running()
    game.now += 1_000
    first = stall(game, 3_000)
    game.do(first)
    assert game.state.stopped_ms == 3_000
    game.now += 2_000
    game.do(Stalled(since=first.since - 500, until=game.now))
    assert game.state.stopped_ms == 5_000
    game.restart()
    game.do(first)
    assert game.state.stopped_ms == 5_000


def test_after_an_outage_a_stall_before_it_is_not_given_back_again() -> None:
    game = running()
    game.now += 1_000
    stalled = Stalled(since=game.now, until=game.now + 2_000)
    game.restart(down_ms=10_000)
    game.do(stalled)
    assert game.state.stopped_ms == 10_000


def test_an_answer_read_before_the_stall_and_decided_after_it_keeps_its_time() -> None:
    game = running()
    game.now += 4_000
    read = game.now
    stall(game, 30_000)
    game.answer("p0", True, received_at=read)
    assert elapsed(game, "p0") == 4_000


def test_an_answer_read_right_after_the_stall_and_before_it_was_told_has_its_time_back() -> None:
    game = running()
    game.now += 4_000
    stalled = Stalled(since=game.now, until=game.now + 30_000)
    game.now += 30_020
    game.do(stalled)
    game.answer("p0", True, received_at=stalled.until + 1)
    assert elapsed(game, "p0") == 4_001


def test_of_a_stall_before_the_question_opened_nothing_is_given_back() -> None:
    game = Game(questions=(TRUE_FALSE,), config=LiveConfig())
    game.join("p0")
    since = game.now
    game.now += 3_000
    game.start()
    game.now += 1_000
    game.do(Stalled(since=since, until=game.now))
    assert game.state.stopped_ms == 1_000
    game.do(Stalled(since=since, until=since + 2_000))
    assert game.state.stopped_ms == 1_000


def test_a_stall_in_a_pause_is_part_of_the_pause() -> None:
    game = running()
    game.now += 5_000
    game.host(PauseGame)
    stall(game, 30_000)
    game.host(ResumeGame)
    assert game.state.closes_at == game.now + 15_000


def test_a_game_that_goes_on_by_itself_waits_after_a_stall_as_long_as_ever() -> None:
    game = running(auto_advance_ms=3_000)
    game.next()
    game.now += 1_000
    stall(game, 30_000)
    assert game.alarms["advance"].deadline == game.now + 3_000
    game.now += 3_000
    game.wake("advance")
    assert game.phase() is Phase.REVEAL


def test_who_lost_the_connection_before_a_stall_may_come_back_after_it() -> None:
    game = running()
    game.answer("p0", True)
    game.do(LeaveGame(player_id="p1", connection_id="p1-1", dropped=True))
    stall(game, 30_000)
    due = game.alarms["away"].deadline
    assert due == game.now + 5_000
    assert game.phase() is Phase.OPEN
    game.pass_time(4_000)
    game.join("p1")
    game.pass_time(4_000)
    assert game.phase() is Phase.OPEN
    game.answer("p1", True)
    assert game.phase() is Phase.CLOSED


def test_a_stall_that_is_told_again_or_grows_delays_the_return_once() -> None:
    game = running()
    game.do(LeaveGame(player_id="p1", connection_id="p1-1", dropped=True))
    left_at = game.now
    first = stall(game, 3_000)
    game.do(first)
    assert game.alarms["away"].deadline == left_at + 5_000 + 3_000
    game.now += 1_000
    game.do(Stalled(since=first.since, until=game.now))
    assert game.alarms["away"].deadline == left_at + 5_000 + 4_000


def test_a_stall_before_the_game_was_in_memory_delays_no_return() -> None:
    game = running()
    before = Stalled(since=game.now, until=game.now + 2_000)
    game.restart(down_ms=10_000)
    due = game.alarms["away"].deadline
    game.do(before)
    assert game.alarms["away"].deadline == due


def test_games_that_do_not_run_are_left_as_they_are() -> None:
    assert machine.decide(machine.initial("new"), Stalled(since=0, until=9), 9) == []
    game = Game(questions=(TRUE_FALSE,), config=LiveConfig())
    stall(game, 1_000)
    assert game.named("live.time") == []
    game.start()
    for _ in range(4):
        game.next()
    assert game.phase() is Phase.FINISHED
    before = len(game.journal)
    stall(game, 1_000)
    assert len(game.journal) == before


@given(st.lists(st.tuples(st.integers(0, 900), st.integers(300, 9_000)), max_size=8))
def test_however_often_the_node_stalls_an_answer_takes_what_the_player_took(
    stalls: list[tuple[int, int]],
) -> None:
    game = running()
    thought = 0
    for thinking, ms in stalls:
        game.now += thinking
        thought += thinking
        stall(game, ms)
    game.now += 10
    game.answer("p0", True)
    assert elapsed(game, "p0") == thought + 10
    assert game.state.closes_at == game.now + 20_000 - thought - 10
