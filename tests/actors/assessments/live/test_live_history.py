"""A journal of an earlier day must give the same game for ever.

`history.jsonl` and `history_announced.jsonl` were written by schema 1 and are never rewritten: a
change of the rules that alters what they give needs a new schema and an upgrade. To record another
history, see `record` and `record_announced`.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from actors.assessments.live import machine
from actors.assessments.live.state import LiveState
from actors.codec import Codec
from actors.effects import Publish
from protocol.assessments.live.commands import (
    BanPlayer,
    ExtendQuestion,
    GrantExtraTime,
    HandOver,
    KickPlayer,
    PauseGame,
    ResumeGame,
    SkipQuestion,
)
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.live.events import AnswersRevealed, LiveEvent, QuestionClosed
from protocol.assessments.live.phases import Phase
from protocol.assessments.quizzes import QuestionType
from protocol.envelope import Address
from protocol.ports import Snapshot
from tests.actors.assessments.live.games import Game
from tests.actors.assessments.live.moves import ANSWERS
from tests.actors.driver import encode

HISTORY = Path(__file__).with_name("history.jsonl")
ANNOUNCED = Path(__file__).with_name("history_announced.jsonl")


def record(path: Path) -> None:
    """Play a game in which everything happens, and write its journal to `path`."""
    config = LiveConfig(shuffle_questions=True, shuffle_options=True, streaks=True)
    game = Game(config=config)
    for player in ("ann", "bob", "cay", "dan", "eve"):
        game.join(player)
    game.host(GrantExtraTime, player_id="cay", factor=1.5)
    game.start()
    for index in range(6):
        for n, player in enumerate(("ann", "bob", "cay")):
            game.now += 1_300
            kind = game.state.question.type
            game.answer(player, ANSWERS[kind][(index + n) % 3], round_trip_ms=30 * n)
        if index == 0:
            game.host(PauseGame)
            game.now += 9_000
            game.host(ResumeGame)
            game.host(KickPlayer, player_id="dan")
            game.host(ExtendQuestion, extra_ms=5_000)
            game.restart(down_ms=4_000)
        if index == 1:
            game.join("dan")
            game.host(BanPlayer, player_id="eve")
        if index == 4:
            game.host(SkipQuestion)
        while game.phase() is not Phase.LEADERBOARD:
            game.next()
        if index == 2:
            game.host(HandOver, to_user_id="co")
        game.next()
    path.write_bytes(b"\n".join(game.journal) + b"\n")


def record_announced(path: Path) -> None:
    """Play a game that counts down, reveals by itself and shows the board at its end alone."""
    config = LiveConfig(countdown_ms=3_000, auto_reveal=True, board_every=0, speed_weighted=False)
    game = Game(config=config)
    for player in ("ann", "bob", "cay"):
        game.join(player)
    game.start()
    for index in range(6):
        game.pass_time(3_000)
        for n, player in enumerate(("ann", "bob", "cay")):
            game.answer(player, ANSWERS[game.state.question.type][(index + n) % 3])
        game.pass_time(1_000)
        game.next()
    path.write_bytes(b"\n".join(game.journal) + b"\n")


def replayed(path: Path) -> tuple[LiveState, list[Publish]]:
    decoder = msgspec.json.Decoder(LiveEvent)
    events = [decoder.decode(line) for line in path.read_bytes().splitlines()]
    state = machine.initial("game")
    for event in events:
        state = machine.evolve(state, event)
    return state, machine.publications_of("game", events)


def test_a_journal_of_announced_questions_gives_the_board_it_gave() -> None:
    state, published = replayed(ANNOUNCED)
    assert state.phase is Phase.FINISHED
    board = [(s.rank, s.player_id, s.score, s.correct, s.moved) for s in state.top]
    assert board == ANNOUNCED_BOARD
    told = [p.event for p in published if p.offset]
    each = ["live.announced", "live.question", "live.closed", "live.reveal"]
    assert told == [*each * 6, "live.finished"]


def test_a_snapshot_of_an_earlier_release_goes_on() -> None:
    game = Game(config=LiveConfig(close_when_all_answered=False, speed_weighted=False))
    for player in ("ann", "bob"):
        game.join(player)
    game.start()
    while game.state.question.type is not QuestionType.SHORT_ANSWER:
        game.next()
    game.answer("ann", "Paris")
    raw = msgspec.json.decode(encode(game.state))
    for name in ("right", "grades", "recounted", "final"):
        del raw[name]
    for player in raw["players"].values():
        for name in ("before", "ahead", "behind"):
            del player[name]
    codec = Codec(machine)
    stored = Snapshot(Address("live_quiz", "game"), version=9, schema=1, state=encode(raw))
    state = codec.decode_state(stored)
    assert state.players["ann"].answers == game.state.players["ann"].answers
    assert (state.right, state.grades) == (None, {})
    revealed = QuestionClosed(question_index=2, at=1), AnswersRevealed(question_index=2, at=1)
    for event in revealed:
        state = machine.evolve(state, event)
        game.state = machine.evolve(game.state, event)
    assert [(s.player_id, s.score) for s in state.top] == [("ann", 1000), ("bob", 0)]
    assert state.top[1].rank == game.state.top[1].rank


def test_an_old_journal_gives_the_board_it_gave() -> None:
    state, published = replayed(HISTORY)
    assert state.phase is Phase.FINISHED
    assert state.order == ORDER
    assert [(s.rank, s.player_id, s.score, s.correct) for s in state.top] == BOARD
    assert len(published) == PUBLISHED
    assert [p.offset for p in published if p.offset] == list(range(1, state.offset + 1))


ORDER = (5, 0, 2, 4, 3, 1)
BOARD = [(1, "bob", 2184, 2), (2, "ann", 1291, 1), (3, "cay", 1248, 1), (4, "dan", 0, 0)]
PUBLISHED = 65
ANNOUNCED_BOARD = [(1, "ann", 3000, 3, None), (2, "bob", 2500, 2, None), (3, "cay", 2000, 2, None)]
