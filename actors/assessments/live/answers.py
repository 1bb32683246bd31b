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
from protocol.validation import Problem, Rule, problem

TRUE_OR_FALSE = problem(Rule.INVALID_TYPE, "True or false is expected")
TOO_LONG = problem(Rule.TOO_LONG, f"At most {MAX_ANSWER_TEXT} characters", max=MAX_ANSWER_TEXT)
STACKED = problem(Rule.TOO_MANY_MARKS, f"At most {MAX_MARKS} marks on a character", max=MAX_MARKS)
OPTIONS = problem(Rule.UNKNOWN_REFERENCE, "A list of the chosen options' ids is expected")
TWICE = problem(Rule.DUPLICATE, "Each option at most once")


def check_id(field: str, value: str) -> None:
    """Raise `ValidationError` unless an id chosen by a client has an allowed length."""
    if not 1 <= len(value) <= MAX_CLIENT_ID:
        said = f"1 to {MAX_CLIENT_ID} characters"
        raise ValidationError.of(field, Rule.WRONG_LENGTH, said, min=1, max=MAX_CLIENT_ID)


def check_shape(question: Question, answer: Answer) -> None:
    """Raise `ValidationError` on `answer` if it does not have the shape for this question."""
    found = _problem(question, answer)
    if found is not None:
        raise ValidationError([found.at("answer")])


def _problem(question: Question, answer: Any) -> Problem | None:
    match question.type:
        case QuestionType.TRUE_FALSE:
            return None if isinstance(answer, bool) else TRUE_OR_FALSE
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


def _text_problem(answer: Any) -> Problem | None:
    if not isinstance(answer, str):
        return problem(Rule.INVALID_TYPE, "A text is expected")
    if len(answer) > MAX_ANSWER_TEXT:
        return TOO_LONG
    if has_stacked_marks(answer):
        return STACKED
    return None


def _blanks_problem(answer: Any, blanks: int) -> Problem | None:
    if not isinstance(answer, list) or len(answer) != blanks:
        said = f"A list of {blanks} texts is expected"
        return problem(Rule.COUNT_MISMATCH, said, expected=blanks)
    return next(filter(None, map(_text_problem, answer)), None)


def _are_ids(answer: Any, options: int) -> bool:
    return isinstance(answer, list) and all(
        type(option) is int and 0 <= option < options for option in answer
    )


def _choice_problem(answer: Any, options: int, least: int) -> Problem | None:
    if not _are_ids(answer, options) or not least <= len(answer) <= options:
        return OPTIONS
    return None if len(set(answer)) == len(answer) else TWICE


def _matching_problem(answer: Any, prompts: int, options: int) -> Problem | None:
    if not _are_ids(answer, options) or len(answer) != prompts:
        said = f"A list of {prompts} ids, one for each prompt, is expected"
        return problem(Rule.COUNT_MISMATCH, said, expected=prompts)
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
