"""The real grader and an obvious one agree on every type; grading is monotone and idempotent."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from actors.assessments.answers import grading
from actors.assessments.answers.grades import OPEN
from actors.assessments.answers.shapes import problem_of, sizes_of
from actors.assessments.attempts.marking import marked
from actors.assessments.live import scoring
from protocol.assessments.attempts.marks import rounded, score
from protocol.assessments.attempts.rows import GivenAnswer
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.quizzes import WHOLE, Question, QuestionType
from tests.actors.assessments.answers.drawn import papers, questions
from tests.actors.assessments.answers.reference import share

penalties = st.none() | st.integers(0, WHOLE)
NOBODY = frozenset[QuestionType]()
Paper = list[tuple[Question, Any]]


def given_answers(paper: Paper) -> dict[str, GivenAnswer]:
    return {
        question.id: GivenAnswer(answer=answer, revision=1, at=0)
        for question, answer in paper
        if answer is not None
    }


def points(question: Question) -> Fraction:
    return Fraction(str(question.points))


def fits(question: Question, answer: Any) -> bool:
    """Whether it could be an answer to that question."""
    return answer is not None and not problem_of(
        question.type, answer, *sizes_of(question), first=OPEN
    )


@given(papers(), penalties)
def test_marks_are_those_of_an_obvious_grader(paper: Paper, penalty: int | None) -> None:
    asked = [question for question, _ in paper]
    marks = marked(asked, given_answers(paper), review=NOBODY, penalty=penalty)
    for mark, (question, answer) in zip(marks, paper, strict=True):
        exact = share(question, answer, penalty)
        assert mark.automatic == rounded(points(question) * exact)
        assert mark.correct == (exact == 1)
    total = score(marks)
    assert total.points == max(Decimal(0), sum(mark.earned for mark in marks))
    assert total.points >= 0
    assert total.percentage >= 0


@given(papers(), penalties, st.randoms(use_true_random=False))
def test_the_order_of_answers_does_not_matter_and_again_changes_nothing(
    paper: Paper, penalty: int | None, random: Any
) -> None:
    asked, answers = [question for question, _ in paper], list(given_answers(paper).items())
    marks = marked(asked, dict(answers), penalty=penalty)
    random.shuffle(answers)
    assert marked(asked, dict(answers), penalty=penalty) == marks
    assert marked(asked, dict(answers), marks, penalty=penalty) == marks


@given(questions(), questions(), penalties)
def test_a_better_answer_never_earns_less(
    one: tuple[Question, Any], other: tuple[Question, Any], penalty: int | None
) -> None:
    question, answer = one
    better = other[1] if fits(question, other[1]) else answer
    if answer is None:
        return
    plain = msgspec.structs.replace(question, all_or_nothing=False)
    strict = msgspec.structs.replace(question, all_or_nothing=True)
    if share(plain, answer) > share(plain, better):
        answer, better = better, answer
    for asked in (plain, strict):
        worse_mark, better_mark = (
            marked([asked], given_answers([(asked, each)]), review=NOBODY)[0]
            for each in (answer, better)
        )
        assert worse_mark.earned <= better_mark.earned
    [lenient], [hard] = (
        marked([each], given_answers([(each, answer)]), review=NOBODY, penalty=penalty)
        for each in (plain, strict)
    )
    assert hard.earned <= lenient.earned


@given(questions(), st.integers(1, 5_000))
def test_games_give_the_same_share_and_take_nothing_away(
    drawn: tuple[Question, Any], of_game: int
) -> None:
    question, answer = drawn
    if answer is None:
        return
    places = range(len(grading.choices(question)))
    grade = grading.grade(question, places, answer)
    assert grade is not None
    exact = share(question, answer)
    assert Fraction(grade.right, grade.of) == exact
    config = LiveConfig(points=of_game, speed_weighted=False, half_points=True)
    outcome = scoring.score(config, question.points, grade, 0, 1, 0)
    assert outcome.points >= 0
    worth = points(question) * of_game
    assert abs(Fraction(str(outcome.points)) - worth * exact) <= Fraction(1, 4)
    if exact in (0, 1):
        assert Fraction(str(outcome.points)) == worth * exact
