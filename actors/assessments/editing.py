"""The rules of changes to quizzes and questions: cleaned, or refused field by field.

The rules that are returned run inside the transaction that they guard (see `protocol.records`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import UNSET

from actors.assessments.authoring import Authoring
from actors.assessments.machine import check_opening_times, clean_settings
from actors.assessments.questions import DraftFields, NewId, checked
from actors.course_rules import unarchived
from actors.fields import MAX_TITLE, Fields
from protocol.assessments.editing import AddQuestion, UpdateQuestion, UpdateQuiz
from protocol.assessments.quizzes import MAX_QUESTIONS, MAX_QUIZ_BYTES, QuizSettings
from protocol.errors import RefusedError, ValidationError
from protocol.ids import canonical
from protocol.permissions import require
from protocol.records.assessments import EditFacts, EditRule, QuizChange, SavedQuestion
from protocol.validation import Rule

COLUMNS: Mapping[str, str] = {"type": "quiz_type", "passing_score": "passing_score_percentage"}
"""Settings whose columns have another name."""
CHANGED: Mapping[str, str] = {
    "QUIZ_CHANGED": "Somebody has changed this quiz meanwhile",
    "QUESTION_CHANGED": "Somebody has changed this question meanwhile",
}


def quiz_change(command: UpdateQuiz) -> QuizChange:
    """Clean and check. Raises `ValidationError` with every wrong field, also if nothing changes."""
    fields = Fields()
    given = {
        name: value
        for name in QuizSettings.__struct_fields__
        if (value := getattr(command, name)) is not UNSET
    }
    clean = clean_settings(fields, QuizSettings(**{"title": "…", **given}))
    fields.check()
    if not given:
        raise ValidationError.of("input", Rule.NO_CHANGE, "must change something")
    changes: dict[str, Any] = {COLUMNS.get(name, name): getattr(clean, name) for name in given}
    return QuizChange(quiz_id=command.quiz_id, **changes)


def opening(opens: int | None, ends: int | None) -> None:
    """Raises `ValidationError` unless the quiz would end after it opens."""
    fields = Fields()
    check_opening_times(fields, opens, ends)
    fields.check()


def saved_question(command: AddQuestion | UpdateQuestion, new_id: NewId) -> SavedQuestion:
    """Clean and check. Raises `ValidationError` with every wrong field.

    In a draft, what it only lacks is noted instead.
    """
    fields = DraftFields() if command.draft else Fields()
    given = Authoring(fields).formatted("input", command.question, command.format)
    question = checked(fields, "input", given, new_id)
    fields.check()
    lacks = fields.lacks if isinstance(fields, DraftFields) else ()
    return SavedQuestion(question=question, lacks=tuple(lacks))


def place(position: int | None) -> int | None:
    """Raises `ValidationError` for a place before the first."""
    fields = Fields()
    fields.optional_number("position", position, 1, MAX_QUESTIONS)
    fields.check()
    return position


def copied_title(title: str | None) -> str | None:
    """Raises `ValidationError`."""
    fields = Fields()
    clean = None if title is None else fields.line("title", title, most=MAX_TITLE)
    fields.check()
    return clean


def copied(question_ids: tuple[str, ...]) -> tuple[str, ...]:
    """The ids in their order. Raises `ValidationError` for one named twice, none, or too many."""
    fields = Fields()
    if not question_ids:
        fields.wrong("questionIds", Rule.REQUIRED, "must name a question")
    elif len(question_ids) > MAX_QUESTIONS:
        said = f"must be at most {MAX_QUESTIONS}"
        fields.wrong("questionIds", Rule.TOO_MANY, said, max=MAX_QUESTIONS)
    ids = tuple(map(canonical, question_ids[:MAX_QUESTIONS]))
    if len(set(ids)) < len(ids):
        fields.wrong("questionIds", Rule.DUPLICATE, "names one twice")
    fields.check()
    return ids


def copyable(operation: str, by: str, by_role: str) -> EditRule:
    """The rule for what is copied: that of an archived course, too. Raises `AuthorizationError`."""

    def rule(facts: EditFacts) -> None:
        require(operation, facts.course.relations(by, by_role), by_role)

    return rule


def editable(
    operation: str, by: str, by_role: str, expected: int | None = None, code: str = "QUIZ_CHANGED"
) -> EditRule:
    """The rule for a change to what the user has seen at the revision `expected`, if it is known.

    Raises `AuthorizationError`, and `RefusedError` COURSE_ARCHIVED, `code`, QUIZ_FULL.
    """

    def rule(facts: EditFacts) -> None:
        require(operation, facts.course.relations(by, by_role), by_role)
        unarchived(facts.course)
        if not facts.unchanged and expected not in (None, facts.revision):
            raise RefusedError(code, CHANGED[code], revision=facts.revision)
        if facts.questions > MAX_QUESTIONS:
            raise RefusedError("QUIZ_FULL", f"A quiz has at most {MAX_QUESTIONS} questions")
        if facts.bytes > MAX_QUIZ_BYTES:
            said = f"The questions of a quiz have at most {MAX_QUIZ_BYTES} bytes together"
            raise RefusedError("QUIZ_FULL", said)

    return rule
