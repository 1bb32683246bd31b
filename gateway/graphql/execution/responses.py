"""The body of a response, put together from the JSON texts of its root fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from gateway.graphql.errors import field_error, stamp
from gateway.graphql.execution.call import Call
from gateway.graphql.execution.payloads import NULL
from gateway.graphql.planning.root_fields import RootField
from protocol.errors import AuthenticationError, InternalError, StoaError


def assemble(call: Call, results: Sequence[bytes | Exception]) -> bytes:
    """The body of the response. A null in a non-null field makes `data` null."""
    errors, parts, whole = [], [], True
    for root, result in zip(call.variant.roots, results, strict=True):
        value = result if isinstance(result, bytes) else NULL
        if isinstance(result, Exception):
            errors.append(described(result, root, call.request_id))
        elif value == NULL and root.non_null:
            errors.append(described(missing(root), root, call.request_id))
        whole = whole and not (root.non_null and value == NULL)
        parts.append(root.key + value)
    data = b'"data":{' + b",".join(parts) + b"}" if whole else b'"data":null'
    if not errors:
        return b"{" + data + call.extensions + b"}"
    described_errors = stamp(errors, request_id=call.request_id, now=call.now)
    errors_text = msgspec.json.encode(described_errors)
    return b'{"errors":' + errors_text + b"," + data + call.extensions + b"}"


def missing(root: RootField) -> StoaError:
    """The error for a missing value that is required: for `me`, the account was deleted."""
    if root.field.name == "me":
        return AuthenticationError("The account no longer exists", reason="unknown_user")
    return InternalError("A required value is missing")


def described(error: Exception, root: RootField, request_id: str) -> dict[str, Any]:
    """A root field's error."""
    return field_error(error, root.field.alias, root.location, request_id=request_id)
