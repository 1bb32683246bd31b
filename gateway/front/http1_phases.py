"""The phases of an HTTP/1.1 connection, and the transitions between them, modelled on h11.

There are two machines: one reads requests, one sends answers in the order of the requests.
Transitions that are not in a table are bugs and raise KeyError. All are IntEnums, because they are
hashed for every request and a plain Enum hashes in Python.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum, auto
from typing import Final

# --- reading ------------------------------------------------------------------------------------


class Reading(IntEnum):
    """What a reading connection waits for, or does."""

    IDLE = auto()
    """For the first byte of a request; nothing else is in progress."""
    HEAD = auto()
    """For the rest of a head."""
    HANDLING = auto()
    """A request is complete and its handler is being called."""
    BUSY = auto()
    """For answers; a further request may begin at any time."""
    HELD = auto()
    """For answers, or for other connections' turn, before it reads the next request."""
    EXPECTED = auto()
    """For earlier answers; then it asks the client for the body (100 Continue)."""
    BODY = auto()
    """For the rest of a body."""
    BODY_HELD = auto()
    """For the application to read the body so far, or for other connections' turn."""
    ENDED = auto()
    """For nothing: the connection is closing, lost, or switched to another protocol."""


class ReadingEvent(IntEnum):
    """What causes a transition."""

    HEAD_BEGUN = auto()
    HEAD_COMPLETE = auto()
    BODY_BEGUN = auto()
    BODY_EXPECTED = auto()
    BODY_COMPLETE = auto()
    HELD = auto()
    RESUMED = auto()
    STOPPED = auto()
    """A request is refused: nothing more is read."""
    OWING = auto()
    """There is nothing to read, and answers are not sent yet."""
    QUIET = auto()
    """There is nothing to read or to answer."""
    GONE = auto()


_BETWEEN: Final[Mapping[ReadingEvent, Reading]] = {
    ReadingEvent.HEAD_BEGUN: Reading.HEAD,
    ReadingEvent.HEAD_COMPLETE: Reading.HANDLING,
    ReadingEvent.HELD: Reading.HELD,
    ReadingEvent.STOPPED: Reading.BUSY,
    ReadingEvent.OWING: Reading.BUSY,
    ReadingEvent.QUIET: Reading.IDLE,
    ReadingEvent.GONE: Reading.ENDED,
}
"""Between two requests."""

READING: Final[Mapping[Reading, Mapping[ReadingEvent, Reading]]] = {
    Reading.IDLE: _BETWEEN,
    Reading.HEAD: _BETWEEN,
    Reading.BUSY: _BETWEEN,
    Reading.HANDLING: {
        **_BETWEEN,
        ReadingEvent.BODY_BEGUN: Reading.BODY,
        ReadingEvent.BODY_EXPECTED: Reading.EXPECTED,
    },
    Reading.HELD: {
        ReadingEvent.RESUMED: Reading.BUSY,
        ReadingEvent.GONE: Reading.ENDED,
    },
    Reading.EXPECTED: {
        ReadingEvent.BODY_BEGUN: Reading.BODY,
        ReadingEvent.STOPPED: Reading.BUSY,
        ReadingEvent.GONE: Reading.ENDED,
    },
    Reading.BODY: {
        ReadingEvent.BODY_COMPLETE: Reading.HANDLING,
        ReadingEvent.HELD: Reading.BODY_HELD,
        ReadingEvent.STOPPED: Reading.BUSY,
        ReadingEvent.GONE: Reading.ENDED,
    },
    Reading.BODY_HELD: {
        ReadingEvent.RESUMED: Reading.BODY,
        ReadingEvent.STOPPED: Reading.BUSY,
        ReadingEvent.GONE: Reading.ENDED,
    },
    Reading.ENDED: {
        ReadingEvent.GONE: Reading.ENDED,
    },
}

# --- answering ----------------------------------------------------------------------------------


class Answering(IntEnum):
    """The state of a connection's pending answers."""

    IDLE = auto()
    """No request waits for its answer."""
    OWING = auto()
    """Requests wait for their answers."""
    LAST = auto()
    """Requests wait for their answers; after the newest one's the connection is closed."""
    OVER = auto()
    """Nothing more is sent: the connection is closing, lost, or switched to another protocol."""


class AnsweringEvent(IntEnum):
    """What causes a transition."""

    TAKEN = auto()
    """Another request waits for its answer."""
    FINAL = auto()
    """The newest request is the connection's last."""
    ALL_SENT = auto()
    """The last pending answer is complete."""
    GONE = auto()
    """The connection is lost or switched to another protocol."""


ANSWERING: Final[Mapping[Answering, Mapping[AnsweringEvent, Answering]]] = {
    Answering.IDLE: {
        AnsweringEvent.TAKEN: Answering.OWING,
        AnsweringEvent.GONE: Answering.OVER,
    },
    Answering.OWING: {
        AnsweringEvent.TAKEN: Answering.OWING,
        AnsweringEvent.FINAL: Answering.LAST,
        AnsweringEvent.ALL_SENT: Answering.IDLE,
        AnsweringEvent.GONE: Answering.OVER,
    },
    Answering.LAST: {
        AnsweringEvent.TAKEN: Answering.LAST,  # a refusal is answered after the last request
        AnsweringEvent.FINAL: Answering.LAST,
        AnsweringEvent.ALL_SENT: Answering.OVER,
        AnsweringEvent.GONE: Answering.OVER,
    },
    Answering.OVER: {
        AnsweringEvent.FINAL: Answering.OVER,
        AnsweringEvent.GONE: Answering.OVER,
    },
}
