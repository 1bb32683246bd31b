"""HTML of clients: what could do harm is taken out, within bounds on the work and on the result.

The parser is quadratic in elements that are open at the same time, so a text with too many of them
is refused before it is cleaned. What is left costs some milliseconds at worst; callers on the event
loop leave it to a thread (`actors.threads`), in which the parser does not hold the interpreter.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import nh3

from protocol.texts import normal

MAX_HTML = 50_000
"""Characters, before cleaning and after it."""
MAX_ELEMENTS = 2_000
"""Start tags of elements that can be nested; a text of `MAX_HTML` that people write has fewer."""
MAX_DEPTH = 100
"""Elements open at the same time."""
MAX_CLEANINGS = 4
"""The second usually finds nothing left to do; a third follows on entities of combining marks."""

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*)")
_EMPTY = "area base br col embed hr img input link meta param source track wbr"
_ENDED_BY_THE_NEXT = "p li dt dd td th tr tbody thead tfoot caption colgroup option"
_UNNESTED = frozenset(f"{_EMPTY} {_ENDED_BY_THE_NEXT}".split())
"""Elements that nest within others only."""


_LOOKS = (
    "abbr b bdi bdo blockquote br caption cite code dd del dfn div dl dt em figcaption figure h1 h2"
    " h3 h4 h5 h6 hr i ins kbd li mark ol p pre q rp rt ruby s samp small span strike strong sub"
    " sup table tbody td tfoot th thead tr u ul var wbr"
)
FORMATTING = frozenset(_LOOKS.split())
"""Elements that texts of questions may have beside links."""
_ATTRIBUTES = {
    "*": {"dir", "lang"},
    "abbr": {"title"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_UNLINKED = nh3.Cleaner(tags=set(FORMATTING), attributes=_ATTRIBUTES)
_FORMATTING = nh3.Cleaner(
    tags={*FORMATTING, "a"},
    attributes={**_ATTRIBUTES, "a": {"href"}},
    set_tag_attribute_values={"a": {"target": "_blank"}},
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
)


class UnboundedMarkup(Exception):
    """This text is not cleaned; says why, as a sentence about the field."""


def harmless(text: str, clean: Callable[[str], str] = nh3.clean) -> str:
    """HTML without what could do harm; cleaning it again changes nothing.

    `clean` may take out more than the default does. Raises `UnboundedMarkup`. What is cleaned last
    is never normalised after: `>` and U+0338 would become one character, and a tag would not end
    where the cleaner saw its end.
    """
    for _ in range(MAX_CLEANINGS):
        check_nesting(text)
        before, text = text, clean(_normal(text)).strip()
        if len(text) > MAX_HTML:
            raise UnboundedMarkup(f"must be at most {MAX_HTML} characters when it is cleaned")
        if text == before:
            break
    return text


def formatting(text: str, *, links: bool) -> str:
    """Like `harmless`, with nothing left but how words look, and links unless they are unwanted.

    Nothing in it is loaded from anywhere, and it has no look that is not the page's own.
    """
    return harmless(text, (_FORMATTING if links else _UNLINKED).clean)


def plain(text: str) -> str:
    """What HTML says, without its tags. Raises `UnboundedMarkup`."""
    check_nesting(text)
    return html.unescape(nh3.clean(text, tags=set())).strip()


def check_nesting(text: str) -> None:
    """Raises `UnboundedMarkup` for more elements, or more of them within each other, than allowed.

    Both are counted from above: an end tag that does not end the element opened last ends none.
    """
    elements, open_ = 0, list[str]()
    for tag in _TAG.finditer(text):
        end, name = tag[1], tag[2].lower()
        if name in _UNNESTED:
            continue
        if end:
            if open_ and open_[-1] == name:
                open_.pop()
            continue
        elements += 1
        open_.append(name)
        if elements > MAX_ELEMENTS:
            raise UnboundedMarkup(f"must have at most {MAX_ELEMENTS} elements")
        if len(open_) > MAX_DEPTH:
            raise UnboundedMarkup(f"must have at most {MAX_DEPTH} elements within each other")


def _normal(text: str) -> str:
    if len(text) > MAX_HTML:
        raise UnboundedMarkup(f"must be at most {MAX_HTML} characters")
    clean = normal("NFC", text, most=MAX_HTML)
    if clean is None:
        raise UnboundedMarkup("has too many marks on a character")
    return clean
