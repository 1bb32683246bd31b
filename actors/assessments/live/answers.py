"""The shape of an answer: checked against the question as shown, never against its key."""

from __future__ import annotations

from typing import Any, assert_never

from actors.assessments.live.grading import choices
from protocol.assessments.bounds import MAX_CLIENT_ID
from protocol.assessments.quizzes import (
    MAX_ANSWER_TEXT,
    Answer,
    BlanksKey,
    ChoiceKey,
    MatchingKey,
    Question,
    QuestionType,
)
from protocol.errors import ValidationError
from protocol.texts import MAX_MARKS, has_stacked_marks


def check_id(field: str, value: str) -> None:
    """Raise `ValidationError` unless an id chosen by a client has an allowed length."""
    if not 1 <= len(value) <= MAX_CLIENT_ID:
        raise ValidationError.of(field, f"1 to {MAX_CLIENT_ID} characters")


def check_shape(question: Question, answer: Answer) -> None:
    """Raise `ValidationError` on `answer` if it does not have the shape for this question."""
    problem = _problem(question, answer)
    if problem is not None:
        raise ValidationError.of("answer", problem)


def _problem(question: Question, answer: Any) -> str | None:
    match question.type:
        case QuestionType.TRUE_FALSE:
            return None if isinstance(answer, bool) else "True or false is expected"
        case QuestionType.SHORT_ANSWER | QuestionType.ESSAY:
            return _text_problem(answer)
        case QuestionType.FILL_BLANK:
            return _blanks_problem(answer, blanks_of(question))
        case QuestionType.MULTIPLE_CHOICE:
            return _choice_problem(answer, len(question.options), 0 if may_be_none(question) else 1)
        case QuestionType.MATCHING:
            return _matching_problem(answer, len(prompts_of(question)), len(choices(question)))
        case never:
            assert_never(never)


def _text_problem(answer: Any) -> str | None:
    if not isinstance(answer, str):
        return "A text is expected"
    if len(answer) > MAX_ANSWER_TEXT:
        return f"At most {MAX_ANSWER_TEXT} characters"
    if has_stacked_marks(answer):
        return f"At most {MAX_MARKS} marks on a character"
    return None


def _blanks_problem(answer: Any, blanks: int) -> str | None:
    if not isinstance(answer, list) or len(answer) != blanks:
        return f"A list of {blanks} texts is expected"
    return next(filter(None, map(_text_problem, answer)), None)


def _are_ids(answer: Any, options: int) -> bool:
    return isinstance(answer, list) and all(
        type(option) is int and 0 <= option < options for option in answer
    )


def _choice_problem(answer: Any, options: int, least: int) -> str | None:
    if not _are_ids(answer, options) or not least <= len(answer) <= options:
        return "A list of the chosen options' ids is expected"
    return None if len(set(answer)) == len(answer) else "Each option at most once"


def _matching_problem(answer: Any, prompts: int, options: int) -> str | None:
    if not _are_ids(answer, options) or len(answer) != prompts:
        return f"A list of {prompts} ids, one for each prompt, is expected"
    return None


def may_be_none(question: Question) -> bool:
    """Whether "none of these" is an answer."""
    return isinstance(question.key, ChoiceKey) and question.key.none_allowed


def blanks_of(question: Question) -> int:
    """How many blanks a question has."""
    return len(question.key.blanks) if isinstance(question.key, BlanksKey) else 0


def prompts_of(question: Question) -> tuple[str, ...]:
    """The prompts of a matching question, in authored order."""
    if not isinstance(question.key, MatchingKey):
        return ()
    return tuple(prompt for prompt, _ in question.key.pairs)


def choices_counted(question: Question, answer: Any) -> list[str]:
    """The histogram's bars that count an answer; only choices have bars."""
    match question.type:
        case QuestionType.MULTIPLE_CHOICE:
            return [str(option) for option in answer]
        case QuestionType.TRUE_FALSE:
            return ["true" if answer else "false"]
        case _:
            return []
