"""Questions with gaps: Moodle's cloze, its gap select and its dragging of words into text.

All become a text with `____` and what is accepted there. What is chosen in Moodle is written here.
"""

from __future__ import annotations

import html
import re
from typing import NamedTuple

from msgspec import structs

from actors.assessments.formats.keys import Answer, Read, numerical, short
from actors.assessments.formats.moodle_xml.sources import Source
from actors.assessments.formats.reading import Refused
from actors.assessments.formats.texts import FileText, Texts
from actors.assessments.formats.trees import Element
from protocol.assessments.formats import TextFormat
from protocol.assessments.quizzes import (
    MAX_OPTIONS,
    WHOLE,
    BlanksKey,
    QuestionType,
)

BLANK = "____"
HEAD = re.compile(r"\{(\d{0,3}):([A-Z_]{2,20}):")
"""How a gap begins in Moodle's `qtype_multianswer`: weight and kind; the answers follow."""
INSIDE = re.compile(r"(?:[^\\{}]++|\\.)*+", re.DOTALL)
"""The answers; a brace in these is escaped."""
MAX_GAP = 5_000
MAX_CHOICES = 100
WRITTEN = ("SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC")
CASED = ("SHORTANSWER_C", "SAC", "MWC")
NUMERICAL = ("NUMERICAL", "NM")
CHOSEN = re.compile(r"(?:MULTICHOICE(?:_(?:V|H|S|VS|HS))?|MC(?:V|H|S|VS|HS)?)")
CHOICES = "the choices of its gaps (answers are written instead)"
CASES = "that case matters in gaps"
WEIGHTS = "that gaps count differently"
PLACE = re.compile(r"\[\[(\d{1,3})\]\]")
_SEPARATOR = re.compile(r"(?<!\\)~")
_PART = re.compile(r"(=|%(-?\d{1,3}(?:\.\d{1,10})?)%)?(.*)", re.DOTALL)
_SHARP = re.compile(r"(?<!\\)#")
_ESCAPE = re.compile(r"\\([}#~/\"\\=:])")
OTHER_BLANK = "the text has ____ beside its gaps; write it with other signs"


class Gap(NamedTuple):
    """Where a gap stands in a text, and what is in its braces."""

    start: int
    end: int
    weight: str
    kind: str
    inside: str


class Gapped(NamedTuple):
    """The text with a blank in the place of each gap, what they accept, and the sum of weights."""

    source: Source
    read: Read
    points: int = 1
    all_or_nothing: bool = False


def cloze(source: Source, texts: Texts) -> Gapped:
    """Gaps in braces. Raises `Refused`."""
    gaps = gaps_in(source.text)
    text = _with_blanks(source.text, gaps)
    _check(text, len(gaps))
    reads = [_gap(gap.kind, gap.inside, source.markup, texts) for gap in gaps]
    weights = [int(gap.weight or 1) for gap in gaps]
    if len(set(weights)) > 1:
        texts.lost[WEIGHTS] = None
    return Gapped(Source(text, source.markup), _together(reads), sum(weights))


def gaps_in(text: str) -> list[Gap]:
    """In linear time: what begins within the answers of another gap ends where that would."""
    found: list[Gap] = []
    end = 0
    for head in HEAD.finditer(text):
        if found and head.start() < found[-1].end:
            continue
        if head.end() > end:
            answers = INSIDE.match(text, head.end())
            assert answers is not None
            end = answers.end()
        if end - head.end() <= MAX_GAP and text[end : end + 1] == "}":
            inside = text[head.end() : end]
            found.append(Gap(head.start(), end + 1, head[1], head[2], inside))
    return found


def _with_blanks(text: str, gaps: list[Gap]) -> str:
    parts, at = [], 0
    for gap in gaps:
        parts.append(text[at : gap.start])
        at = gap.end
    return BLANK.join((*parts, text[at:]))


def choices(question: Element, source: Source, texts: Texts) -> Gapped:
    """Gaps written [[1]], by the number of their choice. Raises `Refused`."""
    listed = [each for each in question.elements if each.tag in ("selectoption", "dragbox")]
    if len(listed) > MAX_CHOICES:
        raise Refused(f"there are more than {MAX_CHOICES} choices")
    given = [_words(each.text_at("text"), texts) for each in listed]
    numbers = [int(place[1]) for place in PLACE.finditer(source.text)]
    text = PLACE.sub(BLANK, source.text)
    _check(text, len(numbers))
    if not all(1 <= number <= len(given) for number in numbers):
        raise Refused("a gap names a choice that is not there")
    texts.lost[CHOICES] = None
    key = BlanksKey(blanks=tuple((given[number - 1],) for number in numbers))
    return Gapped(Source(text, source.markup), Read(QuestionType.FILL_BLANK, key), 1)


def _check(text: str, gaps: int) -> None:
    if not gaps:
        raise Refused("there is no gap in its text")
    if gaps > MAX_OPTIONS:
        raise Refused(f"there are more than {MAX_OPTIONS} gaps")
    if text.count(BLANK) != gaps:
        raise Refused(OTHER_BLANK)


def _gap(kind: str, inside: str, markup: TextFormat, texts: Texts) -> Read:
    if CHOSEN.fullmatch(kind):
        texts.lost[CHOICES] = None
    elif kind in CASED:
        texts.lost[CASES] = None
    elif kind not in WRITTEN + NUMERICAL:
        raise Refused(f"gaps of the kind {kind} are not carried over")
    answers = [_answer(part, markup, texts) for part in _SEPARATOR.split(inside)]
    if kind in NUMERICAL:
        return numerical(answers, missing_word=True)
    if CHOSEN.fullmatch(kind):
        answers = [answer for answer in answers if answer.weight > 0 or answer.feedback.plain]
        answers = [structs.replace(each, shown=_starless(each.shown)) for each in answers]
    return short(answers, missing_word=True)


def _answer(part: str, markup: TextFormat, texts: Texts) -> Answer:
    found = _PART.match(part.strip())
    assert found is not None
    sign, percent = found[1], found[2]
    weight = WHOLE if sign == "=" else round(float(percent) * WHOLE / 100) if percent else 0
    answer, *feedback = _SHARP.split(found[3], maxsplit=1)
    text = _ESCAPE.sub(r"\1", answer).strip()
    if markup is not TextFormat.PLAIN:
        text = html.unescape(text) if "<" not in text else _words(text, texts)
    said = texts.long(_ESCAPE.sub(r"\1", "".join(feedback)), markup)
    return Answer("=", weight, FileText(text), said)


def _starless(shown: FileText) -> FileText:
    return FileText(shown.plain.replace("*", "\\*"))


def _words(text: str, texts: Texts) -> str:
    return texts.short(text, TextFormat.HTML).plain


def _together(reads: list[Read]) -> Read:
    """One key of those of all gaps."""
    keys = [read.key for read in reads if isinstance(read.key, BlanksKey)]
    numbers = tuple(key.numbers[0] if key.numbers else None for key in keys)
    patterns = tuple(key.patterns[0] if key.patterns else () for key in keys)
    credits_ = tuple(key.credits[0] if key.credits else () for key in keys)
    key = BlanksKey(
        blanks=tuple(key.blanks[0] for key in keys),
        numbers=numbers if any(each is not None for each in numbers) else (),
        patterns=patterns if any(patterns) else (),
        credits=credits_ if any(credits_) else (),
    )
    feedback = tuple(each for read in reads for each in read.feedback)
    return Read(QuestionType.FILL_BLANK, key, feedback=feedback)
