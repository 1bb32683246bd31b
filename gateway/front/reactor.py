"""One multiplexer for all connections, itself awaited through Trio.

Connections are plain objects without tasks. A turn serves a bounded number of ready sockets and
then yields, so actors and other tasks run between turns, however busy the sockets are.
"""

from __future__ import annotations

import errno
import socket
from collections import Counter, deque
from collections.abc import Callable

import structlog
import trio

from gateway.front.multiplexing import READABLE, WRITABLE, Multiplexer, make_multiplexer
from gateway.front.services import FrontServices
from gateway.front.stream import Stream
from protocol.networks import network_of

_log = structlog.get_logger(__name__)

READ_BYTES = 65_536
"""Most bytes read at once, into one buffer that all connections share."""

_NO_DESCRIPTORS = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}


class Reactor:
    """Reads, accepts and flushes. `welcome(stream)` gives each new stream its interpreter.

    `refuse(socket, reason)` refuses a connection past a bound; it must not block. Trusted proxies
    may open as many connections as the total allows.
    """

    def __init__(
        self,
        services: FrontServices,
        *,
        welcome: Callable[[Stream], None],
        refuse: Callable[[socket.socket, str], None],
    ) -> None:
        self.streams: dict[int, Stream] = {}
        self._services = services
        self._limits = services.limits
        self._counters = services.counters
        self._welcome = welcome
        self._refuse = refuse
        self._listeners: dict[int, socket.socket] = {}
        self._by_network: Counter[str] = Counter()
        self._buffer = bytearray(READ_BYTES)
        self._view = memoryview(self._buffer)
        self._soon: deque[Callable[[], None]] = deque()
        self._emptied: trio.Event | None = None
        self._parked = False
        self._sockets: Multiplexer

    # Life

    async def run(self, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Serve until cancelled, then close every socket at once."""
        self._sockets = make_multiplexer()
        try:
            task_status.started()
            while True:
                if self._soon:
                    await trio.lowlevel.checkpoint()
                else:
                    self._parked = True
                    await trio.lowlevel.wait_readable(self._sockets.fileno())
                    self._parked = False
                self._turn()
        finally:
            self._close_all()

    def listen(self, listener: socket.socket) -> None:
        """Accept connections from a bound, listening, non-blocking socket."""
        self._listeners[listener.fileno()] = listener
        self._sockets.register(listener.fileno(), READABLE)

    def stop_listening(self) -> None:
        """Close the listeners; connections stay."""
        for fd, listener in self._listeners.items():
            self._unregister(fd)
            listener.close()
        self._listeners.clear()

    async def wait_empty(self) -> None:
        """Return when no connection is left."""
        while self.streams:
            self._emptied = trio.Event()
            await self._emptied.wait()

    def soon(self, callback: Callable[[], None]) -> None:
        """Call `callback()` in the next turn, for work that must not happen inside the caller."""
        self._soon.append(callback)
        if self._parked:
            self._parked = False
            self._sockets.wake()

    # For streams

    def watch(self, fd: int, interest: int) -> None:
        """Wait for `interest` on a stream's socket from now on."""
        self._sockets.modify(fd, interest)

    def forget(self, stream: Stream) -> None:
        """The stream is about to close its socket."""
        self._unregister(stream.fd)
        self.streams.pop(stream.fd, None)
        self._forget_address(stream.remote)
        if not self.streams and self._emptied is not None:
            self._emptied.set()

    def guard(self, stream: Stream, step: Callable[[], None]) -> None:
        """Run a step of one connection so that its failure costs the others nothing."""
        try:
            step()
        except Exception as error:
            self._crashed(stream, error)

    # A turn

    def _turn(self) -> None:
        """Serve until nothing is ready or the turn's bound is reached.

        Polling the kernel again at once is cheaper than a round through Trio, and under load there
        usually is more.
        """
        self._run_soon()
        left = self._limits.events_per_turn
        while left > 0 and (ready := self._sockets.poll(0, left)):
            left -= len(ready)
            for fd, events in ready:
                stream = self.streams.get(fd)
                if stream is not None:
                    self._serve(stream, events)
                elif fd in self._listeners:
                    self._accept(self._listeners[fd])

    def _serve(self, stream: Stream, events: int) -> None:
        try:
            if events & WRITABLE:
                stream.flush()
            if events & ~WRITABLE and not stream.closed:
                self._read(stream)
        except Exception as error:
            self._crashed(stream, error)

    def _run_soon(self) -> None:
        for _ in range(len(self._soon)):
            callback = self._soon.popleft()
            try:
                callback()
            except Exception:
                self._counters.failures += 1
                _log.exception("front.deferred_step_failed")

    def _read(self, stream: Stream) -> None:
        try:
            size = stream.sock.recv_into(self._buffer)
        except BlockingIOError:
            return
        except OSError:
            stream.abort()
            return
        data = bytes(self._view[:size])
        self._counters.bytes_received += size
        if data and not stream.closing:
            stream.interpreter.received(data, self._services.now())
        else:
            stream.discard(data)

    def _crashed(self, stream: Stream, error: Exception) -> None:
        self._counters.failures += 1
        try:
            stream.interpreter.crashed(error)
        except Exception:
            _log.exception("front.connection_end_failed")
            stream.abort()

    # Accepting

    def _accept(self, listener: socket.socket) -> None:
        for _ in range(self._limits.accepts_per_turn):
            try:
                sock, address = listener.accept()
            except BlockingIOError:
                return
            except OSError as error:
                if error.errno in _NO_DESCRIPTORS:
                    self._pause_accepting(listener)
                    return
                continue  # the peer left between its handshake and our accept
            self._admit(sock, str(address[0]))

    def _admit(self, sock: socket.socket, remote: str) -> None:
        sock.setblocking(False)
        reason = self._reason_to_refuse(remote)
        if reason is not None:
            self._counters.refusals[reason] += 1
            self._refuse(sock, reason)
            sock.close()
            return
        self._counters.accepted += 1
        self._by_network[network_of(remote)] += 1
        stream = Stream(self._services, self, sock, remote)
        self.streams[stream.fd] = stream
        self._sockets.register(stream.fd, READABLE)
        self._welcome(stream)

    def _reason_to_refuse(self, remote: str) -> str | None:
        if len(self.streams) >= self._limits.connections:
            return "connections"
        if self._has_enough(remote) and not self._services.proxies.trusts(remote):
            return "connections per address"
        return None

    def _has_enough(self, remote: str) -> bool:
        return self._by_network[network_of(remote)] >= self._limits.connections_per_address

    def has_room_for(self, stream: Stream, remote: str) -> bool:
        """Whether `stream` may be attributed to `remote`; a refusal is counted."""
        if remote == stream.remote or not self._has_enough(remote):
            return True
        self._counters.refusals["connections per address"] += 1
        return False

    def attribute(self, stream: Stream, remote: str) -> None:
        """Count a proxy's connection as its one client's from now on."""
        self._forget_address(stream.remote)
        stream.remote = remote
        self._by_network[network_of(remote)] += 1

    def _forget_address(self, remote: str) -> None:
        network = network_of(remote)
        self._by_network[network] -= 1
        if self._by_network[network] <= 0:
            del self._by_network[network]

    def _pause_accepting(self, listener: socket.socket) -> None:
        """Pause accepting when out of descriptors: the backlog waits in the kernel."""
        self._counters.refusals["descriptors"] += 1
        _log.error("front.descriptors_exhausted", open=len(self.streams))
        fd = listener.fileno()
        self._sockets.modify(fd, 0)

        def resume() -> None:
            if fd in self._listeners:
                self._sockets.modify(fd, READABLE)

        self._services.timers.call_later(self._limits.accept_pause_seconds, resume)

    # Closing

    def _unregister(self, fd: int) -> None:
        self._sockets.unregister(fd)

    def _close_all(self) -> None:
        self._parked = False
        self.stop_listening()
        for stream in list(self.streams.values()):
            self.guard(stream, stream.abort)
        self._run_soon()
        self._sockets.close()
