"""What was read in time counts, whenever it is decided.

An answer may wait while storage does not answer, or the loop is blocked, and meanwhile the alarm of
the deadline or a host's command may be decided. What counts is when the answer was read.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from actors.assessments.live.steps import BATCH_MS
from protocol.assessments.live.commands import (
    BanPlayer,
    EndGame,
    ExtendQuestion,
    GrantExtraTime,
    KickPlayer,
    LeaveGame,
    PauseGame,
    ResumeGame,
    SkipQuestion,
)
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.live.events import LiveBoardRewritten
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.rows import LiveResultRows
from protocol.errors import ClientError
from tests.actors.assessments.live.games import TRUE_FALSE, Game, asked, code_of
from tests.actors.driver import encode


def test_a_stall_over_the_deadline_takes_no_answer_away() -> None:
    """Storage stops 0.6 s into a question of 8 s, for 9 s, and then everything is decided."""
    game = Game(questions=(TRUE_FALSE,), config=LiveConfig(question_ms=8_000))
    for n in range(40):
        game.join(f"p{n}")
    game.start()
    opened = game.now
    game.now += 9_600
    for n in range(40):
        game.answer(f"p{n}", True, received_at=opened + 600 + 180 * n)
    assert game.state.answered == 40
    assert game.phase() is Phase.CLOSED


@pytest.mark.parametrize("first", [0, 1, 39])
def test_nor_does_the_deadline_that_is_decided_first(first: int) -> None:
    game = Game(questions=(TRUE_FALSE,), config=LiveConfig(question_ms=8_000))
    for n in range(40):
        game.join(f"p{n}")
    game.start()
    opened = game.now
    game.now += 9_600
    for n in range(first):
        game.answer(f"p{n}", True, received_at=opened + 600)
    game.wake("deadline")
    assert game.phase() is Phase.CLOSED
    for n in range(first, 40):
        game.answer(f"p{n}", True, received_at=opened + 8_000)
    assert game.state.answered == 40
    game.join("late")
    assert code_of(game.answer, "late", True) == "QUESTION_NOT_OPEN"


def skip(game: Game) -> None:
    game.host(SkipQuestion)


def close(game: Game) -> None:
    game.next()


def end(game: Game) -> None:
    game.host(EndGame)


def all_answered(game: Game) -> None:
    """Who has not been heard yet seems to have left, and everybody else has answered."""
    game.do(LeaveGame(player_id="bob", connection_id="bob-1"))
    game.answer("ann", True)


@pytest.mark.parametrize("closes", [skip, close, end, all_answered])
def test_an_answer_read_before_any_close_counts_and_one_read_after_it_does_not(
    closes: Callable[[Game], None],
) -> None:
    game = asked(TRUE_FALSE)
    game.now += 1_000
    closes(game)
    assert game.phase() is not Phase.OPEN
    assert code_of(game.answer, "bob", True, received_at=game.now) == "QUESTION_CLOSED"
    game.answer("bob", True, received_at=game.now - 1)
    assert game.state.players["bob"].answers[0].elapsed_ms == 999


@pytest.mark.parametrize("command", [KickPlayer, BanPlayer])
def test_an_answer_read_before_its_player_was_put_out_counts(command: type) -> None:
    game = asked(TRUE_FALSE, close_when_all_answered=False)
    game.now += 1_000
    game.host(command, player_id="bob")
    assert code_of(game.answer, "bob", True, received_at=game.now) == "NOT_A_PLAYER"
    game.answer("bob", True, received_at=game.now - 1)
    assert game.state.answered == 1


def test_an_answer_read_in_a_pause_is_refused_after_it_too() -> None:
    game = asked(TRUE_FALSE)
    game.now += 1_000
    game.host(PauseGame)
    game.now += 2_000
    read_at = game.now
    game.now += 2_000
    game.host(ResumeGame)
    assert code_of(game.answer, "ann", True, received_at=read_at) == "PAUSED"
    game.host(PauseGame)
    game.now += 1_000
    game.host(SkipQuestion)
    game.host(ResumeGame)
    game.now += 1_000
    assert code_of(game.answer, "ann", True, received_at=game.now - 1_500) == "QUESTION_CLOSED"
    game.answer("ann", True, received_at=read_at - 2_500)


def test_after_two_pauses_an_answer_read_before_both_is_credited_with_neither() -> None:
    game = asked(TRUE_FALSE)
    game.now += 1_000
    for _ in range(2):
        game.host(PauseGame)
        game.now += 3_000
        game.host(ResumeGame)
        game.now += 1_000
    game.answer("ann", True, received_at=game.state.opens_at + 500)
    assert game.state.players["ann"].answers[0].elapsed_ms == 500


def test_answers_heard_after_the_reveal_correct_the_board_which_is_shown_again() -> None:
    game = asked(TRUE_FALSE, TRUE_FALSE, streaks=True)
    game.join("cay")
    opened = game.now
    game.now += 5_000
    game.next()
    game.next()
    assert [result.points for result in game.named("live.result")] == [0, 0]
    first, offset = game.named("live.reveal")[0], game.state.offset
    game.answer("ann", True, received_at=opened + 2_000)
    game.answer("bob", False, received_at=opened + 2_000)
    assert game.state.offset == offset
    game.pass_time(BATCH_MS)
    again = game.named("live.reveal")[1]
    assert (again.step, again.answered, again.counts) == (first.step, 2, {"true": 1, "false": 1})
    assert game.state.offset == offset + 1
    corrected = game.named("live.result")[2:]
    assert [(r.points, r.rank, r.streak, r.answered) for r in corrected] == [
        (950, 1, 1, True),
        (0, 2, 0, True),
    ]
    game.next()
    assert [s.score for s in game.named("live.leaderboard")[0].top] == [950, 0, 0]


def test_the_next_step_corrects_first_and_with_the_next_question_it_is_over() -> None:
    game = asked(TRUE_FALSE, TRUE_FALSE)
    opened = game.now
    game.now += 5_000
    for _ in range(2):
        game.next()
    game.answer("ann", True, received_at=opened + 2_000)
    game.next()
    assert game.named("live.leaderboard")[0].top[0].score == 950
    game.answer("bob", True, received_at=opened + 2_000)
    game.next()
    assert game.state.players["bob"].score == 950
    assert code_of(game.answer, "bob", True, index=0, answer_id="x") == "ALREADY_ANSWERED"
    shown = len(game.published)
    game.wake("late")
    assert len(game.published) == shown


def test_after_the_end_the_results_are_written_again() -> None:
    game = asked(TRUE_FALSE)
    game.now += 5_000
    game.host(EndGame)
    announced = len(game.announced)
    game.answer("ann", True, received_at=game.now - 1_000)
    game.pass_time(BATCH_MS)
    assert [row.score for row in game.board().rows] == [900, 0]
    assert [board.top[0].score for board in game.named("live.finished")] == [0, 900]
    assert game.announced[announced:] == [LiveBoardRewritten(live_quiz_id="game")]


def test_a_crash_before_the_correction_does_not_lose_it() -> None:
    game = asked(TRUE_FALSE)
    game.now += 5_000
    game.host(EndGame)
    game.answer("ann", True, received_at=game.now - 1_000)
    game.restart(down_ms=1_000)
    game.pass_time(BATCH_MS)
    assert [row.score for row in game.board().rows] == [900, 0]


def test_extra_time_given_after_the_reveal_does_not_change_what_a_late_heard_answer_earns() -> None:
    game = asked(TRUE_FALSE)
    game.now += 5_000
    game.next()
    game.next()
    game.host(GrantExtraTime, player_id="ann", factor=4.0)
    game.answer("ann", True, received_at=game.now - 1_000)
    game.pass_time(BATCH_MS)
    assert game.state.players["ann"].score == 900


def test_the_last_one_with_time_of_ones_own_ends_the_question_by_answering_or_leaving() -> None:
    """Also where everybody else's time is not up yet: then it ends at the common deadline."""
    for goes in (True, False):
        game = asked(TRUE_FALSE, close_when_all_answered=False)
        game.host(GrantExtraTime, player_id="ann", factor=4.0)
        game.now += 1_000
        if goes:
            game.do(LeaveGame(player_id="ann", connection_id="ann-1"))
        else:
            game.answer("ann", True)
        game.pass_time(18_999)
        assert game.phase() is Phase.OPEN
        game.pass_time(1)
        assert game.phase() is Phase.CLOSED


# --- any order ------------------------------------------------------------------------------------

PLAYERS = ("p0", "p1", "p2", "p3")
QUESTION_MS = 10_000

answers = st.lists(
    st.tuples(
        st.sampled_from(PLAYERS),
        st.integers(0, 14_000).map(lambda ms: 2 * (ms // 2) + 1),
        st.booleans(),
        st.sampled_from([0, 2, 300, 3_000, 60_000]),
    ),
    max_size=6,
    unique_by=lambda answer: answer[0],
)
"""Who, when it is read after the opening (odd), what, and how much later it is decided."""

happenings = st.lists(
    st.tuples(
        st.integers(0, 16_000).map(lambda ms: 2 * (ms // 2)),
        st.one_of(
            st.sampled_from(
                ["pause", "resume", "close", "skip", "reveal", "board", "end", "extend", "crash"]
            ).map(lambda name: (name, "")),
            st.tuples(st.sampled_from(["kick", "ban", "extra"]), st.sampled_from(PLAYERS)),
        ),
    ),
    max_size=6,
)

GOALS = {"close": 1, "reveal": 2, "board": 3}
ORDER = (Phase.OPEN, Phase.CLOSED, Phase.REVEAL, Phase.LEADERBOARD)
HOST: dict[str, tuple[type, dict[str, Any]]] = {
    "pause": (PauseGame, {}),
    "resume": (ResumeGame, {}),
    "skip": (SkipQuestion, {}),
    "end": (EndGame, {}),
    "extend": (ExtendQuestion, {"extra_ms": 2_000}),
    "kick": (KickPlayer, {}),
    "ban": (BanPlayer, {}),
    "extra": (GrantExtraTime, {"factor": 1.5}),
}


def happen(game: Game, name: str, player: str) -> None:
    """What does not fit the state is refused."""
    if name == "crash":
        game.restart(snapshot_at=len(game.journal) // 2)
        return
    if name in GOALS:
        while game.phase() in ORDER[: GOALS[name]] and game.state.paused_at is None:
            game.next()
        return
    command, fields = HOST[name]
    more = {"player_id": player} if player else {}
    try:
        game.host(command, **fields, **more)
    except ClientError:
        return


class Outcome(msgspec.Struct):
    accepted: set[str]
    rows: LiveResultRows
    counts: dict[str, int]


def outcome(config: LiveConfig, given_answers: Any, happened: Any, *, delayed: bool) -> Outcome:
    """Play one question; answers are decided when they are read, or only some time later."""
    game = Game(questions=(TRUE_FALSE,), config=config)
    for player in PLAYERS:
        game.join(player)
    game.attach()
    game.start()
    opened = game.now
    accepted: set[str] = set()
    moments: list[tuple[int, int, Any]] = [(at, 0, what) for at, what in happened]
    for player, read_at, value, later in given_answers:
        decided_at = read_at + later if delayed else read_at
        moments.append((decided_at, 1, (player, read_at, value)))
    for at, is_answer, what in sorted(moments, key=lambda moment: moment[:2]):
        game.pass_time(opened + at - game.now)
        if not is_answer:
            happen(game, *what)
            continue
        player, read_at, value = what
        try:
            game.answer(player, value, received_at=opened + read_at)
        except ClientError:
            continue
        accepted.add(player)
    game.pass_time(100_000)
    if game.state.phase is not Phase.FINISHED:
        game.host(EndGame)
    return Outcome(accepted, game.board(), dict(game.state.counts))


configs = st.builds(
    LiveConfig,
    question_ms=st.just(QUESTION_MS),
    close_when_all_answered=st.booleans(),
    auto_advance_ms=st.sampled_from([None, 500]),
    streaks=st.booleans(),
)


@given(configs, answers, happenings)
def test_any_order_of_deciding_gives_what_the_order_of_reading_gives(
    config: LiveConfig, given_answers: Any, happened: Any
) -> None:
    # A question that closes sooner because the last answer is there, or that of the one who has
    # longest, goes on sooner by itself, and then there is nothing to skip or to extend.
    names = {name for _, (name, _) in happened}
    early = config.auto_advance_ms or not names.isdisjoint({"skip", "extend"})
    assume(not (config.close_when_all_answered and early))
    assume(not (early and "extra" in names))
    prompt = outcome(config, given_answers, happened, delayed=False)
    delayed = outcome(config, given_answers, happened, delayed=True)
    assert delayed.accepted == prompt.accepted
    assert encode(delayed.rows) == encode(prompt.rows)
    assert delayed.counts == prompt.counts
