"""WebSocket frames (RFC 6455, 5): encoding a server's, parsing a client's.

Unmasking is the C routine of `websockets`; the few header bits are read here, because the library's
own frame parser, a generator, costs several times as much for a small message. A test compares the
two.
"""

from __future__ import annotations

import struct

from websockets.frames import Close

from gateway.front.limits import (
    CLOSE_INVALID_DATA,
    CLOSE_NO_STATUS,
    CLOSE_PROTOCOL_ERROR,
    CLOSE_TOO_BIG,
)

try:
    from websockets.speedups import apply_mask
except ImportError:  # a platform without the compiled module
    from websockets.utils import apply_mask

from websockets.exceptions import ProtocolError

CONTINUATION = 0x0
TEXT = 0x1
BINARY = 0x2
CLOSE = 0x8
PING = 0x9
PONG = 0xA
DEFLATED = 0x40
"""With the opcode of a message's first frame: it is compressed (RSV1; RFC 7692, 6)."""

RESERVED = 0x70
"""The bits that must be 0 where no extension was agreed on."""
_DATA_OPCODES = frozenset({CONTINUATION, TEXT, BINARY})
_CONTROL_OPCODES = frozenset({CLOSE, PING, PONG})
_short = struct.Struct("!H").unpack_from
_long = struct.Struct("!Q").unpack_from

Frame = tuple[int, bool, bytes, int]
"""Opcode, with `DEFLATED` if that was allowed and is set, whether it is the message's last, the
payload, and the position behind the frame."""


class FrameError(Exception):
    """The peer broke the protocol; `code` is the close code that says how."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


def encode(opcode: int, payload: bytes) -> bytes:
    """One whole, unmasked frame."""
    size = len(payload)
    if size < 126:
        return b"%c%c%b" % (0x80 | opcode, size, payload)
    if size < 65_536:
        return struct.pack("!BBH", 0x80 | opcode, 126, size) + payload
    return struct.pack("!BBQ", 0x80 | opcode, 127, size) + payload


def encode_text(payload: bytes) -> bytes:
    """A text message; `payload` must be UTF-8."""
    return encode(TEXT, payload)


def encode_binary(payload: bytes) -> bytes:
    """A binary message."""
    return encode(BINARY, payload)


def encode_close(code: int, reason: str = "") -> bytes:
    """A close frame. `reason` is cut to the 123 bytes that fit."""
    if code == CLOSE_NO_STATUS:
        return encode(CLOSE, b"")
    text = reason.encode()[:123].decode(errors="ignore").encode()
    return encode(CLOSE, struct.pack("!H", code) + text)


def parse(data: bytes, position: int, max_size: int, reserved: int = RESERVED) -> Frame | int:
    """The client's frame at `position`; if it is incomplete, how many bytes it needs at least.

    Raises FrameError as soon as the header is wrong: 1002 for reserved bits, an unknown opcode, a
    missing mask, a long or fragmented control frame; 1009 for more than `max_size` bytes.
    """
    available = len(data) - position
    if available < 2:
        if available:
            _check_first(data[position], reserved)
        return 2
    first = data[position]
    second = data[position + 1]
    if first != 0x81:
        _check_first(first, reserved)
    if second < 0x80:
        raise FrameError(CLOSE_PROTOCOL_ERROR, "a client's frames must be masked")
    size = second & 0x7F
    start = position + 2
    if size > 125:
        if first & 0x08:
            raise FrameError(CLOSE_PROTOCOL_ERROR, "a control frame is too long")
        width = 2 if size == 126 else 8
        if available < 2 + width:
            return 2 + width
        (size,) = _short(data, start) if width == 2 else _long(data, start)
        start += width
    if size > max_size and not first & 0x08:
        raise FrameError(CLOSE_TOO_BIG, "the message is too big")
    end = start + 4 + size
    if len(data) < end:
        return end - position
    payload = apply_mask(data[start + 4 : end], data[start : start + 4])
    return first & 0x4F, first >= 0x80, payload, end


def parse_short_text(data: bytes) -> bytes | None:
    """The payload, if `data` is exactly one short text message in ASCII: most of what clients send.

    None leaves it to `parse`, which gives the same result more slowly.
    """
    size = len(data) - 6
    if not 0 <= size <= 125 or data[0] != 0x81 or data[1] != 0x80 | size:
        return None
    payload = apply_mask(data[6:], data[2:6])
    return payload if payload.isascii() else None


def parse_close(payload: bytes) -> tuple[int, str]:
    """A close frame's code and reason, 1005 for none. Raises FrameError 1002 or 1007."""
    try:
        close = Close.parse(payload)
    except ProtocolError as error:
        raise FrameError(CLOSE_PROTOCOL_ERROR, str(error)) from error
    except UnicodeDecodeError as error:
        raise FrameError(CLOSE_INVALID_DATA, "the reason is not UTF-8") from error
    return int(close.code), close.reason


def check_text(payload: bytes) -> None:
    """Raise FrameError 1007 unless `payload` is UTF-8."""
    if not payload.isascii():
        try:
            payload.decode()
        except UnicodeDecodeError as error:
            raise FrameError(CLOSE_INVALID_DATA, "the text is not UTF-8") from error


def _check_first(first: int, reserved: int) -> None:
    opcode = first & 0x0F
    if first & reserved or (first & DEFLATED and opcode not in (TEXT, BINARY)):
        raise FrameError(CLOSE_PROTOCOL_ERROR, "reserved bits must be 0")
    if opcode in _CONTROL_OPCODES:
        if first < 0x80:
            raise FrameError(CLOSE_PROTOCOL_ERROR, "control frames cannot be fragmented")
    elif opcode not in _DATA_OPCODES:
        raise FrameError(CLOSE_PROTOCOL_ERROR, "the opcode is not known")
