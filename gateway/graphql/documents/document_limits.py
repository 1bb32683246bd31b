"""The cost of validating a document, checked before the library starts.

Validation walks every operation and every fragment, compares fields that share a response key, and
follows spreads; a few kilobytes can keep it busy for seconds. `DocumentLimits` walks the same
selections once and stops at the first bound it reaches, so it costs no more than the bounds allow.
Only the library can count how many fields it compares: `BoundedOverlaps` bounds that.
"""

from __future__ import annotations

from typing import NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    OverlappingFieldsCanBeMergedRule,
    SelectionSetNode,
    ValidationContext,
)

from gateway.graphql.errors import RequestError
from gateway.graphql.limits import Limits

COMPARISONS = 5_000
"""Units of the library's own count; two compare two fields, in about 4 µs."""


class BoundedOverlaps(OverlappingFieldsCanBeMergedRule):
    """The library's rule, which is quadratic, with a hundredth of its budget."""

    def __init__(self, context: ValidationContext) -> None:
        super().__init__(context)
        self.rule_context.remaining_complexity_budget = COMPARISONS


class _Level(NamedTuple):
    selections: SelectionSetNode
    depth: int
    within: frozenset[str]
    """The fragments around this level. The validator refuses one that spreads itself."""
    written: bool
    """Whether it is part of the text here; a fragment that is spread is not."""


class DocumentLimits:
    """Counts what one document holds, up to the limits."""

    def __init__(self, document: DocumentNode, limits: Limits) -> None:
        self.limits = limits
        self.operations = 0
        self.selections = 0
        self.visits = 0
        self._fragments: dict[str, FragmentDefinitionNode] = {}
        self._levels: list[_Level] = []
        for each in document.definitions:
            if isinstance(each, FragmentDefinitionNode):
                self._fragments[each.name.value] = each
                within = frozenset([each.name.value])
                self._levels.append(_Level(each.selection_set, 1, within, True))
            elif isinstance(each, OperationDefinitionNode):
                self.operations += 1
                self._levels.append(_Level(each.selection_set, 1, frozenset(), True))

    def check(self) -> None:
        """Walk every definition with its fragments spread out, as the validator does.

        Raises `RequestError` at the first count past its limit.
        """
        self._bound("operations", self.operations, self.limits.operations)
        while self._levels:
            level = self._levels.pop()
            self._bound("nesting", level.depth, self.limits.nesting)
            for node in level.selections.selections:
                self.visits += 1
                self._bound("visits", self.visits, self.limits.visits)
                self.selections += level.written
                self._bound("selections", self.selections, self.limits.selections)
                if isinstance(node, FragmentSpreadNode):
                    self._spread(node.name.value, level)
                elif isinstance(node, FieldNode | InlineFragmentNode) and node.selection_set:
                    below = level._replace(selections=node.selection_set, depth=level.depth + 1)
                    self._levels.append(below)

    def _spread(self, name: str, level: _Level) -> None:
        fragment = self._fragments.get(name)
        if fragment is not None and name not in level.within:
            within = level.within | {name}
            below = _Level(fragment.selection_set, level.depth + 1, within, False)
            self._levels.append(below)

    def _bound(self, what: str, found: int, allowed: int) -> None:
        if found > allowed:
            raise RequestError.limit(what, allowed)
