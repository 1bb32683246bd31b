"""Which sockets are ready: epoll on Linux, elsewhere what `selectors` finds (kqueue on macOS).

Both can be awaited as a whole by their own descriptor, which is readable while anything is ready.
Events are bits, as poll(2) has them, that the kernel may add to: whatever is neither `READABLE` nor
`WRITABLE` (an error, the peer gone) is found out by reading.
"""

from __future__ import annotations

import contextlib
import os
import select
import selectors
import sys
from collections import deque
from typing import Final, Protocol

from protocol.platforms import PORTABLE

READABLE: Final = 0x001
"""EPOLLIN, which `select` has on Linux alone."""
WRITABLE: Final = 0x004
"""EPOLLOUT."""


class Multiplexer(Protocol):
    """The sockets of a reactor and what each waits for."""

    def fileno(self) -> int:
        """A descriptor that is readable while a socket is ready or somebody has called `wake`."""
        ...

    def register(self, fd: int, events: int) -> None:
        """Wait for `events` on a socket; 0 for none."""
        ...

    def modify(self, fd: int, events: int) -> None:
        """Wait for these instead."""
        ...

    def unregister(self, fd: int) -> None:
        """Forget a registered socket, before it is closed."""
        ...

    def poll(self, timeout: float, maximum: int) -> list[tuple[int, int]]:
        """At most `maximum` ready sockets with their events. `timeout` is 0 seconds.

        A socket may turn out not to be ready.
        """
        ...

    def wake(self) -> None:
        """Make `fileno()` readable until `poll` is called; for calls from the same thread."""
        ...

    def close(self) -> None:
        """Forget everything."""
        ...


if sys.platform == "linux":

    class EpollMultiplexer:
        """`Multiplexer` by epoll(7), woken by eventfd(2)."""

        def __init__(self) -> None:
            self._epoll = select.epoll()
            self._event = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
            # Told once for each `wake`, so it need not be read: the kernel stops at 2**64 - 1.
            self._epoll.register(self._event, select.EPOLLIN | select.EPOLLET)
            self.fileno = self._epoll.fileno
            self.register = self._epoll.register
            self.modify = self._epoll.modify
            self.unregister = self._epoll.unregister
            self.poll = self._epoll.poll

        def wake(self) -> None:
            os.eventfd_write(self._event, 1)

        def close(self) -> None:
            self._epoll.close()
            os.close(self._event)


class SelectorMultiplexer:
    """`Multiplexer` by whatever `selectors` has that can be awaited, woken by a pipe.

    A selector gives everything that is ready at once: what is more than `maximum` waits here. A
    socket that waits for nothing is not told that its peer is gone, as epoll does.
    """

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._awaited = self._selector.fileno()
        self._wanted: dict[int, int] = {}
        self._ready: deque[tuple[int, int]] = deque()
        self._woken, self._waker = os.pipe()
        for end in (self._woken, self._waker):
            os.set_blocking(end, False)
        self._selector.register(self._woken, selectors.EVENT_READ)

    def fileno(self) -> int:
        return self._awaited

    def register(self, fd: int, events: int) -> None:
        self._wanted[fd] = events
        if events:
            self._selector.register(fd, _selected(events))

    def modify(self, fd: int, events: int) -> None:
        if events and self._wanted[fd]:
            self._wanted[fd] = events
            self._selector.modify(fd, _selected(events))
            return
        self.unregister(fd)
        self.register(fd, events)

    def unregister(self, fd: int) -> None:
        if self._wanted.pop(fd):
            self._selector.unregister(fd)

    def poll(self, timeout: float, maximum: int) -> list[tuple[int, int]]:
        if not (taken := self._take(maximum)):
            self._ready.extend(
                (key.fd, _told(events)) for key, events in self._selector.select(timeout)
            )
            taken = self._take(maximum)
        if self._ready:
            self.wake()
        return taken

    def _take(self, maximum: int) -> list[tuple[int, int]]:
        """Of what the selector gave, what still is waited for."""
        taken: list[tuple[int, int]] = []
        while self._ready and len(taken) < maximum:
            fd, events = self._ready.popleft()
            if fd == self._woken:
                os.read(self._woken, 4096)
            elif events := events & self._wanted.get(fd, 0):
                taken.append((fd, events))
        return taken

    def wake(self) -> None:
        with contextlib.suppress(BlockingIOError):  # full of earlier calls, so it is readable
            os.write(self._waker, b"\0")

    def close(self) -> None:
        self._selector.close()
        os.close(self._woken)
        os.close(self._waker)


def _selected(events: int) -> int:
    """The events as `selectors` has them."""
    reads = selectors.EVENT_READ if events & READABLE else 0
    return reads | (selectors.EVENT_WRITE if events & WRITABLE else 0)


def _told(events: int) -> int:
    """The other way."""
    readable = READABLE if events & selectors.EVENT_READ else 0
    return readable | (WRITABLE if events & selectors.EVENT_WRITE else 0)


def make_multiplexer() -> Multiplexer:
    """The best one of this operating system."""
    if sys.platform == "linux" and not PORTABLE:
        return EpollMultiplexer()
    return SelectorMultiplexer()
