"""Engine.IO's rules for one client, without I/O: what a packet may do on which transport.

Whatever the table does not allow raises `Malformed`, and the session ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, IntEnum, auto
from typing import Final

from gateway.engineio.errors import Malformed


class Transport(IntEnum):
    """The transport of a packet. PROBE is a WebSocket that asks to take over from polling."""

    POLLING = auto()
    WEBSOCKET = auto()
    PROBE = auto()


class Step(Enum):
    """What to do for an Engine.IO packet."""

    MESSAGE = auto()
    PONG = auto()
    CLOSE = auto()
    ANSWER_PROBE = auto()
    UPGRADE = auto()
    IGNORE = auto()


_ENGINE_STEPS: Final[Mapping[tuple[Transport, bytes], Step]] = {
    (Transport.POLLING, b"4"): Step.MESSAGE,
    (Transport.POLLING, b"3"): Step.PONG,
    (Transport.POLLING, b"1"): Step.CLOSE,
    (Transport.POLLING, b"6"): Step.IGNORE,
    (Transport.WEBSOCKET, b"4"): Step.MESSAGE,
    (Transport.WEBSOCKET, b"3"): Step.PONG,
    (Transport.WEBSOCKET, b"1"): Step.CLOSE,
    (Transport.WEBSOCKET, b"6"): Step.IGNORE,
    (Transport.PROBE, b"2"): Step.ANSWER_PROBE,
    (Transport.PROBE, b"5"): Step.UPGRADE,
}


def engine_step(transport: Transport, packet: bytes) -> Step:
    """The step for a text packet. Raises `Malformed` for one that is not allowed there."""
    step = _ENGINE_STEPS.get((transport, packet[:1]))
    if step is None:
        raise Malformed("a packet that has no place here")
    if step is Step.ANSWER_PROBE and packet != b"2probe":
        raise Malformed("a ping that is not a probe")
    return step
