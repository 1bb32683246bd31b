"""Quizzes as commands: made from an input, and started as a live quiz."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.graphql.domain import (
    Acting,
    Addressed,
    Arguments,
)
from gateway.graphql.domains.assessments.answer_keys import question
from protocol.assessments.formats import TextFormat
from protocol.assessments.live.commands import StartLiveQuiz
from protocol.assessments.live.configuration import HostAway, LiveConfig
from protocol.assessments.quizzes import (
    AttemptsCount,
    CreateQuiz,
    LateAnswers,
    QuizSettings,
    QuizType,
    ResultsShown,
)
from protocol.envelope import Address
from protocol.errors import ValidationError

HANDLER = Address("assessments", "")
ENUMERATIONS = {
    "type": QuizType,
    "attempts_count": AttemptsCount,
    "results_shown": ResultsShown,
    "late_answers": LateAnswers,
}


def create_quiz(arguments: Arguments, acting: Acting) -> Addressed:
    """Raises `ValidationError` with every invalid question at once."""
    given, user = arguments["input"], acting.user
    questions, wrong = [], []
    for index, each in enumerate(given["questions"]):
        try:
            questions.append(question(each, f"questions.{index}"))
        except ValidationError as error:
            wrong.extend(error.details["fields"])
    if wrong:
        raise ValidationError(wrong)
    formats = tuple(format_of(each) for each in given["questions"])
    return HANDLER, CreateQuiz(
        by=user.user_id,
        by_role=user.role,
        lesson_id=arguments["lessonId"],
        settings=settings(given["settings"]),
        questions=tuple(questions),
        formats=formats if any(format is not TextFormat.PLAIN for format in formats) else (),
    )


def format_of(given: Mapping[str, Any]) -> TextFormat:
    """How the texts of a `QuestionInput` are written."""
    return TextFormat((given.get("format") or "PLAIN").lower())


def settings(given: Mapping[str, Any]) -> QuizSettings:
    """A `QuizSettingsInput`; an explicit null means the default."""
    chosen = {snake(name): value for name, value in given.items() if value is not None}
    for name, kind in ENUMERATIONS.items():
        if name in chosen:
            chosen[name] = kind(chosen[name].lower())
    return QuizSettings(**chosen)


def start_live_quiz(arguments: Arguments, acting: Acting) -> Addressed:
    user, given = acting.user, arguments.get("config") or {}
    chosen = {snake(name): value for name, value in given.items() if value is not None}
    if "host_away" in chosen:
        chosen["host_away"] = HostAway(chosen["host_away"].lower())
    return HANDLER, StartLiveQuiz(
        by=user.user_id,
        by_role=user.role,
        quiz_id=arguments["quizId"],
        config=LiveConfig(**chosen),
    )


def snake(name: str) -> str:
    """`questionMs` as `question_ms`."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
