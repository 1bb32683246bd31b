"""Errors of HTTP itself.

They extend the tree of `protocol.errors`: each is the client's fault and has its own status.
"""

from __future__ import annotations

from gateway.front.response import Headers
from protocol.errors import ClientError, RetryableError, StoaError


class MalformedRequest(ClientError):
    """Not HTTP/1.1 as RFC 9112 defines it, or two readers could disagree on where it ends."""

    code = "BAD_REQUEST"
    status = 400


class MethodNotAllowed(ClientError):
    code = "METHOD_NOT_ALLOWED"
    status = 405

    def __init__(self, allowed: list[str]) -> None:
        super().__init__("This resource does not know that method", allowed=allowed)
        self.allowed = allowed


class RequestTimeout(ClientError):
    code = "REQUEST_TIMEOUT"
    status = 408


class LengthRequired(ClientError):
    """Its body must say how long it is, before it comes."""

    code = "LENGTH_REQUIRED"
    status = 411


class PayloadTooLarge(ClientError):
    code = "PAYLOAD_TOO_LARGE"
    status = 413

    def __init__(self, limit: int) -> None:
        super().__init__("The request body is too large", limit_bytes=limit)


class TargetTooLong(ClientError):
    code = "URI_TOO_LONG"
    status = 414

    def __init__(self, limit: int) -> None:
        super().__init__("The request line is too long", limit_bytes=limit)


class ExpectationFailed(ClientError):
    code = "EXPECTATION_FAILED"
    status = 417


class UpgradeRequired(ClientError):
    """A handshake of another version of WebSocket than 13."""

    code = "UPGRADE_REQUIRED"
    status = 426


class HeadersTooLarge(ClientError):
    code = "HEADERS_TOO_LARGE"
    status = 431


class TooManyConnections(ClientError):
    code = "TOO_MANY_CONNECTIONS"
    status = 429


class NotImplementedByServer(ClientError):
    code = "NOT_IMPLEMENTED"
    status = 501


class VersionNotSupported(ClientError):
    code = "HTTP_VERSION_NOT_SUPPORTED"
    status = 505


class Saturated(RetryableError):
    """The front has no room for one more connection."""

    code = "OVERLOADED"


class NoRoomForBody(ClientError):
    """All bodies together are so large that this one cannot be accepted now."""

    code = "OVERLOADED"
    status = 503


def headers_of(error: StoaError) -> Headers:
    """What RFC 9110 (15.5.6, 15.5.22) and RFC 6455 (4.4) ask of the answers to these errors."""
    if isinstance(error, MethodNotAllowed):
        return ((b"Allow", ", ".join(error.allowed).encode()),)
    if isinstance(error, UpgradeRequired):
        return (
            (b"Upgrade", b"websocket"),
            (b"Connection", b"Upgrade"),
            (b"Sec-WebSocket-Version", b"13"),
        )
    return ()
