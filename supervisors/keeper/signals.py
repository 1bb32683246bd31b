"""Signals for a program without an event loop: their numbers arrive on a descriptor, in order."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator, Sequence

MANY = 1024
HELD = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def hold() -> None:
    """Have these wait until somebody handles them, and unblocks them.

    Call it before anything heavy is imported: a signal would end the process meanwhile. A shell
    has its background jobs ignore SIGINT, and one that waits is dropped by whoever sets that anew,
    as Trio's start does.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, HELD)
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


class Signals:
    """The signals that have arrived. `fileno` becomes readable with them."""

    def __init__(self, numbers: Sequence[signal.Signals]) -> None:
        self._read, self._write = os.pipe()
        for end in (self._read, self._write):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        for number in numbers:
            signal.signal(number, _noted)
        # They were held back while this program was loaded or a former one handed over.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, numbers)

    def fileno(self) -> int:
        """The descriptor to wait on."""
        return self._read

    def arrived(self) -> Iterator[signal.Signals]:
        """Those since the last time."""
        with contextlib.suppress(BlockingIOError):
            yield from map(signal.Signals, os.read(self._read, MANY))

    def close(self) -> None:
        """Close the descriptors: a child's part."""
        os.close(self._read)
        os.close(self._write)


def _noted(_number: int, _frame: object) -> None:
    """Python wants a handler in order to write to the descriptor."""
