"""The messages of graphql-transport-ws: decoding those of clients, encoding those of the server.

A payload whose content does not matter here stays JSON text.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Final

import msgspec

from gateway.graphql.errors import RequestError
from gateway.graphql.members import check_members
from gateway.graphql.parameters import Parameters

MAX_ID: Final = 128
"""Characters of an operation's id; clients use numbers or UUIDs."""

OperationId = Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_ID)]

NO_PAYLOAD: Final = msgspec.Raw(b"null")


class Init(msgspec.Struct, frozen=True, tag_field="type", tag="connection_init"):
    """The client says who it is."""

    payload: dict[str, Any] | None = None


class Ping(msgspec.Struct, frozen=True, tag_field="type", tag="ping"):
    """The server answers with a pong at once."""

    payload: msgspec.Raw = NO_PAYLOAD


class Pong(msgspec.Struct, frozen=True, tag_field="type", tag="pong"):
    """The client is alive."""

    payload: msgspec.Raw = NO_PAYLOAD


class Subscribe(msgspec.Struct, frozen=True, tag_field="type", tag="subscribe"):
    """An operation of any kind."""

    id: OperationId
    payload: Parameters


class Complete(msgspec.Struct, frozen=True, tag_field="type", tag="complete"):
    """The client ends an operation."""

    id: OperationId


Received = Init | Ping | Pong | Subscribe | Complete

DECODER: Final = msgspec.json.Decoder(Received)


class Malformed(Exception):
    """Not a valid message of a client; says why."""


def decode(data: bytes) -> Received:
    """Raises `Malformed`."""
    try:
        check_members(data)
    except RequestError as error:
        raise Malformed(str(error)) from None
    try:
        message: Received = DECODER.decode(data)
    except RecursionError:
        raise Malformed("too deep") from None
    except msgspec.MsgspecError as error:
        raise Malformed(str(error)) from None
    if isinstance(message, Ping | Pong) and bytes(message.payload)[:1] not in (b"{", b"n"):
        raise Malformed("Expected `object | null` - at `$.payload`")
    return message


def token_offered(ping: Ping) -> dict[str, Any] | None:
    """The payload of a ping that offers a newer token; other payloads are not decoded.

    Raises `Malformed` for a payload with a token that cannot be decoded.
    """
    payload = bytes(ping.payload)
    if b'"token"' not in payload:
        return None
    try:
        offered = msgspec.json.decode(payload)
    except RecursionError:
        raise Malformed("too deep") from None
    except msgspec.MsgspecError as error:
        raise Malformed(str(error)) from None
    return offered if "token" in offered else None


# --- to the client --------------------------------------------------------------------------------

PING: Final = b'{"type":"ping"}'


def ack(payload: dict[str, Any]) -> bytes:
    """The connection is acknowledged."""
    if not payload:
        return b'{"type":"connection_ack"}'
    return msgspec.json.encode({"type": "connection_ack", "payload": payload})


def pong(payload: bytes) -> bytes:
    """The answer to a ping; `payload` is JSON."""
    return b'{"type":"pong","payload":%b}' % payload if payload != b"null" else b'{"type":"pong"}'


def next_head(operation: str) -> bytes:
    """The text before the result; a `}` follows it."""
    return b'{"id":%b,"type":"next","payload":' % msgspec.json.encode(operation)


def error(operation: str, errors: Sequence[dict[str, Any]]) -> bytes:
    """The operation failed with these errors."""
    return msgspec.json.encode({"id": operation, "type": "error", "payload": errors})


def complete(operation: str) -> bytes:
    """The operation is over."""
    return b'{"id":%b,"type":"complete"}' % msgspec.json.encode(operation)
