"""Reads of storage when it is their turn, and no longer than somebody waits for them.

Who asks and what it costs is known from the call; `turns` decides when it may begin. A read that is
stopped keeps its place until storage has ended the statement.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import trio

from gateway.graphql.execution.call import Call
from gateway.graphql.execution.turns import Asker, ReadTurns, Turn
from protocol.errors import ClientError, Overloaded
from protocol.networks import network_of
from protocol.ports import ReadsNowait
from protocol.selection import Selection, Viewer
from protocol.tracing import CURRENT

Answers = Sequence[bytes] | Exception


class Reading:
    """One visit to storage, under way or waiting for its turn."""

    __slots__ = (
        "_cancel",
        "_done",
        "_reads",
        "_request",
        "_selections",
        "_stopped",
        "_turn",
        "_viewer",
        "over",
    )

    def __init__(
        self,
        reads: ReadsNowait,
        selections: Sequence[Selection],
        viewer: Viewer,
        done: Callable[[Answers], None],
    ) -> None:
        self._reads = reads
        self._request = CURRENT.get()
        self._selections = selections
        self._viewer = viewer
        self._done = done
        self._turn: Turn | None = None
        self._cancel: Callable[[], None] | None = None
        self._stopped = False
        self.over = False

    def ask(self, turns: ReadTurns, asker: Asker) -> None:
        """Begin now or when its turn comes. Raises `ClientError` as `execute_nowait` does."""
        refusal: list[ClientError] = []

        def begin() -> None:
            before = CURRENT.set(self._request)  # the turn may come by the end of another's
            try:
                self._cancel = self._reads.execute_nowait(
                    self._selections, self._viewer, self._finish
                )
            except ClientError as error:
                if self._turn is None:
                    refusal.append(error)
                else:
                    self._finish(error)
            except Exception as error:
                self._finish(error)
            finally:
                CURRENT.reset(before)

        try:
            turn = turns.ask(asker, begin, self._finish)
        except Overloaded as error:
            self._finish(error)
            return
        self._turn = turn
        if refusal or self.over:
            turn.end()
        if refusal:
            raise refusal[0]

    def stop(self) -> None:
        """Nobody waits for it any more."""
        if self.over:
            return
        self._stopped = True
        if self._cancel is not None:
            self._cancel()
        elif self._turn is not None:
            self.over = True
            self._turn.end()

    def _finish(self, answers: Answers) -> None:
        self.over = True
        if self._turn is not None:
            self._turn.end()
        if not self._stopped:
            self._done(answers)


class TurnReads:
    """The port `ReadsNowait`, with a turn for each call."""

    def __init__(self, reads: ReadsNowait, turns: ReadTurns) -> None:
        self._reads = reads
        self._turns = turns

    def begin(
        self,
        call: Call,
        selections: Sequence[Selection],
        viewer: Viewer,
        done: Callable[[Answers], None],
    ) -> Reading:
        """Read without a task that waits. Raises `ClientError` for what cannot be bound."""
        reading = Reading(self._reads, selections, viewer, done)
        reading.ask(self._turns, self._asker(call, viewer))
        return reading

    async def execute(
        self, call: Call, selections: Sequence[Selection], viewer: Viewer
    ) -> Sequence[bytes]:
        """Read. Raises what storage raises, and `Overloaded`."""
        came = trio.Event()
        refusal: list[Exception] = []

        def refuse(error: Exception) -> None:
            refusal.append(error)
            came.set()

        turn = self._turns.ask(self._asker(call, viewer), came.set, refuse)
        try:
            if not turn.running:
                await came.wait()
            if refusal:
                raise refusal[0]
            return await self._reads.execute(selections, viewer)
        finally:
            turn.end()

    def _asker(self, call: Call, viewer: Viewer) -> Asker:
        user = viewer.user_id
        client = user if user is not None else network_of(call.remote)
        dear = call.cost >= self._turns.shares.dear_cost
        return Asker(client, user is None, dear, call.plan.mutates)
