"""HTML of questions as plain text, in which nothing means something else without its tags.

Powers and indices become raised and lowered characters, blocks come on lines of their own, links
keep their address. Relies on texts that `formatting` has prepared: of bounded length, without
pictures and formulas.
"""

from __future__ import annotations

import html
import re
from typing import Final

from actors.markup import FORMATTING, plain

RAISED: Final = "\U0010fe00"
LOWERED: Final = "\U0010fe01"
LEVEL: Final = "\U0010fe02"
"""Stand where a sup or a sub begins, and where it ends."""
INDENT: Final = "\U0010fe04"
"""Stands for each space at the beginning of a line of program code."""
_SHIFTS = frozenset(map(ord, (RAISED, LOWERED, LEVEL)))
MARKS: Final = _SHIFTS | {ord(INDENT)}
"""Private characters that no text may have when it is flattened."""

_SHIFTED = re.compile(f"([{RAISED}{LOWERED}])([^{RAISED}{LOWERED}{LEVEL}]*){LEVEL}")
_SUPERSCRIPTS = dict(zip("0123456789+-\u2212=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿⁱ", strict=True))
_SUBSCRIPTS = dict(zip("0123456789+-\u2212=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎", strict=True))

_PRE, _PRE_END = re.compile(r"(?i)<pre[\s>]"), re.compile(r"(?i)</pre")
_INDENTATION = re.compile(r"(?<=\n)[ \t]+(?=\S)")
TAB: Final = 4
"""Spaces that a tabulator is shown as."""

_CELLS = frozenset(["td", "th"])
_BLOCKS = (
    "address article blockquote br caption dd div dl dt fieldset figcaption figure footer h1 h2 h3"
    " h4 h5 h6 header hr li ol p pre section table tbody tfoot thead tr ul"
)
BLOCKS: Final = frozenset(_BLOCKS.split())
"""Elements that stand on lines of their own."""
MEDIA: Final = {
    "audio": "recordings",
    "video": "recordings",
    "iframe": "embedded pages",
    "object": "embedded pages",
    "embed": "embedded pages",
    "svg": "pictures",
    "script": "scripts",
    "style": "styles",
}
_OTHERS = (
    "a acronym big center col colgroup details font img link math meta param source summary track"
    " tt"
)
KNOWN: Final = FORMATTING | BLOCKS | frozenset(_OTHERS.split()) | frozenset(MEDIA)
_NAMES = sorted(KNOWN, key=len, reverse=True)
TAG: Final = re.compile(rf"<(/?)({'|'.join(_NAMES)})(?=[\s/>])([^<>]*)>", re.IGNORECASE)
"""A tag that is HTML: its slash, name and attributes. Whatever else is in < and > may be text."""


def flat(text: str) -> str:
    """What the HTML says. Raises `UnboundedMarkup`."""
    text = _indented(spelled_links(text.translate(dict.fromkeys(MARKS, "\ufffd"))))
    return _tidy(_shifted(plain(TAG.sub(_written, text)))).replace(INDENT, " ")


def spelled_links(text: str) -> str:
    """The HTML without links, and the address of each after its text, unless that says it."""
    open_: list[tuple[str, int]] = []

    def written(tag: re.Match[str]) -> str:
        if tag[2].lower() != "a":
            return tag[0]
        if not tag[1]:
            open_.append((attribute(tag[3], "href"), tag.end()))
            return ""
        address, begin = open_.pop() if open_ else ("", 0)
        web = address.lower().startswith(("https://", "http://"))
        said = web and html.unescape(text[begin : tag.start()]).strip() == address
        return html.escape(f" ({address})") if web and not said else ""

    return TAG.sub(written, text)


def attribute(attributes: str, name: str) -> str:
    """The value of an attribute; empty if it is not there."""
    found = re.search(rf"(?i)\b{name}\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"']+))", attributes)
    return html.unescape(next((value for value in found.groups() if value), "")) if found else ""


def _indented(text: str) -> str:
    """The HTML with marks in `pre` where the beginning of a line has a meaning."""
    parts, at = [], 0
    while (begin := _PRE.search(text, at)) and (end := _PRE_END.search(text, begin.end())):
        code = text[begin.start() : end.start()]
        parts += [text[at : begin.start()], _INDENTATION.sub(_marked, code)]
        at = end.start()
    return "".join((*parts, text[at:]))


def _marked(spaces: re.Match[str]) -> str:
    return INDENT * len(spaces[0].expandtabs(TAB))


def _written(tag: re.Match[str]) -> str:
    """What stands in the place of a tag."""
    opens, name = not tag[1], tag[2].lower()
    if name in MEDIA:
        return tag[0]
    if name in ("sup", "sub"):
        return (RAISED if name == "sup" else LOWERED) if opens else LEVEL
    if name in _CELLS:
        return "" if opens else " "
    return "\n" if name in BLOCKS else ""


def _shifted(text: str) -> str:
    """Powers and indices in raised and lowered characters, where there are such."""
    return _SHIFTED.sub(_shift, text).translate(dict.fromkeys(_SHIFTS))


def _shift(part: re.Match[str]) -> str:
    inside, raised = part[2].strip(), part[1] == RAISED
    table = _SUPERSCRIPTS if raised else _SUBSCRIPTS
    if all(c in table for c in inside):
        return "".join(table[c] for c in inside)
    sign = "^" if raised else "_"
    return f"{sign}{inside}" if len(inside) == 1 else f"{sign}({inside})"


def _tidy(text: str) -> str:
    """No space at the ends of lines, and no empty lines at all where blocks met."""
    lines = (line.strip() for line in text.split("\n"))
    return "\n".join(line for line in lines if line)
