"""How a handler finds the method for a message: by the message's class, in a table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Generic, TypeVar

from protocol.envelope import Message

Step = Callable[[Any], Awaitable[Message]]
"""Answers one class of messages. Raises the errors that the message documents."""
S = TypeVar("S")


class Dispatch(Generic[S]):
    """The table of one handler. Subclasses of a message have entries of their own."""

    __slots__ = ("_handler", "_steps")

    def __init__(self, handler: str, steps: Mapping[type[Message], S]) -> None:
        self._handler = handler
        self._steps = steps

    def step_for(self, message: Message) -> S:
        """Raises `TypeError` for a message that the handler does not know."""
        step = self._steps.get(type(message))
        if step is None:
            raise TypeError(f"{self._handler} does not handle {type(message).__name__}")
        return step
