"""The rules of quizzes: what a quiz and each type of question must be.

The rule that `permitted` returns runs inside the transaction that it guards (see
`protocol.records`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import zip_longest

import msgspec

from actors.assessments.authoring import Authoring
from actors.assessments.formats.gift.reader import parse_gift
from actors.assessments.formats.reading import (
    WITHOUT,
    FileQuestion,
    QuestionFile,
    line_of,
    not_imported,
)
from actors.assessments.questions import NewId, checked
from actors.fields import MAX_TITLE, Fields
from protocol.assessments.bounds import (
    AUTO_ADVANCE_MS,
    CONFIG,
    PIN_DIGITS,
)
from protocol.assessments.formats import TextFormat
from protocol.assessments.live.configuration import HALVES_BELOW, LiveConfig
from protocol.assessments.quizzes import (
    MAX_QUESTIONS,
    MAX_QUIZ_BYTES,
    WHOLE,
    Question,
    QuizSettings,
    question_bytes,
)
from protocol.errors import ValidationError
from protocol.validation import Rule

MAX_MINUTES = 7 * 24 * 60
MAX_ATTEMPTS = 1_000
MAX_INSTANT = 253_402_300_799_999
"""The last millisecond of the year 9999, in which timestamps end."""

LATER = "/later"
"""Stands for the address of a picture in a file, which has one once it is stored."""
PIN_BYTES = 8
"""Random bytes per candidate: with 2^64 values the remainder favours no PIN noticeably."""
PIN_CANDIDATES = 16
"""With a tenth of all PINs in use, the chance that all are taken is 10^-16."""


def quiz(
    settings: QuizSettings,
    questions: tuple[Question, ...],
    new_id: NewId,
    formats: tuple[TextFormat, ...] = (),
    check: Callable[[], None] = lambda: None,
) -> tuple[QuizSettings, tuple[Question, ...]]:
    """Clean and check a quiz, whose texts are in these formats; questions get new ids.

    Raises `ValidationError` with every wrong field. `check` is called at each question.
    """
    fields = Fields()
    kept = clean_settings(fields, settings)
    if len(questions) > MAX_QUESTIONS:
        said = f"must be at most {MAX_QUESTIONS}"
        fields.wrong("questions", Rule.TOO_MANY, said, max=MAX_QUESTIONS)
    authoring = Authoring(fields)
    clean = tuple(
        checked(fields, at, authoring.formatted(at, given, format), new_id)
        for at, given, format in _with_formats(questions[:MAX_QUESTIONS], formats, check)
    )
    fields.check()
    _check_size(clean, "questions")
    return kept, clean


def _check_size(questions: Iterable[Question], field: str) -> None:
    """Raises `ValidationError`."""
    if question_bytes(questions) > MAX_QUIZ_BYTES:
        said = f"must have at most {MAX_QUIZ_BYTES} bytes together"
        raise ValidationError.of(field, Rule.TOO_MANY_BYTES, said, max=MAX_QUIZ_BYTES)


def _with_formats(
    questions: tuple[Question, ...], formats: tuple[TextFormat, ...], check: Callable[[], None]
) -> Iterator[tuple[str, Question, TextFormat]]:
    for n, (question, format) in enumerate(
        zip_longest(questions, formats[: len(questions)], fillvalue=TextFormat.PLAIN)
    ):
        assert isinstance(question, Question)
        check()
        yield f"questions[{n}]", question, TextFormat(format)


def imported_quiz(
    settings: QuizSettings, gift: str, new_id: NewId, check: Callable[[], None] = lambda: None
) -> tuple[QuizSettings, tuple[Question, ...], tuple[str, ...]]:
    """A quiz from a GIFT text, checked in the same way; the third value names skipped lines.

    Raises `ValidationError` when the settings are wrong or nothing of the text can be taken.
    `check` is called at each question, as `parse_gift` does.
    """
    fields = Fields()
    kept = clean_settings(fields, settings)
    fields.check()
    file = imported(gift, new_id, check)
    questions = tuple(read.question for read in file.questions)
    _check_size(questions, "gift")
    return kept, questions, file.skipped


def imported(gift: str, new_id: NewId, check: Callable[[], None] = lambda: None) -> QuestionFile:
    """The questions of a GIFT text that are right, and in `skipped` what of the rest is wrong.

    Raises `ValidationError` when nothing of the text can be taken.
    """
    return sound(parse_gift(gift, new_id, check), new_id, check, field="gift")


def sound(
    file: QuestionFile,
    new_id: NewId,
    check: Callable[[], None] = lambda: None,
    *,
    field: str = "file",
) -> QuestionFile:
    """The questions of a file that are right, and in `skipped` what of the rest is wrong.

    Raises `ValidationError` on `field` when none is.
    """
    taken: list[FileQuestion] = []
    skipped = list(file.skipped)
    for read in file.questions:
        check()
        problems = Fields()
        given = read.question
        if read.picture is not None:
            given = msgspec.structs.replace(given, media_url=LATER)
        question = checked(problems, "", given, new_id)
        if read.picture is not None:
            question = msgspec.structs.replace(question, media_url=None)
        if problems.problems:
            what = "; ".join(f"{p['field'].strip('.')} {p['message']}" for p in problems.problems)
            without = f"line {read.line}: {WITHOUT}"
            skipped = [each for each in skipped if not each.startswith(without)]
            skipped.append(f"line {read.line}: {what}")
        else:
            taken.append(msgspec.structs.replace(read, question=question))
    if not taken:
        fields = Fields()
        for each in skipped:
            fields.note(field, not_imported(each))
        fields.check()
    return QuestionFile(tuple(taken), tuple(sorted(skipped, key=line_of)))


def previewed(gift: str, new_id: NewId, check: Callable[[], None] = lambda: None) -> QuestionFile:
    """Like `imported`, but a text of which nothing can be taken says in `skipped` why.

    Raises `ValidationError` for a text that is not read at all.
    """
    return reasons(lambda: imported(gift, new_id, check))


def reasons(reading: Callable[[], QuestionFile]) -> QuestionFile:
    """What was read, or in `skipped` why that is nothing.

    Raises `ValidationError` for a file that is not read at all.
    """
    try:
        return reading()
    except ValidationError as refusal:
        problems = refusal.details["fields"]
        if any(each["code"] != Rule.NOT_IMPORTED for each in problems):
            raise
        return QuestionFile((), tuple(each["message"] for each in problems))


def clean_settings(fields: Fields, given: QuizSettings) -> QuizSettings:
    """The settings, cleaned; problems are recorded in `fields`."""
    minutes = given.time_limit_minutes
    fields.optional_number("availableFrom", given.available_from, 0, MAX_INSTANT)
    fields.optional_number("availableUntil", given.available_until, 0, MAX_INSTANT)
    check_opening_times(fields, given.available_from, given.available_until)
    return msgspec.structs.replace(
        given,
        title=fields.line("title", given.title, most=MAX_TITLE),
        description=fields.optional_html("description", given.description),
        time_limit_minutes=fields.optional_number("timeLimitMinutes", minutes, 1, MAX_MINUTES),
        passing_score=fields.number("passingScore", given.passing_score, 0, 100),
        max_attempts=fields.number("maxAttempts", given.max_attempts, 0, MAX_ATTEMPTS),
        negative_marking=fields.optional_number(
            "negativeMarking", given.negative_marking, 0, WHOLE
        ),
        second_grading=fields.optional_number("secondGrading", given.second_grading, 0, 100),
    )


def check_opening_times(fields: Fields, opens: int | None, ends: int | None) -> None:
    """A quiz ends after it opens."""
    if opens is not None and ends is not None and ends <= opens:
        fields.wrong("availableUntil", Rule.TOO_EARLY, "must be after availableFrom")


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


def is_pin(text: str) -> bool:
    """Whether the text has the form of a PIN."""
    return len(text) == PIN_DIGITS and text.isascii() and text.isdigit()
