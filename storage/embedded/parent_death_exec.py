"""Become a program that is told when the server dies. Run as a script, imports nothing of Stoa.

    python -I -S parent_death_exec.py <signal> <parent pid> <uid> <gid> <life> <program> <args ...>

It drops root first (a change of user would undo the parent-death signal; -1 keeps the user), sees
to it that the program gets `signal` when the parent goes, and becomes the program. It runs between
fork and exec in place of a `preexec_fn`, which is not safe beside threads.

On Linux the kernel sends the signal (PR_SET_PDEATHSIG of prctl(2); <life> is -1). Elsewhere <life>
is the reading end of a pipe whose other end the server alone has: a child of the program waits for
its end, which comes when the server lets go of it or dies. The program is that child's parent, so a
number that the system has given to another process meanwhile is never sent a signal.
"""

import contextlib
import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main(numbers: list[int], command: list[str]) -> None:
    """Never returns: the process image is replaced, or the exit status says what failed."""
    signal, parent, uid, gid, life = numbers
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if life >= 0:
        _watch(life, signal)
    elif sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the server died before its engine started")
    os.execv(command[0], command)  # noqa: S606


def _watch(life: int, signal: int) -> None:
    """Leave a child behind that sends the signal to this process."""
    program = os.getpid()
    if os.fork() == 0:
        os.closerange(0, life)
        os.closerange(life + 1, 1024)
        with contextlib.suppress(OSError):
            os.read(life, 1)
            if os.getppid() == program:
                os.kill(program, signal)
        os._exit(0)
    os.close(life)


if __name__ == "__main__":
    main([int(number) for number in sys.argv[1:6]], sys.argv[6:])
