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
        "_refusal",
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
        self._done: Callable[[Answers], None] | None = done
        self._refusal: ClientError | None = None
        self._turn: Turn | None = None
        self._cancel: Callable[[], None] | None = None
        self._stopped = False
        self.over = False

    def ask(self, turns: ReadTurns, asker: Asker) -> None:
        """Begin now or when its turn comes. Raises `ClientError` as `execute_nowait` does."""
        try:
            turn = turns.ask(asker, self._begin, self._finish)
        except Overloaded as error:
            self._finish(error)
            return
        if self._refusal is None and not self.over:
            self._turn = turn
            return
        turn.end()
        if self._refusal is not None:
            raise self._refusal

    def _begin(self) -> None:
        before = CURRENT.set(self._request)  # the turn may come by the end of another's
        try:
            cancel = self._reads.execute_nowait(self._selections, self._viewer, self._finish)
            if not self.over:
                self._cancel = cancel
        except ClientError as error:
            if self._turn is None:
                self._refusal = error
            else:
                self._finish(error)
        except Exception as error:
            self._finish(error)
        finally:
            CURRENT.reset(before)

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
        """Forget what knows this object: such a ring would last until the collector finds it."""
        self.over = True
        turn, done = self._turn, self._done
        self._turn = self._done = self._cancel = None
        if turn is not None:
            turn.end()
        if done is not None and not self._stopped:
            done(answers)


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
