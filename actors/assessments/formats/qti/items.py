"""The XML of one item: what it declares, and its body."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from actors.assessments.formats.qti.body import BLANK
from actors.assessments.formats.qti.names import Version
from actors.assessments.formats.qti.values import matches_of, rated, rights
from actors.assessments.formats.qti.xhtml import as_xhtml
from actors.assessments.formats.trees import written
from actors.assessments.formatting import as_html
from protocol.assessments.formats import Formats, Formatted
from protocol.assessments.quizzes import (
    WHOLE,
    AcceptedNumber,
    BlanksKey,
    ChoiceKey,
    EssayKey,
    MatchingKey,
    NumericKey,
    OrderingKey,
    Question,
    TextKey,
    TrueFalseKey,
)

_BLOCKS = ("<p", "<div", "<ul", "<ol", "<table", "<blockquote", "<pre", "<h", "<dl", "<figure")


class Shown(NamedTuple):
    """The picture of an item: where it lies beside the item, and its words."""

    path: str
    alt: str


class Items:
    """Writes elements by the names of a version."""

    def __init__(self, version: Version) -> None:
        self._version = version

    def element(self, name: str, content: str = "", **attributes: str | None) -> str:
        """An element of QTI. Attributes that are None are left out; values are escaped here."""
        tag = self._version.name(name)
        given = "".join(
            f' {self._version.attribute(each)}="{written(value)}"'
            for each, value in attributes.items()
            if value is not None
        )
        return f"<{tag}{given}>{content}</{tag}>" if content else f"<{tag}{given}/>"

    def declarations(self, question: Question) -> str:
        """What the responses are, and what they earn."""
        responses = "".join(self._responses(question))
        points = str(question.points)
        default = self.element("defaultValue", self.element("value", points))
        float_ = {"cardinality": "single", "baseType": "float"}
        return (
            responses
            + self.element("outcomeDeclaration", identifier="SCORE", **float_, normalMaximum=points)
            + self.element("outcomeDeclaration", default, identifier="MAXSCORE", **float_)
            + self.element(
                "outcomeDeclaration",
                identifier="FEEDBACK",
                cardinality="single",
                baseType="identifier",
            )
        )

    def body(self, question: Question, picture: Shown | None) -> str:
        """The text with what is answered."""
        formats = question.formats or Formats()
        parts = []
        if picture is not None:
            path, alt = written(picture.path), written(picture.alt)
            parts.append(f'<p><img src="{path}" alt="{alt}"/></p>')
        text = _block(question.text, formats.text)
        match question.key:
            case BlanksKey() as key:
                parts.append(self._with_entries(text, len(key.blanks)))
            case ChoiceKey() | TrueFalseKey():
                parts += [text, self._choices(question, formats)]
            case TextKey() as key if key.number is not None or key.accepted:
                entry = self.element("textEntryInteraction", responseIdentifier="RESPONSE")
                parts += [text, f"<p>{entry}</p>"]
            case NumericKey(answers=(AcceptedNumber(number=float()), *_)):
                entry = self.element("textEntryInteraction", responseIdentifier="RESPONSE")
                parts += [text, f"<p>{entry}</p>"]
            case OrderingKey() as key:
                parts += [text, self._order(key)]
            case MatchingKey() as key:
                parts += [text, self._matches(key, formats)]
            case EssayKey(guidance=guidance) if guidance:
                shown = f"<p>{as_xhtml(as_html(guidance, None))}</p>"
                parts += [text, self.element("rubricBlock", shown, view="scorer")]
                parts.append(self._extended())
            case _:
                parts += [text, self._extended()]
        return self.element("itemBody", "".join(parts))

    def feedback(self, question: Question) -> str:
        """The explanation."""
        if not question.explanation:
            return ""
        shown = _block(question.explanation, (question.formats or Formats()).explanation)
        if self._version.hyphens:
            shown = self.element("contentBody", shown)
        return self.element(
            "modalFeedback",
            shown,
            outcomeIdentifier="FEEDBACK",
            identifier="explanation",
            showHide="show",
        )

    def processing(self, question: Question) -> str:
        """By the template that fits."""
        template = "map_response" if any(rated(question)) else "match_correct"
        ending = ".xml" if self._version.hyphens else ""
        address = f"{self._version.templates}{template}{ending}"
        return self.element("responseProcessing", template=address)

    def _extended(self) -> str:
        return self.element("extendedTextInteraction", responseIdentifier="RESPONSE")

    def _with_entries(self, text: str, blanks: int) -> str:
        pieces = text.split(BLANK)
        if len(pieces) != blanks + 1:
            return text + self._extended()
        entries = (
            self.element("textEntryInteraction", responseIdentifier=f"RESPONSE_{n}")
            for n in range(1, blanks + 1)
        )
        return pieces[0] + "".join(
            entry + piece for entry, piece in zip(entries, pieces[1:], strict=True)
        )

    def _choices(self, question: Question, formats: Formats) -> str:
        if isinstance(question.key, TrueFalseKey):
            choices = [("true", "True"), ("false", "False")]
        else:
            shown = formats.options or (None,) * len(question.options)
            choices = [
                (f"choice_{n}", as_xhtml(as_html(text, formatted)))
                for n, (text, formatted) in enumerate(zip(question.options, shown, strict=True), 1)
            ]
        return self.element(
            "choiceInteraction",
            "".join(self.element("simpleChoice", text, identifier=name) for name, text in choices),
            responseIdentifier="RESPONSE",
            maxChoices="0" if question.multiple else "1",
        )

    def _order(self, key: OrderingKey) -> str:
        choices = (
            self.element("simpleChoice", written(text), identifier=f"item_{n}")
            for n, text in enumerate(key.items, 1)
        )
        return self.element("orderInteraction", "".join(choices), responseIdentifier="RESPONSE")

    def _matches(self, key: MatchingKey, formats: Formats) -> str:
        shown = formats.prompts or (None,) * len(key.pairs)
        prompts = [
            (f"prompt_{n}", as_xhtml(as_html(prompt, formatted)), "1")
            for n, ((prompt, _), formatted) in enumerate(zip(key.pairs, shown, strict=True), 1)
        ]
        matches = [(f"match_{n}", written(text), "0") for n, text in enumerate(matches_of(key), 1)]
        sets = (
            "".join(
                self.element("simpleAssociableChoice", text, identifier=name, matchMax=most)
                for name, text, most in each
            )
            for each in (prompts, matches)
        )
        return self.element(
            "matchInteraction",
            "".join(self.element("simpleMatchSet", each) for each in sets),
            responseIdentifier="RESPONSE",
            maxAssociations="0",
        )

    def _responses(self, question: Question) -> Iterator[str]:
        is_gapped = isinstance(question.key, BlanksKey)
        found = list(zip(rights(question), rated(question), strict=True))
        worth = (float(question.points) or 1.0) / len(found)
        for n, ((base, right), entries) in enumerate(found, 1):
            name = f"RESPONSE_{n}" if is_gapped else "RESPONSE"
            several = question.multiple or base == "directedPair"
            ordered = isinstance(question.key, OrderingKey)
            content = ""
            if right:
                values = "".join(self.element("value", written(each)) for each in right)
                content = self.element("correctResponse", values)
            if entries:
                content += self.element(
                    "mapping",
                    "".join(self._entry(question, worth, *each) for each in entries),
                    defaultValue="0",
                )
            yield self.element(
                "responseDeclaration",
                content,
                identifier=name,
                cardinality="ordered" if ordered else "multiple" if several else "single",
                baseType=base,
            )

    def _entry(self, question: Question, worth: float, value: str, weight: int) -> str:
        cased = None
        if isinstance(question.key, TextKey):
            cased = str(question.key.case_sensitive).lower()
        return self.element(
            "mapEntry", mapKey=value, mappedValue=repr(worth * weight / WHOLE), caseSensitive=cased
        )


def _block(text: str, formatted: Formatted | None) -> str:
    """A text as a block."""
    shown = as_html(text, formatted)
    tag = "div" if any(block in shown for block in _BLOCKS) else "p"
    return f"<{tag}>{as_xhtml(shown)}</{tag}>"
