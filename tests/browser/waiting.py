"""Waiting for what another process does, such as a certificate or an e-mail.

What a page shows is waited for by Playwright; this is for what no page shows.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

PATIENCE_SECONDS = 90
"""What makes a PDF lets everything else go first: on a busy machine that takes its time."""
PAUSE_SECONDS = 0.1

Found = TypeVar("Found")


def until(ask: Callable[[], Found | None], what: str) -> Found:
    """What `ask` finds in the end: anything true. `AssertionError` if there is no `what`."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := ask()):
        assert time.monotonic() < deadline, f"no {what}"
        time.sleep(PAUSE_SECONDS)
    return found
