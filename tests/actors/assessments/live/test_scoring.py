"""Points: the published formula, its bounds, and whole numbers all the way."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.assessments.answers.grades import Grade
from actors.assessments.live import scoring
from actors.assessments.live.scoring import Outcome, ranks, speed_weighted, streak_bonus
from protocol.assessments.live.configuration import LiveConfig

many = settings()


@pytest.mark.parametrize(
    ("elapsed", "points"),
    [(0, 1000), (5_000, 875), (10_000, 750), (20_000, 500), (30_000, 500), (-5, 1000)],
)
def test_a_faster_answer_earns_more_and_the_slowest_half(elapsed: int, points: int) -> None:
    assert speed_weighted(1000, elapsed, 20_000) == points


def test_without_a_time_there_is_nothing_to_weigh() -> None:
    assert speed_weighted(1000, 5, 0) == 1000


@pytest.mark.parametrize(
    ("streak", "bonus"), [(0, 0), (1, 0), (2, 100), (3, 200), (6, 500), (7, 500)]
)
def test_a_streak_earns_up_to_half_again(streak: int, bonus: int) -> None:
    assert streak_bonus(1000, streak) == bonus


def test_what_only_a_person_can_grade_earns_nothing_and_keeps_the_streak() -> None:
    assert scoring.score(LiveConfig(), 1, None, 0, 20_000, 3) == Outcome(None, 0, 3)


def test_a_part_earns_its_part_and_ends_the_streak() -> None:
    config = LiveConfig(speed_weighted=False, streaks=True)
    assert scoring.score(config, 1, Grade(1, 3), 0, 20_000, 3) == Outcome(False, 333, 0)
    assert scoring.score(config, 1, Grade(2, 3), 0, 20_000, 3) == Outcome(False, 667, 0)


def test_streaks_count_only_where_they_are_wanted() -> None:
    plain = LiveConfig(speed_weighted=False)
    assert scoring.score(plain, 1, Grade(1, 1), 0, 20_000, 3) == Outcome(True, 1000, 4)
    streaks = LiveConfig(speed_weighted=False, streaks=True)
    assert scoring.score(streaks, 2, Grade(1, 1), 0, 20_000, 3) == Outcome(True, 2600, 4)


@many
@given(
    st.builds(
        LiveConfig,
        points=st.integers(0, 1_000_000),
        speed_weighted=st.booleans(),
        streaks=st.booleans(),
    ),
    st.integers(0, 1_000),
    st.integers(1, 20).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))),
    st.integers(-1_000, 10_000_000),
    st.integers(1, 10_000_000),
    st.integers(0, 300),
)
def test_points_are_never_negative_and_bounded(
    config: LiveConfig,
    weight: int,
    parts: tuple[int, int],
    elapsed: int,
    allotted: int,
    streak: int,
) -> None:
    outcome = scoring.score(config, weight, Grade(*parts), elapsed, allotted, streak)
    assert 0 <= outcome.points <= scoring.highest(config, weight)
    assert outcome.correct is (parts[0] == parts[1])


@many
@given(st.integers(0, 1_000_000), st.integers(1, 10_000_000), st.data())
def test_being_slower_never_earns_more_and_is_the_formula(
    points: int, allotted: int, data: st.DataObject
) -> None:
    early = data.draw(st.integers(0, allotted))
    late = data.draw(st.integers(early, allotted))
    assert speed_weighted(points, early, allotted) >= speed_weighted(points, late, allotted)
    exact = (1 - early / (2 * allotted)) * points
    assert abs(speed_weighted(points, early, allotted) - exact) <= 0.5 + 1e-6 * (1 + exact)


def test_equal_scores_share_a_rank() -> None:
    assert ranks([]) == []
    assert ranks([9, 7, 7, 5, 5, 5, 1]) == [1, 2, 2, 4, 4, 4, 7]


@many
@given(st.lists(st.integers(0, 5)))
def test_a_rank_is_one_more_than_how_many_are_better(scores: list[int]) -> None:
    scores.sort(reverse=True)
    assert ranks(scores) == [1 + sum(other > score for other in scores) for score in scores]
