"""How a message travels: its address, the message itself, and where the answer goes.

A sender never holds an actor object. It has an `Address` and a `Post` (see `protocol.ports`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple, Protocol, TypeVar

import msgspec

from protocol.errors import InternalError, StoaError
from protocol.tracing import Traced


class Address(NamedTuple):
    """Names an actor or a stateless handler: `Address("room", course_id)`."""

    kind: str
    key: str

    def __str__(self) -> str:
        return f"{self.kind}/{self.key}"


class Message(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of commands, events, replies and notices: ids and values only, never a live object.

    Every concrete message sets `tag="<domain>.<verb>"` (tag field `type`). Commands are
    imperative (`SubmitAnswer`), events past tense (`AnswerSubmitted`), replies say what happened
    (`AnswerAccepted`).

    `incidental` names the fields that may differ when a request is repeated: when it came and over
    which connection.

    A domain event says two things more: `actor` names the field that holds who acted, and
    `analytics` the fields that may be kept for analysis. Other fields are not kept; an event that
    names none leaves only its type.
    """

    incidental: ClassVar[frozenset[str]] = frozenset()
    actor: ClassVar[str | None] = None
    analytics: ClassVar[frozenset[str]] = frozenset()


M = TypeVar("M", bound=Message)


def tag_of(message: Message) -> str:
    """The `"<domain>.<verb>"` of a message's class."""
    return str(type(message).__struct_config__.tag)


class ReplyTo(Protocol):
    """Where an answer goes. Exactly one of the two methods is called, once, in the Trio thread.

    Implementations must not block and must not raise.
    """

    def answer(self, reply: Message) -> None:
        """Deliver the receiver's reply."""

    def fail(self, error: StoaError) -> None:
        """Deliver the error that replaces a reply."""


class Callback:
    """A `ReplyTo` made of two functions; delivering costs one call."""

    __slots__ = ("answer", "fail")

    def __init__(self, answer: Callable[[Message], Any], fail: Callable[[StoaError], Any]) -> None:
        self.answer = answer
        self.fail = fail


def expecting(
    expected: type[M], then: Callable[[M], Any], fail: Callable[[StoaError], Any]
) -> Callback:
    """A `ReplyTo` for one kind of reply; any other is an `InternalError`."""

    def answer(reply: Message) -> None:
        if isinstance(reply, expected):
            then(reply)
        else:
            fail(InternalError())

    return Callback(answer, fail)


class Envelope:
    """One message in a mailbox.

    `deadline` is a Trio clock reading in seconds (`trio.current_time()`), or None; a message whose
    deadline has passed before it is handled is answered with `DeadlineExceeded` and not delivered,
    so an overloaded actor does not work for callers who have given up. `request` is what it is done
    for, where that is known.
    """

    __slots__ = ("deadline", "message", "posted_at", "reply_to", "request")

    def __init__(
        self,
        message: Message,
        reply_to: ReplyTo | None = None,
        deadline: float | None = None,
        posted_at: float = 0.0,
        request: Traced | None = None,
    ) -> None:
        self.message = message
        self.reply_to = reply_to
        self.deadline = deadline
        self.posted_at = posted_at
        self.request = request
