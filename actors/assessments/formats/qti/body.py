"""The body of an item: its interactions, its pictures, and the rest as HTML."""

from __future__ import annotations

import html
from collections.abc import Callable, Collection
from typing import Final

from actors.assessments.formats.trees import Element

BLANK: Final = "____"
INLINE: Final = ("textEntryInteraction", "inlineChoiceInteraction", "gap")
"""What stands in the middle of a text, and becomes a blank."""
FEEDBACK: Final = ("feedbackInline", "feedbackBlock", "modalFeedback")
SILENT: Final = frozenset(
    {
        *FEEDBACK,
        *("rubricBlock", "templateBlock", "templateInline", "stylesheet", "catalogInfo"),
        *("simpleChoice", "simpleMatchSet", "gapText", "gapImg", "inlineChoice"),
        *("hotspotChoice", "associableHotspot"),
        *("companionMaterialsInfo", "assessmentStimulusRef"),
    }
)
"""What is no part of the text that is asked."""
_UNCLOSED: Final = frozenset(["br", "hr", "img", "col", "wbr"])
_BLOCK: Final = ("p", "div", "itemBody", "prompt", "contentBody")
_TRANSPARENT: Final = ("itemBody", "contentBody", "hottext")
MAX_ATTRIBUTE: Final = 1_000


def interactions(body: Element) -> list[Element]:
    """All that are answered, in their order. Gaps are part of theirs."""
    return [each for each in body.walk() if each.tag.endswith("Interaction")]


def pictures(element: Element, skip: Collection[str] = SILENT) -> list[Element]:
    """The pictures in what is asked, in their order."""
    found = []
    waiting = [element]
    while waiting:
        each = waiting.pop()
        if each.tag in skip and each is not element:
            continue
        if address_of(each):
            found.append(each)
        waiting.extend(reversed(list(each.elements)))
    return found


def address_of(element: Element) -> str:
    """The address of a picture; empty for what is none."""
    if element.tag == "img":
        return element.attributes.get("src", "")
    if element.tag == "object" and element.attributes.get("type", "").startswith("image/"):
        return element.attributes.get("data", "")
    return ""


def words_of(element: Element) -> str:
    """The words for a picture."""
    return " ".join((element.attributes.get("alt") or element.whole_text).split())


def as_html(
    element: Element, left_out: Collection[Element] = (), skip: Collection[str] = SILENT
) -> str:
    """What is within the element, but for what is left out, and with blanks."""
    return "".join(_written(each, left_out, skip) for each in element.content).strip()


def is_alone(body: Element, interaction: Element) -> bool:
    """Whether nothing else stands in the block of an inline interaction."""
    around = _block(body, interaction)
    return around is not None and as_html(around) == BLANK


def _block(element: Element, wanted: Element) -> Element | None:
    """The innermost block around an element."""
    for each in element.elements:
        if each is wanted:
            return element
        found = _block(each, wanted)
        if found is not None:
            return element if found.tag not in _BLOCK and element.tag in _BLOCK else found
    return None


def _written(node: Element | str, left_out: Collection[Element], skip: Collection[str]) -> str:
    if isinstance(node, str):
        return html.escape(node, quote=False)
    if node in left_out or node.tag in skip:
        return ""
    if node.tag in INLINE:
        return BLANK
    if node.tag == "object" and address_of(node):
        return f'<img alt="{html.escape(words_of(node))}">'
    inside = "".join(_written(each, left_out, skip) for each in node.content)
    if node.tag.endswith("Interaction") or node.tag in _TRANSPARENT:
        return inside
    if node.tag == "prompt":
        return f"<p>{inside}</p>" if inside.strip() else ""
    if node.tag in _BLOCK and not inside.strip():
        return ""
    start = f"<{node.tag}{_attributes(node)}>"
    return start if node.tag in _UNCLOSED else f"{start}{inside}</{node.tag}>"


def _attributes(node: Element) -> str:
    kept = {name: value[:MAX_ATTRIBUTE] for name, value in node.attributes.items()}
    return "".join(f' {name}="{html.escape(value)}"' for name, value in kept.items())


Resolve = Callable[[str], bytes | None]
"""The bytes at an address within the package; None if there are none."""
