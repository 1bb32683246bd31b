"""What one answer is worth: what the key of its question says about it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from actors.assessments.answers import grading
from actors.assessments.answers.grades import Grade
from actors.assessments.answers.shown_keys import readable, right_answer
from protocol.assessments.attempts.marks import Mark, rounded
from protocol.assessments.attempts.rows import GivenAnswer
from protocol.assessments.quizzes import Answer, Question, QuestionType

REVIEWED = frozenset({QuestionType.ESSAY, QuestionType.SHORT_ANSWER})
"""What a person looks at in any case, by requirement 6.6; what the key says is a suggestion."""


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
