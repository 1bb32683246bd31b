"""From a `QuestionInput` to a question with its key. Each type of question has its own form."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from protocol.assessments.places import Ellipse, Place, Polygon, Rectangle
from protocol.assessments.points import Points
from protocol.assessments.quizzes import (
    WHOLE,
    AcceptedNumber,
    AnswerKey,
    BlanksKey,
    ChoiceKey,
    Credit,
    EssayKey,
    HotspotKey,
    MatchingKey,
    NumericKey,
    OrderingKey,
    Question,
    QuestionDifficulty,
    QuestionType,
    TextKey,
    TrueFalseKey,
    Unit,
)
from protocol.assessments.rubrics import Criterion, Level, Rubric
from protocol.errors import ValidationError
from protocol.validation import Rule


def question(given: Mapping[str, Any], path: str, *, draft: bool = False) -> Question:
    """A question without an id: whoever keeps it gives it one.

    A `draft` may have no answer. Raises `ValidationError` for an answer that is not in the form of
    the question's type.
    """
    type_ = QuestionType(given["type"].lower())
    return Question(
        id="",
        type=type_,
        text=given["questionText"],
        options=tuple(given.get("options") or ()),
        key=key_of(type_, given.get("answer"), f"{path}.answer", draft=draft),
        explanation=given.get("explanation"),
        media_url=given.get("mediaUrl"),
        media_alt=given.get("mediaAlt"),
        points=points(given),
        difficulty=QuestionDifficulty((given.get("difficulty") or "MEDIUM").lower()),
        seconds=given.get("seconds"),
        multiple=given.get("multiple"),
        notes=given.get("notes"),
        all_or_nothing=bool(given.get("allOrNothing")),
        tags=tuple(given.get("tags") or ()),
        rubric=rubric(given.get("rubric")),
    )


def rubric(given: Mapping[str, Any] | None) -> Rubric | None:
    """From a `RubricInput`."""
    if given is None:
        return None
    return Rubric(
        criteria=tuple(
            Criterion(
                name=each["name"],
                description=each.get("description") or "",
                levels=tuple(map(_level, each["levels"])),
            )
            for each in given["criteria"]
        ),
        shown=bool(given.get("shown")),
    )


def _level(given: Mapping[str, Any]) -> Level:
    description = given.get("description") or ""
    return Level(points=_whole(given["points"]), name=given["name"], description=description)


def points(given: Mapping[str, Any]) -> Points:
    """`exactPoints` if they are given, and otherwise `points`."""
    exact: Points | None = given.get("exactPoints")
    whole: int | None = given.get("points")
    if exact is not None:
        return _whole(exact)
    return 1 if whole is None else whole


def _whole(points: Points) -> Points:
    return int(points) if float(points).is_integer() else points


def key_of(
    type_: QuestionType, answer: Mapping[str, Any] | None, path: str, *, draft: bool = False
) -> AnswerKey:
    """The key. `answer` is an `AnswerKeyInput`, so it has exactly one member."""
    if answer is None and type_ in (UNANSWERED if draft else ESSAYS):
        return UNANSWERED[type_]
    form, read = FORMS[type_]
    if answer is None or form not in answer:
        said = f"must be given as `{form}` for {type_.upper()}"
        raise ValidationError.of(path, Rule.NOT_APPLICABLE, said)
    return read(answer[form])


def choice(given: Mapping[str, Any]) -> ChoiceKey:
    return ChoiceKey(
        correct=tuple(given["correct"]),
        none_allowed=bool(given.get("noneAllowed")),
        weights=tuple(given.get("weights") or ()),
    )


def true_false(given: bool) -> TrueFalseKey:
    return TrueFalseKey(value=given)


def text(given: Mapping[str, Any]) -> TextKey:
    return TextKey(
        accepted=tuple(given.get("accepted") or ()),
        patterns=tuple(given.get("patterns") or ()),
        case_sensitive=bool(given.get("caseSensitive")),
        number=given.get("number"),
        tolerance=value_or(given.get("tolerance"), 0.0),
        credits=credits_of(given),
    )


def credits_of(given: Mapping[str, Any]) -> tuple[Credit, ...]:
    """What earns a part of the points."""
    return tuple(
        Credit(
            weight=each["weight"],
            text=each.get("text"),
            pattern=each.get("pattern"),
            number=each.get("number"),
            tolerance=value_or(each.get("tolerance"), 0.0),
        )
        for each in given.get("credits") or ()
    )


def blanks(given: list[Mapping[str, Any]]) -> BlanksKey:
    numbers = tuple(
        None
        if blank.get("number") is None
        else (blank["number"], value_or(blank.get("tolerance"), 0.0))
        for blank in given
    )
    patterns = tuple(tuple(blank.get("patterns") or ()) for blank in given)
    parts = tuple(map(credits_of, given))
    return BlanksKey(
        blanks=tuple(tuple(blank.get("accepted") or ()) for blank in given),
        numbers=numbers if any(n is not None for n in numbers) else (),
        patterns=patterns if any(patterns) else (),
        credits=parts if any(parts) else (),
    )


def matching(given: Mapping[str, Any]) -> MatchingKey:
    return MatchingKey(
        pairs=tuple((pair["prompt"], pair["match"]) for pair in given["pairs"]),
        distractors=tuple(given.get("distractors") or ()),
    )


def numeric(given: Mapping[str, Any]) -> NumericKey:
    return NumericKey(
        answers=tuple(
            AcceptedNumber(
                weight=value_or(each.get("weight"), WHOLE),
                number=each.get("number"),
                tolerance=value_or(each.get("tolerance"), 0.0),
                percent=bool(each.get("percent")),
                low=each.get("low"),
                high=each.get("high"),
            )
            for each in given["answers"]
        ),
        units=tuple(
            Unit(name=unit["name"], factor=value_or(unit.get("factor"), 1.0))
            for unit in given.get("units") or ()
        ),
        unit_required=bool(given.get("unitRequired")),
        unit_penalty=value_or(given.get("unitPenalty"), WHOLE),
    )


def ordering(given: Mapping[str, Any]) -> OrderingKey:
    return OrderingKey(items=tuple(given["items"]))


def hotspot(given: Mapping[str, Any]) -> HotspotKey:
    """Each place is a `PlaceInput`, so it has exactly one member."""
    return HotspotKey(places=tuple(map(place, given["places"])), find=given.get("find"))


def place(given: Mapping[str, Any]) -> Place:
    [(shape, members)] = given.items()
    name = members.get("name") or ""
    match shape:
        case "ellipse":
            x, y = members["x"], members["y"]
            radii = {"radius_x": members["radiusX"], "radius_y": members["radiusY"]}
            return Ellipse(name=name, x=x, y=y, **radii)
        case "rectangle":
            sides = {side: members[side] for side in ("left", "top", "right", "bottom")}
            return Rectangle(name=name, **sides)
    corners = tuple((corner["x"], corner["y"]) for corner in members["corners"])
    return Polygon(name=name, corners=corners)


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
    QuestionType.NUMERIC: ("numeric", numeric),
    QuestionType.ORDERING: ("ordering", ordering),
    QuestionType.HOTSPOT: ("hotspot", hotspot),
}
ESSAYS = frozenset({QuestionType.ESSAY})
UNANSWERED: Mapping[QuestionType, AnswerKey] = {
    QuestionType.MULTIPLE_CHOICE: ChoiceKey(correct=()),
    QuestionType.SHORT_ANSWER: TextKey(),
    QuestionType.ESSAY: EssayKey(),
    QuestionType.FILL_BLANK: BlanksKey(blanks=()),
    QuestionType.MATCHING: MatchingKey(pairs=()),
    QuestionType.NUMERIC: NumericKey(),
    QuestionType.ORDERING: OrderingKey(items=()),
    QuestionType.HOTSPOT: HotspotKey(places=()),
}
"""What stands for an answer that the author has not given yet; true or false cannot say that."""
