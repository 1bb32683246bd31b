"""Practice: what an answer is worth when nothing is at stake."""

from __future__ import annotations

from actors.assessments.answers import grading
from actors.assessments.answers.shapes import check_shape
from actors.assessments.answers.shown_keys import shown_key, shown_places
from protocol.assessments.practice import PracticeChecked
from protocol.assessments.quizzes import Answer, Question
from protocol.errors import ValidationError
from protocol.validation import Rule


def compared(asked: Question, answer: Answer, *, explains: bool, field: str) -> PracticeChecked:
    """Grade an answer that names options by their places. Raises `ValidationError`.

    `field` names the question among the arguments.
    """
    if grading.needs_person(asked):
        raise ValidationError.of(field, Rule.NOT_APPLICABLE, "only a person can grade it")
    check_shape(asked, answer)
    presented = range(len(grading.choices(asked)))
    grade = grading.grade(asked, presented, answer)
    assert grade is not None
    right, accepted = shown_key(asked, presented)
    formats = asked.formats if explains else None
    html = formats and formats.explanation and formats.explanation.html
    return PracticeChecked(
        correct=grade.correct,
        share=round(grade.right / grade.of, 4),
        right=right,
        accepted=accepted,
        places=shown_places(asked),
        explanation=asked.explanation if explains else None,
        explanation_html=html or None,
    )
