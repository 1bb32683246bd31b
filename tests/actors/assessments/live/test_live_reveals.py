"""What a reveal and the final board show of answers."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.assessments.answers.numbers import number_in, written
from protocol.assessments.live.commands import (
    EndGame,
)
from protocol.assessments.quizzes import BlanksKey, ChoiceKey, Question, TextKey
from tests.actors.assessments.live.games import (
    BLANKS,
    CHOICE,
    ESSAY,
    MATCHING,
    TEXT,
    TRUE_FALSE,
    Game,
    asked,
    keyed,
)


def test_a_reveal_has_the_key_in_the_shape_of_an_answer() -> None:
    game = Game()
    game.join("ann")
    game.start()
    for _ in range(6):
        for _ in range(4):
            game.next()
    shown = [(reveal.correct, reveal.accepted) for reveal in game.named("live.reveal")]
    matching = game.named("live.question")[4]
    texts = [matching.options[i].text for i in shown[4][0]]
    assert texts == ["Paris", "Berlin", "Rome"]
    assert shown[:4] + shown[5:] == [
        ([1, 3], ()),
        (True, ()),
        ("Paris", ("Paris", "Lutetia")),
        (["two", "four"], ()),
        (None, ()),
    ]


@pytest.mark.parametrize(
    ("question", "answer", "shown", "points"),
    [
        (CHOICE, [1, 3], ["2", "3"], 1000),
        (TRUE_FALSE, False, False, 0),
        (TEXT, "paris", "paris", 1000),
        (ESSAY, "Because", "Because", 0),
        (BLANKS, ["two", "5"], ["two", "5"], 500),
    ],
)
def test_results_show_answers_as_they_were_meant(
    question: Question, answer: Any, shown: Any, points: int
) -> None:
    game = asked(question)
    game.answer("ann", answer)
    game.host(EndGame)
    (outcome,) = game.board().rows[0].answers
    assert (outcome.answer, outcome.points, outcome.elapsed_ms) == (shown, points, 0)


def test_results_show_matches_by_their_texts() -> None:
    game = asked(MATCHING)
    options = {option.text: option.id for option in game.named("live.question")[0].options}
    game.answer("bob", [options["Paris"], options["Rome"], options["Rome"]])
    game.host(EndGame)
    (outcome,) = game.board().rows[0].answers
    assert (outcome.answer, outcome.points) == (["Paris", "Rome", "Rome"], 667)


@pytest.mark.parametrize(
    ("question", "correct", "accepted"),
    [
        (keyed(TEXT, TextKey(number=1.5, tolerance=0.1)), "1.5", ("1.5 ± 0.1",)),
        (keyed(TEXT, TextKey()), None, ()),
        (keyed(BLANKS, BlanksKey(blanks=((), ()), numbers=((2.0, 0.0),))), ["2", ""], ()),
    ],
)
def test_a_reveal_shows_numbers_and_what_has_no_key(
    question: Question, correct: Any, accepted: Any
) -> None:
    game = asked(question)
    game.next()
    game.next()
    (reveal,) = game.named("live.reveal")
    assert (reveal.correct, reveal.accepted) == (correct, accepted)


def test_a_reveal_writes_numbers_as_the_quiz_reads_them() -> None:
    for kind, key, shown in (
        (TEXT, TextKey(number=1.5), "1,5"),
        (BLANKS, BlanksKey(blanks=((), ()), numbers=((1.5, 0.0), None)), ["1,5", ""]),
    ):
        game = asked(msgspec.structs.replace(keyed(kind, key), decimal_comma=True))
        game.next()
        game.next()
        assert game.named("live.reveal")[0].correct == shown


@given(number=st.floats(-1e9, 1e9).map(lambda n: float(f"{n:.12g}")), comma=st.booleans())
def test_a_number_as_it_is_shown_is_read_as_itself(number: float, comma: bool) -> None:
    shown = written(number, decimal_comma=comma)
    assert number_in(shown, decimal_comma=comma) == number


def test_a_question_says_whether_several_may_be_chosen() -> None:
    for key in (ChoiceKey(correct=(1,)), ChoiceKey(correct=(1, 3))):
        for multiple, shown in ((True, True), (False, False), (None, True)):
            question = msgspec.structs.replace(CHOICE, key=key, multiple=multiple)
            assert asked(question).named("live.question")[0].multiple is shown
    assert not asked(TRUE_FALSE).named("live.question")[0].multiple


@pytest.mark.parametrize("right", [(), (1,)])
def test_players_are_told_that_none_may_be_chosen_and_not_whether_it_is_right(
    right: tuple[int, ...],
) -> None:
    key = ChoiceKey(correct=right, none_allowed=True)
    (shown,) = asked(msgspec.structs.replace(CHOICE, key=key)).named("live.question")
    assert shown.none_allowed
    assert not asked(CHOICE).named("live.question")[0].none_allowed
