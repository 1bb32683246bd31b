"""The opening handshake of RFC 6455, 4.2, on a parsed HTTP request."""

from __future__ import annotations

import base64
import binascii

from websockets.utils import accept_key

from gateway.front.deflate import negotiate
from gateway.front.errors import MalformedRequest, MethodNotAllowed, UpgradeRequired
from gateway.front.head import RequestHead
from protocol.errors import ClientError


def offered_subprotocols(head: RequestHead) -> list[str]:
    """The subprotocols the client offers, in its order of preference."""
    value = head.headers.get(b"sec-websocket-protocol", b"").decode("latin-1")
    return [name.strip() for name in value.split(",") if name.strip()]


def check(head: RequestHead) -> ClientError | None:
    """The error of a handshake, if any."""
    if head.method != "GET":
        return MethodNotAllowed(["GET"])
    if head.body_length:
        return MalformedRequest("A WebSocket handshake has no body")
    if head.headers.get(b"sec-websocket-version") != b"13":
        return UpgradeRequired("Only WebSocket version 13 is supported")
    try:
        key = base64.b64decode(head.headers.get(b"sec-websocket-key", b""), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 16:
        return MalformedRequest("The Sec-WebSocket-Key header is malformed")
    return None


def agreed_extension(head: RequestHead) -> str | None:
    """What is answered to the extensions that the client offers. Raises `MalformedRequest`."""
    return negotiate(head.headers.get(b"sec-websocket-extensions", b""))


def response(
    head: RequestHead,
    subprotocol: str | None,
    request_id: str,
    *,
    extension: str | None = None,
    hsts: bytes = b"",
) -> bytes:
    """The 101 that accepts. `subprotocol` must be one of those offered. `hsts` is a whole line."""
    accept = accept_key(head.headers[b"sec-websocket-key"].decode())
    lines = [
        "HTTP/1.1 101 Switching Protocols",
        "Upgrade: websocket",
        "Connection: Upgrade",
        f"Sec-WebSocket-Accept: {accept}",
        f"X-Request-Id: {request_id}",
    ]
    if subprotocol is not None:
        if subprotocol not in offered_subprotocols(head):
            raise ValueError(f"the client did not offer the subprotocol {subprotocol!r}")
        lines.append(f"Sec-WebSocket-Protocol: {subprotocol}")
    if extension is not None:
        lines.append(f"Sec-WebSocket-Extensions: {extension}")
    return "\r\n".join([*lines, ""]).encode() + hsts + b"\r\n"
