"""Codes of HTTP itself, and of GraphQL requests that are not executed."""

from __future__ import annotations

from collections.abc import Mapping

from protocol.error_codes.vocabulary import BUG, SHOW, ErrorCode

GRAPHQL: Mapping[str, ErrorCode] = {
    "GRAPHQL_PARSE_FAILED": ErrorCode("no GraphQL, or too many tokens", BUG, 400),
    "GRAPHQL_VALIDATION_FAILED": ErrorCode(
        "it does not fit the schema; introspection is off", BUG, 400
    ),
    "OPERATION_RESOLUTION_FAILURE": ErrorCode(
        "several operations and no `operationName`, or one that does not exist", BUG, 400
    ),
    "LIMIT_EXCEEDED": ErrorCode(
        "too much of something: `details.limit` names it, `details.allowed` its bound",
        "ask for less at once",
        400,
    ),
    "PERSISTED_QUERY_NOT_FOUND": ErrorCode(
        "no document has this hash or id", "send it once with its text", 400
    ),
    "PERSISTED_QUERY_HASH_MISMATCH": ErrorCode("the hash is not that of the text", BUG, 400),
    "PERSISTED_QUERY_NOT_SUPPORTED": ErrorCode(
        "another version of the protocol", "send texts", 400
    ),
    "DOCUMENT_NOT_TRUSTED": ErrorCode(
        "only registered documents are executed here", "register the document", 403
    ),
    "SUBSCRIPTION_NEEDS_STREAM": ErrorCode(
        "a subscription as a plain request", "use a WebSocket or an event stream", 400
    ),
    "UNSUPPORTED_MEDIA_TYPE": ErrorCode("the body is not JSON in UTF-8", BUG, 415),
    "NOT_ACCEPTABLE": ErrorCode("the client takes none of the media types", BUG, 406),
}
HTTP: Mapping[str, ErrorCode] = {
    "METHOD_NOT_ALLOWED": ErrorCode("the address does not know that method", BUG, 405),
    "REQUEST_TIMEOUT": ErrorCode("the request did not come to its end", "send it again", 408),
    "LENGTH_REQUIRED": ErrorCode("the body has no `Content-Length`", BUG, 411),
    "PAYLOAD_TOO_LARGE": ErrorCode("the body is longer than `details.limit_bytes`", SHOW, 413),
    "URI_TOO_LONG": ErrorCode("the request line is too long", "use POST", 414),
    "EXPECTATION_FAILED": ErrorCode("an `Expect` other than `100-continue`", BUG, 417),
    "UPGRADE_REQUIRED": ErrorCode("a WebSocket of another version than 13", BUG, 426),
    "HEADERS_TOO_LARGE": ErrorCode("the headers are too long", "send fewer cookies", 431),
    "NOT_IMPLEMENTED": ErrorCode("a transfer coding that is not known", BUG, 501),
    "HTTP_VERSION_NOT_SUPPORTED": ErrorCode("another version than HTTP/1", BUG, 505),
}
