"""Marks: exact, monotone, independent of order, and the same as those of an obvious grader."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.assessments.answers.grading import choices
from actors.assessments.answers.shown_keys import readable
from actors.assessments.attempts.marking import marked
from actors.assessments.attempts.worth import REVIEWED, mark_of
from protocol.assessments.attempts.marks import GradingStatus, Mark, rounded, score
from protocol.assessments.attempts.rows import GivenAnswer
from protocol.assessments.quizzes import (
    Answer,
    BlanksKey,
    ChoiceKey,
    MatchingKey,
    Question,
    QuestionType,
    TextKey,
    TrueFalseKey,
)
from tests.actors.assessments.live.games import BLANKS, CHOICE, ESSAY, MATCHING, TEXT, TRUE_FALSE

WORDS = ("red", "green", "blue", "grey")
HALF_A_HUNDREDTH = Fraction(1, 200)
points = st.integers(0, 20).map(lambda halves: halves // 2 if halves % 2 == 0 else halves / 2)


def answer_of(answer: Answer, revision: int = 1) -> GivenAnswer:
    return GivenAnswer(answer=answer, revision=revision, at=0)


@st.composite
def questions(draw: st.DrawFn, number: int) -> tuple[Question, Any]:
    """An objective question, and an answer to it or None."""
    kind = draw(st.sampled_from(["choice", "true_false", "blanks", "matching"]))
    key: Any
    answer: Any
    options: tuple[str, ...] = ()
    if kind == "choice":
        options = WORDS
        key = ChoiceKey(correct=tuple(draw(st.sets(st.integers(0, 3), min_size=1))))
        answer = draw(st.lists(st.integers(0, 3), unique=True))
        type_ = QuestionType.MULTIPLE_CHOICE
    elif kind == "true_false":
        key, answer = TrueFalseKey(value=draw(st.booleans())), draw(st.booleans())
        type_ = QuestionType.TRUE_FALSE
    elif kind == "blanks":
        key = BlanksKey(blanks=tuple((word,) for word in draw(st.permutations(WORDS))[:3]))
        answer = draw(st.lists(st.sampled_from([*WORDS, ""]), min_size=3, max_size=3))
        type_ = QuestionType.FILL_BLANK
    else:
        pairs = tuple((str(n), word) for n, word in enumerate(draw(st.permutations(WORDS))[:3]))
        key = MatchingKey(pairs=pairs, distractors=("pink",))
        answer = draw(st.lists(st.integers(-1, 3), min_size=3, max_size=3))
        type_ = QuestionType.MATCHING
    question = Question(
        id=f"q{number}",
        type=type_,
        text="?",
        options=options,
        key=key,
        points=draw(points),
        multiple=True if options else None,
    )
    return question, draw(st.sampled_from([answer, answer, answer, None]))


@st.composite
def papers(draw: st.DrawFn) -> list[tuple[Question, Any]]:
    size = draw(st.integers(1, 8))
    return [draw(questions(n)) for n in range(size)]


def obvious(question: Question, answer: Any) -> Fraction:
    """The share of a question's points, as a teacher with a red pen would see it."""
    if answer is None:
        return Fraction(0)
    match question.key:
        case ChoiceKey(correct=correct):
            return Fraction(int(sorted(answer) == sorted(correct)))
        case TrueFalseKey(value=value):
            return Fraction(int(answer == value))
        case BlanksKey(blanks=blanks):
            right = [given in accepted for given, accepted in zip(answer, blanks, strict=True)]
            return Fraction(sum(right), len(right))
        case MatchingKey(pairs=pairs):
            shown = sorted({*(match for _, match in pairs), "pink"})
            right = [
                place >= 0 and shown[place] == match
                for place, (_, match) in zip(answer, pairs, strict=True)
            ]
            return Fraction(sum(right), len(right))
    raise AssertionError(question.key)


def given_answers(paper: list[tuple[Question, Any]]) -> dict[str, GivenAnswer]:
    return {q.id: answer_of(answer) for q, answer in paper if answer is not None}


@given(papers())
def test_property_32_scores_are_the_sum_of_points_for_right_answers(
    paper: list[tuple[Question, Any]],
) -> None:
    """Property 32: Auto-grading accuracy. Requirements 6.4, 6.5."""
    marks = marked([q for q, _ in paper], given_answers(paper))
    for mark, (question, answer) in zip(marks, paper, strict=True):
        exact = Fraction(str(question.points)) * obvious(question, answer)
        assert abs(Fraction(mark.earned) - exact) <= HALF_A_HUNDREDTH
    total, most = sum(mark.earned for mark in marks), sum(Decimal(str(q.points)) for q, _ in paper)
    result = score(marks)
    assert (result.points, result.most) == (total, most)
    exact = Fraction(total) * 100 / Fraction(most) if most else Fraction(0)
    assert abs(Fraction(result.percentage) - exact) <= HALF_A_HUNDREDTH
    assert result.status is GradingStatus.AUTO_GRADED


@given(papers(), st.sampled_from([TEXT, ESSAY]), st.booleans(), st.integers(0, 8))
def test_property_33_essays_and_short_answers_wait_for_a_person(
    paper: list[tuple[Question, Any]], subjective: Question, is_answered: bool, place: int
) -> None:
    """Property 33: Subjective question handling. Requirements 6.6."""
    paper.insert(place, (subjective, "Paris" if is_answered else None))
    marks = marked([q for q, _ in paper], given_answers(paper))
    assert score(marks).status is GradingStatus.PENDING_REVIEW


@given(papers(), st.randoms(use_true_random=False))
def test_marks_do_not_depend_on_the_order_of_answers_and_again_change_nothing(
    paper: list[tuple[Question, Any]], random: Any
) -> None:
    asked, answers = [q for q, _ in paper], list(given_answers(paper).items())
    marks = marked(asked, dict(answers))
    random.shuffle(answers)
    assert marked(asked, dict(answers)) == marks
    assert marked(asked, dict(answers), marks) == marks


@given(papers(), st.integers(0, 7))
def test_one_more_right_answer_never_lowers_a_score(
    paper: list[tuple[Question, Any]], which: int
) -> None:
    asked, answers = [q for q, _ in paper], given_answers(paper)
    before = score(marked(asked, answers)).percentage
    question = asked[which % len(asked)]
    answers[question.id] = answer_of(right(question))
    assert score(marked(asked, answers)).percentage >= before


def right(question: Question) -> Any:
    match question.key:
        case ChoiceKey(correct=correct):
            return list(correct)
        case TrueFalseKey(value=value):
            return value
        case BlanksKey(blanks=blanks):
            return [accepted[0] for accepted in blanks]
        case MatchingKey(pairs=pairs):
            shown = sorted({*(match for _, match in pairs), "pink"})
            return [shown.index(match) for _, match in pairs]
    raise AssertionError(question.key)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Fraction(1, 3), "0.33"),
        (Fraction(2, 3), "0.67"),
        (Fraction(1, 200), "0.01"),
        (Fraction(29, 200), "0.15"),
        (Fraction(0), "0.00"),
        (Fraction(100), "100.00"),
    ],
)
def test_the_middle_is_rounded_up(value: Fraction, expected: str) -> None:
    assert str(rounded(value)) == expected


def test_what_a_person_gave_is_kept_as_long_as_the_answer_is_the_same() -> None:
    [mark] = marked([ESSAY], {"q-essay": answer_of("Because")})
    assert (mark.automatic, mark.correct, mark.review) == (None, None, True)
    by_person = msgspec.structs.replace(
        mark, given=Decimal(1), review=False, correct=True, comment="Yes"
    )
    [again] = marked([ESSAY], {"q-essay": answer_of("Because")}, [by_person])
    assert again == by_person
    [other] = marked([ESSAY], {"q-essay": answer_of("Why", revision=2)}, [by_person])
    assert (other.given, other.review, other.comment) == (None, True, None)


def test_short_answers_are_left_to_the_key_where_nobody_is_to_look_at_them() -> None:
    review = frozenset({QuestionType.ESSAY})
    mark = mark_of(TEXT, answer_of("paris"), review=review)
    assert (mark.earned, mark.correct, mark.review) == (Decimal(1), True, False)
    open_question = msgspec.structs.replace(TEXT, key=TextKey())
    assert mark_of(open_question, answer_of("x"), review=review).review
    assert not mark_of(open_question, None, review=review).review
    assert mark_of(TEXT, None, review=REVIEWED).review


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        (CHOICE, [1, 3], ["2", "3"]),
        (MATCHING, [2, -1, 0], ["Paris", None, "Berlin"]),
        (BLANKS, ["two", ""], ["two", ""]),
        (TRUE_FALSE, True, True),
    ],
)
def test_answers_are_readable_by_themselves(question: Question, answer: Any, expected: Any) -> None:
    assert readable(question, answer, choices(question)) == expected


def test_none_of_these_is_an_answer_only_where_it_may_be() -> None:
    none_right = msgspec.structs.replace(CHOICE, key=ChoiceKey(correct=(), none_allowed=True))
    assert mark_of(none_right, answer_of([])).correct is True
    assert mark_of(CHOICE, answer_of([])).correct is False
    no_pairs = msgspec.structs.replace(MATCHING, key=MatchingKey(pairs=()))
    assert mark_of(no_pairs, answer_of([])).review


def test_no_points_at_all_are_no_percent() -> None:
    assert score(()).percentage == 0
    mark = Mark(question_id="q", most=Decimal(0), automatic=Decimal(0), given=Decimal(0))
    assert score((mark,)).status is GradingStatus.GRADED
