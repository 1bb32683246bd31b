"""Become a program that cannot take more than it is given. Run as a script, imports no Stoa.

    python -I -S limits_exec.py <memory> <file> <cpu seconds> <cores> <program> <args ...>

Bytes of addresses and of each file. It stands between fork and exec in place of a `preexec_fn`,
which is not safe beside threads. Whatever else wants a core goes first.
"""

import contextlib
import os
import resource
import signal
import sys

NICENESS = 19
DESCRIPTORS = 64
KILL_AFTER = 5


def main(numbers: list[int], command: list[str]) -> None:
    """Never returns: the process image is replaced, or the exit status says what failed."""
    memory, file, cpu, cores = numbers
    for kind, most, more in (
        (resource.RLIMIT_AS, memory, 0),
        (resource.RLIMIT_FSIZE, file, 0),
        (resource.RLIMIT_CPU, cpu, KILL_AFTER),  # SIGXCPU first, which says why
        (resource.RLIMIT_NOFILE, DESCRIPTORS, 0),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # not every system can bound memory
            resource.setrlimit(kind, (most, most + more))
    with contextlib.suppress(OSError):
        os.nice(NICENESS)
    if sys.platform == "linux":
        # A session is a group of the scheduler, and niceness counts within one alone (sched(7)).
        with contextlib.suppress(OSError), open("/proc/self/autogroup", "w") as group:
            group.write(str(NICENESS))
        with contextlib.suppress(OSError):
            os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-cores:])
    for number in (signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores them, and exec keeps that
        signal.signal(number, signal.SIG_DFL)
    os.execv(command[0], command)  # noqa: S606


if __name__ == "__main__":
    main([int(number) for number in sys.argv[1:5]], sys.argv[5:])
