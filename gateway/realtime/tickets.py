"""What a client sends to come back: the name of its session, and the last place it has seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from protocol.topics import position_of

MAX_PID = 64
MAX_PLACE = 64


class Ticket(NamedTuple):
    """What a client sends to come back. `position` None: it has seen nothing that has a place."""

    pid: str
    position: int | None
    readable: bool = True


def ticket_of(auth: Mapping[str, Any]) -> Ticket | None:
    """The ticket in a handshake, None for a client that does not come back."""
    pid, offset = auth.get("pid"), auth.get("offset")
    if not isinstance(pid, str) or not 0 < len(pid) <= MAX_PID:
        return None
    if offset is None:
        return Ticket(pid, None)
    position = None
    if isinstance(offset, str) and len(offset) <= MAX_PLACE:
        position = position_of(offset)
    return Ticket(pid, position, position is not None)
