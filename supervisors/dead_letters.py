"""Dead letters, and the record of messages suspected of crashing actors.

Both are bounded. A dead letter never holds the content of a message, only its tag, the names of its
fields and the sizes of their values, so it can be shown and logged.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import msgspec

from actors.codec import digest_of
from protocol.bounded import BoundedDict
from protocol.envelope import Address, Message, tag_of
from supervisors.restarts import Times, within

DEAD_LETTERS_KEPT = 500
ADDRESSES_REMEMBERED = 4_096
SUSPECTS_PER_ADDRESS = 32
CRASHES_BEFORE_POISON = 2
CRASH_MEMORY_SECONDS = 600.0
"""Crashes older than this no longer lengthen the backoff of an actor."""


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A message whose handling raised. `at` in milliseconds."""

    address: str
    message: str
    summary: str
    error: str
    count: int
    at: int


class DeadLetters:
    """The newest dead letters, and the total number so far."""

    def __init__(self, kept: int = DEAD_LETTERS_KEPT) -> None:
        self._ring: deque[DeadLetter] = deque(maxlen=kept)
        self.total = 0

    def record(
        self, address: Address, message: Message | None, error: Exception, *, count: int, at: int
    ) -> DeadLetter:
        """Record a dead letter. `count` is how often this message has crashed its receiver."""
        self.total += 1
        letter = DeadLetter(
            address=str(address),
            message=tag_of(message) if message is not None else "(activation)",
            summary=summary_of(message) if message is not None else "",
            error=type(error).__name__,
            count=count,
            at=at,
        )
        self._ring.append(letter)
        return letter

    def newest(self, limit: int = 100) -> Sequence[DeadLetter]:
        """The latest dead letters, newest first."""
        return list(self._ring)[: -limit - 1 : -1]


def summary_of(message: Message) -> str:
    """The fields of a message by type and size, e.g. `text=str(12), index=int`."""
    return ", ".join(
        f"{name}={_shape(getattr(message, name))}" for name in message.__struct_fields__
    )


def _shape(value: object) -> str:
    sized = isinstance(value, str | bytes | list | tuple | dict | set | frozenset)
    return f"{type(value).__name__}({len(value)})" if sized else type(value).__name__  # type: ignore[arg-type]


@dataclass(slots=True)
class _Fault:
    times: Times = ()
    suspects: BoundedDict[bytes, int] = field(
        default_factory=lambda: BoundedDict(SUSPECTS_PER_ADDRESS)
    )


class Faults:
    """Which messages have crashed which actors recently, and when. Forgets the oldest first."""

    def __init__(self) -> None:
        self._by_address: BoundedDict[Address, _Fault] = BoundedDict(ADDRESSES_REMEMBERED)

    def __contains__(self, address: Address) -> bool:
        return address in self._by_address

    def record(self, address: Address, message: Message | None, now: float) -> tuple[int, int]:
        """Record a crash; returns how many this actor had recently, and how many by this
        message."""
        fault = self._by_address.get(address) or _Fault()
        self._by_address.remember(address, fault)
        fault.times = (*within(fault.times, now, CRASH_MEMORY_SECONDS)[-100:], now)
        if message is None:
            return len(fault.times), 0
        digest = digest_of(message)
        count = fault.suspects.get(digest, 0) + 1
        fault.suspects.remember(digest, count)
        return len(fault.times), count

    def is_poison(self, address: Address, message: Message) -> bool:
        """Whether the message has crashed this actor so often that it must not be delivered
        again."""
        fault = self._by_address.get(address)
        if fault is None:
            return False
        return fault.suspects.get(digest_of(message), 0) >= CRASHES_BEFORE_POISON
