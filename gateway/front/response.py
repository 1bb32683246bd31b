"""Encoding of responses, with prepared status lines and a Date header made once a second."""

from __future__ import annotations

from collections.abc import Sequence
from email.utils import formatdate
from http import HTTPStatus

Header = tuple[bytes, bytes]
Headers = Sequence[Header]

JSON: tuple[bytes, bytes] = (b"Content-Type", b"application/json; charset=utf-8")
HSTS = b"Strict-Transport-Security: max-age=31536000\r\n"
"""Browsers ask only over TLS for a year; without subdomains, which are not ours to bind."""
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"

_STATUS_LINES = {
    status.value: f"HTTP/1.1 {status.value} {status.phrase}\r\n".encode() for status in HTTPStatus
}
_WITHOUT_BODY = frozenset({204, 304})


class PreparedHeaders(tuple[tuple[bytes, bytes], ...]):
    """Headers of many answers, encoded once. Raises ValueError for one with a line break."""

    lines: bytes

    def __new__(cls, headers: Headers) -> PreparedHeaders:
        """Encode them."""
        self = super().__new__(cls, headers)
        self.lines = _encode(headers)
        return self


def _encode(headers: Headers) -> bytes:
    lines = b"".join([b"%b: %b\r\n" % header for header in headers])
    if lines.count(b"\n") != len(headers) or lines.count(b"\r") != len(headers):
        raise ValueError("a response header contains a line break")
    return lines


class ResponseEncoder:
    """Makes response heads. One per front, because it caches the Date header.

    `announces_tls`: browsers are told to stay with TLS, whatever the answer.
    """

    __slots__ = ("_common", "_second", "hsts")

    def __init__(self, *, announces_tls: bool = False) -> None:
        self.hsts = HSTS if announces_tls else b""
        self._second = -1
        self._common = b""

    def whole(
        self,
        status: int,
        headers: Headers,
        body: bytes,
        *,
        request_id: bytes,
        now: int,
        close: bool,
        head_only: bool,
    ) -> bytes:
        """A complete response with the right Content-Length. `now` in milliseconds."""
        length = b"" if status in _WITHOUT_BODY else b"Content-Length: %d\r\n" % len(body)
        head = self.head(status, headers, request_id=request_id, now=now, close=close, more=length)
        if head_only or status in _WITHOUT_BODY:
            return head
        return head + body

    def head(
        self,
        status: int,
        headers: Headers,
        *,
        request_id: bytes,
        now: int,
        close: bool,
        more: bytes = b"",
    ) -> bytes:
        """A response's head. `more` are encoded header lines about the body's length.

        Raises ValueError for a header with a line break, which could forge a second response.
        """
        second = now // 1000
        if second != self._second:
            self._second = second
            date = formatdate(second, usegmt=True).encode()
            self._common = b"Date: %b\r\n%bX-Content-Type-Options: nosniff\r\nX-Request-Id: " % (
                date,
                self.hsts,
            )
        lines = headers.lines if type(headers) is PreparedHeaders else _encode(headers)
        return b"%b%b%b\r\n%b%b%b\r\n" % (
            _STATUS_LINES.get(status) or b"HTTP/1.1 %d \r\n" % status,
            self._common,
            request_id,
            b"Connection: close\r\n" if close else b"",
            more,
            lines,
        )
