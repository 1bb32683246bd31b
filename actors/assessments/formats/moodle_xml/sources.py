"""The texts of a Moodle XML file as they are written, and the pictures that lie in it."""

from __future__ import annotations

import base64
import re
from typing import Final, NamedTuple
from urllib.parse import unquote

from actors.assessments.flattening import TAG, attribute
from actors.assessments.formats.reading import FilePicture
from actors.assessments.formats.texts import FileText, Texts
from actors.assessments.formats.trees import Element
from protocol.assessments.formats import TextFormat
from protocol.pictures import MAX_PICTURE_BYTES

FILES: Final = "@@PLUGINFILE@@/"
"""Begins the address of a file that lies beside the text."""
MARKUPS: Final = {
    "html": TextFormat.HTML,
    "moodle_auto_format": TextFormat.MOODLE,
    "plain_text": TextFormat.PLAIN,
    "plain": TextFormat.PLAIN,
    "markdown": TextFormat.MARKDOWN,
}
MARKUP_NAMES: Final = {
    TextFormat.HTML: "html",
    TextFormat.MOODLE: "moodle_auto_format",
    TextFormat.PLAIN: "plain_text",
    TextFormat.MARKDOWN: "markdown",
}
_MARKDOWN_PICTURE = re.compile(
    r"!\[([^\[\]]{0,500})\]\(@@PLUGINFILE@@/([^()\s]{1,300})(?:\s+\"[^\"]{0,300}\")?\)"
)
_ALONE = re.compile(r"<p>\s*\Z"), re.compile(r"\s*</p>")
MORE_PICTURES = "more pictures than one"
BROKEN_PICTURE = "a picture whose data cannot be read"
LARGE_PICTURE = f"a picture of more than {MAX_PICTURE_BYTES // 1024} KiB"


class Source(NamedTuple):
    """A text as it is written."""

    text: str
    markup: TextFormat


class Pictured(NamedTuple):
    """A text without its first picture, which is beside it with its words."""

    source: Source
    picture: FilePicture | None = None
    alt: str | None = None


def source_at(element: Element | None, default: TextFormat = TextFormat.HTML) -> Source:
    """The text within an element such as `questiontext`, or that is the element's own."""
    if element is None:
        return Source("", default)
    markup = MARKUPS.get(element.attributes.get("format", "").strip(), default)
    within = element.first("text")
    return Source((element if within is None else within).text, markup)


def long_at(element: Element | None, texts: Texts) -> FileText:
    """An explanation or a feedback."""
    text, markup = source_at(element)
    return texts.long(text, markup)


def plain_at(element: Element | None, texts: Texts) -> str:
    """A text of which only the words are kept."""
    return long_at(element, texts).plain


def background(question: Element, texts: Texts) -> FilePicture | None:
    """The picture on which something is put: it lies beside the texts of its question."""
    file = question.first("file")
    if file is None:
        return None
    return _decoded(file.attributes.get("name", "") or "picture", file.text, texts)


def pictured(question: Element, texts: Texts) -> Pictured:
    """The text of a question, and its first picture that lies in the file."""
    element = question.first("questiontext")
    source = source_at(element)
    files = (
        {}
        if element is None
        else {file.attributes.get("name", ""): file for file in element.all("file")}
    )
    found = _find(source, files)
    if found is None:
        return _old(question, source, texts)
    name, alt, start, end = found
    rest = Source(source.text[:start] + source.text[end:], source.markup)
    if _find(rest, files) is not None:
        texts.lost[MORE_PICTURES] = None
    return Pictured(rest, _decoded(name, files[name].text, texts), alt.strip() or None)


def _find(source: Source, files: dict[str, Element]) -> tuple[str, str, int, int] | None:
    """The name, the words and the place of the first picture that is there."""
    if source.markup is TextFormat.MARKDOWN:
        for shown in _MARKDOWN_PICTURE.finditer(source.text):
            if (name := unquote(shown[2])) in files:
                return name, shown[1], shown.start(), shown.end()
        return None
    if source.markup is TextFormat.PLAIN:
        return None
    for tag in TAG.finditer(source.text):
        address = attribute(tag[3], "src")
        if tag[2].lower() != "img" or not address.startswith(FILES):
            continue
        name = unquote(address.removeprefix(FILES))
        if name in files:
            return name, attribute(tag[3], "alt"), *_with_paragraph(source.text, tag)
    return None


def _with_paragraph(text: str, tag: re.Match[str]) -> tuple[int, int]:
    """Where a picture stands, with the paragraph that has nothing else."""
    before = _ALONE[0].search(text, max(tag.start() - 20, 0), tag.start())
    after = _ALONE[1].match(text, tag.end())
    return (before.start(), after.end()) if before and after else tag.span()


def _old(question: Element, source: Source, texts: Texts) -> Pictured:
    """The picture as Moodle 1.9 wrote it, beside the text."""
    name, data = question.text_at("image"), question.text_at("image_base64")
    if not data:
        return Pictured(source)
    return Pictured(source, _decoded(name or "picture", data, texts))


def _decoded(name: str, data: str, texts: Texts) -> FilePicture | None:
    """Bounded before it is decoded."""
    if len(data) > MAX_PICTURE_BYTES * 3 // 2:
        texts.lost[LARGE_PICTURE] = None
        return None
    try:
        picture = base64.b64decode("".join(data.split()), validate=True)
    except ValueError:
        texts.lost[BROKEN_PICTURE] = None
        return None
    if len(picture) > MAX_PICTURE_BYTES:
        texts.lost[LARGE_PICTURE] = None
        return None
    return FilePicture(name, picture)
