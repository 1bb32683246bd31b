"""Aiken's format (docs.moodle.org, "Aiken format"): a question, its options, and the right one.

Which is the largest planet?
A. Jupiter
B) Saturn
ANSWER: A
"""

from __future__ import annotations

import re
from typing import Final

from actors.assessments.formats.reading import (
    Check,
    FileQuestion,
    Found,
    NewId,
    QuestionFile,
    Refused,
    numbered,
)
from actors.assessments.formats.recognition import decoded
from actors.assessments.formats.simple import (
    KINDS,
    bare,
    choice_of,
    dropped,
    options_of,
    reported,
)
from actors.assessments.formats.written import NO_PICTURES, Pictures, Written, unfinished
from protocol.assessments.quizzes import MAX_OPTIONS, Question
from protocol.errors import ValidationError

OPTION: Final = re.compile(r"([A-Z])[.)][ \t]*(.+)")
ANSWER: Final = re.compile(r"ANSWER:[ \t]*([A-Za-z])", re.IGNORECASE)
LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
NO_OPTIONS: Final = "there are no options below it"
NO_ANSWER: Final = "there is no line ANSWER: with the letter of the right option"
UNREADABLE: Final = "Aiken has no way to write its texts"
ONE: Final = "Aiken has one right answer, and it has several"


class _Block:
    """The lines of a question so far."""

    def __init__(self) -> None:
        self.line = 0
        self.text: list[str] = []
        self.options: list[tuple[str, list[str]]] = []

    def add(self, number: int, line: str) -> None:
        """A line that is no answer."""
        self.line = self.line or number
        option = OPTION.fullmatch(line)
        if option is not None and (self.options or option[1] == "A"):
            self.options.append((option[1], [option[2].strip()]))
        elif self.options:
            self.options[-1][1].append(line)
        else:
            self.text.append(line)

    def question(self, letter: str, new_id: str) -> Question:
        """Raises `Refused`."""
        letters = [each for each, _ in self.options]
        if len(letters) > MAX_OPTIONS:
            raise Refused(f"there are more than {MAX_OPTIONS} options")
        if letters != list(LETTERS[: len(letters)]):
            raise Refused("the options are not lettered A, B, C and so on")
        if letter.upper() not in letters:
            raise Refused("ANSWER: names an option that is not there")
        if not self.text:
            raise Refused("the question has no text")
        right = letters.index(letter.upper())
        options = ["\n".join(texts) for _, texts in self.options]
        return choice_of("\n".join(self.text), options, [right], new_id)


def parse_aiken(data: bytes, new_id: NewId, check: Check = lambda: None) -> QuestionFile:
    """Read a whole file. Raises `ValidationError` when there is nothing in it to take."""
    found, block = Found(), _Block()
    lines = decoded(data).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, raw in numbered(lines, check):
        line = raw.strip()
        answer = ANSWER.fullmatch(line)
        if answer is not None:
            _add(found, block, answer[1], number, new_id)
            block = _Block()
        elif line:
            if block.options and not OPTION.fullmatch(line) and not lines[number - 2].strip():
                found.skip(block.line, NO_ANSWER)
                block = _Block()
            block.add(number, line)
        elif block.text and not block.options:
            found.skip(block.line, NO_OPTIONS)
            block = _Block()
    if block.line:
        found.skip(block.line, NO_ANSWER)
    return found.whole()


def _add(found: Found, block: _Block, letter: str, number: int, new_id: NewId) -> None:
    line = block.line or number
    found.check_room(line)
    try:
        found.add(FileQuestion(line, block.question(letter, new_id())))
    except Refused as reason:
        found.skip(line, reason)


def write_aiken(
    questions: tuple[Question, ...], left_out: int = 0, pictures: Pictures = NO_PICTURES
) -> Written:
    """The file, with the questions that it can carry."""
    parts, said = [], unfinished(left_out)
    for number, question in enumerate(questions, 1):
        found = options_of(question)
        if found is None:
            said.append(f"question {number}: Aiken has no {KINDS[question.type]}")
            continue
        options, right = found
        if question.multiple or len(right) != 1:
            said.append(f"question {number}: {ONE}")
            continue
        written = _written(question.text, options, right[0])
        if _read(written) != bare(question):
            said.append(f"question {number}: {UNREADABLE}")
            continue
        parts.append(written)
        said += reported(number, dropped(question, time=True))
    return Written("\n".join(parts).encode(), tuple(said))


def _written(text: str, options: tuple[str, ...], right: int) -> str:
    lines = [f"{letter}. {option}" for letter, option in zip(LETTERS, options, strict=False)]
    return "\n".join((text, *lines, f"ANSWER: {LETTERS[right]}", ""))


def _read(written: str) -> Question | None:
    try:
        file = parse_aiken(written.encode(), lambda: "")
    except ValidationError:
        return None
    return file.questions[0].question if len(file.questions) == 1 and not file.skipped else None
