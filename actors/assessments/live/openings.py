"""Checks on opening a game; they name every wrong field at once."""

from __future__ import annotations

from protocol.assessments.bounds import (
    AUTO_ADVANCE_MS,
    CONFIG,
    QUESTION_POINTS,
    QUESTION_SECONDS,
    Range,
)
from protocol.assessments.live.commands import OpenLobby
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.points import has_halves
from protocol.assessments.quizzes import (
    MAX_OPTIONS,
    MAX_QUESTIONS,
    AnswerKey,
    BlanksKey,
    ChoiceKey,
    EssayKey,
    MatchingKey,
    Question,
    QuestionType,
    TextKey,
    TrueFalseKey,
)
from protocol.errors import ValidationError

_KEYS: dict[QuestionType, type[AnswerKey]] = {
    QuestionType.MULTIPLE_CHOICE: ChoiceKey,
    QuestionType.TRUE_FALSE: TrueFalseKey,
    QuestionType.SHORT_ANSWER: TextKey,
    QuestionType.ESSAY: EssayKey,
    QuestionType.FILL_BLANK: BlanksKey,
    QuestionType.MATCHING: MatchingKey,
}


def check_opening(command: OpenLobby) -> None:
    """Raise `ValidationError` unless the game can be played."""
    wrong = _config_problems(command.config)
    if not 1 <= len(command.questions) <= MAX_QUESTIONS:
        wrong["questions"] = f"1 to {MAX_QUESTIONS} questions"
    for at, question in enumerate(command.questions[:MAX_QUESTIONS]):
        problem = _question_problem(question)
        if problem is not None:
            wrong[f"questions.{at}"] = problem
    if wrong:
        raise ValidationError([{"field": f, "message": m} for f, m in wrong.items()])


def _config_problems(config: LiveConfig) -> dict[str, str]:
    ranges: dict[str, Range] = dict(CONFIG)
    if config.auto_advance_ms is not None:
        ranges["auto_advance_ms"] = AUTO_ADVANCE_MS
    return {
        f"config.{name}": f"{allowed.low} to {allowed.high}"
        for name, allowed in ranges.items()
        if not allowed.holds(getattr(config, name))
    }


def _question_problem(question: Question) -> str | None:
    if type(question.key) is not _KEYS[question.type]:
        return "The key is for another type of question"
    if question.seconds is not None and not QUESTION_SECONDS.holds(question.seconds):
        return f"{QUESTION_SECONDS.low} to {QUESTION_SECONDS.high} seconds"
    if not (QUESTION_POINTS.holds(question.points) and has_halves(question.points)):
        return f"{QUESTION_POINTS.low} to {QUESTION_POINTS.high} points, to the half"
    if isinstance(question.key, ChoiceKey):
        return _choice_problem(question, question.key)
    return None


def _choice_problem(question: Question, key: ChoiceKey) -> str | None:
    if not 1 <= len(question.options) <= MAX_OPTIONS:
        return f"1 to {MAX_OPTIONS} options"
    if not all(0 <= place < len(question.options) for place in key.correct):
        return "The key names an option that does not exist"
    return None
