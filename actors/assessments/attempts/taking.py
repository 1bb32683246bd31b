"""What a student gets to see of a quiz: its questions in the order of an attempt, without keys."""

from __future__ import annotations

from decimal import Decimal

from actors.assessments.answers.shown_questions import shown_content
from protocol.assessments.attempts.requests import TakenQuestion, TakenQuiz
from protocol.assessments.attempts.views import AttemptView
from protocol.assessments.quizzes import Question
from protocol.records.assessments import QuizVersion


def taken_quiz(version: QuizVersion, attempt: AttemptView) -> TakenQuiz:
    """The quiz as the student of that attempt sees it."""
    by_id = {question.id: question for question in version.questions}
    return TakenQuiz(
        title=version.settings.title,
        description=version.settings.description,
        negative_marking=version.settings.negative_marking,
        attempt=attempt,
        questions=tuple(
            _taken(by_id[place.question_id], place.order) for place in attempt.questions
        ),
    )


def _taken(question: Question, order: tuple[int, ...]) -> TakenQuestion:
    return TakenQuestion(
        id=question.id,
        points=Decimal(str(question.points)),
        rubric=question.rubric if question.rubric and question.rubric.shown else None,
        **shown_content(question, order),
    )
