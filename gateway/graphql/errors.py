"""Errors of GraphQL: a message, its place, and `extensions` as the API documents them.

A `RequestError` says that nothing was executed; the response then has no `data`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import structlog
from graphql import GraphQLError

from gateway.graphql.coercion import wrong_input
from protocol.errors import InternalError, StoaError, ValidationError
from protocol.times import iso

log = structlog.get_logger("stoa.graphql")

INPUT = ValidationError.code
MAX_MESSAGE = 1_000
"""Characters of the library's message, which may repeat what the client wrote."""


class RequestError(Exception):
    """The request cannot be executed. `errors` lack the request's id and time until `stamp`ed.

    `status` is HTTP's; where `transport` is False the error is GraphQL's own, and a client that
    only knows `application/json` gets it with 200.
    """

    def __init__(
        self, errors: Sequence[dict[str, Any]], *, status: int = 400, transport: bool = False
    ) -> None:
        super().__init__(errors[0]["message"] if errors else "")
        self.errors = errors
        self.status = status
        self.transport = transport

    def copy(self) -> RequestError:
        """The same without a traceback, to be kept or raised again."""
        return RequestError(self.errors, status=self.status, transport=self.transport)

    @classmethod
    def of(cls, code: str, message: str, *, status: int = 400, **details: Any) -> RequestError:
        """A single error in the GraphQL part of the request."""
        described = {"message": message, "extensions": extensions(code, details)}
        return cls([described], status=status)

    @classmethod
    def http(cls, status: int, code: str, message: str, **details: Any) -> RequestError:
        """A single error in the HTTP part of the request."""
        described = {"message": message, "extensions": extensions(code, details)}
        return cls([described], status=status, transport=True)

    @classmethod
    def refusal(cls, error: StoaError) -> RequestError:
        """Refuses the whole request with one of our errors and its status."""
        return cls([plain_error(error, request_id="")], status=error.status, transport=True)

    @classmethod
    def limit(cls, what: str, allowed: int, **details: Any) -> RequestError:
        """The error for a document that exceeds a limit."""
        message = f"The document exceeds the limit of {allowed} for {what}"
        return cls.of("LIMIT_EXCEEDED", message, limit=what, allowed=allowed, **details)

    @classmethod
    def coercion(cls, found: Sequence[GraphQLError]) -> RequestError:
        """The errors of wrong variables and arguments; each names its field and rule."""
        wrong = ((each, extensions(INPUT, wrong_input(each))) for each in found)
        return cls([{**plain(each, INPUT), "extensions": more} for each, more in wrong])

    @classmethod
    def graphql(cls, code: str, found: Sequence[GraphQLError]) -> RequestError:
        """The errors of the parser or the validator."""
        return cls([plain(error, code) for error in found])


def extensions(code: str, details: dict[str, Any]) -> dict[str, Any]:
    """The part of `extensions` that does not depend on the request."""
    return {"code": code, "details": details}


def plain(error: GraphQLError, code: str) -> dict[str, Any]:
    """An error of the library in the form of the response."""
    described: dict[str, Any] = {"message": error.message[:MAX_MESSAGE]}
    if error.locations:
        described["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    described["extensions"] = extensions(code, {})
    return described


def field_error(
    error: Exception, alias: str, location: tuple[int, int], *, request_id: str
) -> dict[str, Any]:
    """An error in executing a root field. Internal errors are logged and shown without details."""
    if not isinstance(error, StoaError):
        log.error("graphql.field_failed", field=alias, request_id=request_id, exc_info=error)
        error = InternalError()
    elif error.status >= 500:
        log.warning(
            "graphql.field_failed",
            field=alias,
            request_id=request_id,
            code=error.code,
            reason=error.message,
        )
    return {
        "message": error.message,
        "locations": [{"line": location[0], "column": location[1]}],
        "path": [alias],
        "extensions": extensions(error.code, error.shown_details()),
    }


def plain_error(error: Exception, *, request_id: str) -> dict[str, Any]:
    """An error without a field. Internal errors are logged and shown without details."""
    if not isinstance(error, StoaError):
        log.error("graphql.operation_failed", request_id=request_id, exc_info=error)
        error = InternalError()
    return {
        "message": error.message,
        "extensions": extensions(error.code, error.shown_details()),
    }


def stamp(errors: Sequence[dict[str, Any]], *, request_id: str, now: int) -> list[dict[str, Any]]:
    """Copies of `errors` that say which request it was, and when."""
    timestamp = iso(now)
    return [
        {
            **error,
            "extensions": {
                **error["extensions"],
                "requestId": request_id,
                "timestamp": timestamp,
            },
        }
        for error in errors
    ]


def error_body(errors: Sequence[dict[str, Any]], *, request_id: str, now: int) -> bytes:
    """The body of a response to a request that was not executed."""
    return msgspec.json.encode({"errors": stamp(errors, request_id=request_id, now=now)})
