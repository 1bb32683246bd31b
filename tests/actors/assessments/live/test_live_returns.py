"""After an outage each player's time goes on from the own return, and the question waits for it."""

from __future__ import annotations

from typing import Any

import pytest

from actors.assessments.live.clocks import deadline_of
from actors.assessments.live.steps import AWAY_MS, BATCH_MS, RETURN_MS
from protocol.assessments.live.commands import (
    BanPlayer,
    ExtendQuestion,
    GrantExtraTime,
    KickPlayer,
    LeaveGame,
    PauseGame,
    ResumeGame,
)
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.live.events import OutageCredited, PlayerReturned, QuestionOpened
from protocol.assessments.live.phases import Phase
from protocol.lifecycle import Activated
from tests.actors.assessments.live.games import TRUE_FALSE, Game, code_of

QUESTION_MS = 10_000
DOWN_MS = 60_000
QUESTIONS = 4


def running(*players: str, **config: Any) -> Game:
    """A question of ten seconds is open; the host looks on."""
    config = {"question_ms": QUESTION_MS, "close_when_all_answered": False, **config}
    game = Game(questions=(TRUE_FALSE,) * QUESTIONS, config=LiveConfig(**config))
    for player in players:
        game.join(player)
    game.attach()
    game.start()
    return game


def deadline(game: Game, player: str) -> int:
    return deadline_of(game.state, game.state.players[player])


def elapsed(game: Game, player: str) -> int:
    found: int = game.state.players[player].answers[game.state.index].elapsed_ms
    return found


def crash(game: Game, *, after: int = 4_000, down_ms: int = DOWN_MS) -> int:
    """Let the server die after so much of the question; when it was back."""
    game.pass_time(after)
    game.restart(down_ms=down_ms, snapshot_at=len(game.journal) // 2)
    back: int = game.now
    return back


def test_each_ones_time_goes_on_from_the_own_return() -> None:
    game = running("p0", "p1")
    back = crash(game)
    game.pass_time(1_000)
    first = game.join("p0")
    game.pass_time(4_500)
    second = game.join("p1")
    assert first.question is not None
    assert second.question is not None
    assert first.question.closes_at == back + 1_000 + 6_000
    assert second.question.closes_at == back + 5_500 + 6_000
    game.pass_time(2_000)
    assert code_of(game.answer, "p0", True) == "QUESTION_CLOSED"
    game.answer("p0", True, received_at=back + 7_000)
    game.answer("p1", True)
    assert (elapsed(game, "p0"), elapsed(game, "p1")) == (10_000, 6_000)
    game.next()
    game.next()
    assert [game.state.players[p].score for p in ("p0", "p1")] == [500, 700]


def test_the_question_closes_when_the_last_one_back_is_done_without_waiting_for_others() -> None:
    game = running("p0", "p1", "gone")
    back = crash(game)
    game.pass_time(3_000)
    game.join("p0")
    game.join("p1")
    assert game.phase() is Phase.OPEN
    game.pass_time(RETURN_MS - 3_000)
    assert game.phase() is Phase.CLOSED
    assert game.now == back + RETURN_MS  # "gone" was awaited until then, and the others until 9 s
    game = running("p0", "p1")
    back = crash(game)
    game.pass_time(3_000)
    for player in ("p0", "p1"):
        game.join(player)
    game.pass_time(5_999)
    assert game.phase() is Phase.OPEN
    game.pass_time(1)
    assert game.phase() is Phase.CLOSED
    assert game.now == back + 9_000


def test_who_comes_back_later_than_the_bound_has_the_bound() -> None:
    game = running("p0", "p1")
    back = crash(game)
    game.join("p0")
    game.host(ExtendQuestion, extra_ms=20_000)
    game.pass_time(RETURN_MS + 5_000)
    game.join("p1")
    assert deadline(game, "p1") == back + 26_000 + RETURN_MS
    game.answer("p1", True)
    assert elapsed(game, "p1") == 4_000 + 5_000


def test_who_is_not_back_within_the_bound_is_not_waited_for() -> None:
    game = running("p0", "p1", close_when_all_answered=True)
    back = crash(game, after=1_000)
    game.join("p0")
    game.answer("p0", True)
    game.pass_time(RETURN_MS - 1)
    assert game.phase() is Phase.OPEN
    game.pass_time(1)
    assert game.phase() is Phase.CLOSED
    assert game.now == back + RETURN_MS


def test_all_answered_waits_for_those_on_their_way_back_and_for_nobody_else() -> None:
    game = running("p0", "p1", close_when_all_answered=True)
    crash(game)
    game.join("p0")
    game.answer("p0", True)
    assert game.phase() is Phase.OPEN
    game.pass_time(7_000)
    game.join("p1")
    game.answer("p1", True)
    assert game.phase() is Phase.CLOSED


def test_crashes_in_a_row_add_up() -> None:
    game = running("p0", "p1")
    crash(game, after=4_000)
    game.pass_time(2_000)
    game.join("p0")
    game.pass_time(1_000)
    # p0 has been back for a second and p1 has not.
    back = crash(game, after=0)
    game.pass_time(3_000)
    game.join("p0")
    game.pass_time(1_000)
    game.join("p1")
    assert deadline(game, "p0") == back + 3_000 + 5_000
    assert deadline(game, "p1") == back + 4_000 + 6_000
    game.answer("p0", True)
    game.answer("p1", True)
    assert (elapsed(game, "p0"), elapsed(game, "p1")) == (6_000, 4_000)


def test_who_missed_a_whole_return_is_not_awaited_after_the_next_crash() -> None:
    game = running("p0", "gone")
    crash(game, after=1_000)
    game.join("p0")
    game.host(ExtendQuestion, extra_ms=60_000)
    game.pass_time(RETURN_MS + 1_000)
    crash(game, after=0)
    assert list(game.state.returning) == ["p0"]
    assert game.attach().awaited.names == ("p0",)


def test_a_pause_and_a_return_do_not_count_twice() -> None:
    game = running("p0", "p1", "p2")
    crash(game)
    game.pass_time(1_000)
    game.join("p0")
    game.host(PauseGame)
    game.pass_time(2_000)
    view = game.join("p1")
    assert view.question is not None
    assert view.question.remaining_ms == 6_000
    game.pass_time(1_000)
    game.host(ResumeGame)
    game.pass_time(1_000)
    game.join("p2")
    for player in ("p0", "p1", "p2"):
        game.answer(player, True)
    assert [elapsed(game, p) for p in ("p0", "p1", "p2")] == [5_000, 5_000, 4_000]


def test_an_outage_in_a_pause_costs_those_nothing_who_are_back_after_it() -> None:
    game = running("p0", "p1")
    game.pass_time(4_000)
    game.host(PauseGame)
    crash(game, after=1_000)
    published = len(game.named("live.time"))
    game.pass_time(1_000)
    game.attach()
    game.host(ResumeGame)
    game.pass_time(4_000)
    game.join("p0")
    assert len(game.named("live.time")) == published + 2
    game.answer("p0", True)
    assert elapsed(game, "p0") == 4_000


def test_who_came_later_or_had_left_has_the_common_clock() -> None:
    game = running("p0", "left")
    game.do(LeaveGame(player_id="left", connection_id="left-1"))
    for _ in range(4):
        game.next()
    (*_, opened) = [e for e in game.events() if isinstance(e, QuestionOpened)]
    assert opened.left == ("left",)
    game.join("late")
    crash(game)
    game.pass_time(2_000)
    common = game.state.closes_at
    for player in ("left", "late", "p0"):
        game.join(player)
    assert deadline(game, "left") == deadline(game, "late") == common
    assert deadline(game, "p0") == common + 2_000
    assert code_of(game.answer, "late", True) == "QUESTION_NOT_OPEN"
    # Next time they are among those who were here.
    for _ in range(4):
        game.next()
    crash(game)
    assert list(game.state.returning) == ["p0", "left", "late"]


def test_who_had_left_and_came_back_before_the_crash_was_here() -> None:
    game = running("p0", "left")
    game.do(LeaveGame(player_id="left", connection_id="left-1"))
    for _ in range(4):
        game.next()
    game.join("left")
    game.join("left")
    assert sum(isinstance(event, PlayerReturned) for event in game.events()) == 1
    crash(game)
    assert list(game.state.returning) == ["p0", "left"]


@pytest.mark.parametrize("command", [KickPlayer, BanPlayer])
def test_who_was_put_out_is_not_awaited(command: type) -> None:
    game = running("p0", "p1")
    game.host(command, player_id="p1")
    crash(game)
    assert list(game.state.returning) == ["p0"]
    game.attach()
    game.host(command, player_id="p0")
    game.pass_time(6_000)
    assert game.phase() is Phase.CLOSED


def test_who_is_put_out_while_awaited_and_comes_again_has_the_common_clock() -> None:
    game = running("p0", "p1")
    crash(game)
    game.attach()
    game.host(KickPlayer, player_id="p0")
    game.pass_time(2_000)
    game.join("p0")
    game.join("p0")
    assert deadline(game, "p0") == game.state.closes_at


def test_extra_time_and_the_own_return_add_up() -> None:
    game = running("p0", "p1")
    game.host(GrantExtraTime, player_id="p0", factor=2.0)
    back = crash(game)
    game.pass_time(3_000)
    game.join("p0")
    assert deadline(game, "p0") == back + 3_000 + 16_000


def test_the_host_sees_whom_the_game_waits_for() -> None:
    game = running("Ada", "Grace", "Alan", close_when_all_answered=True, question_ms=20_000)
    game.answer("Alan", True)
    back = crash(game)
    shown = game.attach().awaited
    assert (shown.count, shown.names) == (2, ("Ada", "Grace"))
    assert shown.closes_at == back + 16_000 + RETURN_MS
    game.pass_time(1_000)
    game.join("Ada")
    game.pass_time(BATCH_MS)
    told = game.named("live.awaited")[-1]
    assert (told.count, told.names) == (1, ("Grace",))
    (publication,) = [p for p in game.published if p.data is told]
    assert (publication.topic, publication.volatile) == ("live:game:hosts", True)
    game.pass_time(RETURN_MS)
    assert game.named("live.awaited")[-1].count == 0
    game.answer("Ada", True)
    assert game.phase() is Phase.CLOSED
    assert game.attach().awaited is None


def test_the_host_sees_a_lost_connection_outside_of_outages_too() -> None:
    game = running("Ada", "Grace")
    game.do(LeaveGame(player_id="Ada", connection_id="Ada-1", dropped=True))
    game.pass_time(BATCH_MS)
    assert game.named("live.awaited")[-1].names == ("Ada",)
    game.pass_time(AWAY_MS)
    assert game.named("live.awaited")[-1].count == 0


def test_a_drop_during_the_return_is_looked_for_in_its_own_time() -> None:
    game = running("p0", "p1", close_when_all_answered=True)
    crash(game)
    game.pass_time(1_000)
    for player in ("p0", "p1"):
        game.join(player)
    game.answer("p0", True)
    game.do(LeaveGame(player_id="p1", connection_id="p1-1", dropped=True))
    game.pass_time(AWAY_MS)
    assert game.phase() is Phase.CLOSED


def test_many_names_are_counted_and_not_listed() -> None:
    game = running(*(f"player {n}" for n in range(30)))
    crash(game)
    shown = game.attach().awaited
    assert (shown.count, len(shown.names)) == (30, 20)


def test_an_older_journal_credits_an_outage_to_everybody_alike() -> None:
    game = running("p0")
    event = OutageCredited(at=game.now + 5_000, outage_ms=5_000)
    game.state = game.machine.evolve(game.state, event)
    assert game.state.returning == {}
    assert deadline(game, "p0") == game.state.closes_at == game.state.opens_at + 15_000


def test_a_question_that_opens_while_players_are_on_their_way_back_waits_for_them_too() -> None:
    game = running("p0", "p1")
    for _ in range(3):
        game.next()
    back = crash(game, after=1_000)
    game.pass_time(1_000)
    game.attach()
    game.next()
    game.pass_time(3_000)
    view = game.join("p0")
    assert view.question is not None
    assert view.question.closes_at == game.now + QUESTION_MS
    assert deadline(game, "p1") == back + RETURN_MS + QUESTION_MS
    game.answer("p0", True)
    assert elapsed(game, "p0") == 0
    # By the next question everybody's time to come back is over.
    for _ in range(3):
        game.next()
    game.pass_time(RETURN_MS)
    game.next()
    assert deadline(game, "p1") == game.state.closes_at


def test_a_stall_while_players_are_awaited_leaves_them_as_long_as_before() -> None:
    game = running("p0")
    back = crash(game)
    stall = OutageCredited(at=back + 8_000, outage_ms=5_000)
    game.state = game.machine.evolve(game.state, stall)
    game.now = back + RETURN_MS + 4_000
    game.join("p0")
    assert deadline(game, "p0") == game.now + 6_000


def test_what_nobody_missed_is_not_journalled() -> None:
    game = running("p0", "p1")
    before = len(game.journal)
    for device in ("p0-1", "p0-2"):
        game.do(LeaveGame(player_id="p0", connection_id=device, dropped=True))
        game.join("p0")
    game.do(Activated(down_ms=0))
    game.join("p0")
    assert len(game.journal) == before
