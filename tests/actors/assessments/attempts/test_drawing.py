"""What attempts draw from pools: as many as they say, the same for ever, and worth the same."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.assessments.attempts import machine, rules
from actors.assessments.attempts.drawing import asked, drawings, drawn
from actors.assessments.attempts.shapes import shape_of
from actors.assessments.attempts.state import asked as asked_places
from protocol.assessments.attempts.commands import (
    BeginAttempt,
    NoteActivity,
    ReportProgress,
    SaveAnswer,
    SubmitAttempt,
)
from protocol.assessments.attempts.marks import score
from protocol.assessments.attempts.rows import AttemptRow
from protocol.assessments.attempts.values import Activity, Drawing
from protocol.assessments.pools import unfit
from protocol.assessments.quizzes import Pool, Question, QuestionType, QuizSettings, TrueFalseKey
from protocol.errors import NotFoundError
from protocol.records.assessments import AttemptFacts, Marking, QuizVersion
from protocol.records.common import CourseFacts
from tests.actors.assessments.attempts.papers import QUESTIONS, Attempt

SEEDS = st.integers(0, 2**64 - 1)
FIVE_DRAW_TWO = (Drawing(2, (1, 2, 3, 4, 5)),)


@st.composite
def quizzes(draw: st.DrawFn) -> QuizVersion:
    """Questions in pools and in none, in any order; all of one pool are worth the same."""
    sizes = draw(st.lists(st.integers(1, 6), min_size=1, max_size=4))
    pools = tuple(
        Pool(name=f"pool {n}", draw=draw(st.integers(1, size))) for n, size in enumerate(sizes)
    )
    places: list[str | None] = [
        pool.name for pool, size in zip(pools, sizes, strict=True) for _ in range(size)
    ]
    places += [None] * draw(st.integers(0, 5))
    worth: dict[str | None, int] = {pool.name: draw(st.integers(0, 5)) for pool in pools}
    questions = tuple(
        Question(
            id=f"q{n}",
            type=QuestionType.TRUE_FALSE,
            text="?",
            key=TrueFalseKey(value=True),
            points=worth.get(pool, 1),
            pool=pool,
        )
        for n, pool in enumerate(draw(st.permutations(places)))
    )
    settings = QuizSettings(title="Q")
    return QuizVersion(id="v", quiz_id="q", settings=settings, questions=questions, pools=pools)


def places_drawn(version: QuizVersion, seed: int) -> tuple[int, ...]:
    found = drawn(seed, len(version.questions), drawings(version.pools, version.questions))
    assert found is not None
    return found


@given(version=quizzes(), seed=SEEDS)
def test_an_attempt_asks_as_many_of_each_pool_as_it_says_and_all_others(
    version: QuizVersion, seed: int
) -> None:
    places = places_drawn(version, seed)
    assert list(places) == sorted(set(places))
    chosen = [version.questions[place] for place in places]
    for pool in version.pools:
        assert sum(question.pool == pool.name for question in chosen) == pool.draw
    fixed = [question for question in version.questions if question.pool is None]
    assert [question for question in chosen if question.pool is None] == fixed


@given(version=quizzes(), seed=SEEDS)
def test_the_same_seed_draws_the_same(version: QuizVersion, seed: int) -> None:
    assert places_drawn(version, seed) == places_drawn(version, seed)


@given(version=quizzes(), seed=SEEDS, other=SEEDS)
def test_what_is_asked_is_worth_the_same_for_everybody(
    version: QuizVersion, seed: int, other: int
) -> None:
    assert unfit(version.pools, version.questions) == ()
    totals = {_possible(version, frozenset(_ids(version, each))) for each in (seed, other)}
    totals.add(_possible(version, None))
    assert len(totals) == 1


def _ids(version: QuizVersion, seed: int) -> list[str]:
    return [version.questions[place].id for place in places_drawn(version, seed)]


def _possible(version: QuizVersion, ids: frozenset[str] | None) -> Decimal:
    marked = rules.by_keys(ended(version, ids))
    assert marked is not None
    if ids is not None:
        assert {mark.question_id for mark in marked.marks} == ids
    return score(marked.marks).most


def ended(version: QuizVersion, ids: frozenset[str] | None) -> Marking:
    """An attempt in which nothing was answered."""
    facts = AttemptFacts(
        submission_id="s",
        quiz_id="q",
        version_id="v",
        student_id="ada",
        course=CourseFacts(id="c", instructor_id="vera", status="published"),
        ended=True,
    )
    return Marking(facts=facts, version=version, answers={}, marks=(), drawn=ids)


def test_every_question_of_a_pool_is_drawn_by_about_as_many() -> None:
    """Of 1000 students 400 draw each on average; a standard deviation is 15."""
    counts = dict.fromkeys(range(1, 6), 0)
    for seed in range(1_000):
        for place in (drawn(seed, 6, FIVE_DRAW_TWO) or ())[1:]:
            counts[place] += 1
    assert sum(counts.values()) == 2_000
    assert all(320 < count < 480 for count in counts.values())


def test_a_quiz_without_pools_asks_everything() -> None:
    assert drawn(7, 3, ()) is None
    version = QuizVersion(id="v", quiz_id="q", settings=QuizSettings(title="Q"), questions=())
    assert asked(version, None) == ()


def begun(**more: Any) -> Attempt:
    return Attempt(seed=3, drawings=FIVE_DRAW_TWO, **more)


@pytest.mark.parametrize("shuffled", [False, True])
def test_a_student_sees_what_was_drawn_and_nothing_else(shuffled: bool) -> None:
    attempt = begun(shuffled=shuffled)
    seen = [place.question_id for place in attempt.view().questions]
    assert len(seen) == len(QUESTIONS) - 3 == len(set(seen))
    quiz = [question.id for question in QUESTIONS]
    assert (seen == sorted(seen, key=quiz.index)) is not shuffled
    again = [place.question_id for place in begun(shuffled=shuffled).view().questions]
    assert again == seen


def left_out(attempt: Attempt) -> Question:
    places = asked_places(attempt.state)
    return next(q for n, q in enumerate(QUESTIONS) if n not in places)


def test_what_was_not_drawn_does_not_exist() -> None:
    attempt = begun()
    question = left_out(attempt)
    save = SaveAnswer(
        by="ada", question_id=question.id, answer=None, answer_id="a-1", received_at=attempt.now
    )
    note = NoteActivity(by="ada", activity=Activity.VIEWED, question_id=question.id)
    for command in (save, note):
        with pytest.raises(NotFoundError):
            attempt.do(command)


def test_answers_keep_their_places_in_the_quiz() -> None:
    attempt = begun()
    place = asked_places(attempt.state)[-1]
    attempt.save(QUESTIONS[place], None)
    assert set(attempt.state.answers) == {place}


def test_those_who_watch_count_what_was_drawn() -> None:
    progress = begun().do(ReportProgress())
    assert progress.total == len(QUESTIONS) - 3


def test_the_row_says_what_was_drawn_from_the_beginning_to_the_end() -> None:
    attempt = begun()
    drawn_ids = tuple(QUESTIONS[place].id for place in asked_places(attempt.state))
    attempt.do(SubmitAttempt(by="ada", received_at=attempt.now))
    rows = [row for row in attempt.records if isinstance(row, AttemptRow)]
    assert [row.drawn for row in rows] == [drawn_ids, drawn_ids]


def test_an_attempt_of_before_there_were_pools_asks_everything() -> None:
    assert "drawn" not in msgspec.to_builtins(_begun_event())
    state = machine.evolve(machine.initial("a"), _begun_event())
    assert list(asked_places(state)) == list(range(len(QUESTIONS)))


def _begun_event() -> Any:
    command = BeginAttempt(
        student_id="ada",
        quiz_id="q",
        course_id="c",
        version_id="v",
        number=1,
        questions=tuple(map(shape_of, QUESTIONS)),
        seed=1,
    )
    persist = machine.decide(machine.initial("a"), command, 0)[0]
    return persist.events[0]  # type: ignore[union-attr]
