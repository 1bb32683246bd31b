"""The shape of an answer in an attempt. Unlike in a game it may be unfinished."""

from __future__ import annotations

from actors.assessments.answers.grades import OPEN
from actors.assessments.answers.shapes import problem_of, sizes_of
from protocol.assessments.attempts.values import Shape
from protocol.assessments.quizzes import Answer, Question
from protocol.errors import ValidationError


def shape_of(question: Question) -> Shape:
    """What answers to a question look like."""
    return Shape(question.id, question.type, *sizes_of(question))


def check_answer(shape: Shape, answer: Answer | None, field: str = "answer") -> None:
    """Raise `ValidationError` on that field unless it has the question's shape, or is None."""
    if answer is None:
        return
    found = problem_of(shape.type, answer, shape.size, shape.parts, first=OPEN)
    if found is not None:
        raise ValidationError([found.at(field)])
