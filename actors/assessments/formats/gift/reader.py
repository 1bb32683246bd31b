"""Reads questions in Moodle's GIFT format (docs.moodle.org, "GIFT format").

Questions are paragraphs. An unreadable question is skipped with its line and the reason, so one
mistake does not cost a teacher the rest of the file. How GIFT's kinds map to ours:

    {=a ~b}, {=a =b ~c}        multiple_choice with one to choose; each `=` is right
    {~%50%a ~%50%b}            multiple_choice with several to choose, whose weights are added
    {T}, {FALSE#no#yes}        true_false
    {=a =%50%b}                short_answer; b earns half of the points
    {=a -> b =c -> d}          matching; `= -> e` is a distractor
    {#8:0.5}, {#1..5}          short_answer with a number and a tolerance
    {}                         essay
    text {=a} text             fill_blank (also with a number), the blank written `____`
    no braces                  a description, which is no question: skipped

The feedback of right answers, that of the others after their text, and the general feedback become
the explanation. Tags stand in a comment above the question. Titles, categories, ids, and what
`formatting` takes out of texts are not kept, which is said beside what is skipped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from msgspec import structs

from actors.assessments.formats.extras import extras_in
from actors.assessments.formats.gift.answers import read_answers
from actors.assessments.formats.gift.texts import Texts, shelter, split_format
from actors.assessments.formats.reading import (
    CATEGORIES,
    IDS,
    TAGS,
    TITLES,
    Check,
    FileQuestion,
    Found,
    NewId,
    QuestionFile,
    Refused,
    notes,
    numbered,
)
from actors.assessments.formatting import MarkdownLeft, trimmed
from actors.assessments.tagging import tags_of_file
from protocol.assessments.formats import TextFormat
from protocol.assessments.quizzes import Question, QuestionType
from protocol.errors import ValidationError
from protocol.validation import Rule

MAX_CHARACTERS = 1_000_000
TITLE = re.compile(r"::(.*?)::", re.DOTALL)
BLANK = "____"
UNTITLED = "a text of its own (its title was taken)"
UNREADABLE = "characters cannot be read; save the file as UTF-8 and import it again"
CATEGORY = "$CATEGORY:"
LABELS = re.compile(r"//.*\[(?:id|tag):")
TAG = re.compile(r"\[tag:((?:\\\]|[^\]])+)\]")
"""In a comment, with which newer exports of Moodle name a question (its `format.php` since 3.6)."""
MAX_LABELS = 1_000
MAX_READ = 100
"""Tags of a question that are looked at."""
BLANKS = "".join(c for c in map(chr, range(0x3001)) if c.isspace()) + "\u200b\u2060\ufeff"
"""White space, seen or not; a byte order mark begins each of several files joined to one."""
ANSWER = re.compile(r"(?:\A|\{)\s*[=~#]|\{\s*(?:T|F|TRUE|FALSE)\s*[#}]")
"""Where answers begin, which formulas in braces do not look like."""
OTHER_BLANK = "the text has ____ beside the blank in braces; write it with other signs"
ONE_PAIR = (
    "there is more than one pair of braces; leave an empty line before each question, and write"
    " \\{ and \\} for braces of the text"
)

EXTRAS = re.compile(r"// stoa: (\{.*\})")
"""A comment of ours above a question (`writer`)."""
Lines = list[tuple[int, str]]
"""The lines of a question with their numbers, counted from 1."""


class _Reader:
    """What was read so far."""

    def __init__(self, new_id: NewId, field: str) -> None:
        self.new_id = new_id
        self.found = Found(field)
        self.titles: list[int] = []
        self.markdown_left = MarkdownLeft()
        self.extras: dict[int, str] = {}
        self.tags: dict[int, list[str]] = {}

    def read_paragraph(self, lines: Lines) -> None:
        """One question, or several between which the empty lines were forgotten."""
        questions = list(_unseparated(lines))
        if len(questions) == 1:
            self.read(lines)
        else:
            for question in questions:
                self.found.skip(question[0][0], ONE_PAIR)

    def read(self, lines: Lines) -> None:
        """Raises `ValidationError` for one question too many."""
        line = lines[0][0]
        self.found.check_room(line)
        try:
            block = "\n".join(text for _, text in lines)
            comment, tags = self._above(line)
            question, lost = self._question(block, comment, tags)
        except Refused as reason:
            self.found.skip(line, reason)
            return
        if lines[0][1].startswith("::"):
            self.titles.append(line)
        self.found.add(FileQuestion(line, question), lost)

    def _above(self, line: int) -> tuple[str | None, tuple[str, ...]]:
        """Our comment on the lines above a question, and the tags there."""
        comment, above = self.extras.get(line - 1), list[list[str]]()
        while (line := line - 1) in self.extras or line in self.tags:
            above.append(self.tags.get(line, []))
        tags = (tag for tags in reversed(above) for tag in tags)
        return comment, tuple(islice(tags, MAX_READ))

    def _question(
        self, block: str, comment: str | None, tags: tuple[str, ...]
    ) -> tuple[Question, tuple[str, ...]]:
        """The question with what the comment above it says, and what it has lost."""
        title, text = _title(shelter(block))
        before, inside, after = _braces(text)
        inside, general = _general_feedback(inside)
        before, markup = split_format(before, TextFormat.MOODLE)
        texts = Texts(markup, self.markdown_left)
        extras = extras_in(comment, texts)
        read = read_answers(inside.strip(), texts, missing_word=bool(after), known=extras.key)
        asked = f"{before}{BLANK}{after}" if after else before
        shown = texts.rendered(trimmed(asked, markup), markup)
        if not shown.plain and title:
            texts.lost[UNTITLED] = None
            shown = texts.rendered(title, TextFormat.PLAIN)
        if not shown.plain:
            raise Refused("the question has no text")
        if read.type is QuestionType.FILL_BLANK and shown.plain.count(BLANK) > 1:
            raise Refused(OTHER_BLANK)
        explanation = texts.joined((*read.feedback, texts.read(general)))
        question = read.question(self.new_id(), shown, explanation)
        question = structs.replace(question, tags=tags)
        return extras.added_to(question), tuple(texts.lost)


def parse_gift(
    text: str, new_id: NewId, check: Check = lambda: None, *, field: str = "gift"
) -> QuestionFile:
    """Read a whole file. Raises `ValidationError` when there is nothing in it to take."""
    if len(text) > MAX_CHARACTERS:
        said = f"line 1: must be at most {MAX_CHARACTERS} characters"
        raise ValidationError.of(field, Rule.TOO_LONG, said, max=MAX_CHARACTERS)
    reader = _Reader(new_id, field)
    unkept: dict[str, list[int]] = {UNREADABLE: [], CATEGORIES: [], IDS: [], TAGS: []}
    for lines in _blocks(text, unkept, reader, check):
        for titled in _titled(lines):
            check()
            reader.read_paragraph(titled)
    found = reader.found
    if not found.questions:
        found.skipped[:0] = notes({UNREADABLE: unkept[UNREADABLE]})
    found.unkept = {TITLES: reader.titles, **unkept}
    return found.whole()


def _title(text: str) -> tuple[str, str]:
    """The title, if there is one, and what stands after it."""
    if not text.startswith("::"):
        return "", text
    title = TITLE.match(text)
    if title is None:
        raise Refused("the title is not closed with ::")
    return title[1].strip(), text[title.end() :].strip()


def _blocks(
    text: str, unkept: dict[str, list[int]], reader: _Reader, check: Check
) -> Iterator[Lines]:
    """Paragraphs without comments and categories; where such stand is added to `unkept`.

    Comments of ours, and those with tags, are added to what the reader knows.

    A category ends the paragraph before it, unless that is in the middle of its answers.
    """
    block, braces = Lines(), _Braces()
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for number, raw in numbered([*lines, ""], check):
        line = raw.strip(BLANKS)
        category = line.startswith(CATEGORY)
        if "\ufffd" in line or "\0" in line:
            unkept[UNREADABLE].append(number)
        if (ours := EXTRAS.fullmatch(line)) is not None:
            reader.extras[number] = ours[1]
        elif category:
            unkept[CATEGORIES].append(number)
        elif LABELS.match(line[:MAX_LABELS]):
            labels = _ended(line[:MAX_LABELS])
            tags = [tag.replace("\\]", "]").strip() for tag in TAG.findall(labels)]
            reader.tags[number] = tags
            if "[id:" in labels:
                unkept[IDS].append(number)
            if len(tags_of_file(tags)) < len(tags):
                unkept[TAGS].append(number)
        elif line and not line.startswith("//"):
            block.append((number, line))
            braces.count(line)
        if block and (not line or (category and not braces.open)):
            yield block
            block, braces = Lines(), _Braces()


def _ended(labels: str) -> str:
    """Up to the last bracket that ends one: none is looked for behind it, from each that begins."""
    return labels[: labels.rfind("]") + 1]


def _titled(lines: Lines) -> Iterator[Lines]:
    """Without empty lines between them, titles still say for sure where questions begin."""
    block, braces = Lines(), _Braces()
    for number, line in lines:
        if braces.closed and line.startswith("::"):
            yield block
            block, braces = Lines(), _Braces()
        block.append((number, line))
        braces.count(line)
    yield block


def _unseparated(lines: Lines) -> Iterator[Lines]:
    """What seem to be questions on consecutive lines: each has braces, and ends in them or had
    answers in them.
    """
    block, braces, answered = Lines(), _Braces(), False
    last = max((number for number, line in lines if "{" in shelter(line)), default=0)
    for number, line in lines:
        if number <= last and braces.closed and (answered or block[-1][1].endswith("}")):
            yield block
            block, braces, answered = Lines(), _Braces(), False
        block.append((number, line))
        braces.count(line)
        answered = answered or ANSWER.search(shelter(line)) is not None
    yield block


class _Braces:
    """Those of some lines; `closed` if there were some, and none is open."""

    def __init__(self) -> None:
        self._opened = self._depth = 0

    @property
    def open(self) -> bool:
        return self._depth > 0

    @property
    def closed(self) -> bool:
        return self._opened > 0 and self._depth == 0

    def count(self, line: str) -> None:
        """Escaped ones do not count."""
        plain = shelter(line)
        self._opened += plain.count("{")
        self._depth = max(self._depth + plain.count("{") - plain.count("}"), 0)


def _general_feedback(inside: str) -> tuple[str, str]:
    """The answers, and what stands after the last ####."""
    answers, mark, general = inside.rpartition("####")
    return (answers, general) if mark else (inside, "")


def _braces(text: str) -> tuple[str, str, str]:
    """Split a question into the text before, in and after the braces."""
    start, end = text.find("{"), text.find("}")
    if start < 0 and end < 0:
        raise Refused("a description is not a question")
    if start < 0 or 0 <= end < start:
        raise Refused("there is a } without a { before it")
    if end < 0:
        raise Refused(
            "there is a { without a } after it (a question must not contain an empty line)"
        )
    after = text[end + 1 :].rstrip()
    if "{" in text[start + 1 : end] or "{" in after or "}" in after:
        raise Refused(ONE_PAIR)
    return text[:start], text[start + 1 : end], after
