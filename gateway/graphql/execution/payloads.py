"""Payloads as JSON text: known values are written at once, rows that must be read leave a gap.

A mutation's reply or an event says what its payload consists of. Storage fills all gaps in one
visit; a payload without gaps needs no visit.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from gateway.graphql.domain import ListValue, ObjectValue, Payload, PlainValue, ReadBack
from gateway.graphql.planning.root_fields import RootField
from protocol.errors import NotFoundError
from protocol.selection import Field, Selection

NULL = b"null"


class Draft:
    """The value of one root field in the making."""

    __slots__ = ("_gaps", "_parts", "selections")

    def __init__(
        self, root: RootField, field: Field, payload: Payload, variables: Mapping[str, Any]
    ) -> None:
        self.selections: list[Selection] = []
        self._gaps: list[tuple[int, ReadBack]] = []
        self._parts: list[bytes] = []
        self._write(root, field, payload, variables)

    @property
    def complete(self) -> bool:
        """Whether nothing has to be read."""
        return not self.selections

    def text(self, answers: Sequence[bytes] = ()) -> bytes:
        """The JSON text; `answers` are those of `selections`.

        Raises `NotFoundError` for a row that is missing, or hidden from this viewer, unless it is
        optional.
        """
        for (place, wanted), answer in zip(self._gaps, answers, strict=True):
            if answer == NULL and not wanted.optional:
                raise NotFoundError(wanted.root, wanted.id)
            self._parts[place] = answer
        return b"".join(self._parts)

    def _write(
        self, root: RootField, field: Field, payload: Payload, variables: Mapping[str, Any]
    ) -> None:
        if isinstance(payload, PlainValue):
            self._parts.append(msgspec.json.encode(payload.value))
        elif isinstance(payload, ReadBack):
            reading = root.reading(field, payload.root)
            self._gaps.append((len(self._parts), payload))
            self._parts.append(NULL)
            self.selections.append(
                Selection(field=reading, variables={**variables, "id": payload.id})
            )
        elif isinstance(payload, ListValue):
            separator = b"["
            for item in payload.items:
                self._parts.append(separator)
                self._write(root, field, item, variables)
                separator = b","
            self._parts.append(b"]" if payload.items else b"[]")
        else:
            self._write_object(root, field, payload, variables)

    def _write_object(
        self, root: RootField, field: Field, payload: ObjectValue, variables: Mapping[str, Any]
    ) -> None:
        separator = b"{"
        for child in field.children:
            self._parts.append(b'%b"%b":' % (separator, child.alias.encode()))
            separator = b","
            if child.name == "__typename":
                self._parts.append(msgspec.json.encode(payload.typename))
            else:
                self._write(root, child, payload.members[child.name], variables)
        self._parts.append(b"}" if field.children else b"{}")
