"""What a request's variables choose in a statement's text: the order, and the way of its pages.

Everything else is a parameter. A statement is kept for each choice, since PostgreSQL can follow an
index only in an order that it knows when it plans.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from protocol import pages
from protocol.errors import ValidationError
from protocol.selection import Field
from protocol.validation import Rule
from storage.reads import binding
from storage.reads.model import Connection, Model


class Choice(msgspec.Struct, frozen=True):
    """`sort` is empty if there is only one order; `backward` has the identities of fields."""

    sort: str = ""
    backward: frozenset[int] = frozenset()


class Choices:
    """The open choices of one root field, found once."""

    def __init__(self, model: Model, field: Field) -> None:
        """`KeyError` if the model does not know the field."""
        shape = model.roots[field.name].shape
        self._field = field
        self._sorts = shape.sorts if isinstance(shape, Connection) else {}
        paged = [each for each in _below(field) if _is_paged(each)]
        self._open = [each for each in paged if pages.depends(each.arguments, *WAYS)]
        self._fixed = frozenset(
            id(each) for each in paged if each not in self._open and _way(each, {})
        )
        self._only = Choice(backward=self._fixed) if not (self._open or self._sorts) else None

    def of(self, variables: Mapping[str, Any]) -> Choice:
        """The choice of one request. Raises `ValidationError` for an unknown order."""
        if self._only is not None:
            return self._only
        chosen = [id(each) for each in self._open if _way(each, variables)]
        return Choice(self._sort(variables), self._fixed.union(chosen))

    def _sort(self, variables: Mapping[str, Any]) -> str:
        if not self._sorts:
            return ""
        asked = binding.lookup(self._field.arguments, "sort")(variables)
        sort = next(iter(self._sorts)) if asked is None else str(asked)
        if sort not in self._sorts:
            raise ValidationError.of("sort", Rule.INVALID_CHOICE, "is no order of this list")
        return sort


WAYS = (*pages.ARGUMENTS, pages.INPUT)


def _way(field: Field, variables: Mapping[str, Any]) -> bool:
    return pages.page_of(field.arguments, variables).backward


def _below(field: Field) -> Iterator[Field]:
    yield field
    for child in field.children:
        yield from _below(child)


def _is_paged(field: Field) -> bool:
    """Whether its page may be asked for from the end."""
    return any(field.arguments.get(name) is not None for name in ("last", "before"))
