"""Points with parts, from the question to the final board; exact, and whole where they were."""

from __future__ import annotations

from decimal import Decimal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.assessments.answers.grades import Grade
from actors.assessments.live import scoring
from actors.assessments.live.scoring import Outcome
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.points import Points, are_exact, hundredths, points_of, total
from protocol.assessments.quizzes import Answer, Question
from tests.actors.assessments.live.games import BLANKS, TRUE_FALSE, asked

MARKS = LiveConfig(points=1, speed_weighted=False, half_points=True)
points = st.integers(0, 2**40).map(points_of)
HUNDREDTH = Decimal("0.01")


def worth(question: Question, points: Points) -> Question:
    return msgspec.structs.replace(question, points=points)


@pytest.mark.parametrize(
    ("config", "question", "part", "earned"),
    [
        (MARKS, 1, Grade(1, 1), 1),
        (MARKS, 1, Grade(1, 2), 0.5),
        (MARKS, 1, Grade(1, 4), 0.5),
        (MARKS, 1, Grade(1, 5), 0),
        (MARKS, 1.5, Grade(1, 1), 1.5),
        (MARKS, 2.5, Grade(1, 2), 1.5),
        (LiveConfig(points=1, speed_weighted=False), 1, Grade(1, 2), 1),
        (LiveConfig(points=1, speed_weighted=False), 1.5, Grade(1, 1), 1.5),
        (LiveConfig(points=1000, speed_weighted=False), 1.5, Grade(1, 3), 500),
        (LiveConfig(points=1001, speed_weighted=False), 0.5, Grade(1, 1), 500.5),
        (MARKS, 0.25, Grade(1, 1), 0.25),
        (MARKS, 0.07, Grade(1, 3), 0.02),
        (MARKS, 1.15, Grade(1, 2), 0.58),
        (LiveConfig(points=10, speed_weighted=False), 0.25, Grade(1, 1), 2.5),
        (LiveConfig(points=100, speed_weighted=False), 0.07, Grade(1, 2), 4),
    ],
)
def test_parts_are_counted_where_they_are_wanted_or_cannot_be_avoided(
    config: LiveConfig, question: Points, part: Grade, earned: Points
) -> None:
    outcome = scoring.score(config, question, part, 0, 20_000, 0)
    assert outcome == Outcome(part.correct, earned, int(part.correct))
    assert type(outcome.points) is type(earned)


def test_speed_and_streaks_are_counted_in_halves_too() -> None:
    config = LiveConfig(points=10, streaks=True, half_points=True)
    assert scoring.score(config, 1, Grade(1, 1), 10_000, 20_000, 0) == Outcome(True, 7.5, 1)
    assert scoring.score(config, 1, Grade(1, 1), 0, 20_000, 1) == Outcome(True, 11, 2)
    assert scoring.score(config, 0.5, Grade(1, 1), 0, 20_000, 1) == Outcome(True, 5.5, 2)


def test_half_points_go_through_a_game_to_its_final_board() -> None:
    game = asked(
        worth(TRUE_FALSE, 1.5),
        worth(BLANKS, 1),
        worth(TRUE_FALSE, 0.5),
        points=1,
        speed_weighted=False,
        half_points=True,
    )
    answers: list[tuple[Answer, Answer]] = [
        (True, False),
        (["two", "four"], ["two", "5"]),
        (True, True),
    ]
    for ann, bob in answers:
        game.answer("ann", ann)
        game.answer("bob", bob)
        while game.phase().value != "leaderboard":
            game.next()
        game.next()
    assert [q.points for q in game.named("live.question")] == [1.5, 1, 0.5]
    results = [(r.points, r.score) for r in game.named("live.result")]
    assert results == [(1.5, 1.5), (0, 0), (1, 2.5), (0.5, 0.5), (0.5, 3), (0.5, 1)]
    assert [(s.nickname, s.score) for s in game.named("live.finished")[0].top] == [
        ("ann", 3),
        ("bob", 1),
    ]
    rows = [(row.score, [answer.points for answer in row.answers]) for row in game.board().rows]
    assert rows == [(3, [1.5, 1, 0.5]), (1, [0, 0.5, 0.5])]
    wire = msgspec.json.encode(game.board().rows)
    assert b'"score":3,' in wire
    assert b"1.5," in wire


def test_the_points_of_older_journals_stay_whole() -> None:
    config = msgspec.json.decode(b'{"points":1,"speed_weighted":false}', type=LiveConfig)
    assert scoring.score(config, 1, Grade(1, 2), 0, 20_000, 0) == Outcome(False, 1, 0)


@given(one=points, other=points)
def test_sums_are_exact(one: Points, other: Points) -> None:
    both = total(one, other)
    assert hundredths(both) == hundredths(one) + hundredths(other)
    assert total(both, -other) == one
    assert isinstance(both, int) == (hundredths(both) % 100 == 0)
    assert msgspec.json.decode(msgspec.json.encode(both), type=Points) == both


@given(value=st.floats(0, 1e6) | st.integers(0, 10**6))
def test_what_is_between_two_hundredths_is_known(value: Points) -> None:
    written = Decimal(repr(value))
    assert are_exact(value) == (written == written.quantize(HUNDREDTH))


@given(st.integers(-(10**9), 10**9))
def test_hundredths_are_told_by_their_points(count: int) -> None:
    assert hundredths(points_of(count)) == count
    assert hundredths(Decimal(count) / 100) == count
    assert are_exact(points_of(count))


@given(
    st.lists(st.tuples(st.integers(0, 2_000), st.booleans()), min_size=1, max_size=30),
    st.integers(1, 50),
)
def test_a_board_is_the_sum_of_what_was_right_whatever_the_points(
    answers: list[tuple[int, bool]], of_game: int
) -> None:
    config = LiveConfig(points=of_game, speed_weighted=False, half_points=True)
    score: Points = 0
    for worth_, right in answers:
        outcome = scoring.score(config, points_of(worth_), Grade(int(right), 1), 0, 1, 0)
        score = total(score, outcome.points)
    exact = sum((Decimal(worth_) / 100 * of_game for worth_, right in answers if right), Decimal(0))
    assert Decimal(repr(score)) == exact
