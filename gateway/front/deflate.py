"""permessage-deflate (RFC 7692): negotiation, and the coding of single messages.

Every message is compressed for itself (no context takeover, either way). So a connection keeps no
window between two messages, where a compressor with context would hold 260 KiB and a decompressor
40 KiB for each client; one compressed frame serves all members of a topic; and what one message
says can never show in the length of another. Only publications are sent compressed: they go to
many, so no secret is in them, while an answer to one client may have a token beside what others
wrote (`gateway.compression` says why that matters).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from typing import Final

from websockets.exceptions import InvalidHeader
from websockets.headers import parse_extension

from gateway.front.errors import MalformedRequest
from gateway.front.frames import DEFLATED, TEXT, FrameError, encode
from gateway.front.limits import CLOSE_INVALID_DATA, CLOSE_TOO_BIG

NAME: Final = "permessage-deflate"
MIN_BYTES: Final = 512
"""Shorter messages are sent as they are."""
LEVEL: Final = 6
"""Of zlib. A board of 3.8 KB becomes 1.4 KB in 50 µs; level 1 takes 43, and 1.5 KB."""

FREE_BYTES: Final = 65_536
"""What a compressed message may become however short it is: as much as an event may have."""
MAX_RATIO: Final = 100
"""Beyond that it may become so many times its length. zlib reaches 1,030 with one letter repeated,
so that a kilobyte would take as long as a megabyte to read; lists of equal objects reach 35."""

_RAW_WINDOW: Final = -15
"""32 KiB, without zlib's header: what a peer may use that was given no bound."""
_FLUSH_END: Final = b"\x00\x00\xff\xff"
"""Ends what a sender flushes; it is not sent (RFC 7692, 7.2.1)."""
_BEHIND_FINAL: Final = frozenset((_FLUSH_END, b"\x00" + _FLUSH_END))
"""What may follow a block that its sender called the last (RFC 7692, 7.2.3.4)."""
_WINDOW_BITS: Final = re.compile(r"[89]|1[0-5]")
_WITHOUT_VALUE: Final = frozenset(("server_no_context_takeover", "client_no_context_takeover"))


def negotiate(header: bytes) -> str | None:
    """The answer to a Sec-WebSocket-Extensions header: of the first offer that can be accepted.

    None if there is none. Offers with parameters that the RFC does not know, or with a smaller
    window for the server, are declined: frames are made once, for all. Raises `MalformedRequest`
    for a header that does not follow the grammar (RFC 6455, 9.1).
    """
    if not header:
        return None
    try:
        offers = parse_extension(header.decode("latin-1"))
    except InvalidHeader as error:
        raise MalformedRequest("The Sec-WebSocket-Extensions header is malformed") from error
    for name, parameters in offers:
        if name == NAME and _acceptable(parameters):
            window = "; server_max_window_bits=15" if _bounds_server(parameters) else ""
            return f"{NAME}; server_no_context_takeover; client_no_context_takeover{window}"
    return None


def _acceptable(parameters: Sequence[tuple[str, str | None]]) -> bool:
    """RFC 7692, 7.1: each parameter once, with the values that it may have."""
    if len({name for name, _ in parameters}) < len(parameters):
        return False
    for name, value in parameters:
        if name in _WITHOUT_VALUE:
            if value is not None:
                return False
        elif name == "client_max_window_bits":
            if value is not None and not _WINDOW_BITS.fullmatch(value):
                return False
        elif name != "server_max_window_bits" or value != "15":
            return False
    return True


def _bounds_server(parameters: Sequence[tuple[str, str | None]]) -> bool:
    return any(name == "server_max_window_bits" for name, _ in parameters)


def inflate(payload: bytes, max_bytes: int) -> bytes:
    """A whole compressed message. Never makes more than `max_bytes` of it, nor more than its
    length deserves (`FREE_BYTES`, `MAX_RATIO`).

    Raises FrameError: 1009 for a message that is larger, 1007 for what is not deflated.
    """
    max_bytes = min(max_bytes, FREE_BYTES + MAX_RATIO * len(payload))
    decompressor = zlib.decompressobj(_RAW_WINDOW)
    try:
        message = decompressor.decompress(payload + _FLUSH_END, max_bytes + 1)
    except zlib.error as error:
        raise FrameError(CLOSE_INVALID_DATA, "the message is not deflated") from error
    if len(message) > max_bytes:
        raise FrameError(CLOSE_TOO_BIG, "the message is too big")
    if decompressor.eof and decompressor.unused_data not in _BEHIND_FINAL:
        raise FrameError(CLOSE_INVALID_DATA, "there is more behind the last block")
    return message


def deflate(payload: bytes) -> bytes:
    """A whole message, compressed."""
    compressor = zlib.compressobj(LEVEL, zlib.DEFLATED, _RAW_WINDOW)
    return (compressor.compress(payload) + compressor.flush(zlib.Z_SYNC_FLUSH))[:-4]


def deflated_text(payload: bytes) -> bytes | None:
    """The frame of a compressed text message; None if that is not worth it."""
    if len(payload) < MIN_BYTES:
        return None
    deflated = deflate(payload)
    return encode(DEFLATED | TEXT, deflated) if len(deflated) < len(payload) else None
