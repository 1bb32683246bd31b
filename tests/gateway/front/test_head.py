"""The verdict on request heads, without sockets."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gateway.front.errors import MalformedRequest
from gateway.front.head import (
    CHUNKED,
    KNOWN_HEAD_BYTES,
    KNOWN_HEADS,
    HeadReader,
    RequestHead,
    find_end,
    parse_head,
)
from gateway.front.limits import Limits
from protocol.errors import ClientError

LIMITS = Limits(request_line_bytes=200, head_bytes=600, headers=8)


def head_of(*lines: bytes, first: bytes = b"POST /a%20b?c=%20d HTTP/1.1") -> bytes:
    return b"\r\n".join([first, *lines, b"", b""])


def verdict(data: bytes) -> object:
    """The status of the refusal, "incomplete", or what the head says."""
    try:
        end = find_end(data, LIMITS, 0)
        if end < 0:
            return "incomplete"
        head = parse_head(data[:end], LIMITS)
    except ClientError as error:
        return error.status
    return head.method, head.path, head.query, head.headers, head.body_length, head.keep_alive


def verdict_of_pieces(data: bytes, cuts: list[int]) -> object:
    """The same, as a connection finds it that receives `data` cut into pieces."""
    lines_seen = 0
    for end in [*sorted(cuts), len(data)]:
        received = data[:end]
        if not received:
            continue
        try:
            if find_end(received, LIMITS, lines_seen) >= 0:
                return verdict(received)
        except ClientError as error:
            return error.status
        lines_seen = received.count(b"\n")
    return "incomplete"


def test_a_request_head_is_split_into_its_parts() -> None:
    head = parse_head(
        head_of(
            b"Host: stoa",
            b"X-A:  1 ",
            b"x-a: 2",
            b"Cookie: a=1",
            b"cookie: b=2",
            b"Content-Length: 12",
            b"Empty:",
        ),
        LIMITS,
    )
    assert (head.method, head.path, head.query) == ("POST", "/a b", "c=%20d")
    assert head.headers == {
        b"host": b"stoa",
        b"x-a": b"1, 2",
        b"cookie": b"a=1; b=2",
        b"content-length": b"12",
        b"empty": b"",
    }
    assert head.body_length == 12
    assert head.keep_alive


def test_a_chunked_body_is_announced() -> None:
    head = parse_head(head_of(b"Host: a", b"Transfer-Encoding: Chunked"), LIMITS)
    assert head.body_length == CHUNKED


@pytest.mark.parametrize(
    ("first", "status"),
    [
        (b"GET / HTTP/1.1", 200),
        (b"GET http://stoa/x?y HTTP/1.1", 200),
        (b"GET HTTPS://STOA HTTP/1.1", 200),
        (b"OPTIONS * HTTP/1.1", 200),
        (b"GET * HTTP/1.1", 400),
        (b"GET http://elsewhere/ HTTP/1.1", 400),
        (b"GET http://user@stoa/ HTTP/1.1", 400),
        (b"GET stoa:80 HTTP/1.1", 400),
        (b"GET ftp://stoa/ HTTP/1.1", 400),
        (b"CONNECT stoa:80 HTTP/1.1", 501),
        (b"TRACE / HTTP/1.1", 501),
        (b"PURGE / HTTP/1.1", 501),
        (b"get / HTTP/1.1", 501),
        (b"GET / HTTP/2.0", 505),
        (b"PRI * HTTP/2.0", 505),
        (b"GET / HTTP/1.2", 200),
        (b"GET / HTTP/1.9", 200),
        (b"PURGE / HTTP/1.2", 501),
        (b"GET / HTTP/1.10", 400),
        (b"GET / HTTP/3.0", 505),
        (b"GET / HTTP/0.9", 505),
        (b"GET /", 400),
        (b"GET / http/1.1", 400),
        (b"GET / HTTP/1.1 ", 400),
        (b"GET  / HTTP/1.1", 400),
        (b"GET\t/ HTTP/1.1", 400),
        (b" GET / HTTP/1.1", 400),
        (b"GET /a b HTTP/1.1", 400),
        (b"GET /\x00 HTTP/1.1", 400),
        (b"GET /\x7f HTTP/1.1", 400),
        (b"GET /\xc3\xa9 HTTP/1.1", 400),
        (b"GET /#top HTTP/1.1", 400),
        (b"GET /%ff HTTP/1.1", 400),
        (b"GET /%00 HTTP/1.1", 400),
        (b"\x16\x03\x01\x02", 400),
        (b"GET /" + b"a" * 300 + b" HTTP/1.1", 414),
    ],
)
def test_request_lines_get_the_right_status(first: bytes, status: int) -> None:
    found = verdict(head_of(b"Host: stoa", first=first))
    assert (found if isinstance(found, int) else 200) == status


def test_a_later_minor_version_is_read_as_the_latest_that_is_known() -> None:
    """RFC 9110, 2.5."""
    head = parse_head(
        head_of(b"Host: a", b"Transfer-Encoding: chunked", first=b"POST /x HTTP/1.7"), LIMITS
    )
    assert (head.minor_version, head.keep_alive, head.body_length) == (1, True, CHUNKED)


@given(
    minor=st.integers(2, 9),
    method=st.sampled_from([b"GET", b"POST", b"PUT"]),
    lines=st.lists(
        st.sampled_from(
            [
                b"Host: a",
                b"Content-Length: 3",
                b"Transfer-Encoding: chunked",
                b"Connection: close",
                b"Expect: 100-continue",
                b"Connection: upgrade",
                b"Upgrade: websocket",
                b"X: HTTP/1.2",
            ]
        ),
        max_size=6,
    ),
)
def test_a_later_minor_version_changes_nothing(
    minor: int, method: bytes, lines: list[bytes]
) -> None:
    one, other = (
        verdict(head_of(*lines, first=b"%b /1.%d HTTP/1.%d" % (method, minor, version)))
        for version in (1, minor)
    )
    assert one == other


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ([b"Host: a"], 200),
        ([b"Host: [::1]:80"], 200),
        ([], 400),
        ([b"Host:"], 400),
        ([b"Host: a", b"Host: a"], 400),
        ([b"Host: a, b"], 400),
        ([b"Host: a/b"], 400),
        ([b"Host: a@b"], 400),
        ([b"Host : a"], 400),
        ([b" Host: a"], 400),
        ([b"Host: a", b"X: 1", b" folded"], 400),
        ([b"Host: a", b"X: 1", b"\tfolded"], 400),
        ([b"Host: a", b"X\x00: 1"], 400),
        ([b"Host: a", b"X: \x00"], 400),
        ([b"Host: a", b"X: \x01"], 400),
        ([b"Host: a", b"X: a\rb"], 400),
        ([b"Host: a", b"X: a\nY: b"], 400),
        ([b"Host: a", b"no colon"], 400),
        ([b"Host: a", b": no name"], 400),
        ([b"Host: a", b"X(: 1"], 400),
        ([b"Host: a", b"X: caf\xc3\xa9"], 200),
        ([b"Host: a", b"Content-Length: 1"], 200),
        ([b"Host: a", b"Content-Length: 1", b"Content-Length: 1"], 400),
        ([b"Host: a", b"Content-Length: 1", b"content-length: 2"], 400),
        ([b"Host: a", b"Content-Length: 1, 1"], 400),
        ([b"Host: a", b"Content-Length: +1"], 400),
        ([b"Host: a", b"Content-Length: -1"], 400),
        ([b"Host: a", b"Content-Length: 0x1"], 400),
        ([b"Host: a", b"Content-Length: 1_0"], 400),
        ([b"Host: a", b"Content-Length: 1 0"], 400),
        ([b"Host: a", b"Content-Length:"], 400),
        ([b"Host: a", b"Content-Length: " + b"9" * 18], 413),
        ([b"Host: a", b"Content-Length: " + b"9" * 40], 400),
        ([b"Host: a", b"Transfer-Encoding: chunked"], 200),
        ([b"Host: a", b"Transfer-Encoding: chunked", b"Content-Length: 1"], 400),
        ([b"Host: a", b"Content-Length: 1", b"Transfer-Encoding: chunked"], 400),
        ([b"Host: a", b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked"], 400),
        ([b"Host: a", b"Transfer-Encoding: chunked, chunked"], 400),
        ([b"Host: a", b"Transfer-Encoding: gzip, chunked"], 501),
        ([b"Host: a", b"Transfer-Encoding: gzip"], 501),
        ([b"Host: a", b"Transfer-Encoding: identity"], 501),
        ([b"Host: a", b"Transfer-Encoding: xchunked"], 501),
        ([b"Host: a", b"Transfer-Encoding: chunked;q=1"], 501),
        ([b"Host: a", b"Transfer-Encoding:"], 400),
        ([b"Host: a", b"Transfer-Encoding: \x0bchunked"], 400),
        ([b"Host: a", b"Transfer_Encoding: chunked"], 200),
        ([b"Host: a", b"Expect: 100-continue"], 200),
        ([b"Host: a", b"Expect: cake"], 417),
        ([b"Host: a"] + [b"X: 1"] * 7, 200),
        ([b"Host: a"] + [b"X: 1"] * 8, 431),
        ([b"Host: a", b"X: " + b"1" * 600], 431),
    ],
)
def test_header_lines_get_the_right_status(lines: list[bytes], status: int) -> None:
    found = verdict(head_of(*lines))
    assert (found if isinstance(found, int) else 200) == status


def test_http_1_0_needs_no_host_but_knows_no_chunks_and_is_not_kept() -> None:
    first = b"GET / HTTP/1.0"
    found = verdict(head_of(b"Connection: keep-alive", first=first))
    assert isinstance(found, tuple)
    assert found[-1] is False
    assert verdict(head_of(b"Transfer-Encoding: chunked", first=first)) == 400


@pytest.mark.parametrize("ending", [b"\n", b"\r"])
def test_lines_must_end_with_both_characters(ending: bytes) -> None:
    lines = [b"GET / HTTP/1.1", b"Host: a", b"", b""]
    assert verdict(ending.join(lines) + b"\r\n\r\n") == 400
    if ending == b"\n":
        assert verdict(ending.join(lines)) == 400, "refused at once, not after a time limit"


_fragments = st.sampled_from(
    [b"GET", b"POST", b" ", b"/", b"HTTP/1.1", b"HTTP/2.0", b"\r\n", b"\r\n", b"\n", b"\r", b":",
     b"Host: a", b"X: y", b"Content-Length: 3", b"Transfer-Encoding: chunked", b"\x00", b"\xff",
     b"*", b"A" * 150, b"B" * 450, b"\t", b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"]
)  # fmt: skip
_messages = st.one_of(
    st.binary(max_size=300),
    st.lists(_fragments, max_size=30).map(b"".join),
    st.lists(_fragments, max_size=8).map(
        lambda parts: b"GET / HTTP/1.1\r\nHost: a\r\n" + b"\r\n".join(parts) + b"\r\n\r\n"
    ),
)


@given(data=_messages, cuts=st.lists(st.integers(0, 700), max_size=12))
def test_the_verdict_does_not_depend_on_how_bytes_were_cut_into_packets(
    data: bytes, cuts: list[int]
) -> None:
    assert verdict_of_pieces(data, cuts) == verdict(data)


@given(data=_messages)
@example(data=b"GET ! HTTP/1.0\r\n" + b"!:\r\n" * (LIMITS.headers + 1) + b"\r\n")
def test_byte_by_byte_gives_the_same_verdict(data: bytes) -> None:
    assert verdict_of_pieces(data, list(range(len(data)))) == verdict(data)


def test_a_head_that_comes_again_is_parsed_once() -> None:
    reader = HeadReader(LIMITS)
    head = head_of(b"Host: a", b"Accept: x")
    first = reader.read(head)
    assert reader.read(bytes(bytearray(head))) is first
    assert reader.read(head_of(b"Host: a", b"Accept: y")).headers[b"accept"] == b"y"
    assert first.headers[b"accept"] == b"x"


CREDENTIALS = head_of(
    b"Host: a", b"Authorization: Bearer ab.cd.ef", b"Cookie: s=1", b"Content-Length: 10"
)


@given(
    st.lists(
        st.tuples(st.integers(0, len(CREDENTIALS) - 5), st.sampled_from(b"ab1.;:, \r\n\0\xff")),
        max_size=20,
    ),
    st.integers(0, 3),
)
def test_a_head_is_never_read_as_one_that_differs_in_one_byte(
    changes: list[tuple[int, int]], again: int
) -> None:
    reader = HeadReader(LIMITS)
    heads = [CREDENTIALS[:at] + bytes([put]) + CREDENTIALS[at + 1 :] for at, put in changes]
    for data in [*heads, CREDENTIALS] * (again + 1):
        assert _outcome(reader.read, data) == _outcome(partial(parse_head, limits=LIMITS), data)


def _outcome(read: Callable[[bytes], RequestHead], data: bytes) -> object:
    try:
        head = read(data)
    except ClientError as error:
        return type(error), error.message
    return [getattr(head, name) for name in RequestHead.__slots__]


@pytest.mark.parametrize(
    "field", [b"Upgrade: websocket\r\nConnection: upgrade", b"X: " + b"x" * KNOWN_HEAD_BYTES]
)
def test_long_heads_and_handshakes_are_not_remembered(field: bytes) -> None:
    reader = HeadReader(LIMITS)
    head = head_of(b"Host: a", field)
    assert reader.read(head) is not reader.read(head)


def test_remembered_heads_are_bounded_and_refused_ones_stay_refused() -> None:
    reader = HeadReader(LIMITS)
    first = reader.read(head_of(b"Host: a", b"X: first"))
    for number in range(KNOWN_HEADS):
        reader.read(head_of(b"Host: a", b"X: %d" % number))
    assert reader.read(head_of(b"Host: a", b"X: first")) is not first
    for _ in range(2):
        with pytest.raises(MalformedRequest):
            reader.read(head_of(b"Host: a", b"Host: b"))
