"""What a simulated game counts."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from supervisors.simulation.player import choose_answer, in_words
from supervisors.simulation.tally import Tally, percentile, rows


def test_a_lost_and_a_changed_answer_are_both_lost() -> None:
    tally = Tally()
    tally.acknowledged = {("a", 0): ["x"], ("a", 1): True, ("b", 0): ["y"]}
    tally.check(
        [
            {"playerId": "a", "answers": [["x"], None]},
            {"playerId": "b", "answers": [["z"], None]},
        ]
    )
    assert tally.lost == [("a", 1), ("b", 0)]
    assert tally.in_results == 2


def test_the_table_says_what_was_refused() -> None:
    tally = Tally()
    tally.refuse("QUESTION_CLOSED")
    tally.refuse("QUESTION_CLOSED")
    assert dict(rows(tally))["refused"] == "QUESTION_CLOSED 2"
    assert dict(rows(Tally()))["refused"] == "none"


@given(st.lists(st.floats(0, 100), min_size=1), st.floats(0.01, 1))
def test_a_percentile_is_one_of_the_values_with_that_share_below(
    values: list[float], share: float
) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9


def test_no_values_have_no_percentile() -> None:
    assert percentile([], 0.5) == 0.0


@pytest.mark.parametrize(
    ("question", "shape"),
    [
        ({"questionType": "multiple_choice", "options": [{"id": 3, "text": "c"}]}, [3]),
        (
            {
                "questionType": "matching",
                "options": [{"id": 1, "text": "m"}],
                "prompts": ["p", "q"],
            },
            [1, 1],
        ),
    ],
)
def test_choices_are_ids_and_read_as_texts(question: dict[str, object], shape: list[int]) -> None:
    answer = choose_answer(question, random.Random(1))
    assert answer == shape
    assert in_words(question, answer) == [{3: "c", 1: "m"}[chosen] for chosen in shape]


def test_other_types_get_their_shapes() -> None:
    rng = random.Random(1)
    assert isinstance(choose_answer({"questionType": "true_false"}, rng), bool)
    assert len(choose_answer({"questionType": "fill_blank", "blanks": 2}, rng)) == 2
    essay = choose_answer({"questionType": "essay"}, rng)
    assert in_words({"questionType": "essay"}, essay) == essay
