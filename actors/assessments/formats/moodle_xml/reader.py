"""Reads questions in Moodle XML, kind by kind (`kinds`).

What a question cannot keep is named beside what is skipped. The first picture of a question's text
that lies in the file becomes the question's picture; others leave their words.
"""

from __future__ import annotations

import math

from msgspec import structs

from actors.assessments.formats.areas import NAME_FOR_WORDS
from actors.assessments.formats.extras import comment_of_ours, extras_in, reread
from actors.assessments.formats.keys import ROUNDED, points_near
from actors.assessments.formats.moodle_xml.cloze import Gapped
from actors.assessments.formats.moodle_xml.kinds import KINDS, MARKERS
from actors.assessments.formats.moodle_xml.sources import (
    MORE_PICTURES,
    Pictured,
    background,
    long_at,
    pictured,
    source_at,
)
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
)
from actors.assessments.formats.texts import Texts
from actors.assessments.formats.trees import Element, parse
from actors.assessments.formatting import MarkdownLeft
from actors.assessments.tagging import tags_of_file
from protocol.assessments.formats import TextFormat
from protocol.assessments.points import Points
from protocol.errors import ValidationError
from protocol.validation import Rule

COMBINED = "feedback for right, partly right and wrong answers is not kept"
HINTS = "hints are not kept"
PENALTIES = "penalties for further tries are not kept"
HIDDEN = "hidden questions are imported like the others"
DESCRIPTION = "a description is not a question"
NO_TEXT = "the question has no text"
FEEDBACK = ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback")
MAX_NAME = 40
MAX_READ = 100
"""Tags that are looked at."""


def parse_moodle_xml(data: bytes, new_id: NewId, check: Check = lambda: None) -> QuestionFile:
    """Read a whole file. Raises `ValidationError` when there is nothing in it to take."""
    root = parse(data, check)
    if root.tag != "quiz":
        said = f"is no Moodle XML: its root is <{root.tag[:MAX_NAME]}> and not <quiz>"
        raise ValidationError.of("file", Rule.UNSUPPORTED, said)
    found, left = Found(), MarkdownLeft()
    for element in root.all("question"):
        check()
        _read(element, found, new_id, left)
    return found.whole()


def _read(element: Element, found: Found, new_id: NewId, left: MarkdownLeft) -> None:
    """Raises `ValidationError` for one question too many."""
    kind, line = element.attributes.get("type", "").strip(), element.line
    if kind == "category":
        found.unkept_in(line, CATEGORIES)
        return
    if kind == "description":
        found.skip(line, DESCRIPTION)
        return
    if kind not in KINDS:
        found.skip(line, f"questions of the kind {kind[:MAX_NAME]!r} are not carried over")
        return
    found.check_room(line)
    texts = Texts(left)
    try:
        question = _question(element, kind, texts, new_id)
    except Refused as reason:
        found.skip(line, reason)
        return
    found.add(structs.replace(question, line=line), tuple(texts.lost))
    for what in _unkept(element):
        found.unkept_in(line, what)


def _question(element: Element, kind: str, texts: Texts, new_id: NewId) -> FileQuestion:
    extras = extras_in(comment_of_ours(element.comments), texts)
    pictures = pictured(element, texts)
    if kind == MARKERS:
        pictures = _on_background(element, pictures, texts)
    gapped = KINDS[kind](element, pictures.source, texts, extras.key)
    read, shown = gapped.read, texts.long(*gapped.source)
    if not shown.plain and extras.sources is None:
        shown = texts.rendered(element.text_at("name", "text"), TextFormat.PLAIN)
    if not shown.plain and extras.sources is None:
        raise Refused(NO_TEXT)
    general = long_at(element.first("generalfeedback"), texts)
    explanation = texts.joined((*read.feedback, general))
    question = read.question(new_id(), shown, explanation)
    extras = structs.replace(
        extras,
        points=_points(element, gapped, texts),
        all_or_nothing=extras.all_or_nothing or gapped.all_or_nothing,
        media_alt=extras.media_alt or (pictures.alt if pictures.picture else None),
    )
    question = extras.added_to(structs.replace(question, tags=_tags(element)))
    if extras.sources is not None:
        question = reread(question, extras.sources, texts)
    return FileQuestion(element.line, question, pictures.picture)


def _on_background(element: Element, pictures: Pictured, texts: Texts) -> Pictured:
    """What is marked is a place on the background; a picture in the text gives way to it."""
    if pictures.picture is not None:
        texts.lost[MORE_PICTURES] = None
    picture = background(element, texts)
    alt = None if picture is None else picture.name
    texts.lost[NAME_FOR_WORDS] = None
    return Pictured(pictures.source, picture, alt)


def _tags(element: Element) -> tuple[str, ...]:
    """As they are in the file; those that a question cannot have are left out later."""
    tags = element.first("tags")
    return () if tags is None else tuple(t.text_at("text") for t in tags.all("tag")[:MAX_READ])


def _points(element: Element, gapped: Gapped, texts: Texts) -> Points:
    """Raises `Refused`."""
    text = element.text_at("defaultgrade") or str(gapped.points)
    try:
        given = float(text)
    except ValueError:
        raise Refused(f"{text[:MAX_NAME]!r} is no number") from None
    if not math.isfinite(given) or abs(given) > 1e9:
        raise Refused("a number is too large")
    points, exact = points_near(given)
    if not exact:
        texts.lost[ROUNDED] = None
    return points


def _unkept(element: Element) -> list[str]:
    """What is dropped of nearly every question, and so is said once of the file."""
    name = element.text_at("name", "text")
    said = [TITLES] if name and comment_of_ours(element.comments) is None else []
    if element.text_at("idnumber"):
        said.append(IDS)
    if len(tags_of_file(_tags(element))) < len(_tags(element)):
        said.append(TAGS)
    if any(source_at(element.first(tag)).text.strip() for tag in FEEDBACK):
        said.append(COMBINED)
    if any(source_at(hint).text.strip() for hint in element.all("hint")):
        said.append(HINTS)
    if (element.text_at("penalty") or "0").strip("0.") != "":
        said.append(PENALTIES)
    if element.text_at("hidden") == "1":
        said.append(HIDDEN)
    return said
