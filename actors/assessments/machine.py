"""The rules of quizzes: what a quiz and each of the six types of question must be.

The rule that `permitted` returns runs inside the transaction that it guards (see
`protocol.records`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import zip_longest

import msgspec

from actors.assessments.authoring import Authoring, checked_formats
from actors.assessments.gift import WITHOUT, line_of, not_imported, parse_gift
from actors.fields import MAX_TITLE, Fields
from protocol.assessments.bounds import (
    AUTO_ADVANCE_MS,
    CONFIG,
    PIN_DIGITS,
    QUESTION_POINTS,
    QUESTION_SECONDS,
)
from protocol.assessments.formats import TextFormat
from protocol.assessments.live.configuration import HALVES_BELOW, LiveConfig
from protocol.assessments.points import Points, halves, has_halves, points_of
from protocol.assessments.quizzes import (
    MAX_ANSWER_TEXT,
    MAX_OPTIONS,
    MAX_QUESTIONS,
    MAX_TEXT,
    WHOLE,
    AnswerKey,
    BlanksKey,
    ChoiceKey,
    Credit,
    EssayKey,
    MatchingKey,
    Question,
    QuestionType,
    QuizSettings,
    TextKey,
    TrueFalseKey,
)
from protocol.errors import RefusedError
from protocol.permissions import require
from protocol.records.common import CourseFacts, CourseRule
from protocol.texts import comparable, look_alike
from protocol.validation import Problem, Rule, problem

BLANK = "____"
MAX_OPTION_TEXT = 1_000
MAX_ACCEPTED = 50
DIFFERENT = "must differ from each other in more than case, spaces, dashes or quotation marks"
MAX_MINUTES = 7 * 24 * 60
MAX_ATTEMPTS = 1_000
MAX_INSTANT = 253_402_300_799_999
"""The last millisecond of the year 9999, in which timestamps end."""

PIN_BYTES = 8
"""Random bytes per candidate: with 2^64 values the remainder favours no PIN noticeably."""
PIN_CANDIDATES = 16
"""With a tenth of all PINs in use, the chance that all are taken is 10^-16."""

KEY_TYPES: dict[QuestionType, type[AnswerKey]] = {
    QuestionType.MULTIPLE_CHOICE: ChoiceKey,
    QuestionType.TRUE_FALSE: TrueFalseKey,
    QuestionType.SHORT_ANSWER: TextKey,
    QuestionType.ESSAY: EssayKey,
    QuestionType.FILL_BLANK: BlanksKey,
    QuestionType.MATCHING: MatchingKey,
}

NewId = Callable[[], str]


def quiz(
    settings: QuizSettings,
    questions: tuple[Question, ...],
    new_id: NewId,
    formats: tuple[TextFormat, ...] = (),
) -> tuple[QuizSettings, tuple[Question, ...]]:
    """Clean and check a quiz, whose texts are in these formats; questions get new ids.

    Raises `ValidationError` with every wrong field.
    """
    fields = Fields()
    clean_settings = _settings(fields, settings)
    if not 1 <= len(questions) <= MAX_QUESTIONS:
        said = f"must be 1 to {MAX_QUESTIONS}"
        fields.wrong("questions", Rule.WRONG_COUNT, said, min=1, max=MAX_QUESTIONS)
    authoring = Authoring(fields)
    clean = tuple(
        _question(fields, at, authoring.formatted(at, given, format), new_id)
        for at, given, format in _with_formats(questions[:MAX_QUESTIONS], formats)
    )
    fields.check()
    return clean_settings, clean


def _with_formats(
    questions: tuple[Question, ...], formats: tuple[TextFormat, ...]
) -> Iterator[tuple[str, Question, TextFormat]]:
    for n, (question, format) in enumerate(
        zip_longest(questions, formats[: len(questions)], fillvalue=TextFormat.PLAIN)
    ):
        assert isinstance(question, Question)
        yield f"questions[{n}]", question, TextFormat(format)


def imported_quiz(
    settings: QuizSettings, gift: str, new_id: NewId, check: Callable[[], None] = lambda: None
) -> tuple[QuizSettings, tuple[Question, ...], tuple[str, ...]]:
    """A quiz from a GIFT text, checked in the same way; the third value names skipped lines.

    Raises `ValidationError` when the settings are wrong or nothing of the text can be taken.
    `check` is called at each question, as `parse_gift` does.
    """
    fields = Fields()
    clean_settings = _settings(fields, settings)
    fields.check()
    file = parse_gift(gift, new_id, check)
    taken: list[Question] = []
    skipped = list(file.skipped)
    for read in file.questions:
        check()
        problems = Fields()
        question = _question(problems, "", read.question, new_id)
        if problems.problems:
            what = "; ".join(f"{p['field'].strip('.')} {p['message']}" for p in problems.problems)
            without = f"line {read.line}: {WITHOUT}"
            skipped = [each for each in skipped if not each.startswith(without)]
            skipped.append(f"line {read.line}: {what}")
        else:
            taken.append(question)
    if not taken:
        for each in skipped:
            fields.note("gift", not_imported(each))
    fields.check()
    return clean_settings, tuple(taken), tuple(sorted(skipped, key=line_of))


def _settings(fields: Fields, given: QuizSettings) -> QuizSettings:
    minutes = given.time_limit_minutes
    opens = fields.optional_number("availableFrom", given.available_from, 0, MAX_INSTANT)
    ends = fields.optional_number("availableUntil", given.available_until, 0, MAX_INSTANT)
    if opens is not None and ends is not None and ends <= opens:
        fields.wrong("availableUntil", Rule.TOO_EARLY, "must be after availableFrom")
    return msgspec.structs.replace(
        given,
        title=fields.line("title", given.title, most=MAX_TITLE),
        description=fields.optional_html("description", given.description),
        time_limit_minutes=fields.optional_number("timeLimitMinutes", minutes, 1, MAX_MINUTES),
        passing_score=fields.number("passingScore", given.passing_score, 0, 100),
        max_attempts=fields.number("maxAttempts", given.max_attempts, 0, MAX_ATTEMPTS),
    )


def _question(fields: Fields, at: str, given: Question, new_id: NewId) -> Question:
    text = fields.text(f"{at}.text", given.text, most=MAX_TEXT)
    options = _texts(fields, f"{at}.options", given.options)
    if given.type is QuestionType.MULTIPLE_CHOICE:
        if len(options) < 2:
            fields.wrong(f"{at}.options", Rule.TOO_FEW, "must be 2 or more", min=2)
    elif options:
        only = f"are for {QuestionType.MULTIPLE_CHOICE.value} only"
        fields.wrong(f"{at}.options", Rule.NOT_APPLICABLE, only)
    return Question(
        id=new_id(),
        type=given.type,
        text=text,
        options=options,
        key=_key(fields, f"{at}.key", given, text),
        explanation=fields.optional(f"{at}.explanation", given.explanation, most=MAX_TEXT),
        media_url=fields.url(f"{at}.mediaUrl", given.media_url),
        points=_points(fields, f"{at}.points", given.points),
        difficulty=given.difficulty,
        seconds=fields.optional_number(f"{at}.seconds", given.seconds, *QUESTION_SECONDS),
        multiple=_multiple(fields, f"{at}.multiple", given),
        formats=checked_formats(fields, at, given),
    )


def _points(fields: Fields, at: str, given: Points) -> Points:
    if not QUESTION_POINTS.holds(given):
        low, high = QUESTION_POINTS
        fields.wrong(at, Rule.OUT_OF_RANGE, f"must be from {low} to {high}", min=low, max=high)
    elif not has_halves(given):
        fields.wrong(at, Rule.INVALID_FORMAT, "must be whole or end in .5")
    else:
        return points_of(halves(given))
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


def _texts(fields: Fields, at: str, given: tuple[str, ...]) -> tuple[str, ...]:
    """Up to `MAX_OPTIONS` different texts."""
    if len(given) > MAX_OPTIONS:
        fields.wrong(at, Rule.TOO_MANY, f"must be at most {MAX_OPTIONS}", max=MAX_OPTIONS)
        given = given[:MAX_OPTIONS]
    clean = tuple(
        fields.text(f"{at}[{n}]", text, most=MAX_OPTION_TEXT) for n, text in enumerate(given)
    )
    if len(set(map(_look, clean))) < len(clean):
        fields.wrong(at, Rule.DUPLICATE, DIFFERENT)
    return clean


def _look(text: str) -> tuple[str, str]:
    return look_alike(text, most=MAX_OPTION_TEXT)


def _key(fields: Fields, at: str, given: Question, text: str) -> AnswerKey:
    key = given.key
    if not isinstance(key, KEY_TYPES[given.type]):
        said = f"does not belong to this type of question {given.type.value}"
        fields.wrong(at, Rule.NOT_APPLICABLE, said)
        return key
    match key:
        case ChoiceKey():
            return _choice_key(fields, at, key, len(given.options))
        case TextKey():
            return _text_key(fields, at, key)
        case BlanksKey():
            return _blanks_key(fields, at, key, text)
        case MatchingKey():
            return _matching_key(fields, at, key)
        case EssayKey():
            guidance = fields.optional(f"{at}.guidance", key.guidance, most=MAX_TEXT)
            return EssayKey(guidance=guidance or "")
    return key


def _choice_key(fields: Fields, at: str, key: ChoiceKey, options: int) -> ChoiceKey:
    correct = tuple(sorted(set(key.correct)))
    if not correct and not key.none_allowed:
        fields.wrong(f"{at}.correct", Rule.REQUIRED, "must name a right option")
    elif correct and not 0 <= correct[0] <= correct[-1] < options:
        said = "names an option that does not exist"
        fields.wrong(f"{at}.correct", Rule.UNKNOWN_REFERENCE, said)
    if key.weights and len(key.weights) != options:
        said = "must be as many as the options"
        fields.wrong(f"{at}.weights", Rule.COUNT_MISMATCH, said, expected=options)
    return msgspec.structs.replace(key, correct=correct)


def _text_key(fields: Fields, at: str, key: TextKey) -> TextKey:
    if key.number is not None:
        _number(fields, at, key.number, key.tolerance)
    _credits(fields, f"{at}.credits", key.credits)
    accepted = _accepted(fields, f"{at}.accepted", key.accepted)
    patterns = _accepted(fields, f"{at}.patterns", key.patterns)
    return msgspec.structs.replace(key, accepted=accepted, patterns=patterns)


def _credits(fields: Fields, at: str, given: tuple[Credit, ...]) -> None:
    texts = (text for credit in given for text in (credit.text, credit.pattern))
    _accepted(fields, at, tuple(text for text in texts if text is not None))
    for n, credit in enumerate(given):
        if not 0 < credit.weight <= WHOLE:
            said = f"must be from 1 to {WHOLE}"
            fields.wrong(f"{at}[{n}].weight", Rule.OUT_OF_RANGE, said, min=1, max=WHOLE)
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
    if not 1 <= len(key.blanks) <= MAX_OPTIONS:
        said = f"must be 1 to {MAX_OPTIONS}"
        fields.wrong(f"{at}.blanks", Rule.WRONG_COUNT, said, min=1, max=MAX_OPTIONS)
        return key
    if text.count(BLANK) != len(key.blanks):
        said, there = f"must be as many as the text has {BLANK}", text.count(BLANK)
        fields.wrong(f"{at}.blanks", Rule.COUNT_MISMATCH, said, expected=there)
    numbers = key.numbers or (None,) * len(key.blanks)
    patterns = key.patterns or ((),) * len(key.blanks)
    for name, given in (("numbers", numbers), ("patterns", patterns)):
        if len(given) != len(key.blanks):
            fields.note(f"{at}.{name}", _as_blanks(key))
            return key
    blanks, clean = [], []
    for n, (accepted, number) in enumerate(zip(key.blanks, numbers, strict=True)):
        blanks.append(_accepted(fields, f"{at}.blanks[{n}]", accepted))
        clean.append(_accepted(fields, f"{at}.patterns[{n}]", patterns[n]))
        if number is not None:
            _number(fields, f"{at}.numbers[{n}]", *number)
        elif not (accepted or patterns[n]):
            fields.wrong(f"{at}.blanks[{n}]", Rule.REQUIRED, "must accept something")
    if key.credits and len(key.credits) != len(key.blanks):
        fields.note(f"{at}.credits", _as_blanks(key))
    for n, credits_ in enumerate(key.credits):
        _credits(fields, f"{at}.credits[{n}]", credits_)
    return msgspec.structs.replace(
        key, blanks=tuple(blanks), patterns=tuple(clean) if key.patterns else ()
    )


def _as_blanks(key: BlanksKey) -> Problem:
    blanks = len(key.blanks)
    return problem(Rule.COUNT_MISMATCH, "must be as many as the blanks", expected=blanks)


def _matching_key(fields: Fields, at: str, key: MatchingKey) -> MatchingKey:
    if not 2 <= len(key.pairs) <= MAX_OPTIONS:
        said = f"must be 2 to {MAX_OPTIONS}"
        fields.wrong(f"{at}.pairs", Rule.WRONG_COUNT, said, min=2, max=MAX_OPTIONS)
    prompts = _texts(fields, f"{at}.pairs.prompt", tuple(p for p, _ in key.pairs[:MAX_OPTIONS]))
    matches = tuple(
        fields.text(f"{at}.pairs[{n}].match", match, most=MAX_OPTION_TEXT)
        for n, (_, match) in enumerate(key.pairs[:MAX_OPTIONS])
    )
    distractors = _texts(fields, f"{at}.distractors", key.distractors)
    if len(set(map(_look, matches))) < len(set(matches)):
        said = "must be written alike where they are the same"
        fields.wrong(f"{at}.pairs.match", Rule.AMBIGUOUS, said)
    if set(map(_look, distractors)) & set(map(_look, matches)):
        fields.wrong(f"{at}.distractors", Rule.AMBIGUOUS, "must not be a right match")
    return MatchingKey(pairs=tuple(zip(prompts, matches, strict=True)), distractors=distractors)


def live_config(given: LiveConfig) -> LiveConfig:
    """Check the options of a game. Raises `ValidationError` with every wrong field."""
    fields = Fields()
    for name, allowed in CONFIG.items():
        fields.number(f"config.{_camel(name)}", getattr(given, name), *allowed)
    fields.optional_number("config.autoAdvanceMs", given.auto_advance_ms, *AUTO_ADVANCE_MS)
    fields.check()
    if given.half_points is None:
        given = msgspec.structs.replace(given, half_points=given.points < HALVES_BELOW)
    return given


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def pins(randomness: bytes) -> tuple[str, ...]:
    """PINs to try, each from `PIN_BYTES` random bytes."""
    words = (randomness[n : n + PIN_BYTES] for n in range(0, len(randomness), PIN_BYTES))
    return tuple(f"{int.from_bytes(word) % 10**PIN_DIGITS:0{PIN_DIGITS}}" for word in words)


def permitted(operation: str, by: str, by_role: str) -> CourseRule:
    """The rule for creating quizzes and hosting games, while the course is not archived."""

    def rule(course: CourseFacts) -> None:
        require(operation, course.relations(by, by_role), by_role)
        if course.status == "archived":
            raise RefusedError("COURSE_ARCHIVED", "An archived course cannot be changed")

    return rule


def is_pin(text: str) -> bool:
    """Whether the text has the form of a PIN."""
    return len(text) == PIN_DIGITS and text.isascii() and text.isdigit()
