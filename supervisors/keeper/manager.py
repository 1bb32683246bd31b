"""What a service manager is told, as systemd has it (sd_notify(3)); nothing if there is none."""

from __future__ import annotations

import contextlib
import os
import socket
import time

VARIABLE = "NOTIFY_SOCKET"


def notify(*lines: str) -> None:
    """Send it the lines. A manager that does not listen is no fault of ours."""
    address = os.environ.get(VARIABLE)
    if not address:
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as end:
        end.setblocking(False)
        end.sendto("\n".join(lines).encode(), "\0" + address[1:] if address[0] == "@" else address)


def ready() -> None:
    """The installation serves."""
    notify("READY=1")


def reloading() -> None:
    """It may become a new program; `ready` follows in any case, once a server has been ready."""
    notify("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")


def stopping() -> None:
    """It stops."""
    notify("STOPPING=1")
