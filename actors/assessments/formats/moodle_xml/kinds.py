"""Moodle's kinds of question, and how each is read. A new kind of ours gets its line here."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final

from msgspec import structs

from actors.assessments.formats.areas import (
    DIFFERENT,
    NO_PICTURE,
    NO_SIZE,
    Size,
    key_of,
    numbers_in,
    place_of,
)
from actors.assessments.formats.keys import Answer, Read, choice, matching, numerical, short
from actors.assessments.formats.moodle_xml.cloze import Gapped, choices, cloze
from actors.assessments.formats.moodle_xml.sources import (
    Source,
    background,
    long_at,
    plain_at,
    source_at,
)
from actors.assessments.formats.picture_sizes import picture_size
from actors.assessments.formats.reading import Refused
from actors.assessments.formats.texts import FileText, Texts
from actors.assessments.formats.trees import Element
from protocol.assessments.formats import TextFormat
from protocol.assessments.places import Place
from protocol.assessments.quizzes import (
    WHOLE,
    AnswerKey,
    ChoiceKey,
    EssayKey,
    MatchingKey,
    NumericKey,
    OrderingKey,
    QuestionType,
    TextKey,
    TrueFalseKey,
    Unit,
)

MAX_ANSWERS = 100
MAX_NUMBER = 1e12
NO_UNITS = "3"
"""Of `showunits`: numbers alone."""
GRADED_ALIKE = "RELATIVE_NEXT_EXCLUDE_LAST"
ALL_OR_NOTHING = "ALL_OR_NOTHING"
GRADING = "how its order is graded (neighbours count)"
TEMPLATE = "the template of the answer"
ATTACHMENTS = "attachments"
MARKERS = "ddmarker"
OTHER_MARKERS = "its markers that belong nowhere"

Read_ = Callable[[Element, Source, Texts, AnswerKey | None], Gapped]
"""Reads a question with its text; the key is what our own comment says. Raises `Refused`."""


def _multichoice(
    question: Element, source: Source, texts: Texts, known: AnswerKey | None
) -> Gapped:
    answers = _answers(question, texts)
    single = question.text_at("single").lower() not in ("false", "0")
    key = known if isinstance(known, ChoiceKey) else None
    read = choice(answers, single=single, known=key)
    return Gapped(source, read)


def _all_or_nothing(
    question: Element, source: Source, texts: Texts, known: AnswerKey | None
) -> Gapped:
    """Of the plug-in `qtype_multichoiceset`: exactly the right ones must be chosen."""
    answers = _answers(question, texts)
    right = tuple(n for n, answer in enumerate(answers) if answer.weight > 0)
    if not right:
        raise Refused("no answer is correct")
    return Gapped(source, choice(answers, single=False, known=ChoiceKey(correct=right)))


def _true_false(question: Element, source: Source, texts: Texts, known: AnswerKey | None) -> Gapped:
    right, wrong = FileText(), FileText()
    value: bool | None = None
    for answer in _elements(question, "answer"):
        text = answer.text_at("text").lower() or answer.text.strip().lower()
        said = long_at(answer.first("feedback"), texts)
        if _weight(answer) > 0:
            value, right = text == "true", said
        else:
            wrong = said
    if value is None:
        raise Refused("no answer is correct")
    wrong = wrong.about(str(not value)) if wrong.plain and right.plain else wrong
    key = TrueFalseKey(value=value)
    return Gapped(source, Read(QuestionType.TRUE_FALSE, key, feedback=(right, wrong)))


def _short(question: Element, source: Source, texts: Texts, known: AnswerKey | None) -> Gapped:
    read = short(_answers(question, texts, plain=True), missing_word=False)
    if question.text_at("usecase") == "1" and isinstance(read.key, TextKey):
        read = structs.replace(read, key=structs.replace(read.key, case_sensitive=True))
    return Gapped(source, read)


def _numerical(question: Element, source: Source, texts: Texts, known: AnswerKey | None) -> Gapped:
    answers = []
    for element, answer in zip(
        _elements(question, "answer"), _answers(question, texts, plain=True), strict=True
    ):
        tolerance = element.text_at("tolerance") or "0"
        shown = answer.text if answer.text == "*" else f"{answer.text}:{tolerance}"
        answers.append(structs.replace(answer, shown=FileText(shown)))
    read = numerical(answers, missing_word=False)
    units = _units(question)
    if units and isinstance(read.key, NumericKey):
        graded = question.text_at("unitgradingtype") not in ("", "0")
        penalty = _float(question.text_at("unitpenalty") or "1") if graded else 1.0
        key = structs.replace(
            read.key,
            units=units,
            unit_required=graded,
            unit_penalty=min(max(round(penalty * WHOLE), 0), WHOLE),
        )
        read = structs.replace(read, key=key)
    return Gapped(source, read)


def _units(question: Element) -> tuple[Unit, ...]:
    """Moodle's multiplier is how many of a unit make one of the first."""
    given = question.first("units")
    if given is None or question.text_at("showunits") == NO_UNITS:
        return ()
    units = given.all("unit")[:MAX_ANSWERS]
    return tuple(
        Unit(name=unit.text_at("unit_name"), factor=_float(unit.text_at("multiplier") or "1"))
        for unit in units
    )


def _ordering(question: Element, source: Source, texts: Texts, known: AnswerKey | None) -> Gapped:
    """Of `qtype_ordering`: the fractions say the places."""
    elements = sorted(_elements(question, "answer"), key=_place)
    items = tuple(texts.short(*source_at(each)).plain for each in elements)
    if len(items) < 2:
        raise Refused("there must be two items to put in order")
    if question.text_at("gradingtype") not in ("", GRADED_ALIKE, ALL_OR_NOTHING):
        texts.lost[GRADING] = None
    read = Read(QuestionType.ORDERING, OrderingKey(items=items))
    return Gapped(source, read, all_or_nothing=question.text_at("gradingtype") == ALL_OR_NOTHING)


def _place(answer: Element) -> float:
    return _float(answer.attributes.get("fraction", "") or "0")


def _essay(question: Element, source: Source, texts: Texts, known: AnswerKey | None) -> Gapped:
    guidance = plain_at(question.first("graderinfo"), texts)
    if source_at(question.first("responsetemplate")).text.strip():
        texts.lost[TEMPLATE] = None
    if question.text_at("attachments") not in ("", "0"):
        texts.lost[ATTACHMENTS] = None
    return Gapped(source, Read(QuestionType.ESSAY, EssayKey(guidance=guidance)))


def _matching(question: Element, source: Source, texts: Texts, known: AnswerKey | None) -> Gapped:
    pairs = []
    for element in _elements(question, "subquestion"):
        prompt = texts.short(*source_at(element))
        match = element.text_at("answer", "text") or element.text_at("answer")
        if prompt.plain and not match:
            raise Refused("a pair has no match")
        if match:
            pairs.append((prompt, match))
    if isinstance(known, MatchingKey):
        pairs = [(prompt, match) for prompt, match in pairs if prompt.plain]
    return Gapped(source, matching(pairs))


def _cloze(question: Element, source: Source, texts: Texts, known: AnswerKey | None) -> Gapped:
    return cloze(source, texts)


def _gaps(question: Element, source: Source, texts: Texts, known: AnswerKey | None) -> Gapped:
    return choices(question, source, texts)


def _markers(question: Element, source: Source, texts: Texts, known: AnswerKey | None) -> Gapped:
    """Markers on a picture, where all places are for the same marker."""
    picture = background(question, texts)
    if picture is None:
        raise Refused(NO_PICTURE)
    size = picture_size(picture.data)
    if size is None:
        raise Refused(NO_SIZE)
    drops = _elements(question, "drop")
    marker = {drop.text_at("choice") for drop in drops}
    if len(marker) > 1:
        raise Refused(DIFFERENT)
    drags = {drag.text_at("no"): drag for drag in _elements(question, "drag")}
    if len(drags) > 1:
        texts.lost[OTHER_MARKERS] = None
    drag = drags.get(next(iter(marker), ""))
    name = "" if drag is None else texts.short(*source_at(drag)).plain
    places = [_dropped(drop, size, name) for drop in drops]
    most = "" if drag is None or drag.first("infinite") is not None else drag.text_at("noofdrags")
    find = int(most) if most.isdecimal() and len(most) <= 3 and most != "0" else None
    return Gapped(source, Read(QuestionType.HOTSPOT, key_of(places, find)))


def _dropped(drop: Element, size: Size, name: str) -> Place:
    """Moodle's circle is a centre and a radius, its rectangle a corner, a width and a height."""
    numbers = numbers_in(drop.text_at("coords"))
    shape = drop.text_at("shape").lower()
    if shape == "rectangle" and len(numbers) == 4:
        left, top, width, height = numbers
        return place_of("rect", (left, top, left + width, top + height), size, name)
    return place_of("poly" if shape == "polygon" else shape, numbers, size, name)


KINDS: Final[Mapping[str, Read_]] = {
    "multichoice": _multichoice,
    "multichoiceset": _all_or_nothing,
    "truefalse": _true_false,
    "shortanswer": _short,
    "numerical": _numerical,
    "essay": _essay,
    "matching": _matching,
    "match": _matching,
    "cloze": _cloze,
    "multianswer": _cloze,
    "gapselect": _gaps,
    "ddwtos": _gaps,
    "ordering": _ordering,
    MARKERS: _markers,
}
"""What is not here is reported with its kind: ddimageortext, calculated and other plug-ins."""


def _elements(question: Element, tag: str) -> list[Element]:
    found = question.all(tag)
    if len(found) > MAX_ANSWERS:
        raise Refused(f"there are more than {MAX_ANSWERS} answers")
    return found


def _answers(question: Element, texts: Texts, *, plain: bool = False) -> list[Answer]:
    """`plain`: they are compared with what is typed, whatever format they say they have."""
    answers = []
    for element in _elements(question, "answer"):
        source = source_at(element)
        if plain:
            source = Source(source.text.strip(), TextFormat.PLAIN)
        said = long_at(element.first("feedback"), texts)
        answers.append(Answer("=", _weight(element), texts.short(*source), said))
    return answers


def _weight(answer: Element) -> int:
    """Parts of the whole. Raises `Refused`."""
    text = answer.attributes.get("fraction", "") or answer.text_at("fraction") or "0"
    return round(_float(text) * WHOLE / 100)


def _float(text: str) -> float:
    """Raises `Refused`."""
    try:
        number = float(text)
    except ValueError:
        raise Refused(f"{text[:40]!r} is no number") from None
    if not math.isfinite(number) or abs(number) > MAX_NUMBER:
        raise Refused("a number is too large")
    return number
