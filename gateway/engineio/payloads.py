"""Engine.IO over long-polling: many packets in one body, split by the record separator.

Text packets keep their leading digit, binary ones are base64 behind a `b`. python-engineio's own
`Payload` is not used: it parses messages as JSON, skips invalid base64, and accepts at most sixteen
packets. Source: the Engine.IO protocol, revision 4.
"""

from __future__ import annotations

import binascii
from collections.abc import Iterable
from typing import Final

from gateway.engineio.errors import Malformed

SEPARATOR: Final = b"\x1e"
MAX_PACKETS: Final = 256
"""More packets than this in one body are refused; a client posts what queued up while it waited."""


class Attachment(bytes):
    """A binary message, to distinguish it from text packets in the same queue."""

    __slots__ = ()


def decode_payload(body: bytes) -> list[bytes]:
    """The packets of a POST body: text packets as bytes, binary ones as `Attachment`.

    Raises `Malformed` for an empty body, an empty packet, bad base64, invalid UTF-8 and more than
    `MAX_PACKETS`.
    """
    parts = body.split(SEPARATOR, MAX_PACKETS)
    if len(parts) > MAX_PACKETS:
        raise Malformed("too many packets in a payload")
    try:
        body.decode()
        return [_decode_packet(part) for part in parts]
    except UnicodeDecodeError as error:
        raise Malformed("a payload that is not UTF-8") from error


def _decode_packet(part: bytes) -> bytes:
    if not part:
        raise Malformed("an empty packet")
    if part[:1] != b"b":
        return part
    try:
        return Attachment(binascii.a2b_base64(part[1:], strict_mode=True))
    except binascii.Error as error:
        raise Malformed("bad base64") from error


def encode_payload(packets: Iterable[bytes]) -> bytes:
    """Encode the body that answers a GET."""
    return SEPARATOR.join(
        b"b" + binascii.b2a_base64(packet, newline=False)
        if isinstance(packet, Attachment)
        else packet
        for packet in packets
    )
