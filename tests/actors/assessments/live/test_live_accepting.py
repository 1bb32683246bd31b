"""A host counts what was typed as right too, at the reveal: scores, boards and players follow."""

from __future__ import annotations

from typing import Any

import pytest

from actors.assessments.live import machine
from actors.assessments.questions import MAX_ACCEPTED
from protocol.assessments.live.commands import AcceptTyped, EndGame, SkipQuestion
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.rows import LiveQuestionRows
from protocol.assessments.quizzes import Question, TextKey
from tests.actors.assessments.live.games import (
    BLANKS,
    CHOICE,
    TEXT,
    TRUE_FALSE,
    Game,
    code_of,
    keyed,
)
from tests.actors.assessments.live.moves import durable, replayable

FIXED = LiveConfig(speed_weighted=False, close_when_all_answered=False)


def revealed(question: Question = TEXT, **answers: Any) -> Game:
    """The first of two questions is revealed; players answered by their names."""
    game = Game(questions=(question, TRUE_FALSE), config=FIXED)
    for player in answers:
        game.join(player)
    game.attach()
    game.start()
    for player, answer in answers.items():
        if answer is not None:
            game.answer(player, answer)
    game.next()
    game.next()
    assert game.phase() is Phase.REVEAL
    return game


def accept(game: Game, answer: str, **fields: Any) -> Any:
    return game.host(AcceptTyped, **{"from_step": game.state.step, "answer": answer, **fields})


def test_scores_ranks_and_what_was_typed_change_at_once_and_players_are_told() -> None:
    game = revealed(ann="Paris", bob=" lutèce", cam="Lutèce", dan=None)
    assert [typed.acceptable for typed in game.attach().typed if not typed.right] == [True]
    told = len(game.published)
    done = accept(game, "lutèce")
    assert (done.step, done.phase) == (game.state.step, Phase.REVEAL)
    points = {name: player.score for name, player in game.state.players.items()}
    assert points == {"ann": 1000, "bob": 1000, "cam": 1000, "dan": 0}
    assert {player.rank for name, player in game.state.players.items() if name != "dan"} == {1}
    news: list[Any] = game.published[told:]
    results = {each.topic: each.data for each in news if each.event == "live.result"}
    assert results["live:game:player:bob"].points == 1000
    assert results["live:game:player:bob"].correct is True
    [reveal] = [each for each in news if each.event == "live.reveal"]
    assert "lutèce" in reveal.data.accepted
    assert reveal.offset is not None
    assert all(typed.right and not typed.acceptable for typed in game.attach().typed)
    row = game.records[-1]
    assert isinstance(row, LiveQuestionRows)
    assert (row.rows[0].correct, row.rows[0].asked) == (3, 4)


def test_it_is_in_the_journal_and_stays_in_results_of_the_game() -> None:
    game = revealed(ann="Rome", bob="Paris")
    accept(game, "rome")
    before = durable(game.state)
    for snapshot_at in (0, len(game.journal) // 2, len(game.journal)):
        assert durable(game.replayed(snapshot_at)) == before
    again = machine.publications_of("game", game.events())
    assert replayable(again) == replayable(game.published)
    game.host(EndGame)
    assert {row.player_id: row.score for row in game.board().rows} == {"ann": 1000, "bob": 1000}


def test_twice_is_once_and_what_is_right_already_changes_nothing() -> None:
    game = revealed(ann="Rome")
    accept(game, "Rome", command_id="same")
    journal = len(game.journal)
    accept(game, "Rome", command_id="same")
    accept(game, " ROME ")
    accept(game, "Paris")
    assert len(game.journal) == journal


def test_a_question_that_only_a_person_could_grade_is_graded_then() -> None:
    game = revealed(keyed(TEXT, TextKey()), ann="Rome", bob="Bonn")
    assert game.state.players["bob"].results[-1].correct is None
    accept(game, "Rome")
    assert game.state.players["ann"].score == 1000
    assert game.state.players["bob"].results[-1].correct is False


def test_one_blank_of_several_is_accepted_by_its_number_alone() -> None:
    game = revealed(BLANKS, ann=["two", "vier"])
    assert not any(typed.acceptable for typed in game.attach().typed)
    accept(game, "vier", blank=1)
    assert game.state.players["ann"].score == 1000


def test_what_is_heard_late_is_graded_by_what_counts_by_then() -> None:
    game = revealed(ann="Rome", bob=None)
    read = game.state.closed_at - 1
    accept(game, "Rome")
    game.answer("bob", "Rome", received_at=read)
    game.next()
    assert game.state.players["bob"].score == 1000


@pytest.mark.parametrize(
    ("question", "fields", "code"),
    [
        (TEXT, {"answer": "  "}, "VALIDATION_ERROR"),
        (TEXT, {"answer": "x" * 501}, "VALIDATION_ERROR"),
        (TEXT, {"blank": 1}, "VALIDATION_ERROR"),
        (BLANKS, {"blank": 2}, "VALIDATION_ERROR"),
        (CHOICE, {}, "VALIDATION_ERROR"),
        (TEXT, {"from_step": 0}, "STALE_STEP"),
        (TEXT, {"by": "ann"}, "AUTHORIZATION_ERROR"),
        (
            keyed(TEXT, TextKey(accepted=tuple(f"a{n}" for n in range(MAX_ACCEPTED)))),
            {},
            "VALIDATION_ERROR",
        ),
    ],
)
def test_what_cannot_be_accepted_is_refused(
    question: Question, fields: dict[str, Any], code: str
) -> None:
    game = revealed(question, ann=None)
    journal = len(game.journal)
    assert code_of(accept, game, **{"answer": "Rome", **fields}) == code
    assert len(game.journal) == journal


def test_nothing_is_accepted_for_a_question_that_was_skipped() -> None:
    game = Game(questions=(TEXT,), config=FIXED)
    game.join("ann")
    game.start()
    game.answer("ann", "Rome")
    game.host(SkipQuestion)
    game.next()
    assert not any(typed.acceptable for typed in game.attach().typed)
    assert code_of(accept, game, "Rome") == "VALIDATION_ERROR"
