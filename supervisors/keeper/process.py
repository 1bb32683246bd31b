"""A process forked by the keeper: it dies with the keeper, and reports what it is by a line.

The keeper has one thread when it forks; the child finds the signals as a fresh process would.
Python seeds `random` anew in a child, `secrets`, `uuid` and OpenSSL ask the kernel.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from protocol.platforms import PORTABLE
from supervisors.keeper.line import Line

PR_SET_PDEATHSIG = 1
PR_SET_NAME = 15
HANDLED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD)
BUG = 1

Body = Callable[[Line], int]
"""What a child runs, with its end of the line; returns the exit status."""


@dataclass(slots=True)
class Process:
    """A living child. `line` is the keeper's end."""

    pid: int
    line: Line
    began: float
    ready: bool = False

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        os.kill(self.pid, number)

    def reap(self) -> int | None:
        """The exit status if it has ended, negative for a signal."""
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        return os.waitstatus_to_exitcode(status) if pid else None


def fork(name: str, body: Body, keep_out: Callable[[], None]) -> Process:
    """Run `body` in a child that `ps` and `top` show as `name` (at most 15 bytes).

    It calls `keep_out` first, to close what is the keeper's alone.
    """
    assert threading.active_count() == 1, "a fork copies one thread and the locks of all"
    ours, theirs = Line.pair()
    sys.stdout.flush()
    sys.stderr.flush()
    keeper = os.getpid()
    # A signal for the child must not meet the keeper's handlers in it, which would swallow it.
    signal.pthread_sigmask(signal.SIG_BLOCK, HANDLED)
    pid = os.fork()
    if pid == 0:
        _live(keeper, name, ours, theirs, body, keep_out)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, HANDLED)
    theirs.close()
    return Process(pid, ours, time.monotonic())


def _live(
    keeper: int,
    name: str,
    ours: Line,
    theirs: Line,
    body: Body,
    keep_out: Callable[[], None],
) -> NoReturn:
    """The child's whole life. Never returns: the frames above are the keeper's."""
    status = BUG
    try:
        _reset_signals()
        _be_child_of(keeper, name)
        ours.close()
        keep_out()
        status = body(theirs)
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else BUG
    except BaseException:
        traceback.print_exc()
    finally:
        with contextlib.suppress(OSError, ValueError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)


def _reset_signals() -> None:
    """As in a fresh process, and in a session of its own: Ctrl-C reaches the keeper alone."""
    signal.set_wakeup_fd(-1)
    for number in HANDLED:
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    os.setsid()


def _be_child_of(keeper: int, name: str) -> None:
    """Take the name, and have the kernel kill this process when the keeper goes.

    A kernel that cannot (macOS) leaves that to the body, which sees the end of its line.

    A crash loses nothing, while an orphan that finished its work would hold port, engines and
    database when the next keeper needs them.
    """
    if sys.platform == "linux":
        prctl = ctypes.CDLL(None).prctl
        prctl(PR_SET_NAME, name.encode(), 0, 0, 0)
        if not PORTABLE:
            prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != keeper:
        os._exit(BUG)
