"""A TCP connection on the reactor: a socket, its outbox, one deadline, and its interpreter."""

from __future__ import annotations

import socket
from collections.abc import Callable
from math import inf
from typing import Final, Protocol

import structlog

from gateway.front.multiplexing import READABLE, WRITABLE
from gateway.front.outbox import Outbox
from gateway.front.services import FrontServices
from gateway.front.tcp_info import min_round_trip_ms
from gateway.front.timers import Timer

MORE: Final = getattr(socket, "MSG_MORE", 0)
"""Where the system has it."""
PATIENT_SECONDS = 5.0
PATIENT_TOGETHER = 10
"""Deadlines so far away may be late by half a second, so that those of thousands of connections
wake the loop twice a second and not at each tick."""

_log = structlog.get_logger(__name__)


class Interpreter(Protocol):
    """The protocol of a stream's bytes: HTTP first, WebSocket after an upgrade.

    All methods run inside the reactor's turn or a timer's callback and must not block.
    """

    def received(self, data: bytes, received_at: int) -> None:
        """Bytes were read, at `received_at` milliseconds since the epoch."""

    def ended(self) -> None:
        """The peer sends no more."""

    def drained(self) -> None:
        """The outbox, which had been waiting, is empty."""

    def timed_out(self) -> None:
        """The deadline set with `Stream.expire_in` has passed."""

    def lost(self) -> None:
        """The connection is gone; called once, whatever the reason."""

    def crashed(self, error: Exception) -> None:
        """A method of this object raised: end the connection as the protocol says."""


class Poller(Protocol):
    """What a stream needs of the loop that serves it."""

    def watch(self, fd: int, interest: int) -> None:
        """Wait for `interest` on a stream's socket from now on."""

    def forget(self, stream: Stream) -> None:
        """The stream is about to close its socket."""

    def soon(self, callback: Callable[[], None]) -> None:
        """Call `callback()` in the next turn, for work that must not happen inside the caller."""

    def guard(self, stream: Stream, step: Callable[[], None]) -> None:
        """Run a step of one connection so that its failure costs the others nothing."""


class _Nobody:
    """The interpreter of a closed stream, so that the former one can be freed."""

    def received(self, data: bytes, received_at: int) -> None:
        pass

    def ended(self) -> None:
        pass

    def drained(self) -> None:
        pass

    def timed_out(self) -> None:
        pass

    def lost(self) -> None:
        pass

    def crashed(self, error: Exception) -> None:
        raise error


_NOBODY = _Nobody()


class Stream:
    """One connection.

    `outbox` is None while nothing waits, which is all that the hot path checks.
    """

    __slots__ = (
        "_counted",
        "_deadline",
        "_interest",
        "_poller",
        "_progress",
        "_services",
        "_timer",
        "_timer_due",
        "closed",
        "closing",
        "direct",
        "fd",
        "interpreter",
        "outbox",
        "remote",
        "send",
        "sock",
    )

    interpreter: Interpreter

    def __init__(
        self, services: FrontServices, poller: Poller, sock: socket.socket, remote: str
    ) -> None:
        # `remote` is the peer's address, or the client's once a proxy's connection has just one.
        # `direct`: the peer of the TCP connection is the client, as far as the operator knows.
        self._services = services
        self._poller = poller
        self.sock = sock
        self.send = sock.send
        self.fd = sock.fileno()
        self.remote = remote
        self.direct = not services.proxies.trusts(remote)
        self.outbox: Outbox | None = None
        self.closing = False
        self.closed = False
        self._interest = READABLE
        self._counted = 0
        self._deadline = inf
        self._timer: Timer | None = None
        self._timer_due = inf
        self._progress = 0.0

    @property
    def waiting_bytes(self) -> int:
        """Bytes that the peer has not taken yet."""
        return self.outbox.size if self.outbox is not None else 0

    @property
    def network_round_trip_ms(self) -> float | None:
        """The kernel's minimum for this connection; None behind a proxy and where it is unknown."""
        if not self.direct or self.closed:
            return None
        return min_round_trip_ms(self.sock)

    def write(self, data: bytes, flags: int = 0) -> None:
        """Send now what the kernel takes and queue the rest. Never waits, never raises.

        With the flag `MORE` the kernel waits a moment for what follows, to fill its packets.
        """
        if self.closing:
            return
        if self.outbox is not None:
            self.outbox.push(data)
            self.count_waiting()
            return
        try:
            sent = self.send(data, flags)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._poller.soon(self.abort)
            return
        self._services.counters.bytes_sent += sent
        if sent < len(data):
            self.wait_writable(data, sent)

    def write_with(self, data: bytes, step: Callable[[], None]) -> None:
        """Send `data` and what `step()` sends in one go, which costs the kernel once."""
        if self.outbox is not None or self.closing:
            self.write(data)
            step()
            return
        self.outbox = Outbox()
        self.outbox.push(data)
        step()
        self.flush()
        if self.outbox is not None:
            self._await_writable()

    def send_by(self, step: Callable[[int], int | None], length: int) -> int | None:
        """Have `step` give the socket what it takes now of `length` bytes, as the kernel can by
        itself. How many went; None if `step` has none to give. Raises nothing.

        While the socket takes no more, an empty outbox waits for the peer to read.
        """
        if self.closing or self.outbox is not None:
            return 0
        try:
            sent = step(self.fd)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._poller.soon(self.abort)
            return 0
        if sent is not None:
            self._services.counters.bytes_sent += sent
            if sent < length:
                self.wait_writable(b"", 0)
        return sent

    def wait_writable(self, data: bytes, sent: int) -> None:
        """Queue `data`, of which `sent` bytes are sent, and flush when the peer reads."""
        self.outbox = Outbox()
        self.outbox.push(data, sent)
        self._await_writable()

    def _await_writable(self) -> None:
        self._progress = self._services.timers.now()
        self._watch(self._interest | WRITABLE)
        self._schedule(self._progress + self._services.limits.send_stall_seconds)
        self.count_waiting()

    def count_waiting(self) -> None:
        """Tell the front how much waits here now; cut the connection if that is too much."""
        before, self._counted = self._counted, self.waiting_bytes
        within = self._services.waiting.change(before, self._counted)
        if not within and self._counted > self._services.limits.waiting_share_bytes:
            self._services.counters.refusals["waiting bytes"] += 1
            self._poller.soon(self.abort)

    def flush(self) -> None:
        """The socket is writable."""
        if self.outbox is None:
            return
        try:
            sent = self.outbox.flush(self.sock)
        except OSError:
            self.abort()
            return
        self._services.counters.bytes_sent += sent
        if sent:
            self._progress = self._services.timers.now()
        self.count_waiting()
        if self.outbox.size == 0:
            self.outbox = None
            if self.closing:
                self._finish_closing()
            else:
                self._watch(self._interest & ~WRITABLE)
                self.interpreter.drained()

    def pause_reading(self) -> None:
        """Leave what the peer sends in the kernel, so that it has to wait."""
        self._watch(self._interest & ~READABLE)

    def resume_reading(self) -> None:
        """Undo `pause_reading`."""
        self._watch(self._interest | READABLE)

    def soon(self, callback: Callable[[], None]) -> None:
        """Call `callback()` in the loop's next turn, even if the stream is closed by then."""
        self._poller.soon(callback)

    def guard(self, step: Callable[[], None]) -> None:
        """Run `step()`; an exception ends only this connection."""
        self._poller.guard(self, step)

    def expire_in(self, seconds: float) -> None:
        """Call `interpreter.timed_out()` in `seconds`; `inf` for never.

        Replaces the former deadline.
        """
        if seconds == inf:
            self._deadline = inf
            return
        due = self._deadline = self._services.timers.now() + seconds
        if self._timer is None or due < self._timer_due:  # else the timer will see to it
            self._schedule(due)

    def extend(self, seconds: float) -> None:
        """Postpone the deadline, if there is one."""
        self._deadline += seconds

    def close(self) -> None:
        """Accept no more to send, let the peer read what waits, then close.

        The peer has `limits.close_seconds` for that. Its own bytes are read and discarded
        meanwhile: closing a socket with unread bytes would reset the connection, and the peer would
        lose what it was just sent.
        """
        if self.closing or self.closed:
            return
        self.closing = True
        self.resume_reading()
        self.expire_in(self._services.limits.close_seconds)
        if self.outbox is None:
            self._finish_closing()

    def abort(self) -> None:
        """Close at once and discard what waits."""
        if self.closed:
            return
        self.closed = self.closing = True
        self.outbox = None
        self.count_waiting()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._poller.forget(self)
        self.sock.close()
        interpreter, self.interpreter = self.interpreter, _NOBODY
        try:
            interpreter.lost()
        except Exception:
            self._services.counters.failures += 1
            _log.exception("front.cleanup_failed", remote=self.remote)

    def discard(self, data: bytes) -> None:
        """The reactor has read what is not for the interpreter.

        That is `data` while the stream is closing, and the end of the peer's stream (no bytes).
        """
        if data:
            return
        if not self.closing:
            self.interpreter.ended()
        elif self.outbox is None:
            self.abort()
        else:
            self._watch(WRITABLE)  # the peer may still read what waits

    def _finish_closing(self) -> None:
        if not self._interest & READABLE:
            self.abort()
            return
        try:
            self.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self.abort()
            return
        self._watch(READABLE)

    def _watch(self, interest: int) -> None:
        if interest != self._interest and not self.closed:
            self._interest = interest
            self._poller.watch(self.fd, interest)

    def _schedule(self, due: float) -> None:
        if self._timer is not None:
            if self._timer_due <= due:
                return
            self._timer.cancel()
        self._timer_due = due
        seconds = due - self._services.timers.now()
        together = PATIENT_TOGETHER if seconds >= PATIENT_SECONDS else 1
        self._timer = self._services.timers.call_later(seconds, self._on_timer, together=together)

    def _on_timer(self) -> None:
        self._timer = None
        now = self._services.timers.now()
        if self.outbox is not None and not self.closing:
            stalled_at = self._progress + self._services.limits.send_stall_seconds
            if now >= stalled_at:
                self._services.counters.refusals["send stalled"] += 1
                self.abort()
                return
            self._schedule(min(stalled_at, self._deadline))
        if now < self._deadline:
            if self._deadline != inf:
                self._schedule(self._deadline)
        elif self.closing:
            self.abort()
        else:
            self._deadline = inf
            self.guard(self.interpreter.timed_out)
