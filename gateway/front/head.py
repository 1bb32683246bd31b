"""Reading the head of a request: strict first, then parsed by httptools.

Two servers that disagree on where a request ends can be played off against each other ("request
smuggling"), so everything that RFC 9112 calls malformed is refused here and the connection closed.
One regular expression holds the grammar of a whole head; httptools splits it and applies llhttp's
own checks; `_framing` decides how long the body is. The result for a sequence of bytes does not
depend on how it was cut into packets.
"""

from __future__ import annotations

import re
from urllib.parse import unquote_to_bytes

import httptools

from gateway.front.errors import (
    ExpectationFailed,
    HeadersTooLarge,
    MalformedRequest,
    NotImplementedByServer,
    PayloadTooLarge,
    TargetTooLong,
    VersionNotSupported,
)
from gateway.front.limits import Limits
from protocol.bounded import BoundedDict

CHUNKED = -1
"""The `body_length` of a chunked body."""

KNOWN_HEADS = 512
KNOWN_HEAD_BYTES = 2_048
"""Heads that are remembered, and how long one may be: 3 MB with what was read of them, 13 where
each has a hundred fields."""

_TOKEN = rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]++"
_FIELD = _TOKEN + rb":[\t -~\x80-\xff]*+\r\n"
_METHOD = rb"(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)"
_REQUEST_LINE = _METHOD + rb" ([!\"$-~]++) HTTP/1\.(\d)\r\n"

_head = re.compile(_REQUEST_LINE + rb"(?:" + _FIELD + rb")*+\r\n")
_request_line = re.compile(_REQUEST_LINE)
_field = re.compile(_FIELD)
_any_version = re.compile(rb"\S+ \S+ HTTP/\d\.\d\r\n")
_any_method = re.compile(_TOKEN + rb" \S+ HTTP/1\.\d\r\n")
_token_start = re.compile(_TOKEN)
_host = re.compile(rb"[0-9A-Za-z.\-_~%!$&'()*+,;=:\[\]]+")
_absolute = re.compile(rb"(?i:https?)://([^/?#]+)(/[^?]*)?(\?.*)?")

_REPEATED_IS_WRONG = frozenset({b"host", b"content-length", b"transfer-encoding"})


class RequestHead:
    """A request without its body. Header names are lower case, repeated ones joined."""

    __slots__ = (
        "body_length",
        "expects_continue",
        "fields",
        "headers",
        "keep_alive",
        "method",
        "minor_version",
        "path",
        "query",
        "raw_path",
        "wants_websocket",
    )

    method: str
    minor_version: int
    raw_path: bytes
    path: str
    query: str
    fields: list[tuple[bytes, bytes]]
    headers: dict[bytes, bytes]
    body_length: int
    keep_alive: bool
    expects_continue: bool
    wants_websocket: bool


def unreadable_head() -> RequestHead:
    """Replaces the head of an unreadable request, so that it can be answered."""
    head = RequestHead()
    head.method, head.path, head.query, head.raw_path = "", "", "", b""
    head.fields, head.headers = [], {}
    head.minor_version, head.keep_alive = 1, False
    return head


class _Fields:
    """Collects the results of httptools' callbacks."""

    __slots__ = ("fields", "finished")

    def __init__(self) -> None:
        self.fields: list[tuple[bytes, bytes]] = []

    def on_header(self, name: bytes, value: bytes) -> None:
        self.fields.append((name.lower(), value.strip(b" \t")))


class HeadReader:
    """Parses heads. One for each front: a head that comes again, byte by byte, is parsed once.

    Clients with a connection to keep send little else. Heads are shared, so nobody changes one.
    """

    __slots__ = ("_known", "_limits")

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._known: BoundedDict[bytes, RequestHead] = BoundedDict(KNOWN_HEADS)

    def read(self, data: bytes) -> RequestHead:
        """`parse_head`."""
        head = self._known.get(data)
        if head is None:
            head = parse_head(data, self._limits)
            if len(data) <= KNOWN_HEAD_BYTES and not head.wants_websocket:
                self._known.remember(data, head)
        return head


def find_end(data: bytes, limits: Limits, lines_seen: int) -> int:
    """The end of the head at the start of `data`, or -1 while it is incomplete.

    `lines_seen` is how many line ends `data` had at the last call for it; they are not checked
    again. Raises a ClientError as soon as `data` can no longer become a valid head.
    """
    end = data.find(b"\r\n\r\n", 0, limits.head_bytes)
    if end >= 0:
        return end + 4
    if data.count(b"\n", 0, limits.head_bytes) > lines_seen or len(data) > limits.head_bytes:
        _judge(data[: limits.head_bytes], limits)
    elif lines_seen == 0:
        _judge_request_line(data, limits)
    if len(data) >= limits.head_bytes:
        raise HeadersTooLarge("The headers are too large", limit_bytes=limits.head_bytes)
    return -1


def parse_head(data: bytes, limits: Limits) -> RequestHead:
    """Parse a complete head, as delimited by `find_end`. Raises a ClientError."""
    match = _head.fullmatch(data)
    if match is None or match.end(2) + 11 > limits.request_line_bytes:
        _judge(data, limits)
        raise MalformedRequest("The request head is malformed")
    if data.count(b"\n") - 2 > limits.headers:
        # Before httptools, so that the result is the same as for a head in pieces.
        _judge(data, limits)
    method, target, minor = match.groups()
    if minor > b"1":
        # RFC 9110, 2.5: a later minor version is read as the latest that is known.
        data = data[: match.start(3)] + b"1" + data[match.end(3) :]
    fields = _parse_fields(data)
    head = RequestHead()
    head.method = method.decode()
    head.minor_version = 0 if minor == b"0" else 1
    head.fields = fields
    head.headers = headers = _join(fields)
    host = headers.get(b"host")
    if host is None:
        if head.minor_version:
            raise MalformedRequest("The Host header is missing")
    elif not _host.fullmatch(host):
        raise MalformedRequest("The Host header is malformed")
    _split_target(head, target, host)
    head.body_length = _framing(headers, head.minor_version)
    _connection_options(head)
    return head


def _parse_fields(data: bytes) -> list[tuple[bytes, bytes]]:
    collected = _Fields()
    parser = httptools.HttpRequestParser(collected)
    try:
        parser.feed_data(data)
    except httptools.HttpParserUpgrade:
        pass  # the route decides whether to upgrade
    except httptools.HttpParserError as error:
        for name, value in collected.fields:
            if name == b"transfer-encoding":
                _check_coding(value)
        raise MalformedRequest("The request head is malformed") from error
    return collected.fields


def _join(fields: list[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    headers = dict(fields)
    if len(headers) == len(fields):
        return headers
    headers = {}
    for name, value in fields:
        if name not in headers:
            headers[name] = value
        elif name in _REPEATED_IS_WRONG:
            raise MalformedRequest(f"The {name.decode()} header is repeated")
        else:
            separator = b"; " if name == b"cookie" else b", "
            headers[name] += separator + value
    return headers


def _split_target(head: RequestHead, target: bytes, host: bytes | None) -> None:
    if target[:1] != b"/":
        target = _origin_form(head.method, target, host)
    raw_path, _, query = target.partition(b"?")
    head.raw_path = raw_path
    head.query = query.decode("ascii")
    if b"%" not in raw_path:
        head.path = raw_path.decode("ascii")
        return
    try:
        head.path = unquote_to_bytes(raw_path).decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedRequest("The path is not UTF-8") from error
    if "\0" in head.path:
        raise MalformedRequest("The path has a NUL")


def _origin_form(method: str, target: bytes, host: bytes | None) -> bytes:
    """Absolute form (RFC 9112, 3.2.2) must name the host that the Host header names."""
    if target == b"*" and method == "OPTIONS":
        return target
    match = _absolute.fullmatch(target)
    if match is None:
        raise MalformedRequest("The request target is malformed")
    authority, path, query = match.groups()
    if host is not None and authority.lower() != host.lower():
        raise MalformedRequest("The request target and the Host header disagree")
    return (path or b"/") + (query or b"")


def _framing(headers: dict[bytes, bytes], minor_version: int) -> int:
    """The body's length by RFC 9112, 6.3, without the cases in which a server may guess."""
    coding = headers.get(b"transfer-encoding")
    length = headers.get(b"content-length")
    if coding is not None:
        if length is not None:
            raise MalformedRequest("Content-Length and Transfer-Encoding cannot both be given")
        if not minor_version:
            raise MalformedRequest("HTTP/1.0 has no Transfer-Encoding")
        _check_coding(coding)
        return CHUNKED
    if length is None:
        return 0
    if not length.isdigit():
        raise MalformedRequest("The Content-Length header is malformed")
    if len(length) > 15:
        raise PayloadTooLarge(10**15)
    return int(length)


def _check_coding(value: bytes) -> None:
    codings = [coding.strip(b" \t") for coding in value.lower().split(b",")]
    if codings == [b"chunked"]:
        return
    if b"chunked" in codings[:-1] or b"" in codings:
        raise MalformedRequest("The Transfer-Encoding header is malformed")
    raise NotImplementedByServer("The only supported transfer coding is chunked")


def _connection_options(head: RequestHead) -> None:
    headers = head.headers
    head.keep_alive = head.minor_version == 1  # an HTTP/1.0 connection is never kept open
    head.wants_websocket = False
    value = headers.get(b"connection")
    if value is not None:
        options = {option.strip(b" \t") for option in value.lower().split(b",")}
        if b"close" in options:
            head.keep_alive = False
        if b"upgrade" in options and head.minor_version:
            protocols = headers.get(b"upgrade", b"").lower().split(b",")
            head.wants_websocket = b"websocket" in [each.strip(b" \t") for each in protocols]
    head.expects_continue = False
    expect = headers.get(b"expect")
    if expect is not None and head.minor_version:
        if expect.lower() != b"100-continue":
            raise ExpectationFailed("The only supported expectation is 100-continue")
        head.expects_continue = True


# The exact error of a malformed head


def _judge(data: bytes, limits: Limits) -> None:
    """Raise for the first wrong line; an incomplete last line is not checked."""
    _judge_request_line(data, limits)
    position = data.find(b"\n") + 1
    count = 0
    while position and position < len(data):
        end = data.find(b"\n", position) + 1
        if not end:
            return
        if data[position:end] == b"\r\n":
            return
        count += 1
        if count > limits.headers:
            raise HeadersTooLarge("There are too many headers", limit=limits.headers)
        if not _field.fullmatch(data, position, end):
            raise MalformedRequest("A header line is malformed")
        position = end


def _judge_request_line(data: bytes, limits: Limits) -> None:
    if data and not _token_start.match(data):
        raise MalformedRequest("The request line is malformed")
    end = data.find(b"\n") + 1
    if (end or len(data)) > limits.request_line_bytes:
        raise TargetTooLong(limits.request_line_bytes)
    if not end or _request_line.fullmatch(data, 0, end):
        return
    if _any_method.fullmatch(data, 0, end):
        method = data.partition(b" ")[0]
        if not re.fullmatch(_METHOD, method):
            raise NotImplementedByServer("The method is unknown")
    elif _any_version.fullmatch(data, 0, end):
        raise VersionNotSupported("Only HTTP/1 is supported")
    raise MalformedRequest("The request line is malformed")
