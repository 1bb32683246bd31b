"""How many sockets the operating system lets this process have.

Every open connection needs a file descriptor. Most systems start programs with a low soft limit and
allow them to raise it to the hard one.
"""

from __future__ import annotations

import resource
from collections.abc import Callable

import structlog

RESERVED = 200
"""Descriptors for everything but clients: pools, pipes, logs, the operators' port, files."""
FEWEST = 10
"""Connections that are offered however few descriptors there are."""

_log = structlog.get_logger(__name__)


def connections_possible(wanted: int) -> int:
    """Raise the soft limit to the hard one; `wanted`, or as many as there is room for then."""
    return max(FEWEST, min(wanted, raise_limit() - RESERVED))


def warn_of_fewer(wanted: int, possible: int) -> None:
    """Say in the log, if `possible` is less than `wanted`, what to do."""
    if possible < wanted:
        _log.warning(
            "too few file descriptors for STOA_MAX_CONNECTIONS",
            wanted=wanted,
            possible=possible,
            hint=f"start with `ulimit -Hn {wanted + RESERVED}` or more (systemd: LimitNOFILE=), "
            f"or set STOA_MAX_CONNECTIONS={possible}",
        )


def raise_limit(
    get: Callable[[int], tuple[int, int]] = resource.getrlimit,
    set_: Callable[[int, tuple[int, int]], None] = resource.setrlimit,
) -> int:
    """Descriptors that the process may have from now on."""
    soft, hard = get(resource.RLIMIT_NOFILE)
    if soft != hard:
        try:
            set_(resource.RLIMIT_NOFILE, (hard, hard))
        except (OSError, ValueError):
            return _finite(soft)  # macOS refuses what it calls unlimited
    return _finite(hard)


def _finite(limit: int) -> int:
    return 2**31 if limit == resource.RLIM_INFINITY else limit
