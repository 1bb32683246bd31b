"""The texts of questions in Moodle's formats: as plain text, and as HTML that is safe to show.

Of HTML that is kept which says how words look (`markup.formatting`). Pictures become their
alternative text and formulas theirs; what else is taken out is named, so that an import can say it.
Everything is bounded in length before it is parsed.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from itertools import pairwise
from typing import NamedTuple

from actors.assessments.flattening import (
    BLOCKS,
    KNOWN,
    MARKS,
    MEDIA,
    TAG,
    attribute,
    flat,
    spelled_links,
)
from actors.markup import FORMATTING, MAX_HTML, UnboundedMarkup, check_nesting, formatting
from protocol.assessments.formats import MAX_FORMATTED, Formatted, TextFormat

UNCLOSED = "HTML tags that are not closed (write &lt;p&gt; to show one)"
TOO_LONG = "formatting, which makes it too long"
MATHML = "has a formula in MathML that cannot be shown; write it as text or as LaTeX"

_ENTITY = r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});"
_ENTITIES = re.compile(_ENTITY)
_LONE_AMPERSAND = re.compile(rf"(?!{_ENTITY})&")
_FOREIGN = re.compile(r"</?[a-z]{1,10}:[a-z]{1,20}(?:\s[^<>]{0,200})?/?>", re.IGNORECASE)
"""Tags of word processors, such as <o:p>."""
_NO_TAG = re.compile(r"<(?=/?[a-zA-Z][a-zA-Z0-9:-]{0,60}[^a-zA-Z0-9:\s/>-])")
"""Begins no tag that there is, though browsers would skip all to the next >: i<n;i++."""
_UNCLOSED = (
    "br col dd dt embed hr img li link meta param source tbody td tfoot th thead tr track wbr"
)
_MAY_BE_UNCLOSED = frozenset(_UNCLOSED.split())
_TAG_NAMES = re.compile(r"<([a-zA-Z][a-zA-Z0-9-]{0,20})(?=[\s/>])")
_UNSEEN = "aside body data head hgroup html label main nav noscript rtc template time title"
UNSEEN = frozenset(_UNSEEN.split())
"""Elements that are taken out of HTML, and nobody misses."""
_WRAPPERS = (
    "aside details dialog dir form hgroup legend listing main menu nav optgroup option search"
    " select summary title"
)
_WRAPPER = re.compile(rf"<(/?)(?:{'|'.join(_WRAPPERS.split())})(?=[\s/>])[^<>]*>", re.IGNORECASE)
"""Elements that are taken out of HTML, but stand on lines of their own."""
_MOODLE_FILES = "@@PLUGINFILE@@/"
"""Begins the addresses of a question's files, also where they are its text."""
MAX_NAMED = 5
MAX_MARKDOWN = 300_000
"""Characters of all Markdown in a quiz, one to two seconds' work, in which its parser holds the
interpreter: 1,500 for each of 200 questions."""
MAX_BRACKETS = 20_000
"""Opening brackets of all Markdown in a quiz, half a second's work: its parser looks for the end of
a link from each of them, and a file may have half a million."""
_PICTURE_DATA = re.compile(r"(?i)data:image/[a-z+.-]{1,20};base64,[a-z0-9+/=\s]*")
"""Of a picture that is written in its tag; it is not kept, and so its length does not matter."""
_WEB = ("http://", "https://", "mailto:")
_LOOKS = re.compile(
    r"(?i)\bstyle\s*=\s*[\"'][^\"']{0,500}(?:color|background|font|decoration|border|display\s*:\s*none)"
    r"|\b(?:bgcolor|color|face)\s*="
)
_STYLED = frozenset(["big", "center", "font"])
_TEX = re.compile(r"(?i)<annotation\b[^<>]{0,200}tex[^<>]{0,200}>([^<>]{1,5000})</annotation")
_MATH_END = re.compile(r"(?i)</math[^<>]{0,100}>")
_BLANK_LINES = re.compile(r"\A(?:[^\S\n]*\n)+")
_SPACES = re.compile(r"[ \t\r\n]+")


class Rendered(NamedTuple):
    """A text as it is read. `formatted` is None if it says the same without its tags.

    `lost` names what neither keeps.
    """

    text: str
    formatted: Formatted | None = None
    lost: tuple[str, ...] = ()


class MarkdownLeft:
    """How much Markdown may still be read in a quiz."""

    def __init__(self) -> None:
        self._characters = MAX_MARKDOWN
        self._brackets = MAX_BRACKETS

    def take(self, source: str) -> None:
        """Raises `UnboundedMarkup` when it is too much."""
        self._characters -= len(source)
        if self._characters < 0:
            raise UnboundedMarkup(
                f"is too much Markdown: all texts have over {MAX_MARKDOWN} characters"
            )
        self._brackets -= source.count("[")
        if self._brackets < 0:
            raise UnboundedMarkup(f"is too much Markdown: all texts have over {MAX_BRACKETS} [")


def trimmed(source: str, format: TextFormat) -> str:
    """Without the white space around it, but for an indentation that means code in Markdown."""
    return begun(source.rstrip(), format)


def begun(source: str, format: TextFormat) -> str:
    """Without the white space before it, with the same exception."""
    if format is TextFormat.MARKDOWN:
        return _BLANK_LINES.sub("", source)
    return source.lstrip()


def render(
    source: str,
    format: TextFormat,
    *,
    links: bool = True,
    most: int = MAX_FORMATTED,
    left: MarkdownLeft | None = None,
) -> Rendered:
    """Read a text. With `links` False their addresses are written out instead.

    Formatting that has more than `most` characters is lost. Raises `UnboundedMarkup` for a text
    that is too large or has too many elements, or a formula that has no words.
    """
    if format is TextFormat.PLAIN:
        return Rendered(source)
    source = _PICTURE_DATA.sub("", source)
    if len(source) > MAX_HTML:
        raise UnboundedMarkup(f"must be at most {MAX_HTML} characters")
    if format is TextFormat.MARKDOWN:
        if len(source) > most:  # its parser takes longer than that of HTML
            raise UnboundedMarkup(f"must be at most {most} characters of Markdown")
        (left or MarkdownLeft()).take(source)
        return _markdown(source, links, most)
    if format is TextFormat.MOODLE and not TAG.search(source):
        _check_formulas(source)
        return Rendered(_ENTITIES.sub(lambda entity: html.unescape(entity[0]), source).strip())
    lost: dict[str, None] = {}
    if format is TextFormat.HTML:
        source = _with_literal_signs(source)
    else:
        check_nesting(source)
        if _is_unclosed(source):
            lost[UNCLOSED] = None
        source = _sheltered(_without_comments(_with_formulas(source, lost)))
    prepared = _prepared(source, lost, links)
    if format is TextFormat.HTML:
        prepared = _without_wrappers(prepared, lost)
        text, shown, kept = _flowing(prepared), formatting(prepared, links=links), None
    else:
        text, kept = flat(prepared), formatting(prepared, links=links)
        shown = formatting(_with_line_breaks(prepared), links=links)
    return _rendered(text, shown, format, kept, most, lost)


def as_html(text: str, formatted: Formatted | None) -> str:
    """The rendering of a text that may be plain."""
    return plain_html(text) if formatted is None else formatted.html


def plain_html(text: str) -> str:
    """A plain text as HTML."""
    return html.escape(text, quote=False).replace("\n", "<br>")


def _markdown(source: str, links: bool, most: int) -> Rendered:
    from actors.assessments.markdown import as_markup

    lost: dict[str, None] = {}
    prepared = _without_wrappers(_prepared(as_markup(source), lost, links), lost)
    shown = formatting(prepared, links=links)
    return _rendered(_flowing(prepared), shown, TextFormat.MARKDOWN, source, most, lost)


def _flowing(prepared: str) -> str:
    """Of HTML in which line breaks are spaces, as they are but in `pre`."""
    return flat(prepared if "<pre" in prepared.lower() else _SPACES.sub(" ", prepared))


def _rendered(
    text: str, shown: str, format: TextFormat, source: str | None, most: int, lost: dict[str, None]
) -> Rendered:
    shown = _unwrapped(shown)
    if "<" not in shown:
        return Rendered(text, None, tuple(lost))
    if len(shown) > most or len(source or "") > most:
        return Rendered(text, None, (*lost, TOO_LONG))
    return Rendered(text, Formatted(format=format, html=shown, source=source), tuple(lost))


def _unwrapped(shown: str) -> str:
    """Without a paragraph around the whole."""
    alone = shown.startswith("<p>") and shown.endswith("</p>") and shown.count("<p") == 1
    return shown[3:-4].strip() if alone else shown


def _prepared(source: str, lost: dict[str, None], links: bool) -> str:
    """The HTML with words in the place of pictures and formulas; `lost` names what has none.

    The same with `links`, unless they are wanted. Raises `UnboundedMarkup` like `_with_formulas`.
    """

    def written(tag: re.Match[str]) -> str:
        name, attributes = tag[2].lower(), tag[3]
        if name in MEDIA:
            lost[MEDIA[name]] = None
            if name in ("script", "style"):
                return tag[0]
            return f"{tag[0]} " if tag[1] else f" {tag[0]}"
        if name == "img":
            lost["pictures"] = None
            return html.escape(attribute(attributes, "alt"))
        if name == "a" and not tag[1] and not _leads_somewhere(attribute(attributes, "href")):
            lost["links into another site"] = None
        elif name in _STYLED or _LOOKS.search(attributes):
            lost["styles"] = None
        stands_alone = name == "center" or name in BLOCKS - FORMATTING
        return f"<{tag[1]}div{attributes}>" if stands_alone else tag[0]

    free = source.translate(dict.fromkeys(MARKS, "\ufffd")).replace(_MOODLE_FILES, "")
    prepared = TAG.sub(written, _with_formulas(free, lost))
    _check_formulas(prepared)
    return prepared if links else spelled_links(prepared)


def _leads_somewhere(address: str) -> bool:
    """Whether a link may be followed from here; one without an address is none."""
    return not address or address.strip().lower().startswith(_WEB)


def _without_wrappers(prepared: str, lost: dict[str, None]) -> str:
    """The HTML with a `div` for each wrapper that is dropped; `lost` names what is missed."""
    _name_unknown(_without_comments(prepared), lost)
    return _WRAPPER.sub(r"<\1div>", prepared)


def _name_unknown(source: str, lost: dict[str, None]) -> None:
    """Elements that are dropped, as forms are."""
    names = dict.fromkeys(name.lower() for name in _TAG_NAMES.findall(source))
    unknown = [name for name in names if name not in KNOWN | UNSEEN][:MAX_NAMED]
    if unknown:
        lost[f"HTML elements ({', '.join(unknown)})"] = None


def _with_formulas(source: str, lost: dict[str, None]) -> str:
    """The words of formulas instead of MathML. Raises `UnboundedMarkup` for one without."""
    parts, at = [], 0
    while (begin := _math_at(source, at)) is not None:
        end = _MATH_END.search(source, begin.end())
        tex = _TEX.search(source, begin.end(), end.start()) if end else None
        words = attribute(begin[3], "alttext") or (html.unescape(tex[1]) if tex else "")
        if end is None or not words.strip():
            raise UnboundedMarkup(MATHML)
        lost["formulas in MathML (their text is kept)"] = None
        parts += [source[at : begin.start()], html.escape(words)]
        at = end.end()
    return "".join((*parts, source[at:]))


def _check_formulas(text: str) -> None:
    """Raises `UnboundedMarkup` for MathML in the writing of WIRIS's editor, which has no tags."""
    if "\u00abmath" in text:
        raise UnboundedMarkup(MATHML)


def _math_at(source: str, at: int) -> re.Match[str] | None:
    tags = TAG.finditer(source, at)
    return next((tag for tag in tags if tag[2].lower() == "math" and not tag[1]), None)


def _without_comments(source: str) -> str:
    """In linear time, also where none of them ends."""
    parts, at = [], 0
    while (begin := source.find("<!--", at)) >= 0 and (end := source.find("-->", begin)) >= 0:
        parts.append(source[at:begin])
        at = end + 3
    return "".join((*parts, source[at:]))


def _with_literal_signs(source: str) -> str:
    """Every < as text that begins no tag, or one that does not end."""
    end = source.rfind(">") + 1
    return _NO_TAG.sub("&lt;", source[:end]) + source[end:].replace("<", "&lt;")


def _sheltered(source: str) -> str:
    """What seems to be HTML and is none, such as `a < b`, as text."""
    source = _FOREIGN.sub("", source)
    parts, at = [], 0
    for tag in TAG.finditer(source):
        parts += [_escaped(source[at : tag.start()]), tag[0]]
        at = tag.end()
    return "".join((*parts, _escaped(source[at:])))


def _escaped(text: str) -> str:
    return _LONE_AMPERSAND.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;")


def _is_unclosed(source: str) -> bool:
    """Whether tags do not come in pairs, as where somebody asks what <p> does."""
    open_ = Counter[str]()
    for tag in TAG.finditer(source):
        open_[tag[2].lower()] += -1 if tag[1] else 1
    return any(open_[name] for name in open_ if name not in _MAY_BE_UNCLOSED)


def _with_line_breaks(source: str) -> str:
    """Like Moodle's auto-format (`text_to_html` of its weblib): lines are broken, but at blocks."""
    lines = [line.strip() for line in source.split("\n")]
    parts = [lines[0]]
    for before, after in pairwise(lines):
        parts.append("\n" if _ends_block(before) or _begins_block(after) else "<br>")
        parts.append(after)
    return "".join(parts)


def _ends_block(line: str) -> bool:
    tag = TAG.fullmatch(line, max(line.rfind("<"), 0))
    return tag is not None and tag[2].lower() in BLOCKS


def _begins_block(line: str) -> bool:
    tag = TAG.match(line)
    return tag is not None and tag[2].lower() in BLOCKS
