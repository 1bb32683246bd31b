"""Finding the method for a message: a table by the message's class."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Generic, TypeVar

from protocol.envelope import Message

Step = Callable[[Any], Awaitable[Message]]
"""A method that answers one class of messages. Raises the errors that the message documents."""
S = TypeVar("S")


class Dispatch(Generic[S]):
    """The table of one handler. Subclasses of a message need separate entries."""

    __slots__ = ("_handler", "_steps")

    def __init__(self, handler: str, steps: Mapping[type[Message], S]) -> None:
        self._handler = handler
        self._steps = steps

    def step_for(self, message: Message) -> S:
        """The method for a message. Raises `TypeError` for an unknown one."""
        step = self._steps.get(type(message))
        if step is None:
            raise TypeError(f"{self._handler} does not handle {type(message).__name__}")
        return step
