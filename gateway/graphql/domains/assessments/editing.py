"""Changes to quizzes and their questions, as commands."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from gateway.graphql.commands import Names, acting_user, changes, lower
from gateway.graphql.domain import Acting, Addressed, Arguments, ObjectValue, PlainValue, ReadBack
from gateway.graphql.domains.assessments.answer_keys import question
from gateway.graphql.domains.assessments.quizzes import format_of
from protocol.assessments.editing import (
    AddQuestion,
    CopyQuestions,
    DeleteQuestion,
    DeleteQuiz,
    DuplicateQuestion,
    DuplicateQuiz,
    QuizDeleted,
    QuizUpdated,
    ReorderQuestions,
    UpdateQuestion,
    UpdateQuiz,
)
from protocol.assessments.quizzes import AttemptsCount, LateAnswers, QuizType, ResultsShown
from protocol.envelope import Address

HANDLER = Address("assessments", "")
EMPTY = frozenset(
    {"timeLimitMinutes", "availableFrom", "availableUntil", "negativeMarking", "secondGrading"}
)
"""Members that null empties; elsewhere null is the same as leaving the member out. An empty text
empties a description."""
SETTINGS_NAMES: Names = {
    "title": "title",
    "description": "description",
    "type": ("type", lower(QuizType)),
    "timeLimitMinutes": "time_limit_minutes",
    "passingScore": "passing_score",
    "maxAttempts": "max_attempts",
    "randomizeQuestions": "randomize_questions",
    "randomizeOptions": "randomize_options",
    "showCorrectAnswers": "show_correct_answers",
    "showExplanations": "show_explanations",
    "allowPractice": "allow_practice",
    "availableFrom": "available_from",
    "availableUntil": "available_until",
    "decimalComma": "decimal_comma",
    "attemptsCount": ("attempts_count", lower(AttemptsCount)),
    "reviewShortAnswers": "review_short_answers",
    "resultsShown": ("results_shown", lower(ResultsShown)),
    "negativeMarking": "negative_marking",
    "lateAnswers": ("late_answers", lower(LateAnswers)),
    "secondGrading": "second_grading",
}


def update_quiz(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, UpdateQuiz(
        **_editing(arguments, acting),
        quiz_id=arguments["id"],
        **changes(arguments["input"], SETTINGS_NAMES, EMPTY),
    )


def delete_quiz(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, DeleteQuiz(**_editing(arguments, acting), quiz_id=arguments["id"])


def duplicate_quiz(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, DuplicateQuiz(
        **acting_user(acting),
        quiz_id=arguments["id"],
        lesson_id=arguments["lessonId"],
        title=arguments.get("title"),
    )


def add_question(arguments: Arguments, acting: Acting) -> Addressed:
    """Raises `ValidationError` for an answer in another form than the type's."""
    return HANDLER, AddQuestion(
        **acting_user(acting),
        quiz_id=arguments["quizId"],
        position=arguments.get("position"),
        **_question(arguments),
    )


def update_question(arguments: Arguments, acting: Acting) -> Addressed:
    """Raises `ValidationError` for an answer in another form than the type's."""
    return HANDLER, UpdateQuestion(
        **_editing(arguments, acting), question_id=arguments["id"], **_question(arguments)
    )


def delete_question(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, DeleteQuestion(**_editing(arguments, acting), question_id=arguments["id"])


def reorder_questions(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, ReorderQuestions(
        **_editing(arguments, acting),
        quiz_id=arguments["quizId"],
        question_ids=tuple(arguments["questionIds"]),
    )


def duplicate_question(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, DuplicateQuestion(**acting_user(acting), question_id=arguments["id"])


def copy_questions(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, CopyQuestions(
        **acting_user(acting),
        quiz_id=arguments["quizId"],
        question_ids=tuple(arguments["questionIds"]),
    )


def quiz_deleted(arguments: Arguments, acting: Acting, reply: QuizDeleted) -> ObjectValue:
    return ObjectValue(
        "DeleteQuizPayload",
        {
            "deletedQuizId": PlainValue(reply.quiz_id),
            "lesson": ReadBack("lesson", reply.lesson_id),
        },
    )


def question_deleted(arguments: Arguments, acting: Acting, reply: QuizUpdated) -> ObjectValue:
    gone = str(UUID(arguments["id"]))  # as caches know it, however it was written
    return ObjectValue(
        "DeleteQuestionPayload",
        {"deletedQuestionId": PlainValue(gone), "quiz": ReadBack("quiz", reply.quiz_id)},
    )


def questions_reordered(arguments: Arguments, acting: Acting, reply: QuizUpdated) -> ObjectValue:
    return ObjectValue("ReorderQuestionsPayload", {"quiz": ReadBack("quiz", reply.quiz_id)})


def _editing(arguments: Arguments, acting: Acting) -> dict[str, Any]:
    return {**acting_user(acting), "expected_revision": arguments.get("expectedRevision")}


def _question(arguments: Arguments) -> dict[str, Any]:
    given, draft = arguments["input"], bool(arguments.get("draft"))
    return {
        "question": question(given, "input", draft=draft),
        "format": format_of(given),
        "draft": draft,
    }
