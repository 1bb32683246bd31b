"""Points with a half, from the question to the final board; exact, and whole where they were."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.assessments.live import scoring
from actors.assessments.live.grading import Grade
from actors.assessments.live.scoring import Outcome
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.points import Points, halves, has_halves, points_of, total
from protocol.assessments.quizzes import Answer, Question
from tests.actors.assessments.live.games import BLANKS, TRUE_FALSE, asked

MARKS = LiveConfig(points=1, speed_weighted=False, half_points=True)
points = st.integers(0, 2**40).map(points_of)


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
    ],
)
def test_halves_are_counted_where_they_are_wanted_or_cannot_be_avoided(
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
    assert halves(both) == halves(one) + halves(other)
    assert total(both, -other) == one
    assert isinstance(both, int) == (halves(both) % 2 == 0)
    assert msgspec.json.decode(msgspec.json.encode(both), type=Points) == both


@given(value=st.floats(0, 1e6) | st.integers(0, 10**6))
def test_what_is_between_two_halves_is_known(value: Points) -> None:
    assert has_halves(value) == ((value * 2) % 1 == 0)
