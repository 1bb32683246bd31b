"""Fuzz targets for what the front reads from a socket: heads, bodies and frames."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode

from gateway.front.body import ChunkedBody
from gateway.front.errors import MalformedRequest, PayloadTooLarge
from tests.fuzz.mutations import EXAMPLES, mutated, pieces_of
from tests.gateway.front import test_frames, test_head

BODY_LIMIT = 120

heads = mutated(
    [
        b"GET /courses/7?page=2 HTTP/1.1\r\nHost: stoa\r\nCookie: a=1; b=2\r\n\r\n",
        b"POST /a HTTP/1.1\r\nHost: [::1]:80\r\nContent-Length: 12\r\nExpect: 100-continue\r\n\r\n",
        b"POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nX-A: \xc3\xa9\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: stoa\r\nOrigin: https://stoa\r\nUpgrade: websocket\r\n\r\n",
    ],
    [
        b"\r\n",
        b"\n",
        b"\r",
        b": ",
        b" ",
        b"\t",
        b"\x00",
        b"%",
        b"chunked",
        b"Host: b\r\n",
        b"9" * 20,
    ],
)
cuts = st.lists(st.integers(0, 700), max_size=12)

bodies = mutated(
    [
        b"5\r\nhello\r\n0\r\n\r\n",
        b"A;name=value\r\n0123456789\r\n3\r\nabc\r\n0\r\nTrailer: x\r\n\r\n",
        b"40\r\n" + b"x" * 64 + b"\r\n38\r\n" + b"y" * 56 + b"\r\n0\r\n\r\n",
    ],
    [b"\r\n", b"\n", b"0", b"f" * 13, b";", b"0\r\n\r\n", b"-1", b"0x5"],
)

wire_frames = mutated(
    [
        Frame(Opcode.TEXT, b"hello").serialize(mask=True),
        Frame(Opcode.BINARY, b"x" * 126).serialize(mask=True),
        Frame(Opcode.TEXT, "gr\u00fc\u00df".encode(), fin=False).serialize(mask=True)
        + Frame(Opcode.CONT, b"end").serialize(mask=True),
        Frame(Opcode.PING, b"?").serialize(mask=True)
        + Frame(Opcode.CLOSE, b"").serialize(mask=True),
    ],
    [b"\x81", b"\xfe", b"\xff", b"\x88\x80", b"\x00\x00\x00\x00", b"\x7f\xff\xff\xff"],
)


@settings(max_examples=EXAMPLES)
@given(data=heads, cuts=cuts)
def test_a_damaged_head_gets_one_verdict_however_it_arrives(data: bytes, cuts: list[int]) -> None:
    assert test_head.verdict_of_pieces(data, cuts) == test_head.verdict(data)


def _read_body(pieces: list[bytes]) -> tuple[Any, bytes]:
    """The refusal, or whether the body is done and what was left over; and the body itself."""
    body, read, waiting = ChunkedBody(BODY_LIMIT), bytearray(), b""
    for piece in pieces:
        waiting += piece
        try:
            waiting = waiting[body.feed(waiting, 0, read.extend) :]
        except (MalformedRequest, PayloadTooLarge) as error:
            return type(error), bytes(read)
    return (body.done, waiting), bytes(read)


@settings(max_examples=EXAMPLES)
@given(data=bodies, cuts=cuts)
def test_a_damaged_body_is_read_alike_however_it_arrives(data: bytes, cuts: list[int]) -> None:
    whole, read = _read_body([data])
    assert _read_body(pieces_of(data, cuts)) == (whole, read)
    assert len(read) <= BODY_LIMIT


@settings(max_examples=EXAMPLES)
@given(data=wire_frames)
def test_damaged_frames_are_judged_as_websockets_judges_them(data: bytes) -> None:
    ours = test_frames.split_verdict(test_frames.parsed_here(data))
    theirs = test_frames.split_verdict(test_frames.parsed_by_websockets(data))
    assert ours[0] == theirs[0]
    assert ours[1] >= theirs[1], "refused no later than by websockets"
