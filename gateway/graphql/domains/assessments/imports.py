"""Questions in GIFT as commands, and what was read of such a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from gateway.graphql.commands import acting_user
from gateway.graphql.domain import (
    Acting,
    Addressed,
    Arguments,
    ListValue,
    ObjectValue,
    Outcome,
    PlainValue,
    ReadBack,
)
from gateway.graphql.domains.assessments.quizzes import settings
from protocol.assessments.editing import (
    ImportQuestions,
    PreviewQuestions,
    QuestionsAdded,
    QuestionsRead,
    ReadQuestion,
)
from protocol.assessments.formats import Formats
from protocol.assessments.quizzes import ImportGift, QuizCreated
from protocol.envelope import Address

HANDLER = Address("assessments", "")


def import_quiz(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, ImportGift(
        **acting_user(acting),
        lesson_id=arguments["lessonId"],
        settings=settings(arguments["settings"]),
        gift=arguments["gift"],
    )


def import_questions(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, ImportQuestions(
        **acting_user(acting), quiz_id=arguments["quizId"], gift=arguments["gift"]
    )


def preview_questions(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, PreviewQuestions(
        **acting_user(acting), quiz_id=arguments["quizId"], gift=arguments["gift"]
    )


def imported(reply: QuizCreated | QuestionsAdded) -> Outcome:
    """A `GiftImport`."""
    return Outcome(
        payload=ObjectValue(
            "GiftImport",
            {
                "quiz": ReadBack("quiz", reply.quiz_id),
                "questionCount": PlainValue(reply.question_count),
                "skipped": PlainValue(reply.skipped),
                "notes": notes(reply.skipped),
            },
        )
    )


def previewed(reply: QuestionsRead) -> Outcome:
    """A `GiftPreview`."""
    questions = ListValue([read_question(each) for each in reply.questions])
    return Outcome(
        payload=ObjectValue("GiftPreview", {"questions": questions, "notes": notes(reply.skipped)})
    )


def notes(skipped: Sequence[str], typename: str = "GiftNote") -> ListValue:
    """Texts such as `line 3: why`, taken apart."""
    parts = (each.removeprefix("line ").partition(": ") for each in skipped)
    return ListValue(
        [plain(typename, line=int(line), message=message) for line, _, message in parts]
    )


def read_question(read: ReadQuestion, typename: str = "GiftQuestion", **more: Any) -> ObjectValue:
    """A `GiftQuestion`, or one with `more` members."""
    question, formats = read.question, read.question.formats or Formats()
    text, explanation = formats.text, formats.explanation
    return plain(
        typename,
        line=read.line,
        type=question.type.upper(),
        questionText=question.text,
        questionHtml=None if text is None else text.html,
        options=question.options or None,
        optionsHtml=[each.html for each in formats.options] or None,
        multiple=question.multiple,
        explanation=question.explanation,
        explanationHtml=None if explanation is None else explanation.html,
        correctAnswer=msgspec.to_builtins(question.key),
        **more,
    )


def plain(typename: str, **members: Any) -> ObjectValue:
    return ObjectValue(typename, {name: PlainValue(value) for name, value in members.items()})
