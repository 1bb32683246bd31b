"""How the interpreter of a server is set: when it collects garbage, and how long a thread may keep
it from the others."""

from __future__ import annotations

import gc
import sys

COLLECT_AFTER = 10_000, 1, 50
"""New objects until the youngest are searched for garbage, and how many such searches lead to one
among the older, and from there to one among all. A class that comes back makes some hundred objects
for each client, and all of them live: at Python's own 700 the search is a seventh of their cost.
A search of 10,000 takes a millisecond, and the garbage that waits for it a few megabytes."""
SWITCH_SECONDS = 0.001
"""So long the loop may compute on while the asyncio thread has something to send, or the other way
round. In Python's own 5 ms an actor decides all of a class' answers, and their commit would begin
only then."""


def set_up() -> None:
    """For a process with a loop, before it runs."""
    gc.set_threshold(*COLLECT_AFTER)
    sys.setswitchinterval(SWITCH_SECONDS)


def settle_memory() -> None:
    """Exclude what exists from garbage collection: it lives until the end.

    These are some 130,000 objects; otherwise a full collection visits each of them, and nobody is
    served meanwhile. It also writes to them, which would copy the keeper's memory into its child.
    """
    gc.collect()
    gc.freeze()
