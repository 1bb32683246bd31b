"""Every command in every phase: what is allowed, with which code the rest is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from actors.assessments.live.hosting import ALLOWED
from actors.assessments.live.machine import TRANSITIONS, decide, initial
from actors.effects import Passivate, Refuse
from protocol.assessments.live.commands import (
    AcceptTyped,
    BanPlayer,
    EndGame,
    ExtendQuestion,
    GrantExtraTime,
    HandOver,
    JoinGame,
    KickPlayer,
    LockGame,
    NextStep,
    PauseGame,
    ResumeGame,
    SkipQuestion,
    StartGame,
)
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.live.events import LiveQuizFinished
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.rows import LiveQuizRow, LiveResultRows
from protocol.assessments.quizzes import ChoiceKey, Question, TrueFalseKey
from protocol.errors import ClientError, NotFoundError, RefusedError, ValidationError
from protocol.lifecycle import Activated, Done, Reminded
from tests.actors.assessments.live.games import CHOICE, TEXT, TRUE_FALSE, Game, opening
from tests.actors.driver import encode

FIELDS: dict[type, dict[str, Any]] = {
    AcceptTyped: {"from_step": 0, "answer": "Rome"},
    ExtendQuestion: {"extra_ms": 5_000},
    LockGame: {"locked": True},
    KickPlayer: {"player_id": "ann"},
    BanPlayer: {"player_id": "ann"},
    GrantExtraTime: {"player_id": "ann", "factor": 2.0},
    HandOver: {"to_user_id": "co"},
}


COUNTING_DOWN = LiveConfig(countdown_ms=3_000)
BOTH = LiveConfig(countdown_ms=3_000, board_every=0)


def at(
    phase: Phase,
    *,
    last: bool = False,
    config: LiveConfig | None = None,
    first: Question = CHOICE,
) -> Game:
    """A game of two questions in this phase; `last`: of the second question."""
    usual = COUNTING_DOWN if phase is Phase.ANNOUNCED else LiveConfig()
    game = Game(questions=(first, TRUE_FALSE), config=config or usual)
    game.join("ann")
    game.attach()
    if phase is Phase.LOBBY:
        return game
    if phase is Phase.FINISHED:
        game.host(EndGame)
        return game
    game.start()
    index = last - (phase is Phase.ANNOUNCED)
    while (game.phase(), game.state.index) != (phase, index):
        game.next()
    return game


def steps_taken(game: Game, command: type) -> set[tuple[Phase, str, Phase]]:
    """The steps that one command causes."""
    before, phase, found = len(game.journal), game.state.phase, set()
    fields = dict(FIELDS.get(command, {}))
    if command is NextStep:
        fields["from_step"] = game.state.step
    try:
        game.host(command, **fields)
    except ClientError:
        return set()
    for event in game.events()[before:]:
        if type(event) in TRANSITIONS[phase]:
            after = TRANSITIONS[phase][type(event)]
            found.add((phase, type(event).__name__, after))
            phase = after
    assert phase is game.state.phase
    return found


def test_the_table_is_exactly_what_commands_can_do() -> None:
    found = {
        step
        for phase in Phase
        for last in (False, True)
        for command in ALLOWED
        for config in (LiveConfig(), LiveConfig(board_every=0), COUNTING_DOWN, BOTH)
        if phase is not Phase.ANNOUNCED or config.countdown_ms
        if phase is not Phase.LEADERBOARD or config.board_every
        for step in steps_taken(at(phase, last=last, config=config), command)
    }
    table = {
        (phase, event.__name__, after)
        for phase, row in TRANSITIONS.items()
        for event, after in row.items()
    }
    assert found == table


@pytest.mark.parametrize("phase", list(Phase))
@pytest.mark.parametrize("command", list(ALLOWED))
def test_a_command_out_of_its_phases_is_refused_and_changes_nothing(
    command: Any, phase: Phase
) -> None:
    game = at(phase, first=TEXT)
    before = encode(game.state), len(game.journal)
    fields = dict(FIELDS.get(command, {}))
    if command in (NextStep, AcceptTyped):
        fields["from_step"] = game.state.step
    if command is ResumeGame and phase in ALLOWED[ResumeGame]:
        game.host(PauseGame)
    if phase in ALLOWED[command]:
        game.host(command, **fields)
        return
    with pytest.raises(RefusedError) as refused:
        game.host(command, **fields)
    expected = {Phase.LOBBY: "NOT_STARTED", Phase.FINISHED: "GAME_FINISHED"}
    others: dict[type, str] = {StartGame: "ALREADY_STARTED", AcceptTyped: "NOT_REVEALED"}
    fallback = others.get(command, "QUESTION_NOT_OPEN")
    assert refused.value.code == expected.get(phase, fallback)
    assert (encode(game.state), len(game.journal)) == before


@pytest.mark.parametrize(
    ("phase", "command", "fields", "code"),
    [
        (Phase.OPEN, NextStep, {"from_step": 0}, "STALE_STEP"),
        (Phase.OPEN, ResumeGame, {}, "NOT_PAUSED"),
        (Phase.OPEN, ExtendQuestion, {"extra_ms": 999}, "VALIDATION_ERROR"),
        (Phase.OPEN, ExtendQuestion, {"extra_ms": 600_001}, "VALIDATION_ERROR"),
        (Phase.LOBBY, KickPlayer, {"player_id": "bob"}, "NOT_FOUND"),
        (Phase.LOBBY, BanPlayer, {"player_id": "bob"}, "NOT_FOUND"),
        (Phase.LOBBY, GrantExtraTime, {"player_id": "bob", "factor": 2.0}, "NOT_FOUND"),
        (Phase.LOBBY, GrantExtraTime, {"player_id": "ann", "factor": 0.9}, "VALIDATION_ERROR"),
        (Phase.LOBBY, GrantExtraTime, {"player_id": "ann", "factor": 4.1}, "VALIDATION_ERROR"),
        (Phase.LOBBY, HandOver, {"to_user_id": "stranger"}, "VALIDATION_ERROR"),
        (Phase.LOBBY, StartGame, {"command_id": ""}, "VALIDATION_ERROR"),
        (Phase.LOBBY, StartGame, {"command_id": "x" * 101}, "VALIDATION_ERROR"),
        (Phase.LOBBY, StartGame, {"by": "stranger"}, "AUTHORIZATION_ERROR"),
        (Phase.LOBBY, StartGame, {"by": "co"}, "NOT_ACTING_HOST"),
    ],
)
def test_what_is_wrong_with_a_command_has_a_code(
    phase: Phase, command: type, fields: dict[str, Any], code: str
) -> None:
    game = at(phase)
    with pytest.raises(ClientError) as refused:
        game.host(command, **fields)
    assert refused.value.code == code


def paused(game: Game) -> Game:
    game.host(PauseGame)
    return game


@pytest.mark.parametrize(("command", "code"), [(NextStep, "PAUSED"), (PauseGame, "ALREADY_PAUSED")])
def test_a_paused_game_must_be_resumed_first(command: type, code: str) -> None:
    game = paused(at(Phase.OPEN))
    fields = {"from_step": game.state.step} if command is NextStep else {}
    with pytest.raises(RefusedError) as refused:
        game.host(command, **fields)
    assert refused.value.code == code


def test_a_kicked_player_cannot_be_kicked_again_but_banned() -> None:
    game = at(Phase.LOBBY)
    game.host(KickPlayer, player_id="ann")
    with pytest.raises(RefusedError, match="removed already"):
        game.host(KickPlayer, player_id="ann")
    game.host(BanPlayer, player_id="ann")
    assert game.state.active == 0
    assert game.state.kicked == 0


def test_a_command_sent_again_is_answered_with_where_the_game_stands() -> None:
    game = at(Phase.LOBBY)
    first = game.host(StartGame, command_id="again")
    before = len(game.journal)
    assert game.host(StartGame, command_id="again") == first
    assert len(game.journal) == before


def test_command_ids_are_forgotten_only_after_a_thousand() -> None:
    game = at(Phase.LOBBY)
    game.strict = False
    for n in range(1_001):
        game.host(LockGame, locked=bool(n % 2), command_id=f"lock-{n}")
    assert len(game.state.commands) == 1_000
    assert "lock-0" not in game.state.commands


# --- before the lobby, and after the end ----------------------------------------------------------


def test_a_game_that_was_never_opened_is_not_found() -> None:
    command = JoinGame(player_id="a", user_id="a", nickname="a", connection_id="c")
    for asked in (command, StartGame(by="host", command_id="c")):
        (effect,) = decide(initial("game"), asked, 0)
        assert isinstance(effect, Refuse)
        assert isinstance(effect.error, NotFoundError)


def test_what_the_runtime_tells_an_unopened_game_sends_it_away() -> None:
    for told in (Activated(), Reminded(name="deadline", due_at=0)):
        assert decide(initial("game"), told, 0) == [Passivate()]


def test_a_lobby_is_opened_once() -> None:
    game = at(Phase.LOBBY)
    assert game.do(opening()) == Done()
    assert game.do(opening(seed=7)) == Done()  # started again by a host who saw no answer
    with pytest.raises(RefusedError) as refused:
        game.do(opening(pin="999999"))
    assert refused.value.code == "ALREADY_OPENED"
    assert [type(record) for record in game.records] == [LiveQuizRow]


def replaced(**changes: Any) -> Callable[[], Any]:
    return lambda: opening(config=LiveConfig(**changes))


def asking(**changes: Any) -> Callable[[], Any]:
    return lambda: opening(questions=(msgspec.structs.replace(CHOICE, **changes),))


@pytest.mark.parametrize(
    ("command", "field"),
    [
        (replaced(question_ms=10), "config.question_ms"),
        (replaced(points=-1), "config.points"),
        (replaced(leaderboard_size=0), "config.leaderboard_size"),
        (replaced(max_players=5_001), "config.max_players"),
        (replaced(latency_cap_ms=9_999), "config.latency_cap_ms"),
        (replaced(auto_advance_ms=1), "config.auto_advance_ms"),
        (lambda: opening(questions=()), "questions"),
        (lambda: opening(questions=(TRUE_FALSE,) * 201), "questions"),
        (asking(key=TrueFalseKey(value=True)), "questions.0"),
        (asking(seconds=0), "questions.0"),
        (asking(points=-1), "questions.0"),
        (asking(options=()), "questions.0"),
        (asking(options=("x",) * 21), "questions.0"),
        (asking(key=ChoiceKey(correct=(4,))), "questions.0"),
    ],
)
def test_a_game_that_cannot_be_played_is_not_opened(command: Callable[[], Any], field: str) -> None:
    (effect,) = decide(initial("game"), command(), 0)
    assert isinstance(effect, Refuse)
    assert isinstance(effect.error, ValidationError)
    assert [wrong["field"] for wrong in effect.error.details["fields"]] == [field]


@pytest.mark.parametrize("phase", [p for p in Phase if p is not Phase.FINISHED])
def test_ending_a_game_settles_it_and_saves_the_board(phase: Phase) -> None:
    game = at(phase)
    if phase is Phase.OPEN:
        game.answer("ann", [1, 3])
    done = game.host(EndGame)
    assert done.phase is Phase.FINISHED
    assert done.step == game.state.step
    rows = [record for record in game.records if isinstance(record, LiveResultRows)]
    saved = [record for record in game.records if isinstance(record, LiveQuizRow)]
    assert len(rows) == 1
    assert (saved[-1].phase, saved[-1].pin) == (Phase.FINISHED, None)
    assert saved[-1].finished_at == game.now
    assert rows[0].rows[0].score == (1_000 if phase is Phase.OPEN else 0)
    assert game.announced == [
        LiveQuizFinished(live_quiz_id="game", course_id="course", quiz_id="quiz", players=1)
    ]
    assert len(game.named("live.finished")) == 1
    assert set(game.alarms) <= {"leave", "lobby"}


def test_a_row_is_saved_at_each_change_of_phase() -> None:
    game = Game(questions=(CHOICE,), config=COUNTING_DOWN)
    game.start()
    for _ in range(5):
        game.next()
    saved = [record for record in game.records if isinstance(record, LiveQuizRow)]
    assert [record.phase for record in saved] == list(Phase)


def test_a_finished_game_leaves_memory_after_a_while() -> None:
    game = at(Phase.FINISHED)
    game.pass_time(599_999)
    assert not game.passivated
    game.pass_time(1)
    assert game.passivated


def test_a_skipped_question_brings_nobody_points_and_keeps_streaks() -> None:
    game = Game(questions=(TRUE_FALSE,) * 3, config=LiveConfig(streaks=True))
    game.join("ann")
    game.join("bob")
    game.start()
    game.answer("ann", True)
    for _ in range(4):
        game.next()
    game.answer("ann", True)
    game.host(SkipQuestion)
    assert game.named("live.closed")[-1].skipped
    game.next()
    result = game.named("live.result")[-2]
    assert (result.points, result.correct, result.streak, result.answered) == (0, None, 1, True)
    assert game.state.players["ann"].correct == 1
