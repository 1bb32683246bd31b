"""Documents: parsed, validated and planned once."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256

import trio
from graphql import (
    DocumentNode,
    FragmentDefinitionNode,
    GraphQLError,
    GraphQLSchema,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OverlappingFieldsCanBeMergedRule,
    parse,
    specified_rules,
    validate,
)

from gateway.graphql.documents.document_limits import BoundedOverlaps, DocumentLimits
from gateway.graphql.errors import RequestError
from gateway.graphql.limits import Limits
from gateway.graphql.planning.plan import Plan
from protocol.bounded import LeastRecentlyUsed

MAX_VALIDATION_ERRORS = 20
PLAN_BYTES, TOKEN_BYTES = 40_000, 500
"""The size of a plan, and of a token with its node, measured over the documents of our pages."""


class Documents:
    """Plans by the text of their document and the operation's name; refusals by its hash.

    A plan holds the text anyway. A refusal does not, since its client chose the text's length; the
    name, which both hold, is bounded.
    Without `introspection` nothing reveals the schema: neither its own fields nor suggestions for
    mistyped names.
    """

    def __init__(
        self, schema: GraphQLSchema, limits: Limits, *, introspection: bool = True
    ) -> None:
        self.schema = schema
        self.limits = limits
        self._introspection = introspection
        self._rules = [
            BoundedOverlaps if rule is OverlappingFieldsCanBeMergedRule else rule
            for rule in specified_rules
        ]
        if not introspection:
            self._rules.append(NoSchemaIntrospectionCustomRule)
        self.plans: LeastRecentlyUsed[tuple[str, str | None], Plan] = LeastRecentlyUsed(
            limits.plans, limits.plans_bytes
        )
        self.refusals: LeastRecentlyUsed[tuple[bytes, str | None], RequestError] = (
            LeastRecentlyUsed(limits.refusals)
        )

    def known(self, text: str, operation_name: str | None) -> Plan | None:
        """The plan if there is one already."""
        return self.plans.find((text, operation_name))

    def plan(self, text: str, operation_name: str | None) -> Plan:
        """The plan of a document. Raises `RequestError` for an invalid or too large document."""
        plan = self._remembered(text, operation_name)
        if plan is None:
            with self._remembering_refusal(text, operation_name):
                plan = self._make(text, operation_name)
            self._keep(text, operation_name, plan)
        return plan

    async def plan_beside(self, text: str, operation_name: str | None) -> Plan:
        """As `plan`, made in a thread: for documents that take more than a few milliseconds."""
        plan = self._remembered(text, operation_name)
        if plan is None:
            with self._remembering_refusal(text, operation_name):
                plan = await trio.to_thread.run_sync(self._make, text, operation_name)
            self._keep(text, operation_name, plan)
        return plan

    def _remembered(self, text: str, operation_name: str | None) -> Plan | None:
        """The plan if there is one. Raises the `RequestError` of a document refused before."""
        if operation_name is not None and len(operation_name) > self.limits.operation_name:
            raise RequestError.of(
                "LIMIT_EXCEEDED",
                f"operationName is longer than {self.limits.operation_name} characters",
                limit="operation_name",
                allowed=self.limits.operation_name,
            )
        plan = self.plans.get((text, operation_name))
        if plan is None:
            refusal = self.refusals.get(_refusal_key(text, operation_name))
            if refusal is not None:
                raise refusal.copy()
        return plan

    @contextmanager
    def _remembering_refusal(self, text: str, operation_name: str | None) -> Iterator[None]:
        try:
            yield
        except RequestError as error:
            self.refusals.put(_refusal_key(text, operation_name), error.copy())
            raise

    def _keep(self, text: str, operation_name: str | None, plan: Plan) -> None:
        self.plans.put((text, operation_name), plan, weight_of(text, plan))

    def check(self, text: str) -> DocumentNode:
        """Parse and validate, within the limits. Raises `RequestError`."""
        length = len(text.encode())
        if length > self.limits.document_bytes:
            raise RequestError.of(
                "LIMIT_EXCEEDED",
                f"The document is longer than {self.limits.document_bytes} bytes",
                limit="document_bytes",
                allowed=self.limits.document_bytes,
            )
        if line_ends(text) > self.limits.lines:
            raise RequestError.limit("lines", self.limits.lines)
        if text.count("\\") > self.limits.escapes:
            raise RequestError.limit("escapes", self.limits.escapes)
        document = self._parse(text)
        DocumentLimits(document, self.limits).check()
        errors = validate(
            self.schema,
            document,
            self._rules,
            MAX_VALIDATION_ERRORS,
            hide_suggestions=not self._introspection,
            allow_empty_selection_sets=False,
        )
        if errors:
            raise RequestError.graphql("GRAPHQL_VALIDATION_FAILED", errors)
        return document

    def _make(self, text: str, operation_name: str | None) -> Plan:
        """Touches nothing that changes, so it may run in a thread."""
        document = self.check(text)
        fragments = {
            each.name.value: each
            for each in document.definitions
            if isinstance(each, FragmentDefinitionNode)
        }
        return Plan(
            self.schema,
            operation(document, operation_name),
            fragments,
            self.limits,
            hide_suggestions=not self._introspection,
        )

    def _parse(self, text: str) -> DocumentNode:
        try:
            return parse(text, max_tokens=self.limits.tokens, allow_empty_selection_sets=False)
        except GraphQLError as error:
            raise RequestError.graphql("GRAPHQL_PARSE_FAILED", [error]) from error


def _refusal_key(text: str, operation_name: str | None) -> tuple[bytes, str | None]:
    return sha256(text.encode()).digest(), operation_name


def line_ends(text: str) -> int:
    """As GraphQL counts them."""
    return text.count("\n") + text.count("\r") - text.count("\r\n")


def weight_of(text: str, plan: Plan) -> int:
    """Roughly the bytes that a plan keeps in memory: its text, as the key and as the source of its
    nodes, and the nodes, as many as there are tokens at most."""
    tokens, token = 0, plan.operation.loc.start_token if plan.operation.loc else None
    while token is not None:
        tokens, token = tokens + 1, token.next
    return PLAN_BYTES + 2 * sys.getsizeof(text) + TOKEN_BYTES * tokens


def operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """The operation to execute. Raises `RequestError` unless the name selects one."""
    found = [
        each
        for each in document.definitions
        if isinstance(each, OperationDefinitionNode)
        and (not name or (each.name is not None and each.name.value == name))
    ]
    if len(found) == 1:
        return found[0]
    message = (
        f"There is no operation {name!r}"
        if name
        else "operationName must say which operation to execute"
    )
    raise RequestError.of("OPERATION_RESOLUTION_FAILURE", message)
