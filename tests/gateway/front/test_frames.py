"""Frames, held against the parser and serializer of websockets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.exceptions import PayloadTooBig, ProtocolError
from websockets.frames import Frame, Opcode
from websockets.streams import StreamReader

from gateway.front import frames
from gateway.front.frames import FrameError

MAX_SIZE = 300


def parsed_by_websockets(data: bytes) -> list[object]:
    """What the library makes of `data`: frames, then possibly an error's close code.

    It takes the length of a control frame also where that is written longer than it need be, which
    RFC 6455 forbids (section 5.2).
    """
    reader = StreamReader()
    reader.feed_data(data)
    found: list[object] = []
    while True:
        head = bytes(reader.buffer[:2])
        parser = Frame.parse(reader.read_exact, mask=True, max_size=MAX_SIZE)
        try:
            next(parser)
        except StopIteration as stop:
            frame = stop.value
            if head[0] & 0x08 and head[1] & 0x7F > 125:
                return [*found, 1002]
            found.append((int(frame.opcode), frame.fin, bytes(frame.data)))
        except PayloadTooBig:
            return [*found, 1009]
        except ProtocolError:
            return [*found, 1002]
        else:
            return found


def parsed_here(data: bytes) -> list[object]:
    found: list[object] = []
    position = 0
    while True:
        try:
            frame = frames.parse(data, position, MAX_SIZE)
        except FrameError as error:
            return [*found, error.code]
        if isinstance(frame, int):
            assert frame > len(data) - position
            return found
        opcode, final, payload, position = frame
        found.append((opcode, final, payload))


_frames = st.builds(
    Frame,
    st.sampled_from(list(Opcode)),
    st.one_of(st.binary(max_size=10), st.binary(min_size=100, max_size=350)),
    st.booleans(),
    st.sampled_from([False, False, False, True]),
).map(lambda frame: _serialized(frame))


def _serialized(frame: Frame) -> bytes:
    """Masked bytes, also of frames that the library would not send."""
    first = frame.opcode | (0x80 if frame.fin else 0) | (0x40 if frame.rsv1 else 0)
    legal = Frame(Opcode.BINARY, frame.data).serialize(mask=True)
    return bytes([first]) + legal[1:]


def split_verdict(found: list[object]) -> tuple[list[object], bool]:
    """The frames before the first wrong one, and whether there is a wrong one."""
    refused = bool(found) and isinstance(found[-1], int)
    return (found[:-1], True) if refused else (found, False)


@given(data=st.lists(_frames, min_size=1, max_size=4).map(b"".join))
def test_frames_are_parsed_as_websockets_parses_them(data: bytes) -> None:
    """A frame that is wrong twice may be refused for either reason; all else is equal."""
    assert split_verdict(parsed_here(data)) == split_verdict(parsed_by_websockets(data))


@given(data=st.binary(max_size=60))
def test_a_wrong_frame_is_refused_no_later_than_websockets_would(data: bytes) -> None:
    """Here a wrong header is refused without waiting for the payload."""
    ours, theirs = split_verdict(parsed_here(data)), split_verdict(parsed_by_websockets(data))
    assert ours[0] == theirs[0]
    assert ours[1] >= theirs[1]


@given(payload=st.binary(max_size=70_000), text=st.booleans())
def test_frames_are_encoded_as_websockets_encodes_them(payload: bytes, text: bool) -> None:
    opcode = Opcode.TEXT if text else Opcode.BINARY
    encoded = frames.encode_text(payload) if text else frames.encode_binary(payload)
    assert encoded == Frame(opcode, payload).serialize(mask=False)


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_every_length_format_is_encoded(size: int) -> None:
    payload = b"x" * size
    assert frames.encode_text(payload) == Frame(Opcode.TEXT, payload).serialize(mask=False)


def test_a_close_reason_is_cut_between_characters() -> None:
    frame = frames.encode_close(1001, "é" * 100)
    assert len(frame) <= 2 + 125
    assert frames.parse_close(frame[2:]) == (1001, "é" * 61)


def test_a_close_frame_without_a_code_is_1005() -> None:
    assert frames.encode_close(1005) == b"\x88\x00"
    assert frames.parse_close(b"") == (1005, "")


@given(st.binary(max_size=140), st.sampled_from([0x81, 0x82, 0x01, 0x89]), st.binary(max_size=3))
def test_the_short_way_reads_what_the_long_way_reads_or_leaves_it(
    payload: bytes, first: int, rest: bytes
) -> None:
    frame = Frame(Opcode(first & 0x0F), payload, fin=first >= 0x80)
    data = frame.serialize(mask=True) + rest
    short = frames.parse_short_text(data)
    whole = first == 0x81 and len(payload) <= 125 and not rest and payload.isascii()
    assert (short is not None) is whole
    if short is not None:
        assert frames.parse(data, 0, 1_000) == (frames.TEXT, True, short, len(data))
