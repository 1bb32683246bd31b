"""The texts of a GIFT file as players read them: escapes resolved, HTML reduced to plain text.

What a text without its tags would not say any more is kept in writing: powers and indices as raised
and lowered digits, the alternative text of pictures, the addresses of links. What cannot be kept is
noted, so that the import can say it.
"""

from __future__ import annotations

import html
import re
from collections import Counter

from actors.markup import MAX_HTML, UnboundedMarkup, check_nesting, plain

ESCAPABLE = "~=#{}:\\"
SHELTER = 0x10FF00
"""Escaped characters are moved to a private use plane, so that they are not taken for syntax."""
SHELTERED = {SHELTER + ord(c): c for c in ESCAPABLE}
ESCAPE = re.compile(r"\\([~=#{}:\\n])")
FORMAT = re.compile(r"\[(html|moodle|plain|markdown)\]", re.IGNORECASE)

_RAISED, _LOWERED, _LEVEL = "\U0010fe00", "\U0010fe01", "\U0010fe02"
"""Stand where a sup or a sub begins, and where it ends."""
_RESERVED = frozenset([*SHELTERED, *map(ord, (_RAISED, _LOWERED, _LEVEL))])
_SHIFTED = re.compile(f"([{_RAISED}{_LOWERED}])([^{_RAISED}{_LOWERED}{_LEVEL}]*){_LEVEL}")
_SUPERSCRIPTS = dict(zip("0123456789+-\u2212=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ", strict=True))
_SUBSCRIPTS = dict(zip("0123456789+-\u2212=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎", strict=True))

_HEADINGS = "h1 h2 h3 h4 h5 h6"
_BLOCKS = (
    "address article blockquote br dd div dl dt fieldset figcaption figure footer header hr li ol p"
    f" pre section table tr ul {_HEADINGS}"
)
_LINES = frozenset(_BLOCKS.split())
_EMPTY = frozenset(["br", "embed", "hr", "img", "wbr"])
_CELLS = frozenset(["td", "th"])
_INLINE = "a img math span sub sup tbody thead tfoot wbr"
_NEUTRAL = frozenset(_INLINE.split()) | _CELLS
_STYLES = (
    "b big blockquote code del dl em font hr i ins kbd mark ol pre s small strike strong table tt u"
    f" {_HEADINGS}"
)
_FORMATTING = frozenset(_STYLES.split())
_MEDIA = {
    "audio": "recordings",
    "video": "recordings",
    "iframe": "embedded pages",
    "object": "embedded pages",
    "embed": "embedded pages",
    "svg": "pictures",
    "script": "scripts",
    "style": "styles",
}
_KNOWN = "|".join(sorted(_LINES | _NEUTRAL | _FORMATTING | set(_MEDIA), key=len, reverse=True))
_TAG = re.compile(rf"<(/?)({_KNOWN})(?=[\s/>])([^<>]{{0,5000}})>", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")


class Refused(Exception):
    """This question cannot be imported; the text says why."""


class Texts:
    """Reads the texts of one question. `lost` names what they cannot keep."""

    def __init__(self, markup: str) -> None:
        self.markup = markup
        self.lost: dict[str, None] = {}
        self._links: list[str] = []

    def clean(self, text: str) -> str:
        """A text with its own prefix, such as [html], or in the format of the question."""
        return self.plain(*split_format(text.strip(), self.markup))

    def answer(self, text: str) -> str:
        """Like `clean`. Raises `Refused` for one of which nothing would be left."""
        shown = self.clean(text)
        if not shown and split_format(text.strip(), "")[0]:
            raise Refused(
                "an answer is nothing but HTML"
                " (write &lt;p&gt; to show a tag, and words for a picture)"
            )
        return shown

    def plain(self, text: str, markup: str) -> str:
        """Raises `Refused` for HTML that is out of bounds or cannot be read without its tags."""
        resolved = text.translate(SHELTERED)
        if markup in ("plain", "markdown"):
            return resolved
        if len(resolved) > MAX_HTML:
            raise Refused(f"a text must be at most {MAX_HTML} characters")
        if markup != "html" and not _TAG.search(resolved):
            return _ENTITY.sub(lambda entity: html.unescape(entity[0]), resolved).strip()
        try:
            check_nesting(resolved)
            if markup != "html" and _is_unclosed(resolved):
                self.lost["HTML tags that are not closed (write &lt;p&gt; to show one)"] = None
            written = plain(_TAG.sub(self._written, resolved))
        except UnboundedMarkup as refusal:
            raise Refused(f"a text {refusal}") from None
        return _tidy(_shifted(written))

    def _written(self, tag: re.Match[str]) -> str:
        """What stands in the place of a tag."""
        opens, name, attributes = not tag[1], tag[2].lower(), tag[3]
        if name in _FORMATTING:
            self.lost["formatting"] = None
        if name in _MEDIA:
            self.lost[_MEDIA[name]] = None
            return tag[0]
        if name == "img":
            self.lost["pictures"] = None
            return html.escape(_attribute(attributes, "alt"))
        if name == "math" and opens:
            raise Refused("a formula in MathML cannot be shown; write it as text or as LaTeX")
        if name == "a":
            return self._link(attributes) if opens else self._links.pop() if self._links else ""
        if name in ("sup", "sub"):
            return (_RAISED if name == "sup" else _LOWERED) if opens else _LEVEL
        if name in _CELLS:
            return "" if opens else " "
        return "\n" if name in _LINES else ""

    def _link(self, attributes: str) -> str:
        """Remember the address, to be written where the link ends."""
        address = _attribute(attributes, "href")
        web = address.lower().startswith(("https://", "http://"))
        self._links.append(html.escape(f" ({address})") if web else "")
        return ""


def _is_unclosed(text: str) -> bool:
    """Whether tags do not come in pairs, as where somebody asks what <p> does."""
    open_ = Counter[str]()
    for tag in _TAG.finditer(text):
        open_[tag[2].lower()] += -1 if tag[1] else 1
    return any(open_[name] for name in open_ if name not in _EMPTY)


def shelter(block: str) -> str:
    """Move what is escaped out of the way of the syntax."""
    free = "".join("\ufffd" if ord(c) in _RESERVED else c for c in block)
    return ESCAPE.sub(lambda m: "\n" if m[1] == "n" else chr(SHELTER + ord(m[1])), free)


def split_format(text: str, default: str) -> tuple[str, str]:
    """Remove a prefix such as [html]."""
    prefix = FORMAT.match(text)
    if prefix is None:
        return text, default
    return text[prefix.end() :].strip(), prefix[1].lower()


def _attribute(attributes: str, name: str) -> str:
    found = re.search(rf"(?i)\b{name}\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"']+))", attributes)
    return html.unescape(next((value for value in found.groups() if value), "")) if found else ""


def _shifted(text: str) -> str:
    """Powers and indices in raised and lowered characters, where there are such."""
    written = _SHIFTED.sub(_shift, text)
    return written.translate(dict.fromkeys(map(ord, (_RAISED, _LOWERED, _LEVEL))))


def _shift(part: re.Match[str]) -> str:
    inside, raised = part[2].strip(), part[1] == _RAISED
    table = _SUPERSCRIPTS if raised else _SUBSCRIPTS
    if all(c in table for c in inside):
        return "".join(table[c] for c in inside)
    sign = "^" if raised else "_"
    return f"{sign}{inside}" if len(inside) == 1 else f"{sign}({inside})"


def _tidy(text: str) -> str:
    """No space at the ends of lines, and no empty lines at all where blocks met."""
    lines = (line.strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
