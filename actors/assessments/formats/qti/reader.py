"""Reads items and packages of QTI, interaction by interaction (`kinds`).

An item with several interactions becomes as many questions, each with all of its text; gaps of one
item are one question. The number of an item within its package, counted from 1, stands for its
line.
"""

from __future__ import annotations

import posixpath
from functools import partial
from typing import Final
from urllib.parse import unquote

from msgspec import structs

from actors.assessments.formats.archives import Archive, is_archive
from actors.assessments.formats.areas import NAME_FOR_WORDS
from actors.assessments.formats.extras import comment_of_ours, extras_in, reread
from actors.assessments.formats.keys import ROUNDED, Read, points_near
from actors.assessments.formats.qti.body import (
    BLANK,
    FEEDBACK,
    Resolve,
    address_of,
    as_html,
    interactions,
    pictures,
    words_of,
)
from actors.assessments.formats.qti.declarations import declared, few, number
from actors.assessments.formats.qti.kinds import BESIDE, KINDS, MIXED, Item
from actors.assessments.formats.qti.names import as_version_2
from actors.assessments.formats.qti.on_pictures import ON_PICTURES
from actors.assessments.formats.qti.packages import item_names, picture_in
from actors.assessments.formats.reading import (
    TITLES,
    Check,
    FilePicture,
    FileQuestion,
    Found,
    NewId,
    QuestionFile,
    Refused,
)
from actors.assessments.formats.texts import FileText, Texts
from actors.assessments.formats.trees import Element, parse
from actors.assessments.formatting import MarkdownLeft
from protocol.assessments.formats import TextFormat
from protocol.assessments.points import Points
from protocol.assessments.quizzes import MAX_OPTIONS, MAX_QUESTIONS, Question, QuestionType
from protocol.errors import ValidationError
from protocol.validation import Rule

ITEM: Final = "assessmentItem"
COMPUTED: Final = "its values are computed for each attempt, which is not carried over"
SPLIT: Final = "its being one question (there are several in it)"
MUCH: Final = f"there are more than {MAX_QUESTIONS} questions or {MAX_OPTIONS} gaps in it"
LONG: Final = "the text that its questions share is too long"
MAX_SHARED: Final = 200_000
"""Characters of an item with several questions, each of which is read with all of them."""
NOTHING: Final = "there is nothing to answer in it"
RULES: Final = "its own rules of scoring (right is what it declares)"
ADAPTIVE: Final = "its steps (it is adaptive)"
MORE_PICTURES: Final = "more pictures than one"
STIMULUS: Final = "the text that stands beside it (a shared stimulus)"
NO_PICTURE: Final = "a picture that is not in the package, or too large"
_COMPUTED: Final = ("templateDeclaration", "templateProcessing")
STIMULUS_REF: Final = "assessmentStimulusRef"
MAX_NAME: Final = 80


def parse_qti(data: bytes, new_id: NewId, check: Check = lambda: None) -> QuestionFile:
    """An item, or a package. Raises `ValidationError` when there is nothing in it to take."""
    found, left = Found(), MarkdownLeft()
    if not is_archive(data):
        root = as_version_2(parse(data, check))
        _add(root, 1, "", found, left, new_id, lambda _: None, check)
        return found.whole()
    archive = Archive(data)
    for place, name in enumerate(item_names(archive, check), 1):
        check()
        found.check_room(place)
        if name not in archive.names:
            found.skip(place, f"{name[:MAX_NAME]} is not in the package")
            continue
        try:
            root = as_version_2(parse(archive.read(name), check, name=name))
        except ValidationError as wrong:
            _only_damaged(wrong, place, found)
            continue
        _add(root, place, name, found, left, new_id, partial(picture_in, archive, name), check)
    return found.whole()


def _only_damaged(wrong: ValidationError, place: int, found: Found) -> None:
    """One damaged item costs no more than itself; what only attacks have costs the file."""
    (problem,) = wrong.details["fields"]
    if problem["code"] != Rule.DAMAGED:
        raise wrong
    found.skip(place, problem["message"])


def _add(
    root: Element,
    place: int,
    name: str,
    found: Found,
    left: MarkdownLeft,
    new_id: NewId,
    resolve: Resolve,
    check: Check,
) -> None:
    named = f"{name[:MAX_NAME]}: " if name else ""
    try:
        parts = _parts(root)
    except Refused as reason:
        found.skip(place, f"{named}{reason}")
        return
    for part in parts:
        check()
        found.check_room(place)
        texts = Texts(left)
        try:
            question, picture = _question(root, part, len(parts), texts, new_id, resolve)
        except Refused as reason:
            found.skip(place, f"{named}{reason}")
            continue
        found.add(FileQuestion(place, question, picture), tuple(texts.lost))
    if root.attributes.get("title", "").strip() and comment_of_ours(root.comments) is None:
        found.unkept_in(place, TITLES)


def _parts(root: Element) -> list[list[Element]]:
    """The interactions of each question. Raises `Refused`."""
    if root.tag != ITEM:
        raise Refused(f"it is no item: its root is <{root.tag[:MAX_NAME]}>")
    body = root.first("itemBody")
    found = [] if body is None else interactions(body)
    asking = [each for each in found if each.tag not in BESIDE] or found
    if not asking:
        raise Refused(NOTHING)
    if any(root.first(tag) is not None for tag in _COMPUTED):
        raise Refused(COMPUTED)
    gaps = [each for each in asking if each.tag in MIXED]
    blocks = [[each] for each in asking if each.tag not in MIXED]
    if len(blocks) > MAX_QUESTIONS or len(gaps) > MAX_OPTIONS:
        raise Refused(MUCH)
    assert body is not None
    if len(blocks) > 1 and sum(len(each.text) for each in body.walk()) > MAX_SHARED:
        raise Refused(LONG)
    return [*blocks, gaps] if gaps else blocks


def _question(
    root: Element, part: list[Element], parts: int, texts: Texts, new_id: NewId, resolve: Resolve
) -> tuple[Question, FilePicture | None]:
    """One of so many questions of an item."""
    item = _item(root, part, parts, texts)
    if any(each.tag == STIMULUS_REF for each in root.walk()):
        texts.lost[STIMULUS] = None
    extras = extras_in(comment_of_ours(root.comments), texts)
    read = extras.told() or KINDS[item.found[0].tag](
        item._replace(known=extras.key, resolve=resolve)
    )
    # What is marked is a place on the picture of its own interaction.
    on_picture = item.found[0].tag in ON_PICTURES
    shown = pictures(item.found[0]) if on_picture else pictures(item.body)
    picture = _picture(shown, texts, resolve)
    others = {each for each in interactions(item.body) if each not in part}
    source = as_html(item.body, others | {shown[0]} if picture else others)
    if read.type in (QuestionType.SHORT_ANSWER, QuestionType.NUMERIC):
        source = source.replace(f"<p>{BLANK}</p>", "").replace(f"<div>{BLANK}</div>", "")
    text = texts.long(source, TextFormat.HTML)
    if not text.plain:
        text = texts.rendered(root.attributes.get("title", "").strip(), TextFormat.PLAIN)
    if not text.plain and extras.sources is None:
        raise Refused("the question has no text")
    if extras.key is None and read.type is QuestionType.FILL_BLANK:
        _check_blanks(text.plain, read)
    explanation = texts.joined((*read.feedback, *_feedback(root, item.body, texts)))
    question = read.question(new_id(), text, explanation)
    alt = words_of(shown[0]) if picture else ""
    if picture and on_picture and not alt:
        texts.lost[NAME_FOR_WORDS] = None
        alt = picture.name
    extras = structs.replace(
        extras, points=_points(root, item, parts, texts), media_alt=extras.media_alt or alt or None
    )
    question = extras.added_to(question)
    if extras.sources is not None:
        question = reread(question, extras.sources, texts)
    return question, picture


def _item(root: Element, part: list[Element], parts: int, texts: Texts) -> Item:
    """Raises `Refused`."""
    body = root.first("itemBody")
    assert body is not None
    kind = part[0].tag
    if kind not in KINDS:
        raise Refused(f"questions of the kind {kind[:MAX_NAME]!r} are not carried over")
    if parts > 1:
        texts.lost[SPLIT] = None
    for each in interactions(body):
        if each.tag in BESIDE:
            texts.lost[BESIDE[each.tag]] = None
    if root.attributes.get("adaptive") == "true":
        texts.lost[ADAPTIVE] = None
    processing = root.first("responseProcessing")
    if processing is not None and any(processing.elements):
        texts.lost[RULES] = None
    return Item(root, body, part, texts, None)


def _check_blanks(text: str, read: Read) -> None:
    blanks = len(getattr(read.key, "blanks", ()))
    if text.count(BLANK) != blanks:
        raise Refused("the text has ____ beside its gaps")


def _picture(shown: list[Element], texts: Texts, resolve: Resolve) -> FilePicture | None:
    if not shown:
        return None
    if len(shown) > 1:
        texts.lost[MORE_PICTURES] = None
    address = address_of(shown[0])
    data = resolve(address)
    if data is None:
        texts.lost[NO_PICTURE] = None
        return None
    return FilePicture(posixpath.basename(unquote(address)), data)


def _feedback(root: Element, body: Element, texts: Texts) -> list[FileText]:
    """That of the whole item; that of a choice is with the choice."""
    blocks = [each for each in body.walk() if each.tag == "feedbackBlock"]
    outer = few((*blocks, *(each for each in root.elements if each.tag in FEEDBACK)))
    return [texts.long(as_html(each), TextFormat.HTML) for each in outer]


def _points(root: Element, item: Item, parts: int, texts: Texts) -> Points:
    """The maximum that is declared, else what the best answers earn together."""
    given = _declared_points(root)
    if given is None or parts > 1:
        responses = [declared(root, each) for each in item.found]
        mapped = [each.best for each in responses if each.entries]
        given = sum(mapped) if mapped else 1.0
    points, exact = points_near(given)
    if not exact:
        texts.lost[ROUNDED] = None
    return points


def _declared_points(root: Element) -> float | None:
    outcomes = {each.attributes.get("identifier"): each for each in root.all("outcomeDeclaration")}
    if (most := outcomes.get("MAXSCORE")) is not None and most.text_at("defaultValue", "value"):
        return number(most.text_at("defaultValue", "value"))
    if (score := outcomes.get("SCORE")) is not None and "normalMaximum" in score.attributes:
        return number(score.attributes["normalMaximum"])
    return None
