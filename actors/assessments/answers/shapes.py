"""The shape of an answer: checked against the question as shown, never against its key."""

from __future__ import annotations

from typing import Any, assert_never

from actors.assessments.answers.grading import choices
from protocol.assessments.bounds import MAX_CLIENT_ID
from protocol.assessments.places import SCALE
from protocol.assessments.quizzes import (
    MAX_ANSWER_TEXT,
    Answer,
    BlanksKey,
    ChoiceKey,
    HotspotKey,
    MatchingKey,
    Question,
    QuestionType,
)
from protocol.errors import ValidationError
from protocol.texts import MAX_MARKS, has_stacked_marks, is_storable
from protocol.validation import Problem, Rule, problem

TRUE_OR_FALSE = problem(Rule.INVALID_TYPE, "True or false is expected")
TOO_LONG = problem(Rule.TOO_LONG, f"At most {MAX_ANSWER_TEXT} characters", max=MAX_ANSWER_TEXT)
STACKED = problem(Rule.TOO_MANY_MARKS, f"At most {MAX_MARKS} marks on a character", max=MAX_MARKS)
UNSTORABLE = problem(Rule.INVALID_CHARACTERS, "U+0000 and halves of characters are no text")
OPTIONS = problem(Rule.UNKNOWN_REFERENCE, "A list of the chosen options' ids is expected")
TWICE = problem(Rule.DUPLICATE, "Each option at most once")


def check_id(field: str, value: str) -> None:
    """Raise `ValidationError` unless an id chosen by a client has an allowed length, and is
    text."""
    if not 1 <= len(value) <= MAX_CLIENT_ID:
        said = f"1 to {MAX_CLIENT_ID} characters"
        raise ValidationError.of(field, Rule.WRONG_LENGTH, said, min=1, max=MAX_CLIENT_ID)
    if not is_storable(value):
        raise ValidationError([UNSTORABLE.at(field)])


def check_shape(question: Question, answer: Answer) -> None:
    """Raise `ValidationError` on `answer` if it does not have the shape for this question."""
    options, parts = sizes_of(question)
    least = 0 if may_be_none(question) else 1
    found = problem_of(question.type, answer, options, parts, chosen=least)
    if found is not None:
        raise ValidationError([found.at("answer")])


def sizes_of(question: Question) -> tuple[int, int]:
    """How many options a question has, and how many parts its answer: blanks, prompts or
    marks."""
    parts = blanks_of(question) or len(prompts_of(question)) or marks_of(question)
    return len(choices(question)), parts


def problem_of(
    kind: QuestionType, answer: Any, options: int, parts: int, *, chosen: int = 0, first: int = 0
) -> Problem | None:
    """What is wrong with the shape of an answer, if anything is.

    At least `chosen` options have to be chosen, or marks set; `first` is the least id in the answer
    to a matching: `OPEN` where prompts may be left open.
    """
    match kind:
        case QuestionType.TRUE_FALSE:
            return None if isinstance(answer, bool) else TRUE_OR_FALSE
        case QuestionType.SHORT_ANSWER | QuestionType.NUMERIC | QuestionType.ESSAY:
            return text_problem(answer)
        case QuestionType.FILL_BLANK:
            return _blanks_problem(answer, parts)
        case QuestionType.HOTSPOT:
            return _marks_problem(answer, chosen, parts)
        case QuestionType.ORDERING:
            return _order_problem(answer, options)
        case QuestionType.MULTIPLE_CHOICE:
            return _choice_problem(answer, options, chosen)
        case QuestionType.MATCHING:
            return _matches_problem(answer, options, parts, first)
        case never:
            assert_never(never)


def text_problem(answer: Any) -> Problem | None:
    """What is wrong with a typed answer, if anything is."""
    if not isinstance(answer, str):
        return problem(Rule.INVALID_TYPE, "A text is expected")
    if len(answer) > MAX_ANSWER_TEXT:
        return TOO_LONG
    if has_stacked_marks(answer):
        return STACKED
    if not is_storable(answer):
        return UNSTORABLE
    return None


def _choice_problem(answer: Any, options: int, least: int) -> Problem | None:
    if not _are_ids(answer, 0, options) or not least <= len(answer) <= options:
        return OPTIONS
    return None if len(set(answer)) == len(answer) else TWICE


def _order_problem(answer: Any, items: int) -> Problem | None:
    if not _are_ids(answer, 0, items) or len(answer) != items:
        said = f"A list of the {items} items' ids in their order is expected"
        return problem(Rule.COUNT_MISMATCH, said, expected=items)
    return None if len(set(answer)) == len(answer) else TWICE


def _matches_problem(answer: Any, matches: int, prompts: int, first: int) -> Problem | None:
    if not _are_ids(answer, first, matches) or len(answer) != prompts:
        said = f"A list of {prompts} ids, one for each prompt, is expected"
        return problem(Rule.COUNT_MISMATCH, said, expected=prompts)
    return None


def _blanks_problem(answer: Any, blanks: int) -> Problem | None:
    if not isinstance(answer, list) or len(answer) != blanks:
        said = f"A list of {blanks} texts is expected"
        return problem(Rule.COUNT_MISMATCH, said, expected=blanks)
    return next(filter(None, map(text_problem, answer)), None)


def _marks_problem(answer: Any, least: int, most: int) -> Problem | None:
    if not isinstance(answer, list) or len(answer) % 2 or not 2 * least <= len(answer) <= 2 * most:
        said = f"A list of x and y of up to {most} marks is expected"
        return problem(Rule.COUNT_MISMATCH, said, expected=2 * most)
    if not all(type(part) is int and 0 <= part <= SCALE for part in answer):
        said = f"Whole numbers from 0 to {SCALE}"
        return problem(Rule.OUT_OF_RANGE, said, min=0, max=SCALE)
    return None


def _are_ids(answer: Any, first: int, options: int) -> bool:
    return isinstance(answer, list) and all(
        type(option) is int and first <= option < options for option in answer
    )


def may_be_none(question: Question) -> bool:
    """Whether "none of these" is an answer."""
    return isinstance(question.key, ChoiceKey) and question.key.none_allowed


def blanks_of(question: Question) -> int:
    """How many blanks a question has."""
    return len(question.key.blanks) if isinstance(question.key, BlanksKey) else 0


def marks_of(question: Question) -> int:
    """How many places on the picture are to be marked."""
    return question.key.wanted if isinstance(question.key, HotspotKey) else 0


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
