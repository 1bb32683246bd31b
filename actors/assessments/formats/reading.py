"""What is read of a file with questions, whatever its format: the questions, and a report by line.

An entry that cannot be read is left out with its line and the reason, so that one mistake does not
cost a teacher the rest of the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import msgspec

from protocol.assessments.quizzes import MAX_QUESTIONS, Question
from protocol.errors import ValidationError
from protocol.validation import Problem, Rule, problem

MAX_SKIPPED = 200
WITHOUT = "imported without"
CATEGORIES = "categories are not kept"
TITLES = "titles are not kept"
IDS = "ids are not kept"
TAGS = "more tags than 10, longer ones than 50 characters, and commas in them are not kept"

Line = TypeVar("Line")
NewId = Callable[[], str]
Check = Callable[[], None]
"""Called at each question, and where there may be many lines or elements without one; it may raise,
when nobody waits for the file any more."""
LINES = 100
"""Lines, at most, from one look at whether anybody still waits to the next."""


class Refused(Exception):
    """This question cannot be imported; the text says why."""


class FilePicture(msgspec.Struct, frozen=True):
    """A picture that comes with a question, as it is in the file."""

    name: str
    data: bytes


class FileQuestion(msgspec.Struct, frozen=True):
    """A question and the line where it begins, counted from 1. `picture` is to be stored first."""

    line: int
    question: Question
    picture: FilePicture | None = None


class QuestionFile(msgspec.Struct, frozen=True):
    """The questions of a file.

    `skipped` has texts such as "line 12: why", also for what is taken but not whole.
    """

    questions: tuple[FileQuestion, ...]
    skipped: tuple[str, ...]


class Found:
    """What was read so far of a file. `field` is the argument in which the file came."""

    def __init__(self, field: str = "file") -> None:
        self.field = field
        self.questions: list[FileQuestion] = []
        self.skipped: list[str] = []
        self._more = 0
        self.unkept: dict[str, list[int]] = {}

    def check_room(self, line: int) -> None:
        """Raises `ValidationError` for one question too many."""
        if len(self.questions) >= MAX_QUESTIONS:
            said = f"line {line}: more than {MAX_QUESTIONS} questions"
            raise ValidationError.of(self.field, Rule.TOO_MANY, said, max=MAX_QUESTIONS)

    def add(self, read: FileQuestion, lost: Sequence[str] = ()) -> None:
        """A question, with what it has lost."""
        self.questions.append(read)
        if lost:
            self.skip(read.line, f"{WITHOUT} {', '.join(lost)}")

    def skip(self, line: int, reason: object) -> None:
        """Leave out what begins in that line. A file may have a million such lines."""
        if len(self.skipped) > MAX_SKIPPED:
            self._more += 1
        else:
            self.skipped.append(f"line {line}: {reason}")

    def unkept_in(self, line: int, what: str) -> None:
        """Note what no question keeps; it is said once, with the first line and the number."""
        self.unkept.setdefault(what, []).append(line)

    def whole(self) -> QuestionFile:
        """All of it. Raises `ValidationError` when there is nothing to take."""
        if not self.questions:
            problems = bounded(self.skipped, self._more) or ["line 1: contains no question"]
            raise ValidationError([not_imported(each).at(self.field) for each in problems])
        noted = notes(self.unkept)
        return QuestionFile(tuple(self.questions), tuple(noted + bounded(self.skipped, self._more)))


def numbered(lines: Iterable[Line], check: Check) -> Iterator[tuple[int, Line]]:
    """The lines with their numbers, counted from 1; `check` is called every `LINES` of them."""
    for number, line in enumerate(lines, 1):
        if number % LINES == 0:
            check()
        yield number, line


def not_imported(skipped: str) -> Problem:
    """The problem of a question that was `skipped`, which begins with its line."""
    return problem(Rule.NOT_IMPORTED, skipped, line=line_of(skipped))


def line_of(skipped: str) -> int:
    """The line that a text about a skipped question begins with."""
    return int(skipped.removeprefix("line ").partition(":")[0])


def notes(lines: Mapping[str, Sequence[int]]) -> list[str]:
    """What there is to say of the whole file, with the first of the lines and their number."""
    return [f"line {found[0]}: {what} ({len(found)})" for what, found in lines.items() if found]


def bounded(skipped: list[str], others: int = 0) -> list[str]:
    """At most `MAX_SKIPPED`; the last says how many more there are, with so many `others`."""
    if len(skipped) <= MAX_SKIPPED:
        return skipped
    line = skipped[MAX_SKIPPED - 1].partition(":")[0]
    more = len(skipped) - MAX_SKIPPED + 1 + others
    return [*skipped[: MAX_SKIPPED - 1], f"{line}: here and below are {more} more such lines"]
