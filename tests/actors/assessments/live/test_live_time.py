"""Time: deadlines, pauses, extensions, extra time, slow links, going on by itself."""

from __future__ import annotations

import msgspec

from actors.assessments.live.clocks import elapsed_of
from protocol.assessments.live.commands import (
    BanPlayer,
    DetachHost,
    ExtendQuestion,
    GrantExtraTime,
    KickPlayer,
    LeaveGame,
    PauseGame,
    ResumeGame,
    SkipQuestion,
)
from protocol.assessments.live.configuration import HostAway, LiveConfig
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.publications import ClosesAt
from protocol.lifecycle import Reminded
from tests.actors.assessments.live.games import TRUE_FALSE, Game, code_of, elapsed, running


def test_a_question_has_its_own_time_or_the_games() -> None:
    own = msgspec.structs.replace(TRUE_FALSE, seconds=5)
    game = Game(questions=(own, TRUE_FALSE), config=LiveConfig(question_ms=9_000))
    game.start()
    assert game.state.closes_at - game.state.opens_at == 5_000
    for _ in range(4):
        game.next()
    assert game.state.closes_at - game.state.opens_at == 9_000


def test_an_answer_counts_to_the_last_millisecond_and_from_when_it_was_read() -> None:
    game = running()
    game.now += 20_000
    game.answer("p0", True)
    assert elapsed(game, "p0") == 20_000
    game.answer("p1", True, received_at=game.now - 15_000)
    assert elapsed(game, "p1") == 5_000


def test_a_slow_link_is_credited_up_to_the_cap_and_never_before_the_opening() -> None:
    game = running(players=4)
    game.now += 100
    game.answer("p0", True, round_trip_ms=60)
    game.answer("p1", True, round_trip_ms=200)
    game.now += 900
    game.answer("p2", True, round_trip_ms=5_000)
    game.answer("p3", True, round_trip_ms=-700)
    assert [elapsed(game, f"p{n}") for n in range(4)] == [40, 0, 0, 1_000]


def test_a_pause_stops_the_clock_and_refuses_answers() -> None:
    game = running()
    game.pass_time(5_000)
    game.host(PauseGame)
    assert "deadline" not in game.alarms
    told = game.named("live.time")[0]
    assert (told.paused, told.remaining_ms) == (True, 15_000)
    game.pass_time(60_000)
    assert code_of(game.answer, "p0", True) == "PAUSED"
    view = game.join("p0")
    assert view.question is not None
    assert (view.question.paused, view.question.remaining_ms) == (True, 15_000)
    game.host(ResumeGame)
    told = game.named("live.time")[1]
    assert (told.paused, told.remaining_ms, told.closes_at) == (False, None, game.now + 15_000)
    game.pass_time(1_000)
    game.answer("p0", True)
    assert elapsed(game, "p0") == 6_000
    game.pass_time(14_000)
    assert game.phase() is Phase.CLOSED


def test_an_answer_read_before_the_pause_counts_even_if_it_is_decided_in_or_after_it() -> None:
    game = running(players=3)
    game.pass_time(5_000)
    read_at = game.now - 1_000
    game.host(PauseGame)
    game.answer("p0", True, received_at=read_at)
    game.pass_time(60_000)
    game.host(ResumeGame)
    game.answer("p1", True, received_at=read_at)
    assert elapsed(game, "p0") == elapsed(game, "p1") == 4_000
    assert elapsed_of(game.state, game.state.players["p2"], game.now + 500) == 5_500


def test_the_last_answer_in_a_pause_does_not_close_the_question() -> None:
    game = running(players=1)
    game.now += 100
    game.host(PauseGame)
    game.answer("p0", True, received_at=game.now - 50)
    assert game.phase() is Phase.OPEN


def test_an_extension_moves_the_deadline_for_all() -> None:
    game = running()
    game.pass_time(19_000)
    game.host(ExtendQuestion, extra_ms=10_000)
    assert game.named("live.time")[0].closes_at == game.state.opens_at + 30_000
    game.pass_time(10_999)
    game.answer("p0", True)
    game.pass_time(1)
    assert game.phase() is Phase.CLOSED


def test_extra_time_is_private_and_moves_only_ones_own_deadline() -> None:
    game = running()
    game.host(GrantExtraTime, player_id="p0", factor=1.5)
    (told,) = [p for p in game.published if p.event == "live.time"]
    assert told.topic == "live:game:player:p0"
    assert isinstance(told.data, ClosesAt)
    assert told.data.closes_at == game.state.opens_at + 30_000
    game.pass_time(25_000)
    assert game.phase() is Phase.OPEN
    assert code_of(game.answer, "p1", True) == "QUESTION_CLOSED"
    view = game.join("p0")
    assert view.question is not None
    assert view.question.closes_at == told.data.closes_at
    game.answer("p0", True)
    assert game.phase() is Phase.CLOSED


def test_with_extra_time_the_same_share_of_it_earns_the_same() -> None:
    game = running()
    game.host(GrantExtraTime, player_id="p0", factor=2.0)
    game.pass_time(10_000)
    game.answer("p1", True)
    game.pass_time(10_000)
    game.answer("p0", True)
    game.next()
    assert [result.points for result in game.named("live.result")] == [750, 750]


def test_extra_time_of_who_answered_left_or_was_put_out_holds_nobody_up() -> None:
    game = running(players=4, close_when_all_answered=False)
    for n in range(3):
        game.host(GrantExtraTime, player_id=f"p{n}", factor=4.0)
    game.answer("p0", True)
    game.do(LeaveGame(player_id="p1", connection_id="p1-1"))
    game.host(KickPlayer, player_id="p2")
    game.pass_time(20_000)
    assert game.phase() is Phase.CLOSED


def test_extra_time_lasts_for_later_questions_until_it_is_taken_back() -> None:
    game = running(players=3, questions=3)
    game.host(GrantExtraTime, player_id="p0", factor=2.0)
    game.host(GrantExtraTime, player_id="p1", factor=2.0)
    game.host(GrantExtraTime, player_id="p2", factor=2.0)
    game.host(KickPlayer, player_id="p2")
    for _ in range(4):
        game.next()
    game.join("late")
    game.host(GrantExtraTime, player_id="late", factor=3.0)
    before = len(game.named("live.time"))
    game.host(ExtendQuestion, extra_ms=1_000)
    told = [p.topic for p in game.published if p.event == "live.time"][before:]
    assert told == ["live:game", "live:game:player:p0", "live:game:player:p1"]
    game.host(GrantExtraTime, player_id="p0", factor=1.0)
    game.host(BanPlayer, player_id="p1")
    assert game.state.extra == {"p2": 2.0, "late": 3.0}
    game.pass_time(21_000)
    assert game.phase() is Phase.CLOSED


def test_an_answer_after_the_common_deadline_closes_when_nobody_else_has_time() -> None:
    game = running(players=3, close_when_all_answered=False)
    game.host(GrantExtraTime, player_id="p0", factor=2.0)
    game.host(GrantExtraTime, player_id="p1", factor=1.5)
    game.pass_time(22_000)
    game.answer("p0", True)
    assert game.phase() is Phase.OPEN
    game.answer("p1", True)
    assert game.phase() is Phase.CLOSED


def test_an_alarm_that_comes_early_is_set_again() -> None:
    game = running(auto_advance_ms=3_000)
    game.do(Reminded(name="deadline", due_at=game.now))
    assert game.alarms["deadline"].deadline == game.state.closes_at
    game.next()
    game.do(Reminded(name="advance", due_at=game.now))
    assert game.alarms["advance"].deadline == game.now + 3_000


# --- going on by itself ---------------------------------------------------------------------------


def test_a_game_that_advances_by_itself_plays_to_the_end() -> None:
    game = running(auto_advance_ms=3_000)
    game.pass_time(2 * (20_000 + 3 * 3_000))
    assert game.phase() is Phase.FINISHED


def test_a_pause_holds_the_advance_and_begins_its_wait_anew() -> None:
    game = running(auto_advance_ms=3_000)
    game.next()
    game.pass_time(2_900)
    game.host(PauseGame)
    assert game.named("live.time")[-1].remaining_ms is None
    game.do(Reminded(name="advance", due_at=game.now))
    game.pass_time(60_000)
    assert game.phase() is Phase.CLOSED
    game.host(ResumeGame)
    game.pass_time(2_999)
    assert game.phase() is Phase.CLOSED
    game.pass_time(1)
    assert game.phase() is Phase.REVEAL


def test_a_question_skipped_in_a_pause_waits_for_the_resumption() -> None:
    game = running(auto_advance_ms=3_000)
    game.host(PauseGame)
    game.host(SkipQuestion)
    game.pass_time(60_000)
    assert game.phase() is Phase.CLOSED
    game.host(ResumeGame)
    game.pass_time(3_000)
    assert game.phase() is Phase.REVEAL


def test_a_pause_between_questions_of_a_game_the_host_advances() -> None:
    game = running()
    game.next()
    game.host(PauseGame)
    game.host(ResumeGame)
    assert game.state.advance_at is None
    assert game.next().phase is Phase.REVEAL


def test_without_the_host_an_open_question_ends_but_the_game_waits() -> None:
    game = running(auto_advance_ms=3_000, host_away=HostAway.WAIT)
    game.do(DetachHost(user_id="host", connection_id="screen"))
    assert game.named("live.host")[-1].connected is False
    assert game.join("p0").host_connected is False
    game.pass_time(500_000)
    assert game.phase() is Phase.CLOSED
    game.attach()
    assert game.named("live.host")[-1].connected is True
    game.pass_time(3_000)
    assert game.phase() is Phase.REVEAL


def test_without_the_host_a_game_goes_on_if_it_is_to() -> None:
    game = running(auto_advance_ms=3_000, host_away=HostAway.CONTINUE)
    game.do(DetachHost(user_id="host", connection_id="screen"))
    game.pass_time(500_000)
    assert game.phase() is Phase.FINISHED


def test_a_host_who_comes_back_in_time_or_in_a_pause_changes_nothing() -> None:
    game = running(auto_advance_ms=3_000, host_away=HostAway.WAIT)
    game.next()
    game.host(PauseGame)
    for _ in range(2):
        game.do(DetachHost(user_id="host", connection_id="screen"))
        game.pass_time(10_000)
        game.attach()
        assert "advance" not in game.alarms
    game.host(ResumeGame)
    game.do(DetachHost(user_id="host", connection_id="screen"))
    game.attach()
    assert game.alarms["advance"].deadline == game.now + 3_000


def test_who_has_extra_time_kept_begins_with_it_and_the_host_may_change_it() -> None:
    config = LiveConfig(question_ms=20_000, close_when_all_answered=False)
    game = Game(questions=(TRUE_FALSE,), config=config)
    game.join("p0", extra_time=1.5)
    game.join("p1")
    game.start()
    (told,) = [p for p in game.published if p.topic == "live:game:player:p0"]
    assert isinstance(told.data, ClosesAt)
    assert told.data.closes_at == game.state.opens_at + 30_000
    game.pass_time(25_000)
    assert code_of(game.answer, "p1", True) == "QUESTION_CLOSED"
    game.answer("p0", True)
    # Whoever comes back has what the game knows by now.
    game.host(GrantExtraTime, player_id="p0", factor=2.0)
    game.join("p0", extra_time=1.5)
    game.host(KickPlayer, player_id="p0")
    game.join("p0", extra_time=1.5)
    assert game.state.players["p0"].factor == 2.0
    assert game.state.extra == {"p0": 2.0}


def test_a_newcomer_with_extra_time_plays_with_it_from_the_next_question_on() -> None:
    game = running(questions=2)
    before = len(game.published)
    game.join("late", extra_time=4.0)
    assert not [p for p in game.published[before:] if p.event == "live.time"]
    for _ in range(4):
        game.next()
    told = [p.topic for p in game.published[before:] if p.event == "live.time"]
    assert told == ["live:game:player:late"]
