"""Bytes waiting for a slow peer."""

from __future__ import annotations

import socket
from collections import deque
from itertools import islice

BUFFERS_PER_SENDMSG = 64
"""Well under IOV_MAX (1024 on Linux); more gains nothing against a socket buffer's size."""


class Outbox:
    """A queue of byte strings with the number of bytes in it."""

    __slots__ = ("_queue", "_sent_of_first", "size")

    def __init__(self) -> None:
        self._queue: deque[bytes] = deque()
        self._sent_of_first = 0
        self.size = 0

    def push(self, data: bytes, already_sent: int = 0) -> None:
        """Queue `data`, of which `already_sent` bytes are sent (only into an empty outbox)."""
        if already_sent:
            assert not self._queue, "only the first item can be partly sent"
            self._sent_of_first = already_sent
        self._queue.append(data)
        self.size += len(data) - already_sent

    def discard_unstarted(self) -> None:
        """Discard everything except a partly sent item."""
        keep = self._queue[0] if self._sent_of_first else None
        self._queue.clear()
        self.size = 0
        if keep is not None:
            self._queue.append(keep)
            self.size = len(keep) - self._sent_of_first

    def flush(self, sock: socket.socket) -> int:
        """Send what the kernel takes now and return how many bytes that were.

        Raises OSError, BlockingIOError excepted, when the connection is broken.
        """
        total = 0
        while self._queue:
            buffers: list[bytes | memoryview] = list(islice(self._queue, BUFFERS_PER_SENDMSG))
            if self._sent_of_first:
                buffers[0] = memoryview(self._queue[0])[self._sent_of_first :]
            offered = sum(map(len, buffers))
            try:
                sent = sock.sendmsg(buffers)
            except BlockingIOError:
                break
            total += sent
            self._drop_sent(sent)
            if sent < offered:
                break
        return total

    def _drop_sent(self, sent: int) -> None:
        self.size -= sent
        sent += self._sent_of_first
        while self._queue and sent >= len(self._queue[0]):
            sent -= len(self._queue.popleft())
        self._sent_of_first = sent
