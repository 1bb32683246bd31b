"""A WebSocket that asks to take over from polling."""

from __future__ import annotations

from typing import Literal

from gateway.engineio.errors import Malformed
from gateway.engineio.machine import Step, Transport, engine_step
from gateway.engineio.ports import Connection
from gateway.engineio.session import EngineSession
from gateway.front.limits import CLOSE_NORMAL


class Probe:
    """A WebSocket that asks to take over from polling, and then carries the session.

    It is closed at once if another has asked or has taken over already.
    """

    __slots__ = ("_connection", "_session", "_state", "_timer")

    def __init__(self, session: EngineSession):
        self._session = session
        self._connection: Connection | None = None
        self._state: Literal["new", "probed", "carrying", "refused"] = "new"
        self._timer = session.timers.call_later(
            session.server.settings.upgrade_timeout, self._timed_out
        )

    def opened(self, connection: Connection) -> None:
        self._connection = connection
        session = self._session
        if session.over or session.probe is not None or session.connection is not None:
            self._refuse("not expected")
        else:
            session.probe = connection

    def text(self, data: bytes, received_at: int) -> None:
        if self._state == "carrying":
            self._session.text(data, received_at)
            return
        try:
            self._step(engine_step(Transport.PROBE, data))
        except Malformed:
            self._fail()

    def binary(self, data: bytes, received_at: int) -> None:
        if self._state == "carrying":
            self._session.binary(data, received_at)
        else:
            self._fail()

    def _step(self, step: Step) -> None:
        assert self._connection is not None
        if self._state == "new" and step is Step.ANSWER_PROBE:
            self._state = "probed"
            self._session.answer_probe(self._connection)
        elif self._state == "probed" and step is Step.UPGRADE and not self._session.over:
            self._state = "carrying"
            self._timer.cancel()
            self._session.upgrade(self._connection)
        else:
            self._fail()

    def _fail(self) -> None:
        """Give up the WebSocket; the session continues polling."""
        if self._state in ("new", "probed"):
            self._let_go()
            self._refuse("upgrade failed")

    def _let_go(self) -> None:
        """Let the session poll on, unless this one was never opened: another may be asking."""
        if self._connection is not None:
            self._session.upgrade_failed()

    def _refuse(self, why: str) -> None:
        self._state = "refused"
        self._timer.cancel()
        session = self._session
        session.server.client_errors.say(
            "engineio.upgrade_refused", reason=why, remote=session.remote
        )
        if self._connection is not None:
            self._connection.close(CLOSE_NORMAL, why)

    def _timed_out(self) -> None:
        self._fail()

    def closed(self, code: int, reason: str) -> None:
        self._timer.cancel()
        if self._state == "carrying":
            self._session.closed(code, reason)
        elif self._state != "refused":
            self._let_go()
