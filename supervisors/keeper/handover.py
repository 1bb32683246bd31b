"""What a keeper leaves to itself when it becomes a new program on SIGHUP: sockets and children.

The process stays the same, so its children stay its children; descriptors and what is known of the
children go by one variable of the environment. An older version has written it: it may get new
fields with a default, and change in no other way.
"""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import MutableMapping
from typing import NoReturn

import msgspec

from supervisors.keeper.line import EnginesState, Line
from supervisors.keeper.listeners import Listeners
from supervisors.keeper.process import Process

VARIABLE = "_STOA_KEEPER"


class LivingChild(msgspec.Struct, frozen=True, kw_only=True):
    """A child that lives on. `line` is the descriptor of the keeper's end."""

    pid: int
    line: int
    began: float
    ready: bool

    @classmethod
    def of(cls, process: Process) -> LivingChild:
        """That child."""
        return cls(
            pid=process.pid, line=process.line.fileno(), began=process.began, ready=process.ready
        )

    def adopt(self) -> Process:
        """The child, in the new program."""
        end = socket.socket(fileno=self.line)
        end.set_inheritable(False)
        return Process(self.pid, Line(end), self.began, self.ready)


class Handover(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the new program has to know."""

    keeper: int
    public: int
    operators: int
    server: LivingChild | None
    engines: LivingChild | None
    engines_state: EnginesState
    served: tuple[str, ...] = ()
    """The names of those that have been ready, living or not."""

    @property
    def listeners(self) -> Listeners:
        """The listening sockets. Ask once: they are opened from their descriptors."""
        found = Listeners(socket.socket(fileno=self.public), socket.socket(fileno=self.operators))
        for listener in found:
            listener.set_inheritable(False)
            listener.setblocking(False)
        return found


def received(environ: MutableMapping[str, str]) -> Handover | None:
    """What this process left to itself; None for one that starts."""
    text = environ.pop(VARIABLE, None)
    if text is None:
        return None
    handover = msgspec.json.decode(text, type=Handover)
    return handover if handover.keeper == os.getpid() else None


def become_new(handover: Handover) -> NoReturn:
    """Replace this program by the one that is installed now, with the same arguments.

    Raises `OSError` if that is impossible; then everything is as before.
    """
    lines = [child.line for child in (handover.server, handover.engines) if child is not None]
    passed = (handover.public, handover.operators, *lines)
    try:
        for descriptor in passed:
            os.set_inheritable(descriptor, True)
        os.environ[VARIABLE] = msgspec.json.encode(handover).decode()
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606 - ourselves
    finally:
        os.environ.pop(VARIABLE, None)
        for descriptor in passed:
            os.set_inheritable(descriptor, False)
