"""From a `QuestionInput` to a question with its key. Each type of question has its own form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import uuid4

from protocol.assessments.points import Points
from protocol.assessments.quizzes import (
    AnswerKey,
    BlanksKey,
    ChoiceKey,
    EssayKey,
    MatchingKey,
    Question,
    QuestionDifficulty,
    QuestionType,
    TextKey,
    TrueFalseKey,
)
from protocol.errors import ValidationError
from protocol.validation import Rule


def question(given: Mapping[str, Any], path: str) -> Question:
    """Raises `ValidationError` for an answer that is not in the form of the question's type."""
    type_ = QuestionType(given["type"].lower())
    return Question(
        id=str(uuid4()),
        type=type_,
        text=given["questionText"],
        options=tuple(given.get("options") or ()),
        key=key_of(type_, given.get("answer"), f"{path}.answer"),
        explanation=given.get("explanation"),
        media_url=given.get("mediaUrl"),
        points=points(given),
        difficulty=QuestionDifficulty((given.get("difficulty") or "MEDIUM").lower()),
        seconds=given.get("seconds"),
        multiple=given.get("multiple"),
    )


def points(given: Mapping[str, Any]) -> Points:
    """`exactPoints` if they are given, and otherwise `points`."""
    exact: Points | None = given.get("exactPoints")
    whole: int | None = given.get("points")
    if exact is not None:
        return int(exact) if float(exact).is_integer() else exact
    return 1 if whole is None else whole


def key_of(type_: QuestionType, answer: Mapping[str, Any] | None, path: str) -> AnswerKey:
    """The key. `answer` is an `AnswerKeyInput`, so it has exactly one member."""
    if answer is None and type_ is QuestionType.ESSAY:
        return EssayKey()
    form, read = FORMS[type_]
    if answer is None or form not in answer:
        said = f"must be given as `{form}` for {type_.upper()}"
        raise ValidationError.of(path, Rule.NOT_APPLICABLE, said)
    return read(answer[form])


def choice(given: Mapping[str, Any]) -> ChoiceKey:
    return ChoiceKey(correct=tuple(given["correct"]), none_allowed=bool(given.get("noneAllowed")))


def true_false(given: bool) -> TrueFalseKey:
    return TrueFalseKey(value=given)


def text(given: Mapping[str, Any]) -> TextKey:
    return TextKey(
        accepted=tuple(given.get("accepted") or ()),
        patterns=tuple(given.get("patterns") or ()),
        case_sensitive=bool(given.get("caseSensitive")),
        number=given.get("number"),
        tolerance=value_or(given.get("tolerance"), 0.0),
    )


def blanks(given: list[Mapping[str, Any]]) -> BlanksKey:
    numbers = tuple(
        None
        if blank.get("number") is None
        else (blank["number"], value_or(blank.get("tolerance"), 0.0))
        for blank in given
    )
    patterns = tuple(tuple(blank.get("patterns") or ()) for blank in given)
    return BlanksKey(
        blanks=tuple(tuple(blank.get("accepted") or ()) for blank in given),
        numbers=numbers if any(n is not None for n in numbers) else (),
        patterns=patterns if any(patterns) else (),
    )


def matching(given: Mapping[str, Any]) -> MatchingKey:
    return MatchingKey(
        pairs=tuple((pair["prompt"], pair["match"]) for pair in given["pairs"]),
        distractors=tuple(given.get("distractors") or ()),
    )


def essay(given: Mapping[str, Any]) -> EssayKey:
    return EssayKey(guidance=given.get("guidance") or "")


def value_or(value: Any, default: Any) -> Any:
    """An explicit null means the default; a zero is a zero."""
    return default if value is None else value


FORMS: Mapping[QuestionType, tuple[str, Callable[[Any], AnswerKey]]] = {
    QuestionType.MULTIPLE_CHOICE: ("choice", choice),
    QuestionType.TRUE_FALSE: ("trueFalse", true_false),
    QuestionType.SHORT_ANSWER: ("text", text),
    QuestionType.ESSAY: ("essay", essay),
    QuestionType.FILL_BLANK: ("blanks", blanks),
    QuestionType.MATCHING: ("matching", matching),
}
