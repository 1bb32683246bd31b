"""A journal of an earlier day must give the same game for ever.

`history.jsonl` was written by schema 1 and is never rewritten: a change of the rules that
alters what it gives needs a new schema and an upgrade. To record another history, see `record`.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from actors.assessments.live import machine
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
from protocol.assessments.live.events import LiveEvent
from protocol.assessments.live.phases import Phase
from tests.actors.assessments.live.games import Game
from tests.actors.assessments.live.moves import ANSWERS

HISTORY = Path(__file__).with_name("history.jsonl")


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


def test_an_old_journal_gives_the_board_it_gave() -> None:
    decoder = msgspec.json.Decoder(LiveEvent)
    events = [decoder.decode(line) for line in HISTORY.read_bytes().splitlines()]
    state = machine.initial("game")
    for event in events:
        state = machine.evolve(state, event)
    assert state.phase is Phase.FINISHED
    assert state.order == ORDER
    assert [(s.rank, s.player_id, s.score, s.correct) for s in state.top] == BOARD
    published = machine.publications_of("game", events)
    assert len(published) == PUBLISHED
    assert [p.offset for p in published if p.offset] == list(range(1, state.offset + 1))


ORDER = (5, 0, 2, 4, 3, 1)
BOARD = [(1, "bob", 2184, 2), (2, "ann", 1291, 1), (3, "cay", 1248, 1), (4, "dan", 0, 0)]
PUBLISHED = 65
