"""How far an installation is: one line that changes on a terminal, lines now and then elsewhere."""

from __future__ import annotations

import re
import sys
import time
from typing import IO

EVERY_SECONDS = 5.0
"""Seconds between two lines where they remain."""
FOUND = re.compile(r"^(?:Collecting|Ignoring) ([A-Za-z0-9._-]+)")
INSTALLING = re.compile(r"^Installing collected packages")


class Progress:
    """Reads what pip says. `installing` is whether it has begun to change the environment."""

    def __init__(self, total: int, output: IO[str] | None = None) -> None:
        self.total = total
        self.installing = False
        self._output = output or sys.stdout
        self._on_terminal = self._output.isatty()
        self._began = self._shown = time.monotonic()
        self._found = 0

    def hear(self, line: str) -> None:
        """Take note of a line of pip's."""
        if INSTALLING.match(line):
            self.installing = True
            self._show("installing", at_once=True)
            return
        found = FOUND.match(line)
        if found is not None:
            self._found += 1
            self._show(f"{self._found} of {self.total}: {found[1]}")

    def wait(self) -> None:
        """Nothing was said for a while."""
        self._show("installing" if self.installing else "fetching")

    def end(self) -> None:
        """Leave the line on a terminal."""
        if self._on_terminal:
            self._output.write("\r\033[K")
            self._output.flush()

    def _show(self, text: str, *, at_once: bool = False) -> None:
        now = time.monotonic()
        if self._on_terminal:
            self._output.write(f"\r\033[K  {text} ({now - self._began:.0f} s)")
        elif at_once or now - self._shown >= EVERY_SECONDS:
            self._shown = now
            self._output.write(f"  {text} ({now - self._began:.0f} s)\n")
        self._output.flush()
