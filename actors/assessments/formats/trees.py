"""XML of strangers as a tree: no document type, no entities, nothing from elsewhere, and bounded.

A document type is refused where it begins, so nothing in one is ever read. Elements know the line
in which they begin. Relies on callers for the bound of the document's bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from xml.sax import SAXException, SAXParseException
from xml.sax.handler import ContentHandler, feature_namespaces, property_lexical_handler
from xml.sax.saxutils import escape

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import DefusedExpatParser

from actors.assessments.formats.reading import Check
from protocol.errors import ValidationError
from protocol.validation import Rule

MAX_ELEMENTS = 100_000
MAX_DEPTH = 100
PIECE = 64 * 1024
"""Bytes that are parsed between two looks at whether anybody still waits."""
HOSTILE = "must not have a document type (<!DOCTYPE): entities and what is elsewhere are never read"


class Element:
    """An element. `tag` and the names of attributes are without their namespaces.

    `content` is texts and elements in their order, `comments` those directly within it.
    """

    __slots__ = ("attributes", "comments", "content", "line", "tag")

    def __init__(self, tag: str, attributes: dict[str, str], line: int) -> None:
        self.tag = tag
        self.attributes = attributes
        self.line = line
        self.content: list[Element | str] = []
        self.comments: list[str] = []

    @property
    def elements(self) -> Iterator[Element]:
        """The children."""
        return (each for each in self.content if isinstance(each, Element))

    def all(self, tag: str) -> list[Element]:
        """The children of that name."""
        return [each for each in self.elements if each.tag == tag]

    def first(self, *path: str) -> Element | None:
        """The first child of that name, and its first child of the next one, and so on."""
        found = self
        for tag in path:
            child = next((each for each in found.elements if each.tag == tag), None)
            if child is None:
                return None
            found = child
        return found

    def walk(self) -> Iterator[Element]:
        """The element and all that are within it, in their order."""
        waiting = [self]
        while waiting:
            element = waiting.pop()
            yield element
            waiting.extend(reversed(list(element.elements)))

    @property
    def text(self) -> str:
        """The texts directly within it."""
        return "".join(each for each in self.content if isinstance(each, str))

    @property
    def whole_text(self) -> str:
        """The texts of all that is within it."""
        return "".join(each if isinstance(each, str) else each.whole_text for each in self.content)

    def text_at(self, *path: str) -> str:
        """The stripped text there, empty if there is no such element."""
        found = self.first(*path)
        return "" if found is None else found.text.strip()


class _Builder(ContentHandler):
    """Builds the tree; also hears of comments, as a lexical handler does."""

    def __init__(self, field: str, name: str, line: Callable[[], int]) -> None:
        super().__init__()
        self._field, self._name, self._line = field, name, line
        self._open: list[Element] = []
        self._count = 0
        self.root: Element | None = None

    def startElementNS(self, name: tuple[str | None, str], qname: object, attrs: object) -> None:
        self._count += 1
        line = self._line()
        if self._count > MAX_ELEMENTS or len(self._open) >= MAX_DEPTH:
            said = (
                f"has more than {MAX_ELEMENTS} elements"
                f" or {MAX_DEPTH} of them within each other (line {line})"
            )
            raise ValidationError.of(self._field, Rule.TOO_COMPLEX, _named(self._name, said))
        attributes = {local: value for (_, local), value in attrs.items()}  # type: ignore[attr-defined]
        element = Element(name[1], attributes, line)
        if self._open:
            self._open[-1].content.append(element)
        else:
            self.root = element
        self._open.append(element)

    def endElementNS(self, name: object, qname: object) -> None:
        self._open.pop()

    def characters(self, content: str) -> None:
        if self._open:
            self._open[-1].content.append(content)

    def comment(self, content: str) -> None:
        if self._open:
            self._open[-1].comments.append(content)

    def startDTD(self, *_: object) -> None:  # pragma: no cover - refused before
        raise AssertionError

    def endDTD(self) -> None:  # pragma: no cover - refused before
        raise AssertionError

    def startCDATA(self) -> None:
        """Text like any other."""

    def endCDATA(self) -> None:
        """Text like any other."""


def parse(data: bytes, check: Check, *, field: str = "file", name: str = "") -> Element:
    """The root of a document. `name` is that of the file within a package.

    Raises `ValidationError`: NOT_ALLOWED for a document type, TOO_COMPLEX, and DAMAGED for what is
    not well-formed.
    """
    parser = DefusedExpatParser(forbid_dtd=True, forbid_entities=True, forbid_external=True)
    builder = _Builder(field, name, parser.getLineNumber)
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(builder)
    parser.setProperty(property_lexical_handler, builder)
    try:
        for at in range(0, len(data), PIECE):
            check()
            parser.feed(data[at : at + PIECE])
        parser.close()
    except DefusedXmlException:
        raise ValidationError.of(field, Rule.NOT_ALLOWED, _named(name, HOSTILE)) from None
    except SAXParseException as fault:
        said = f"is no well-formed XML: {fault.getMessage()} (line {fault.getLineNumber()})"
        raise ValidationError.of(field, Rule.DAMAGED, _named(name, said)) from None
    except (SAXException, LookupError, ValueError):
        said = "is no well-formed XML, or in an unknown encoding"
        raise ValidationError.of(field, Rule.DAMAGED, _named(name, said)) from None
    if builder.root is None:
        raise ValidationError.of(
            field, Rule.DAMAGED, _named(name, "is no well-formed XML: it is empty")
        )
    return builder.root


def _named(name: str, said: str) -> str:
    """The refusal of a whole file, which names the one within it."""
    return f"{name} {said}".strip()


def written(text: str) -> str:
    """A text as it stands in an element or in double quotes; reading it gives the same.

    Characters that XML does not have become U+FFFD.
    """
    plain = "".join(c if _is_xml(c) else "\ufffd" for c in text)
    return escape(plain, {"\r": "&#13;", '"': "&quot;"})


def in_comment(text: str) -> str:
    """JSON as it stands in a comment, in which no two hyphens are together."""
    plain = "".join(c if _is_xml(c) else f"\\u{ord(c):04x}" for c in text)
    return plain.replace("--", "-\\u002d")


def _is_xml(c: str) -> bool:
    return (c >= " " and c not in "\ufffe\uffff" and not "\ud800" <= c <= "\udfff") or c in "\t\n\r"
