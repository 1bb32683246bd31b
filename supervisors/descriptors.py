"""The number of sockets that the operating system allows this process.

Every open connection needs a file descriptor. Most systems start programs with a low soft limit,
which they may raise to the hard limit.
"""

from __future__ import annotations

import contextlib
import resource
from collections.abc import Callable

import structlog

RESERVED = 200
"""Descriptors for everything but clients: pools, pipes, logs, the operators' port, files."""
FEWEST = 10
"""Connections that are offered in any case, however few descriptors there are."""

ATTEMPTS = (1_048_576, 245_760, 65_536, 24_576, 10_240)
"""macOS reports an unlimited hard limit but takes no more than its kern.maxfilesperproc, which is
one of these or above it."""

_log = structlog.get_logger(__name__)


def connections_possible(wanted: int) -> int:
    """Raise the soft limit to the hard one; returns `wanted`, or as many connections as then
    fit."""
    return max(FEWEST, min(wanted, raise_limit() - RESERVED))


def warn_of_fewer(wanted: int, possible: int) -> None:
    """Log what to do if `possible` is less than `wanted`."""
    if possible < wanted:
        _log.warning(
            "descriptors.too_few",
            wanted=wanted,
            possible=possible,
            hint=f"start with `ulimit -Hn {wanted + RESERVED}` or more (systemd: LimitNOFILE=), "
            f"or set STOA_MAX_CONNECTIONS={possible}",
        )


def raise_limit(
    get: Callable[[int], tuple[int, int]] = resource.getrlimit,
    set_: Callable[[int, tuple[int, int]], None] = resource.setrlimit,
) -> int:
    """Raise the limit; returns the number of descriptors the process may have from now on."""
    soft, hard = get(resource.RLIMIT_NOFILE)
    for wanted in (hard, *(each for each in ATTEMPTS if each < _finite(hard))):
        if soft == wanted or _finite(wanted) < _finite(soft):
            break
        with contextlib.suppress(OSError, ValueError):
            set_(resource.RLIMIT_NOFILE, (wanted, hard))
            return _finite(wanted)
    return _finite(soft)


def _finite(limit: int) -> int:
    return 2**31 if limit == resource.RLIM_INFINITY else limit
