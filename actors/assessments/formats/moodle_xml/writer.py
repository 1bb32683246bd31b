"""Writes questions in Moodle XML, such that reading them gives the same questions.

What Moodle cannot say stands in a comment of each question, which Moodle ignores and `reader`
takes. What of a key has to is found by reading what was written.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Iterator

import msgspec
from msgspec import structs

from actors.assessments.formats.extras import Extras, missing_in, sources_of
from actors.assessments.formats.moodle_xml.gaps import percent, starless, typed, with_gaps
from actors.assessments.formats.moodle_xml.kinds import ALL_OR_NOTHING, GRADED_ALIKE
from actors.assessments.formats.moodle_xml.reader import parse_moodle_xml
from actors.assessments.formats.moodle_xml.sources import FILES, MARKUP_NAMES, Source
from actors.assessments.formats.reading import FilePicture, FileQuestion
from actors.assessments.formats.texts import source_of
from actors.assessments.formats.trees import in_comment, written
from actors.assessments.formats.written import (
    NO_PICTURES,
    Pictures,
    Written,
    own_left_out,
    places_in_comments,
    unfinished,
)
from actors.assessments.formatting import plain_html
from protocol.assessments.formats import Formats, Formatted, TextFormat
from protocol.assessments.quizzes import (
    WHOLE,
    BlanksKey,
    ChoiceKey,
    EssayKey,
    MatchingKey,
    NumericKey,
    OrderingKey,
    Question,
    QuestionType,
    TextKey,
    TrueFalseKey,
)
from protocol.errors import ValidationError

NAME = 60
"""Characters of the text that a question is named by."""
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n'
_CLOZE = str.maketrans({c: f"\\{c}" for c in '}#~/"\\'})
KINDS = {
    QuestionType.MULTIPLE_CHOICE: "multichoice",
    QuestionType.TRUE_FALSE: "truefalse",
    QuestionType.SHORT_ANSWER: "shortanswer",
    QuestionType.ESSAY: "essay",
    QuestionType.FILL_BLANK: "cloze",
    QuestionType.MATCHING: "matching",
    QuestionType.NUMERIC: "numerical",
    QuestionType.ORDERING: "ordering",
    QuestionType.HOTSPOT: "essay",
}


def write_moodle_xml(
    questions: tuple[Question, ...], left_out: int = 0, pictures: Pictures = NO_PICTURES
) -> Written:
    """The file. `left_out` unfinished questions are mentioned."""
    said = [*unfinished(left_out), *own_left_out(questions), *places_in_comments(questions)]
    parts = [_question(n, each, pictures) for n, each in enumerate(questions, 1)]
    return Written((_HEAD + "".join(parts) + "</quiz>\n").encode(), tuple(said))


def _question(number: int, question: Question, pictures: Pictures) -> str:
    """With its comment.

    Where its answers would be taken for something else, they are in the comment alone.
    """
    picture = pictures.get(question.media_url or "")
    wanted = structs.replace(
        question,
        id="",
        decimal_comma=False,
        notes=None,
        rubric=None,
        media_url=None if picture else question.media_url,
    )
    for kind in (_kind(question), "essay"):
        text = _with_extras(number, wanted, kind, picture)
        read = _read(text)
        if read is not None and read.question == wanted:
            break
    return text


def _with_extras(number: int, wanted: Question, kind: str, picture: FilePicture | None) -> str:
    bare = _read(_element(number, wanted, kind, picture, Extras()))
    extras = missing_in(wanted, bare.question if bare else None)
    extras = structs.replace(extras, points=1)  # they stand in the element itself
    text = _element(number, wanted, kind, picture, extras)
    read = _read(text)
    if read is not None and read.question == wanted:
        return text
    extras = structs.replace(extras, sources=sources_of(wanted))
    return _element(number, wanted, kind, picture, extras)


def _read(text: str) -> FileQuestion | None:
    """What would be read; None if that is nothing."""
    try:
        file = parse_moodle_xml(f"{_HEAD}{text}</quiz>".encode(), lambda: "")
    except ValidationError:
        return None
    return file.questions[0]


def _kind(question: Question) -> str:
    key = question.key
    if isinstance(key, TextKey):
        if key.number is not None:
            return "numerical"
        if not (key.accepted or key.patterns or key.credits):
            return "essay"
    return KINDS[question.type]


def _element(
    number: int, question: Question, kind: str, picture: FilePicture | None, extras: Extras
) -> str:
    formats = question.formats or Formats()
    markup, text = source_of(question.text, formats.text)
    if kind == "cloze" and isinstance(question.key, BlanksKey):
        text = with_gaps(text, question.key, markup)
    source = (
        Source(text, markup)
        if picture is None
        else _with_picture(question, Source(text, markup), picture)
    )
    file = (
        ""
        if picture is None
        else (
            f'\n      <file name="{written(picture.name)}" path="/" encoding="base64">'
            f"{base64.b64encode(picture.data).decode()}</file>"
        )
    )
    name = " ".join(question.text.split())[:NAME] or f"Question {number}"
    lines = [
        f'  <question type="{kind}">',
        f"    <!-- stoa: {in_comment(msgspec.json.encode(extras).decode())} -->",
        f"    <name><text>{written(name)}</text></name>",
        f'    <questiontext format="{MARKUP_NAMES[source.markup]}">',
        f"      {_text(source.text)}{file}",
        "    </questiontext>",
        _formatted("generalfeedback", question.explanation or "", formats.explanation),
        f"    <defaultgrade>{question.points}</defaultgrade>",
        *_answers(question, kind),
        *_tags(question),
        "  </question>\n",
    ]
    return "\n".join(lines)


def _tags(question: Question) -> list[str]:
    if not question.tags:
        return []
    tags = "".join(f"<tag><text>{written(tag)}</text></tag>" for tag in question.tags)
    return [f"    <tags>{tags}</tags>"]


def _file(picture: FilePicture) -> str:
    data = base64.b64encode(picture.data).decode()
    return f'<file name="{written(picture.name)}" path="/" encoding="base64">{data}</file>'


def _with_picture(question: Question, source: Source, picture: FilePicture) -> Source:
    """The picture below the text, which is HTML unless it is Markdown."""
    alt = " ".join((question.media_alt or "").split())
    if source.markup is TextFormat.MARKDOWN:
        words = alt.translate({ord(c): " " for c in "[]"})
        return Source(f"{source.text}\n\n![{words}]({FILES}{picture.name})", source.markup)
    text = plain_html(source.text) if source.markup is TextFormat.PLAIN else source.text
    markup = TextFormat.HTML if source.markup is TextFormat.PLAIN else source.markup
    shown = f'<p><img src="{FILES}{html.escape(picture.name)}" alt="{html.escape(alt)}"></p>'
    return Source(text + shown, markup)


def _answers(question: Question, kind: str) -> Iterator[str]:
    formats = question.formats or Formats()
    match question.key:
        case ChoiceKey() as key:
            yield from _options(question, key, formats)
        case TrueFalseKey() as key if kind == "truefalse":
            for value in (True, False):
                yield _answer(str(value).lower(), WHOLE if value is key.value else 0)
        case TextKey() as key if kind != "essay":
            yield from _numbers(key) if kind == "numerical" else _texts(key)
        case MatchingKey() as key:
            yield from _pairs(key, formats)
        case NumericKey() as key if kind == "numerical":
            yield from _numerical(key)
        case OrderingKey() as key if kind == "ordering":
            yield from _items(key, question)
        case EssayKey() as key:
            yield f'    <graderinfo format="plain_text">{_text(key.guidance)}</graderinfo>'


def _options(question: Question, key: ChoiceKey, formats: Formats) -> Iterator[str]:
    yield f"    <single>{str(not question.multiple).lower()}</single>"
    share = WHOLE // max(len(key.correct), 1)
    shown = formats.options or (None,) * len(question.options)
    for place, (text, formatted) in enumerate(zip(question.options, shown, strict=True)):
        right = (share if question.multiple else WHOLE) if place in key.correct else 0
        weight = key.weights[place] if key.weights else right
        yield _answer(text, weight, formatted)


def _numbers(key: TextKey) -> Iterator[str]:
    assert key.number is not None
    yield _answer(repr(key.number), WHOLE, more=f"<tolerance>{key.tolerance!r}</tolerance>")
    for credit in key.credits:
        if credit.number is not None:
            more = f"<tolerance>{credit.tolerance!r}</tolerance>"
            yield _answer(repr(credit.number), credit.weight, more=more)


def _numerical(key: NumericKey) -> Iterator[str]:
    for answer in key.answers:
        if answer.number is not None:
            more = f"<tolerance>{answer.tolerance!r}</tolerance>"
            yield _answer(repr(answer.number), answer.weight, more=more)
    if not key.units:
        return
    yield f"    <unitgradingtype>{int(key.unit_required)}</unitgradingtype>"
    yield f"    <unitpenalty>{key.unit_penalty / WHOLE!r}</unitpenalty>"
    units = "".join(
        f"<unit><multiplier>{unit.factor!r}</multiplier>"
        f"<unit_name>{written(unit.name)}</unit_name></unit>"
        for unit in key.units
    )
    yield f"    <units>{units}</units>"


def _items(key: OrderingKey, question: Question) -> Iterator[str]:
    grading = ALL_OR_NOTHING if question.all_or_nothing else GRADED_ALIKE
    yield f"    <gradingtype>{grading}</gradingtype>"
    for place, item in enumerate(key.items, 1):
        yield f'    <answer fraction="{place}" format="plain_text">{_text(item)}</answer>'


def _texts(key: TextKey) -> Iterator[str]:
    yield f"    <usecase>{int(key.case_sensitive)}</usecase>"
    for text in (*map(starless, key.accepted), *key.patterns):
        yield _answer(text, WHOLE)
    for credit in key.credits:
        if credit.number is None:
            yield _answer(typed(credit), credit.weight)


def _pairs(key: MatchingKey, formats: Formats) -> Iterator[str]:
    shown = formats.prompts or (None,) * len(key.pairs)
    pairs = [(*pair, each) for pair, each in zip(key.pairs, shown, strict=True)]
    for prompt, match, formatted in (*pairs, *(("", each, None) for each in key.distractors)):
        markup, text = source_of(prompt, formatted)
        yield (
            f'    <subquestion format="{MARKUP_NAMES[markup]}">{_text(text)}'
            f"<answer>{_text(match)}</answer></subquestion>"
        )


def _answer(text: str, weight: int, formatted: Formatted | None = None, more: str = "") -> str:
    markup, source = source_of(text, formatted)
    return (
        f'    <answer fraction="{percent(weight)}" format="{MARKUP_NAMES[markup]}">'
        f"{_text(source)}{more}</answer>"
    )


def _formatted(tag: str, text: str, formatted: Formatted | None) -> str:
    markup, source = source_of(text, formatted)
    return f'    <{tag} format="{MARKUP_NAMES[markup]}">{_text(source)}</{tag}>'


def _text(text: str) -> str:
    return f"<text>{written(text)}</text>"
