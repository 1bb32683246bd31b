"""Socket.IO packets, with a fast path for events and acknowledgements of the main namespace.

Text packets include Engine.IO's leading `4`, because that is how they arrive and leave. Format: the
Socket.IO protocol, revision 5; tests hold it against python-socketio's codec, which is not used
here because importing it loads HTTP clients (0.4 s of a server's start).
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, ClassVar, Final, NamedTuple

import msgspec

from gateway.engineio.errors import Malformed
from gateway.json_encoding import encode_json
from protocol.validation import Rule

CONNECT: Final = 0
DISCONNECT: Final = 1
EVENT: Final = 2
ACK: Final = 3
CONNECT_ERROR: Final = 4
BINARY_EVENT: Final = 5
BINARY_ACK: Final = 6

MAX_ID_DIGITS: Final = 16
"""Digits: enough for every exact integer of JavaScript (2**53)."""

_PLAIN: Final = frozenset((str, int, bool, float, type(None)))
_DIGITS = frozenset(b"0123456789")
_COUNT: Final = re.compile(rb"[0-9]{1,9}-")
_decode_json = msgspec.json.Decoder().decode


class Unusable(Exception):
    """JSON that is refused, in an otherwise well-formed packet. The text and the rule say why."""

    rule: ClassVar[Rule] = Rule.INVALID_CHARACTERS

    def __init__(self, packet: Packet, why: str):
        super().__init__(why)
        self.packet = packet


class TooDeep(Unusable):
    """JSON that nests deeper than allowed."""

    rule = Rule.TOO_COMPLEX

    def __init__(self, packet: Packet):
        super().__init__(packet, "nested too deeply")


class Packet(NamedTuple):
    """One decoded packet. `attachments` is how many binary messages follow."""

    type: int
    namespace: str
    id: int | None
    data: Any
    attachments: int = 0


def decode(text: bytes, max_depth: int) -> Packet:
    """Read a text packet, `4` included. Raises `Malformed`, `Unusable`.

    The state machine checks the shape of `data`, except that common events are checked here to be
    lists.
    """
    kind = text[1:2]
    if kind == b"2" or kind == b"3":
        start = 2
        if text[2:3] != b"[":
            start = text.find(b"[", 2, 3 + MAX_ID_DIGITS)
        if start == 2:
            return _with_json(text[1] - 0x30, "/", None, 0, text, start, max_depth)
        if start > 2 and text[2:start].isdigit():
            return _with_json(text[1] - 0x30, "/", int(text[2:start]), 0, text, start, max_depth)
    return _decode_any(text, max_depth)


def short_event(text: bytes, max_brackets: int) -> tuple[int | None, Any] | None:
    """Id and data of an event of the main namespace; None if it needs the general decoder.

    `text` begins with `42`, a message that is an event.
    """
    head, bracket, rest = text.partition(b"[")
    if not bracket or rest.count(b"[") + rest.count(b"{") >= max_brackets:
        return None
    number = None
    if head != b"42":
        digits = head[2:]
        if len(digits) > MAX_ID_DIGITS or not digits.isdigit():
            return None
        number = int(digits)
    try:
        return number, _decode_json(text[len(head) :])
    except (ValueError, RecursionError):
        return None


def _with_json(
    kind: int,
    namespace: str,
    number: int | None,
    attachments: int,
    text: bytes,
    start: int,
    max_depth: int,
) -> Packet:
    """Decode JSON of bounded depth: few brackets cannot nest deeply, so most need no walk."""
    try:
        data = _decode_json(memoryview(text)[start:])
    except RecursionError:
        raise TooDeep(Packet(kind, namespace, number, None, attachments)) from None
    except ValueError as error:
        head = Packet(kind, namespace, number, None, attachments)
        raise _why_not(head, text[start:]) from error
    if text.count(b"[") + text.count(b"{") > max_depth and deeper_than(data, max_depth):
        raise TooDeep(Packet(kind, namespace, number, None, attachments))
    return Packet(kind, namespace, number, data, attachments)


def _why_not(head: Packet, text: bytes) -> Malformed | Unusable:
    """Of JSON that was refused: whether JavaScript's `JSON.stringify` could have written it, or
    `JSON.parse` would take it, such as halves of surrogate pairs and numbers past any float."""
    try:
        json.loads(text.decode(), parse_constant=_no_constant)
    except RecursionError:
        return TooDeep(head)
    except ValueError:
        return Malformed("not JSON")
    return Unusable(head, "half of a surrogate pair, or a number out of range")


def _no_constant(name: str) -> None:
    """Refuse NaN and Infinity, which Python accepts but JSON does not have (RFC 8259, 6)."""
    raise ValueError(name)


def deeper_than(data: Any, depth: int) -> bool:
    """Whether lists and objects nest more than `depth` levels."""
    if isinstance(data, dict):
        data = data.values()
    elif not isinstance(data, list):
        return False
    return depth == 0 or any(deeper_than(item, depth - 1) for item in data)


def _decode_any(text: bytes, max_depth: int) -> Packet:
    """The general case."""
    found, start = _decode_head(text)
    if start == len(text):
        return found
    kind, namespace, number, _, attachments = found
    return _with_json(kind, namespace, number, attachments, text, start, max_depth)


def decode_head(text: bytes) -> Packet:
    """Decode what is before the JSON: enough to refuse a packet without reading it. `Malformed`."""
    return _decode_head(text)[0]


def _decode_head(text: bytes) -> tuple[Packet, int]:
    if len(text) < 2 or not CONNECT <= text[1] - 0x30 <= BINARY_ACK:
        raise Malformed("unknown packet type")
    if text[1] - 0x30 >= BINARY_EVENT and not _COUNT.match(text, 2):
        raise Malformed("binary without a number of attachments")
    attachments, position = 0, 2
    dash = text.find(b"-", 2, 12)
    if dash > 2 and text[2:dash].isdigit():
        attachments, position = int(text[2:dash]), dash + 1
    if attachments and text[1] - 0x30 < BINARY_EVENT:
        raise Malformed("attachments to a packet without binary")
    namespace, position = _namespace(text, position)
    number, position = _number(text, position)
    return Packet(text[1] - 0x30, namespace, number, None, attachments), position


def _namespace(text: bytes, position: int) -> tuple[str, int]:
    """The namespace there, without a query, and where it ends; the main one if there is none."""
    if text[position : position + 1] != b"/":
        return "/", position
    comma = text.find(b",", position)
    end = len(text) if comma < 0 else comma
    try:
        name = text[position:end].decode()
    except UnicodeDecodeError as error:
        raise Malformed("not text") from error
    return name.partition("?")[0], min(end + 1, len(text))


def _number(text: bytes, position: int) -> tuple[int | None, int]:
    """The id there, if any, and where it ends."""
    start = position
    while position < len(text) and text[position] in _DIGITS:
        position += 1
    if position - start > MAX_ID_DIGITS:
        raise Malformed("id field is too long")
    return (int(text[start:position]) if position > start else None), position


def rebuild(data: Any, attachments: Sequence[bytes]) -> Any:
    """Put the attachments where the placeholders are. Raises `Malformed`.

    Each attachment must be asked for, and by an index that exists.
    """
    used: set[int] = set()

    def put(value: Any) -> Any:
        if isinstance(value, list):
            return [put(item) for item in value]
        if not isinstance(value, dict):
            return value
        if value.get("_placeholder") is True:
            return _attachment(value.get("num"), attachments, used)
        return {key: put(item) for key, item in value.items()}

    whole = put(data)
    if len(used) != len(attachments):
        raise Malformed("attachments that no placeholder names")
    return whole


def _attachment(index: Any, attachments: Sequence[bytes], used: set[int]) -> bytes:
    if type(index) is not int or not 0 <= index < len(attachments):
        raise Malformed("a placeholder for an attachment that is not there")
    used.add(index)
    return attachments[index]


def encode(
    packet_type: int, namespace: str, packet_id: int | None, data: Any = None
) -> tuple[bytes, list[bytes]]:
    """A packet's text, `4` included, and its attachments in order.

    `bytes` in dicts, lists and tuples become attachments; inside a msgspec Struct they stay base64
    text, as in all other JSON of the platform.
    """
    attachments: list[bytes] = []
    count = ""
    if packet_type in (EVENT, ACK) and has_binary(data):
        data = _take_out(data, attachments)
        packet_type += BINARY_EVENT - EVENT
        count = f"{len(attachments)}-"
    place = "" if namespace == "/" else f"{namespace},"
    number = "" if packet_id is None else str(packet_id)
    text = f"4{packet_type}{count}{place}{number}".encode()
    return (text if data is None else text + encode_json(data)), attachments


def plain_ack(number: int, arguments: Sequence[Any]) -> bytes | None:
    """`43<number>[...]` for one flat object of plain values, as most answers are; otherwise
    None."""
    if len(arguments) != 1 or type(arguments[0]) is not dict:
        return None
    for value in arguments[0].values():
        if type(value) not in _PLAIN:
            return None
    return b"43%d%b" % (number, encode_json(arguments))


def has_binary(data: Any) -> bool:
    """Whether dicts, lists and tuples hold bytes somewhere."""
    if isinstance(data, dict):
        data = data.values()
    elif not isinstance(data, list | tuple):
        return isinstance(data, bytes | bytearray)
    for item in data:  # noqa: SIM110  # runs for every acknowledgement; a generator costs double
        if type(item) not in _PLAIN and has_binary(item):
            return True
    return False


def _take_out(data: Any, attachments: list[bytes]) -> Any:
    if isinstance(data, bytes | bytearray):
        attachments.append(bytes(data))
        return {"_placeholder": True, "num": len(attachments) - 1}
    if isinstance(data, list | tuple):
        return [_take_out(item, attachments) for item in data]
    if isinstance(data, dict):
        return {key: _take_out(value, attachments) for key, value in data.items()}
    return data
