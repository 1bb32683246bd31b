"""What is decided about a game that is over reaches what the game shows."""

from __future__ import annotations

from uuid import uuid4

import pytest

from protocol.assessments.live.commands import KIND, RecountBoard, ViewGame
from protocol.assessments.results import (
    RecountResults,
    RemoveAcceptedAnswer,
    ScoreEssay,
    ShowRecount,
)
from protocol.envelope import Address
from protocol.errors import NotFoundError
from protocol.lifecycle import Done
from storage.postgres import Database
from tests.storage.records.assessments.test_decided_results import Played


@pytest.fixture
async def played(database: Database) -> Played:
    played = Played(database)
    await played.play(streaks=True)
    return played


async def shown(played: Played) -> dict[str, tuple[float, int, int]]:
    """The board as the game shows it, once it was told."""
    told = len(played.post.sent)
    assert await played.handler.handle(ShowRecount(live_quiz_id=played.game_id)) == Done()
    ((address, command),) = played.post.sent[told:]
    assert address == Address(KIND, played.game_id)
    assert isinstance(command, RecountBoard)
    played.game.do(command)
    top = played.game.do(ViewGame()).leaderboard.top
    return {each.nickname: (each.score, each.rank, each.correct) for each in top}


async def test_a_game_shows_what_was_decided_and_what_was_taken_back(played: Played) -> None:
    before = await shown(played)
    assert before == await played.board()
    await played.accept("rome")
    accepted = await shown(played)
    assert accepted == await played.board() != before
    ann = played.players["ann"]
    await played.decide(ScoreEssay, question_index=3, player_id=ann, points=400.5)
    assert await shown(played) == await played.board() != accepted
    await played.decide(ScoreEssay, question_index=3, player_id=ann, points=0)
    await played.decide(RemoveAcceptedAnswer, question_index=1, answer="rome")
    assert await shown(played) == await played.board() == before


async def test_a_board_that_is_written_anew_is_shown_with_what_was_decided(played: Played) -> None:
    await played.accept("rome")
    await played.write(played.game.records[-1:])
    told = len(played.post.sent)
    await played.handler.handle(RecountResults(live_quiz_id=played.game_id))
    ((_, command),) = played.post.sent[told:]
    assert isinstance(command, RecountBoard)
    assert command.scores


async def test_a_game_that_cannot_be_told_is_no_error(played: Played) -> None:
    played.post.error = NotFoundError("live quiz", played.game_id)
    for live_quiz_id in (played.game_id, str(uuid4())):
        assert await played.handler.handle(ShowRecount(live_quiz_id=live_quiz_id)) == Done()
