"""Files with questions as commands, and what was read of them."""

from __future__ import annotations

import base64

from gateway.graphql.commands import acting_user
from gateway.graphql.domain import (
    Acting,
    Addressed,
    Arguments,
    ListValue,
    ObjectValue,
    Outcome,
    Payload,
    PlainValue,
    ReadBack,
)
from gateway.graphql.domains.assessments.imports import notes, plain, read_question
from protocol.assessments.editing import QuestionsAdded
from protocol.assessments.files import (
    ExportFormat,
    ExportQuiz,
    FileFormat,
    FileRead,
    ImportFile,
    PreviewFile,
    QuizExported,
)
from protocol.envelope import Address
from protocol.errors import ValidationError
from protocol.validation import Rule

HANDLER = Address("assessments", "")


def import_file(arguments: Arguments, acting: Acting) -> Addressed:
    only = arguments.get("only")
    return HANDLER, ImportFile(
        **acting_user(acting),
        quiz_id=arguments["quizId"],
        file=_file(arguments),
        format=_format(arguments),
        only=None if only is None else tuple(only),
    )


def preview_file(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, PreviewFile(
        **acting_user(acting),
        quiz_id=arguments["quizId"],
        file=_file(arguments),
        format=_format(arguments),
    )


def export(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, ExportQuiz(
        **acting_user(acting),
        quiz_id=arguments["quizId"],
        format=ExportFormat(arguments["format"].lower()),
    )


def imported(reply: QuestionsAdded) -> Outcome:
    """A `FileImport`."""
    return Outcome(
        payload=ObjectValue(
            "FileImport",
            {
                "quiz": ReadBack("quiz", reply.quiz_id),
                "questionCount": PlainValue(reply.question_count),
                "notes": notes(reply.skipped, "FileNote"),
            },
        )
    )


def previewed(reply: FileRead) -> Outcome:
    """A `FilePreview`."""
    questions = [
        read_question(each.read, "FileQuestion", picture=each.picture) for each in reply.questions
    ]
    members: dict[str, Payload] = {
        "format": PlainValue(reply.format.upper()),
        "questions": ListValue(questions),
        "notes": notes(reply.skipped, "FileNote"),
    }
    return Outcome(payload=ObjectValue("FilePreview", members))


def exported(reply: QuizExported) -> Outcome:
    """A `QuizExport`."""
    return Outcome(payload=plain("QuizExport", leftOut=reply.left_out))


def _file(arguments: Arguments) -> bytes:
    """Raises `ValidationError` for a file that is not base64."""
    try:
        return base64.b64decode(arguments["file"], validate=True)
    except ValueError:
        raise ValidationError.of("file", Rule.INVALID_FORMAT, "is not base64") from None


def _format(arguments: Arguments) -> FileFormat | None:
    given = arguments.get("format")
    return None if given is None else FileFormat(given.lower())
