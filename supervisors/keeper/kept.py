"""The server's side of the keeper: the sockets it was given, and the engines beneath the keeper."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Sequence

import trio

from supervisors.child import ChildSpec
from supervisors.keeper.line import EnginesState, Line, Ready
from supervisors.keeper.listeners import Listeners
from supervisors.statistics import ChildStatistics

ORPHANED = 1


class Kept:
    """What a server has of its keeper. `again`: an earlier server of this keeper was ready."""

    def __init__(self, line: Line, listeners: Listeners, *, again: bool) -> None:
        self.line = line
        self.listeners = listeners
        self.again = again

    def public(self) -> socket.socket:
        """The public listener, to be closed by whoever serves; the keeper's stays open."""
        return self.listeners.public.dup()

    def refuse(self) -> None:
        """Nobody serves after this server: with its own listener the last one here is closed, so
        that new connections are refused."""
        self.listeners.public.close()

    def operators(self) -> socket.socket:
        """The operators' listener, likewise."""
        return self.listeners.operators.dup()

    def tell_ready(self) -> None:
        """The server accepts and answers."""
        self.line.tell(Ready())


class KeptEngines:
    """The child `engines` of a kept server's tree: waits for the engines and shows how they are.

    `found` is called with their URLs before anything below may rely on them.
    """

    def __init__(self, kept: Kept, found: Callable[[dict[str, str]], None]) -> None:
        self._line = kept.line
        self._found = found
        self._state = EnginesState(ready=False, urls={})

    def as_child(self) -> ChildSpec:
        """Its specification."""
        return ChildSpec(id="engines", start=self.run, supervisor=self)

    def statistics(self) -> Sequence[ChildStatistics]:
        """The engines, as their own supervisor sees them."""
        return [
            ChildStatistics(
                id=each.id,
                state=each.state,
                restart=each.restart,
                restarts=each.restarts,
                last_error=each.last_error,
            )
            for each in self._state.engines
        ]

    async def run(self, *, task_status: trio.TaskStatus[None]) -> None:
        """Follow the engines' state. Where the kernel does not, ends the process with the keeper.

        Started again in the same process, it goes on from the state it knows.
        """
        started = False
        while True:
            if self._state.ready and not started:
                self._found(self._state.urls)
                task_status.started()
                started = True
            await trio.lowlevel.wait_readable(self._line.socket)
            try:
                message = self._line.read()
            except BlockingIOError:
                continue
            if message is None:
                os._exit(ORPHANED)
            assert isinstance(message, EnginesState)
            self._state = message
