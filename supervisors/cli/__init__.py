"""The `stoa` command. This module imports nothing heavy, so that no signal is lost meanwhile."""

from __future__ import annotations

import os
import sys
from importlib import import_module

from supervisors.keeper.signals import hold


def main() -> None:
    """Run one command and exit with its status."""
    if os.name == "nt":
        sys.exit("Stoa runs on Linux and macOS; on Windows, inside WSL or as a container.")
    if sys.argv[1:2] == ["serve"] and "--check" not in sys.argv:
        hold()
    import_module(f"{__name__}.command_line").main()
