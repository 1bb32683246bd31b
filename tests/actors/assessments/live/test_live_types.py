"""Numbers with units, items to put in order and places to mark, from question to final board."""

from __future__ import annotations

from itertools import permutations
from typing import Any

import msgspec
import pytest

from actors.assessments.answers.grading import choices
from protocol.assessments.quizzes import HotspotKey, Question
from tests.actors.assessments.live.games import (
    HOTSPOT,
    MATCHING,
    NUMERIC,
    ORDERING,
    Game,
    asked,
    code_of,
)

ITEMS = ("mouse", "cat", "horse", "whale")


def ids(game: Game, *items: str) -> list[Any]:
    """How an answer names them."""
    shown = {option.text: option.id for option in game.named("live.question")[0].options}
    return [shown[item] for item in items]


def revealed(game: Game) -> Any:
    while not game.named("live.reveal"):
        game.next()
    return game.named("live.reveal")[0]


def test_items_are_shown_in_an_order_that_says_nothing_of_the_right_one() -> None:
    orders = set()
    for seed in range(40):
        game = Game(questions=(ORDERING,), seed=seed)
        game.join("ann")
        game.start()
        [question] = game.named("live.question")
        orders.add(tuple(option.text for option in question.options))
        assert [option.id for option in question.options] == [0, 1, 2, 3]
    assert len(orders) > 12
    assert tuple(sorted(ITEMS)) in set(permutations(ITEMS))


def test_points_are_given_for_items_that_follow_each_other() -> None:
    game = asked(ORDERING, points=300, speed_weighted=False)
    game.answer("ann", ids(game, *ITEMS))
    game.answer("bob", ids(game, "horse", "whale", "mouse", "cat"))
    reveal = revealed(game)
    assert reveal.correct == ids(game, *ITEMS)
    assert [(r.correct, r.points) for r in game.named("live.result")] == [(True, 300), (False, 200)]
    game.next()
    game.next()
    ann, bob = game.board().rows
    assert ann.answers[0].answer == list(ITEMS)
    assert bob.answers[0].answer == ["horse", "whale", "mouse", "cat"]


@pytest.mark.parametrize("question", [ORDERING, MATCHING, NUMERIC])
def test_all_or_nothing_gives_nothing_for_a_part(question: Question) -> None:
    game = asked(
        msgspec.structs.replace(question, all_or_nothing=True), points=300, speed_weighted=False
    )
    shown = game.named("live.question")[0]
    if question is NUMERIC:
        part: Any = "1.75 m"
    elif question is ORDERING:
        part = ids(game, "horse", "whale", "mouse", "cat")
    else:
        part = [option.id for option in shown.options if option.text == "Paris"] * 3
    game.answer("ann", part)
    revealed(game)
    assert [(r.correct, r.points) for r in game.named("live.result")] == [(False, 0)] * 2


@pytest.mark.parametrize(
    "answer", [[0, 1, 2], [0, 1, 2, 2], [0, 1, 2, 4], [0, 1, 2, 3, 3], "cat", True, ["0", "1"], []]
)
def test_an_order_that_leaves_out_or_doubles_an_item_is_refused(answer: Any) -> None:
    game = asked(ORDERING)
    assert code_of(game.answer, "ann", answer) == "VALIDATION_ERROR"


def test_numbers_are_counted_as_they_come_and_shown_with_their_units() -> None:
    game = asked(NUMERIC, points=100, speed_weighted=False)
    assert game.named("live.question")[0].unit_required
    game.answer("ann", "180 cm")
    game.answer("bob", "1.75m")
    assert game.state.right == 1
    reveal = revealed(game)
    assert (reveal.correct, reveal.accepted) == ("1.8 m", ("(1.8 ± 0.01) m",))
    assert [(r.correct, r.points) for r in game.named("live.result")] == [(True, 100), (False, 50)]
    game.next()
    game.next()
    assert [row.answers[0].answer for row in game.board().rows] == ["180 cm", "1.75m"]


def test_places_are_found_wherever_their_marks_are_and_shown_at_the_reveal() -> None:
    game = asked(HOTSPOT, points=100, speed_weighted=False)
    [shown] = game.named("live.question")
    assert (shown.marks, shown.options, shown.media_alt) == (2, (), "A map")
    game.answer("ann", [1_000, 9_500, 2_900, 2_000])
    game.answer("bob", [7_000, 6_500, 7_001, 6_500])
    reveal = revealed(game)
    assert isinstance(HOTSPOT.key, HotspotKey)
    assert reveal.places == HOTSPOT.key.places
    assert reveal.correct == [2_000, 2_000, 7_000, 6_500]
    assert reveal.accepted[0] == "Lake Constance"
    assert [(r.correct, r.points) for r in game.named("live.result")] == [(True, 100), (False, 50)]
    game.next()
    game.next()
    ann, bob = game.board().rows
    assert ann.answers[0].answer == ["10\u00a0% → 95\u00a0% ↓", "29\u00a0% → 20\u00a0% ↓"]
    assert bob.answers[0].answer[1] == "70.01\u00a0% → 65\u00a0% ↓"


@pytest.mark.parametrize(
    "answer",
    [[], [1], [1, 2, 3], [0, 0] * 3, [-1, 0], [0, 10_001], [0.5, 1], ["0", "0"], "here", True],
)
def test_marks_are_on_the_picture_and_no_more_than_are_asked_for(answer: Any) -> None:
    assert code_of(asked(HOTSPOT).answer, "ann", answer) == "VALIDATION_ERROR"


@pytest.mark.parametrize("answer", [["1"], 1.5, True, "9" * 5_001])
def test_a_number_is_typed(answer: Any) -> None:
    assert code_of(asked(NUMERIC).answer, "ann", answer) == "VALIDATION_ERROR"


def test_items_are_named_by_their_places_among_the_sorted_ones() -> None:
    assert choices(ORDERING) == ("cat", "horse", "mouse", "whale")
