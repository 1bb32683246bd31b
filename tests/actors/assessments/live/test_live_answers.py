"""Answers: which are taken, how they are counted, and when a question closes."""

from __future__ import annotations

from typing import Any

import pytest

from protocol.assessments.live.commands import (
    LeaveGame,
)
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.live.phases import Phase
from protocol.assessments.live.publications import Histogram
from protocol.errors import RefusedError, ValidationError
from tests.actors.assessments.live.games import (
    BLANKS,
    CHOICE,
    ESSAY,
    MATCHING,
    TEXT,
    TRUE_FALSE,
    Game,
    asked,
    code_of,
)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (CHOICE, []),
        (CHOICE, [4]),
        (CHOICE, [-1]),
        (CHOICE, [1, 1]),
        (CHOICE, [True]),
        (CHOICE, ["1"]),
        (CHOICE, "1"),
        (CHOICE, [0, 1, 2, 3, 0]),
        (TRUE_FALSE, "true"),
        (TEXT, True),
        (TEXT, "x" * 5_001),
        (ESSAY, ["x"]),
        (BLANKS, ["two"]),
        (BLANKS, ["two", 4]),
        (BLANKS, "two four"),
        (MATCHING, [0, 1]),
        (MATCHING, [0, 1, 4]),
        (MATCHING, ["a", "b", "c"]),
    ],
)
def test_an_answer_of_the_wrong_shape_is_refused_by_its_field(question: Any, answer: Any) -> None:
    game = asked(question)
    with pytest.raises(ValidationError) as refused:
        game.answer("ann", answer)
    assert refused.value.details["fields"][0]["field"] == "answer"
    assert game.state.answered == 0


@pytest.mark.parametrize("answer_id", ["", "x" * 101])
def test_an_answers_id_is_bounded(answer_id: str) -> None:
    assert code_of(asked(TRUE_FALSE).answer, "ann", True, answer_id=answer_id) == (
        "VALIDATION_ERROR"
    )


def test_the_same_answer_again_gets_the_same_acknowledgement_in_every_phase() -> None:
    game = asked(TRUE_FALSE)
    first = game.answer("ann", True, answer_id="mine")
    for _ in range(4):
        game.now += 30_000
        assert game.answer("ann", False, answer_id="mine") == first
        assert code_of(game.answer, "ann", True, answer_id="other") == "ALREADY_ANSWERED"
        game.next()


def test_answers_out_of_place_are_refused() -> None:
    game = Game(questions=(TRUE_FALSE,) * 2)
    assert code_of(game.answer, "ann", True, index=0) == "NOT_A_PLAYER"
    game.join("ann")
    game.join("bob")
    assert code_of(game.answer, "ann", True, index=0) == "QUESTION_NOT_OPEN"
    game.start()
    assert code_of(game.answer, "ann", True, index=1) == "QUESTION_NOT_OPEN"
    assert code_of(game.answer, "ann", True, index=-1) == "QUESTION_NOT_OPEN"
    late = game.state.closes_at + 1
    assert code_of(game.answer, "ann", True, received_at=late) == "QUESTION_CLOSED"
    game.next()
    assert code_of(game.answer, "ann", True) == "QUESTION_CLOSED"
    for _ in range(3):
        game.next()
    assert code_of(game.answer, "ann", True, index=0) == "QUESTION_CLOSED"


def test_the_question_closes_when_all_connected_have_answered() -> None:
    game = asked(TRUE_FALSE)
    game.answer("ann", True)
    assert game.phase() is Phase.OPEN
    game.answer("bob", True)
    assert game.phase() is Phase.CLOSED
    assert game.state.answered == 2


def test_the_question_stays_open_when_it_is_to_take_its_time() -> None:
    game = asked(TRUE_FALSE, close_when_all_answered=False)
    game.answer("ann", True)
    game.answer("bob", True)
    assert game.phase() is Phase.OPEN
    game.pass_time(20_000)
    assert game.phase() is Phase.CLOSED


def test_who_has_left_is_not_waited_for() -> None:
    game = asked(TRUE_FALSE)
    game.join("cay")
    game.do(LeaveGame(player_id="bob", connection_id="bob-1"))
    assert game.phase() is Phase.OPEN
    game.answer("ann", True)
    assert game.phase() is Phase.CLOSED


def test_the_histogram_reaches_the_hosts_a_few_times_a_second() -> None:
    game = asked(CHOICE)
    game.answer("ann", [1, 3])
    assert "histogram" not in game.alarms
    game.attach()
    game.join("cay")
    game.answer("bob", [1])
    game.next()
    game.next()
    game.pass_time(250)
    assert game.named("live.histogram") == []
    game = asked(CHOICE, close_when_all_answered=False)
    game.attach()
    game.answer("ann", [1, 3])
    game.answer("bob", [1])
    game.pass_time(250)
    (histogram,) = [p for p in game.published if p.event == "live.histogram"]
    assert (histogram.topic, histogram.volatile) == ("live:game:hosts", True)
    assert isinstance(histogram.data, Histogram)
    assert histogram.data.counts == {"1": 2, "3": 1}
    assert (histogram.data.answered, histogram.data.connected) == (2, 2)


def test_a_game_without_players_ends_like_any_other() -> None:
    game = Game(questions=(TRUE_FALSE,))
    game.start()
    game.pass_time(20_000)
    assert game.phase() is Phase.CLOSED
    for _ in range(3):
        game.next()
    assert game.named("live.finished")[0].top == ()


def test_refusals_say_what_is_wrong() -> None:
    game = Game(config=LiveConfig(max_players=1))
    game.join("ann")
    with pytest.raises(RefusedError) as refused:
        game.join("bob")
    assert refused.value.details == {"max_players": 1}
