"""Become a program that is told when the server dies. Run as a script, imports nothing of Stoa.

    python -I -S parent_death_exec.py <signal> <parent pid> <uid> <gid> <program> <arguments ...>

It drops root first (a change of user would undo the parent-death signal; -1 keeps the user), asks
the kernel for `signal` when the parent goes (PR_SET_PDEATHSIG of prctl(2), Linux only), and
becomes the program. It runs between fork and exec in place of a `preexec_fn`, which is not safe
beside threads.
"""

import contextlib
import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def main(numbers: list[int], command: list[str]) -> None:
    """Never returns: the process image is replaced, or the exit status says what failed."""
    signal, parent, uid, gid = numbers
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("the server died before its engine started")
    os.execv(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main([int(number) for number in sys.argv[1:5]], sys.argv[5:])
