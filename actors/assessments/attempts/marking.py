"""Marking of attempts: what the keys of a quiz say about saved answers.

It is a function of the questions and the answers alone, so the order in which they came does not
matter, and marking again with the same key changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

import msgspec

from actors.assessments.answers import grading
from actors.assessments.answers.grades import Grade
from actors.assessments.answers.shown_keys import readable, right_answer
from protocol.assessments.attempts.marks import Mark, rounded
from protocol.assessments.attempts.rows import GivenAnswer
from protocol.assessments.quizzes import Answer, Question, QuestionType

REVIEWED = frozenset({QuestionType.ESSAY, QuestionType.SHORT_ANSWER})
"""What a person looks at in any case, by requirement 6.6; what the key says is a suggestion."""


def marked(
    questions: Sequence[Question],
    answers: Mapping[str, GivenAnswer],
    known: Sequence[Mark] = (),
    *,
    review: frozenset[QuestionType] = REVIEWED,
    penalty: int | None = None,
) -> tuple[Mark, ...]:
    """A mark for each question, in their order.

    `known` are the marks of before: what a person gave is kept as long as the answer is the same.
    `review` are the types at which a person looks in any case, `penalty` is what the quiz has as
    `negative_marking`.
    """
    before = {mark.question_id: mark for mark in known}
    found = []
    for question in questions:
        mark = mark_of(question, answers.get(question.id), review=review, penalty=penalty)
        old = before.get(question.id)
        if old is not None and old.revision == mark.revision and not old.review:
            mark = msgspec.structs.replace(
                mark, given=old.given, comment=old.comment, review=False, correct=_right(old, mark)
            )
        found.append(mark)
    return tuple(found)


def _right(old: Mark, new: Mark) -> bool | None:
    """Whether it is all right: what a person gave says so, where somebody did."""
    return new.correct if old.given is None else old.given >= new.most


def mark_of(
    question: Question,
    given: GivenAnswer | None,
    *,
    review: frozenset[QuestionType] = REVIEWED,
    penalty: int | None = None,
) -> Mark:
    """What an answer is worth, with options as the author ordered them."""
    most = Decimal(str(question.points))
    automatic: Decimal | None = Decimal(0)
    correct: bool | None = False
    texts = grading.choices(question)
    grade = None if given is None else _grade(question, range(len(texts)), given.answer, penalty)
    if grade is not None:
        automatic = rounded(Fraction(most) * Fraction(grade.right, grade.of))
        correct = grade.correct
    elif given is not None:
        automatic = correct = None
    return Mark(
        question_id=question.id,
        most=most,
        automatic=automatic,
        correct=correct,
        review=question.type in review or automatic is None,
        revision=0 if given is None else given.revision,
        answer=None if given is None else readable(question, given.answer, texts),
        right_answer=right_answer(question),
    )


def _grade(
    question: Question, places: Sequence[int], answer: Answer, penalty: int | None
) -> Grade | None:
    if penalty is None:
        return grading.grade(question, places, answer)
    return grading.grade_with_penalty(question, places, answer, penalty)
