"""The rules of questions: what each of the types must be, cleaned or refused field by field.

A draft may lack what it needs to be played; what it has is in bounds all the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import msgspec

from actors.assessments.authoring import checked_formats
from actors.assessments.keys.hotspots import hotspot_key, needs_picture
from actors.assessments.keys.numeric import numeric_key
from actors.assessments.keys.ordering import ordering_key
from actors.assessments.keys.texts import MAX_OPTION_TEXT, different_texts, look
from actors.assessments.rubrics import checked_rubric
from actors.assessments.tagging import clean_tags
from actors.fields import MAX_PROBLEMS, Fields
from protocol.assessments.bounds import QUESTION_POINTS, QUESTION_SECONDS
from protocol.assessments.points import Points, are_exact, hundredths, points_of
from protocol.assessments.quizzes import (
    MAX_ALT,
    MAX_ANSWER_TEXT,
    MAX_NOTES,
    MAX_OPTIONS,
    MAX_TEXT,
    WHOLE,
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
    QuestionType,
    TextKey,
    TrueFalseKey,
)
from protocol.assessments.rubrics import Rubric
from protocol.texts import comparable
from protocol.validation import Problem, Rule, problem

BLANK = "____"
MAX_ACCEPTED = 50
LACKING = frozenset(
    {
        Rule.REQUIRED,
        Rule.TOO_FEW,
        Rule.COUNT_MISMATCH,
        Rule.WRONG_SUM,
        Rule.UNKNOWN_REFERENCE,
        Rule.MUST_BE_TRUE,
        Rule.DUPLICATE,
        Rule.AMBIGUOUS,
    }
)
"""What an author may still have to do. Whatever breaks another rule is never stored."""

KEY_TYPES: dict[QuestionType, type[AnswerKey]] = {
    QuestionType.MULTIPLE_CHOICE: ChoiceKey,
    QuestionType.TRUE_FALSE: TrueFalseKey,
    QuestionType.SHORT_ANSWER: TextKey,
    QuestionType.ESSAY: EssayKey,
    QuestionType.FILL_BLANK: BlanksKey,
    QuestionType.MATCHING: MatchingKey,
    QuestionType.NUMERIC: NumericKey,
    QuestionType.ORDERING: OrderingKey,
    QuestionType.HOTSPOT: HotspotKey,
}

BY_PERSONS = frozenset({QuestionType.ESSAY, QuestionType.SHORT_ANSWER})
"""What a person may mark by a rubric."""

NewId = Callable[[], str]


class DraftFields(Fields):
    """The fields of a draft: what it lacks is kept apart from what is wrong."""

    def __init__(self) -> None:
        super().__init__()
        self.lacks: list[dict[str, Any]] = []

    def note(self, field: str, problem: Problem) -> None:
        """Record a problem with `field`, or that it is not finished."""
        if problem.rule not in LACKING:
            super().note(field, problem)
        elif len(self.lacks) < MAX_PROBLEMS:
            self.lacks.append(problem.at(field))


def checked(fields: Fields, at: str, given: Question, new_id: NewId) -> Question:
    """The question, cleaned and with a new id; problems are recorded in `fields`.

    It is in bounds whatever was wrong with it but its texts.
    """
    text = fields.text(f"{at}.text", given.text, most=MAX_TEXT)
    options = different_texts(fields, f"{at}.options", given.options)
    if given.type is QuestionType.MULTIPLE_CHOICE:
        if len(options) < 2:
            fields.wrong(f"{at}.options", Rule.TOO_FEW, "must be 2 or more", min=2)
    elif options:
        only = f"are for {QuestionType.MULTIPLE_CHOICE.value} only"
        fields.wrong(f"{at}.options", Rule.NOT_APPLICABLE, only)
    if given.type is QuestionType.HOTSPOT:
        needs_picture(fields, at, given)
    return Question(
        id=new_id(),
        type=given.type,
        text=text,
        options=options,
        key=_key(fields, f"{at}.key", given, text),
        explanation=fields.optional(f"{at}.explanation", given.explanation, most=MAX_TEXT),
        media_url=fields.url(f"{at}.mediaUrl", given.media_url),
        media_alt=fields.optional(f"{at}.mediaAlt", given.media_alt, most=MAX_ALT),
        points=_points(fields, f"{at}.points", given.points),
        difficulty=given.difficulty,
        seconds=fields.optional_number(f"{at}.seconds", given.seconds, *QUESTION_SECONDS),
        multiple=_multiple(fields, f"{at}.multiple", given),
        notes=fields.optional(f"{at}.notes", given.notes, most=MAX_NOTES),
        formats=checked_formats(fields, at, given),
        all_or_nothing=given.all_or_nothing,
        tags=clean_tags(fields, f"{at}.tags", given.tags),
        rubric=_rubric(fields, f"{at}.rubric", given),
    )


def _rubric(fields: Fields, at: str, given: Question) -> Rubric | None:
    if given.rubric is None:
        return None
    if given.type not in BY_PERSONS:
        fields.wrong(at, Rule.NOT_APPLICABLE, "is for what persons mark: essays and short answers")
        return None
    return checked_rubric(fields, at, given.rubric, given.points)


def _points(fields: Fields, at: str, given: Points) -> Points:
    if not QUESTION_POINTS.holds(given):
        low, high = QUESTION_POINTS
        fields.wrong(at, Rule.OUT_OF_RANGE, f"must be from {low} to {high}", min=low, max=high)
    elif not are_exact(given):
        fields.wrong(at, Rule.INVALID_FORMAT, "must have at most two digits after the point")
    else:
        return points_of(hundredths(given))
    return given


def _multiple(fields: Fields, at: str, given: Question) -> bool | None:
    """Check `multiple`. With one right option both are allowed, so it reveals nothing."""
    if given.type is not QuestionType.MULTIPLE_CHOICE:
        if given.multiple:
            only = f"is for {QuestionType.MULTIPLE_CHOICE.value} only"
            fields.wrong(at, Rule.NOT_APPLICABLE, only)
        return None
    key = given.key
    if isinstance(key, ChoiceKey) and not given.multiple:
        if len(set(key.correct)) > 1 and not key.weights:
            fields.wrong(at, Rule.MUST_BE_TRUE, "must be true where several options are right")
        elif key.none_allowed:
            fields.wrong(at, Rule.MUST_BE_TRUE, "must be true where none may be chosen")
    return bool(given.multiple)


def _key(fields: Fields, at: str, given: Question, text: str) -> AnswerKey:
    key = given.key
    if not isinstance(key, KEY_TYPES[given.type]):
        said = f"does not belong to this type of question {given.type.value}"
        fields.wrong(at, Rule.NOT_APPLICABLE, said)
        return key
    match key:
        case ChoiceKey():
            return _choice_key(fields, at, key, len(given.options))
        case BlanksKey():
            return _blanks_key(fields, at, key, text)
    check = _CHECKS.get(type(key))
    return key if check is None else check(fields, at, key)


def _choice_key(fields: Fields, at: str, key: ChoiceKey, options: int) -> ChoiceKey:
    correct = tuple(sorted(set(key.correct)))
    if not correct and not key.none_allowed:
        fields.wrong(f"{at}.correct", Rule.REQUIRED, "must name a right option")
    elif correct and not 0 <= correct[0] <= correct[-1] < options:
        said = "names an option that does not exist"
        fields.wrong(f"{at}.correct", Rule.UNKNOWN_REFERENCE, said)
    weights = key.weights
    if weights and len(weights) != options:
        said = "must be as many as the options"
        fields.wrong(f"{at}.weights", Rule.COUNT_MISMATCH, said, expected=options)
        weights = ()
    elif not all(-WHOLE <= weight <= WHOLE for weight in weights):
        said = f"must be from {-WHOLE} to {WHOLE}"
        fields.wrong(f"{at}.weights", Rule.OUT_OF_RANGE, said, min=-WHOLE, max=WHOLE)
    correct = tuple(place for place in correct if 0 <= place < options)
    return msgspec.structs.replace(key, correct=correct, weights=weights)


def _text_key(fields: Fields, at: str, key: TextKey) -> TextKey:
    if key.number is not None:
        _number(fields, at, key.number, key.tolerance)
    _credits(fields, f"{at}.credits", key.credits)
    accepted = _accepted(fields, f"{at}.accepted", key.accepted)
    patterns = _accepted(fields, f"{at}.patterns", key.patterns)
    return msgspec.structs.replace(key, accepted=accepted, patterns=patterns)


def _credits(fields: Fields, at: str, given: tuple[Credit, ...]) -> None:
    if len(given) > MAX_ACCEPTED:
        fields.wrong(at, Rule.TOO_MANY, f"must be at most {MAX_ACCEPTED}", max=MAX_ACCEPTED)
        given = given[:MAX_ACCEPTED]
    texts = (text for credit in given for text in (credit.text, credit.pattern))
    _accepted(fields, at, tuple(text for text in texts if text is not None))
    for n, credit in enumerate(given):
        if not 0 < credit.weight <= WHOLE:
            said = f"must be from 1 to {WHOLE}"
            fields.wrong(f"{at}[{n}].weight", Rule.OUT_OF_RANGE, said, min=1, max=WHOLE)
        if credit.text is None and credit.pattern is None and credit.number is None:
            fields.wrong(f"{at}[{n}]", Rule.REQUIRED, "needs a text, a pattern or a number")
        if credit.number is not None:
            _number(fields, f"{at}[{n}]", credit.number, credit.tolerance)


def _accepted(fields: Fields, at: str, given: tuple[str, ...]) -> tuple[str, ...]:
    if len(given) > MAX_ACCEPTED:
        fields.wrong(at, Rule.TOO_MANY, f"must be at most {MAX_ACCEPTED}", max=MAX_ACCEPTED)
        given = given[:MAX_ACCEPTED]
    clean = [fields.text(f"{at}[{n}]", a, most=MAX_ANSWER_TEXT) for n, a in enumerate(given)]
    for n, text in enumerate(clean):
        if text and not comparable(text, most=MAX_ANSWER_TEXT):
            fields.wrong(f"{at}[{n}]", Rule.NOTHING_VISIBLE, "has no visible characters")
    return tuple(dict.fromkeys(clean))


def _number(fields: Fields, at: str, number: float, tolerance: float) -> None:
    if not math.isfinite(number):
        fields.wrong(f"{at}.number", Rule.INVALID_FORMAT, "must be a finite number")
    if not (math.isfinite(tolerance) and tolerance >= 0):
        fields.wrong(f"{at}.tolerance", Rule.TOO_SMALL, "must be 0 or more", min=0)


def _blanks_key(fields: Fields, at: str, key: BlanksKey, text: str) -> BlanksKey:
    if not key.blanks:
        fields.wrong(f"{at}.blanks", Rule.TOO_FEW, "must be 1 or more", min=1)
        return BlanksKey(blanks=())
    if len(key.blanks) > MAX_OPTIONS:
        said = f"must be at most {MAX_OPTIONS}"
        fields.wrong(f"{at}.blanks", Rule.TOO_MANY, said, max=MAX_OPTIONS)
        return key
    if text.count(BLANK) != len(key.blanks):
        said, there = f"must be as many as the text has {BLANK}", text.count(BLANK)
        fields.wrong(f"{at}.blanks", Rule.COUNT_MISMATCH, said, expected=there)
    return _each_blank(fields, at, _as_many(fields, at, key))


def _as_many(fields: Fields, at: str, key: BlanksKey) -> BlanksKey:
    """The key without what does not have an entry for each blank."""
    lists = {"numbers": key.numbers, "patterns": key.patterns, "credits": key.credits}
    for name, given in lists.items():
        if given and len(given) != len(key.blanks):
            fields.note(f"{at}.{name}", _as_blanks(key))
            key = msgspec.structs.replace(key, **{name: ()})
    return key


def _each_blank(fields: Fields, at: str, key: BlanksKey) -> BlanksKey:
    numbers = key.numbers or (None,) * len(key.blanks)
    patterns = key.patterns or ((),) * len(key.blanks)
    blanks, clean = [], []
    for n, (accepted, number) in enumerate(zip(key.blanks, numbers, strict=True)):
        blanks.append(_accepted(fields, f"{at}.blanks[{n}]", accepted))
        clean.append(_accepted(fields, f"{at}.patterns[{n}]", patterns[n]))
        if number is not None:
            _number(fields, f"{at}.numbers[{n}]", *number)
        elif not (accepted or patterns[n]):
            fields.wrong(f"{at}.blanks[{n}]", Rule.REQUIRED, "must accept something")
    for n, credits_ in enumerate(key.credits):
        _credits(fields, f"{at}.credits[{n}]", credits_)
    return msgspec.structs.replace(
        key, blanks=tuple(blanks), patterns=tuple(clean) if key.patterns else ()
    )


def _as_blanks(key: BlanksKey) -> Problem:
    blanks = len(key.blanks)
    return problem(Rule.COUNT_MISMATCH, "must be as many as the blanks", expected=blanks)


def _matching_key(fields: Fields, at: str, key: MatchingKey) -> MatchingKey:
    if len(key.pairs) < 2:
        fields.wrong(f"{at}.pairs", Rule.TOO_FEW, "must be 2 or more", min=2)
    elif len(key.pairs) > MAX_OPTIONS:
        said = f"must be at most {MAX_OPTIONS}"
        fields.wrong(f"{at}.pairs", Rule.TOO_MANY, said, max=MAX_OPTIONS)
    prompts = different_texts(
        fields, f"{at}.pairs.prompt", tuple(p for p, _ in key.pairs[:MAX_OPTIONS])
    )
    matches = tuple(
        fields.text(f"{at}.pairs[{n}].match", match, most=MAX_OPTION_TEXT)
        for n, (_, match) in enumerate(key.pairs[:MAX_OPTIONS])
    )
    distractors = different_texts(fields, f"{at}.distractors", key.distractors)
    if len(set(map(look, matches))) < len(set(matches)):
        said = "must be written alike where they are the same"
        fields.wrong(f"{at}.pairs.match", Rule.AMBIGUOUS, said)
    if set(map(look, distractors)) & set(map(look, matches)):
        fields.wrong(f"{at}.distractors", Rule.AMBIGUOUS, "must not be a right match")
    return MatchingKey(pairs=tuple(zip(prompts, matches, strict=True)), distractors=distractors)


def _essay_key(fields: Fields, at: str, key: EssayKey) -> EssayKey:
    guidance = fields.optional(f"{at}.guidance", key.guidance, most=MAX_TEXT)
    return EssayKey(guidance=guidance or "")


_CHECKS: dict[type[AnswerKey], Callable[[Fields, str, Any], AnswerKey]] = {
    TextKey: _text_key,
    MatchingKey: _matching_key,
    NumericKey: numeric_key,
    OrderingKey: ordering_key,
    HotspotKey: hotspot_key,
    EssayKey: _essay_key,
}
"""Of keys that are checked by themselves."""
