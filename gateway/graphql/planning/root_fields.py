"""The root fields of a plan, each with its resolver: how it is answered is decided here, once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec
from graphql import DocumentNode, FieldNode
from graphql.execution.values import VariableValues

from gateway.graphql.domain import ActorQuery, Mutation, Read, Resolver
from gateway.graphql.limits import Limits
from gateway.graphql.planning.cost import Cost
from gateway.graphql.planning.variables import Slots, check_pages
from protocol.selection import Argument, Field

RESOLVER: Final = "resolver"
"""The key of a root field's `Resolver` in the `extensions` of its definition."""


class Constant(msgspec.Struct, frozen=True):
    """A value that never changes, as JSON. `introspects`: the library computed it."""

    value: bytes
    introspects: bool = False


class Introspection(msgspec.Struct, frozen=True):
    """A document for the library to answer at each request."""

    document: DocumentNode


Resolved = Resolver | Constant | Introspection


def is_public(resolver: Resolved) -> bool:
    """Whether a root field of a mutation needs no valid access token."""
    return isinstance(resolver, Constant) or (isinstance(resolver, Mutation) and resolver.public)


class RootField:
    """One root field of a variant.

    `slots` are the arguments of a subscription, and of whatever an actor or a handler answers.
    """

    __slots__ = (
        "field",
        "key",
        "location",
        "non_null",
        "readings",
        "resolver",
        "slots",
    )

    def __init__(
        self,
        field: Field,
        node: FieldNode,
        resolver: Resolved,
        *,
        non_null: bool,
        slots: Slots | None = None,
    ) -> None:
        self.field = field
        self.resolver = resolver
        self.non_null = non_null
        self.slots = slots
        self.key = f'"{field.alias}":'.encode()
        self.readings: dict[int, Field] = {}
        """Selections derived for a mutation's payload, by the identity of the one they follow."""
        token = node.loc.start_token if node.loc else None
        self.location = (token.line, token.column) if token else (1, 1)

    @property
    def constant(self) -> bytes | None:
        """The value if it never changes."""
        return self.resolver.value if isinstance(self.resolver, Constant) else None

    @property
    def introspects(self) -> bool:
        """Whether it is `__schema` or `__type`."""
        resolver = self.resolver
        if isinstance(resolver, Constant):
            return resolver.introspects
        return isinstance(resolver, Introspection)

    def reading(self, followed: Field, root: str) -> Field:
        """`followed` as a selection of `root` by the variable `id`; one object for ever."""
        known = self.readings.get(id(followed))
        if known is None or known.name != root:
            known = Field(
                name=root,
                alias=followed.alias,
                arguments={"id": Argument("id")},
                children=followed.children,
            )
            self.readings[id(followed)] = known
        return known


class Variant:
    """Root fields in order, the slots that a request fills, and what it then costs.

    `reads_only`: one visit to storage answers all of it. `reads_signed_in`: a part is only for
    signed-in users. `asks_actors`: an actor or handler answers a part. `public`: mutations that
    need no valid access token. `constant` is the whole response where it never changes.
    """

    __slots__ = (
        "asks_actors",
        "constant",
        "cost",
        "introspections",
        "pages",
        "public",
        "reads_only",
        "reads_signed_in",
        "roots",
        "slots",
    )

    def __init__(
        self,
        roots: Sequence[RootField],
        slots: Sequence[Slots],
        pages: Sequence[Field],
        cost: Cost,
        *,
        mutates: bool = False,
    ) -> None:
        self.roots = tuple(roots)
        self.public = mutates and all(is_public(root.resolver) for root in roots)
        self.cost = cost
        self.pages = tuple(pages)
        self.slots = tuple(slots)
        self.introspections = sum(root.introspects for root in roots)
        reads = [root.resolver for root in roots if isinstance(root.resolver, Read)]
        self.reads_only = len(reads) == len(roots) and not any(r.guesses_pin for r in reads)
        self.reads_signed_in = any(read.signed_in for read in reads)
        self.asks_actors = any(isinstance(root.resolver, ActorQuery | Mutation) for root in roots)
        values = [root.constant for root in roots]
        self.constant: bytes | None = None
        if None not in values:
            parts = (root.key + (value or b"") for root, value in zip(roots, values, strict=True))
            self.constant = b'{"data":{' + b",".join(parts) + b"}}"

    def fill(self, values: VariableValues, limits: Limits) -> dict[str, Any]:
        """The variables for storage. Raises `RequestError` for a wrong argument or page."""
        filled: dict[str, Any] = {}
        for slots in self.slots:
            slots.fill(values, filled)
        check_pages(self.pages, filled, limits.page)
        return filled
