"""The parameters of a GraphQL-over-HTTP request, and the media type of its response."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import msgspec

from gateway.front.response import PreparedHeaders
from gateway.graphql.errors import RequestError
from gateway.graphql.members import check_members

if TYPE_CHECKING:
    from gateway.front.request import Request

JSON = b"application/json; charset=utf-8"
GRAPHQL = b"application/graphql-response+json; charset=utf-8"
HEADERS: dict[bytes, PreparedHeaders] = {
    media: PreparedHeaders(((b"content-type", media), (b"cache-control", b"no-store")))
    for media in (JSON, GRAPHQL)
}
MAX_URL_FIELDS = 16
READ_GRACE_SECONDS = 1.0
"""For the answer to a query when its client has ended its sending half. Then its statement ends, in
case the client has gone; mutations run to their end whatever their client does."""


class Parameters(msgspec.Struct):
    """What a client asks for. Unknown members are ignored, as the specification demands.

    The document is given as text in `query`, or is named by `document_id` or in `extensions`.
    """

    query: str | None = None
    operation_name: str | None = msgspec.field(default=None, name="operationName")
    variables: dict[str, Any] | None = None
    extensions: dict[str, Any] | None = None
    document_id: str | None = msgspec.field(default=None, name="documentId")


DECODER = msgspec.json.Decoder(Parameters)


def from_body(request: Request) -> Parameters:
    """The parameters of a POST. Raises `RequestError` 415 or 400."""
    check_media(request)
    check_members(request.body)
    try:
        return DECODER.decode(request.body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise malformed(str(error)) from error


def check_media(request: Request) -> None:
    """Raise `RequestError` 415 for a body that is not JSON, or does not say that it is."""
    given = request.headers.get(b"content-type", b"")
    if given != b"application/json" and not is_json(given):
        raise RequestError.http(
            415, "UNSUPPORTED_MEDIA_TYPE", "The request body must be application/json in UTF-8"
        )


def is_json(given: bytes) -> bool:
    """Whether a media type is JSON in UTF-8."""
    media, _, rest = given.partition(b";")
    return media.strip().lower() == b"application/json" and is_utf8(rest)


def is_utf8(rest: bytes) -> bool:
    """Whether the parameters of a media type name no other character set."""
    for parameter in rest.split(b";"):
        name, _, value = parameter.partition(b"=")
        if name.strip().lower() == b"charset":
            return value.strip().strip(b'"').lower() in (b"utf-8", b"utf8")
    return True


def from_url(request: Request) -> Parameters:
    """The parameters of a GET. Raises `RequestError` 400."""
    try:
        fields = parse_qs(
            request.query, keep_blank_values=True, max_num_fields=MAX_URL_FIELDS, errors="strict"
        )
        given: dict[str, Any] = {}
        for name in ("query", "operationName", "variables", "extensions", "documentId"):
            values = fields.get(name, ())
            if len(values) > 1:
                raise ValueError(f"{name} is given twice")
            if values and (values[0] or name == "query"):
                given[name] = values[0]
        for name in ("variables", "extensions"):
            if name in given:
                given[name] = msgspec.json.decode(given[name])
        return msgspec.convert(given, Parameters)
    except (ValueError, msgspec.MsgspecError, RecursionError) as error:
        raise malformed(str(error)) from error


def malformed(message: str) -> RequestError:
    """The error for a body that is not a GraphQL request."""
    return RequestError.http(400, "BAD_REQUEST", f"Not a GraphQL request: {message}")


def negotiate(accept: bytes | None) -> bytes:
    """The media type to answer with. Raises `RequestError` 406 if the client takes neither.

    Without a preference it is `application/json`, which old clients need; an empty header is none.
    A range such as `*/*` stands for the first media type that the client does not refuse by name.
    """
    if accept is None or not accept.strip() or accept in (b"*/*", b"application/json"):
        return JSON
    given: list[tuple[bytes, float]] = []
    refused: set[bytes] = set()
    for each in accept.split(b","):
        name, *rest = (part.strip().lower() for part in each.split(b";"))
        given.append((name, quality_of(rest)))
        if name in NAMED and not given[-1][1] > 0:
            refused.add(NAMED[name])
    best, best_quality = None, 0.0
    for name, quality in given:
        found = NAMED.get(name)
        if name in RANGES:
            found = next((media for media in NAMED.values() if media not in refused), None)
        if found is not None and quality > best_quality:
            best, best_quality = found, quality
    if best is None:
        raise RequestError.http(
            406,
            "NOT_ACCEPTABLE",
            "The response is application/graphql-response+json or application/json",
        )
    return best


NAMED = {b"application/json": JSON, b"application/graphql-response+json": GRAPHQL}
RANGES = (b"application/*", b"*/*")


def quality_of(parameters: list[bytes]) -> float:
    """The `q` of a media range, 1 without one, 0 for an invalid one."""
    for parameter in parameters:
        name, _, value = parameter.partition(b"=")
        if name.strip() == b"q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
