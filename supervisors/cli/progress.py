"""What a long command is doing: in place on a terminal, else a line every few seconds."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console

EVERY_SECONDS = 5.0


@contextmanager
def telling() -> Iterator[Callable[[str], None]]:
    """A function for the body that says what is being done. Any thread may call it."""
    console = Console(stderr=True, highlight=False)
    said = time.monotonic()

    def line(text: str) -> None:
        nonlocal said
        if time.monotonic() - said >= EVERY_SECONDS:
            said = time.monotonic()
            console.print(f"  {text}", soft_wrap=True)

    if not console.is_terminal:
        yield line
        return
    with console.status("…") as status:
        yield status.update
