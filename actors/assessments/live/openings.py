"""Checks on opening a game; they name every wrong field at once."""

from __future__ import annotations

from actors.assessments.questions import KEY_TYPES
from protocol.assessments.bounds import (
    AUTO_ADVANCE_MS,
    CONFIG,
    QUESTION_POINTS,
    QUESTION_SECONDS,
    Range,
)
from protocol.assessments.live.commands import OpenLobby
from protocol.assessments.live.configuration import LiveConfig
from protocol.assessments.points import are_exact
from protocol.assessments.quizzes import (
    MAX_OPTIONS,
    MAX_QUESTIONS,
    ChoiceKey,
    Question,
)
from protocol.errors import ValidationError
from protocol.validation import Problem, Rule, problem


def check_opening(command: OpenLobby) -> None:
    """Raise `ValidationError` unless the game can be played."""
    wrong = _config_problems(command.config)
    if not 1 <= len(command.questions) <= MAX_QUESTIONS:
        said = f"1 to {MAX_QUESTIONS} questions"
        wrong["questions"] = problem(Rule.WRONG_COUNT, said, min=1, max=MAX_QUESTIONS)
    for at, question in enumerate(command.questions[:MAX_QUESTIONS]):
        found = _question_problem(question)
        if found is not None:
            wrong[f"questions.{at}"] = found
    if wrong:
        raise ValidationError([each.at(field) for field, each in wrong.items()])


def _config_problems(config: LiveConfig) -> dict[str, Problem]:
    ranges: dict[str, Range] = dict(CONFIG)
    if config.auto_advance_ms is not None:
        ranges["auto_advance_ms"] = AUTO_ADVANCE_MS
    return {
        f"config.{name}": _outside(allowed)
        for name, allowed in ranges.items()
        if not allowed.holds(getattr(config, name))
    }


def _outside(allowed: Range, unit: str = "") -> Problem:
    said = f"{allowed.low} to {allowed.high}{unit}"
    return problem(Rule.OUT_OF_RANGE, said, min=allowed.low, max=allowed.high)


def _question_problem(question: Question) -> Problem | None:
    if type(question.key) is not KEY_TYPES[question.type]:
        return problem(Rule.NOT_APPLICABLE, "The key is for another type of question")
    if question.seconds is not None and not QUESTION_SECONDS.holds(question.seconds):
        return _outside(QUESTION_SECONDS, " seconds")
    if not (QUESTION_POINTS.holds(question.points) and are_exact(question.points)):
        return _outside(QUESTION_POINTS, " points, to the hundredth")
    if isinstance(question.key, ChoiceKey):
        return _choice_problem(question, question.key)
    return None


def _choice_problem(question: Question, key: ChoiceKey) -> Problem | None:
    if not 1 <= len(question.options) <= MAX_OPTIONS:
        said = f"1 to {MAX_OPTIONS} options"
        return problem(Rule.WRONG_COUNT, said, min=1, max=MAX_OPTIONS)
    if not all(0 <= place < len(question.options) for place in key.correct):
        return problem(Rule.UNKNOWN_REFERENCE, "The key names an option that does not exist")
    return None
