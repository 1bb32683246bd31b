"""A real `stoa serve` in processes of its own, which tests start, kill and start again.

Its keeper is the process that is started; the server and the process of the engines are below it.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.temporary import open_the_way_to

START_SECONDS = 90.0
STOP_SECONDS = 30.0
EDUCATOR = "vera@demo.stoa"
PASSWORD = "Demo-school-1"


PORTS = range(20_000, 32_000)
"""Below those that systems give to outgoing connections: while a server is down, a client that
tries again could get such a port itself, and the server would not come back."""


def free_port() -> int:
    """A port nobody listens on right now."""
    while True:
        port = secrets.choice(PORTS)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def child_named(parent: int, name: str) -> int:
    """The process id of the one child that `ps -o comm` shows by that name."""
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    [found] = [
        int(child) for child in listed if Path(f"/proc/{child}/comm").read_text().strip() == name
    ]
    return found


@dataclass
class StoaServer:
    """One installation under `data_dir`; its ports stay the same over restarts."""

    data_dir: Path
    environ: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    operators_port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    keeper: bool = True
    """Whether there is one; without, the server and its engines die together."""
    _log_from: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def operators_url(self) -> str:
        return f"http://127.0.0.1:{self.operators_port}"

    @property
    def log(self) -> Path:
        return self.data_dir.parent / f"{self.data_dir.name}.log"

    def start(self, *arguments: str) -> None:
        """Start and wait until it says that it is ready."""
        open_the_way_to(self.data_dir)
        environ = {name: v for name, v in os.environ.items() if not name.startswith("STOA_")}
        environ |= {
            "STOA_PORT": str(self.port),
            "STOA_OPERATORS_PORT": str(self.operators_port),
            "STOA_DATA_DIR": str(self.data_dir),
            "STOA_LOG_FORMAT": "json",
            **self.environ,
        }
        self._log_from = self.log.stat().st_size if self.log.exists() else 0
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "supervisors.cli", "serve", *arguments, *self._options],
                env=environ,
                stdout=log,
                stderr=log,
            )
        self.wait_ready()

    @property
    def _options(self) -> list[str]:
        return [] if self.keeper else ["--no-keeper"]

    def wait_ready(self) -> None:
        """Poll the health check; a keeper that exits or hangs fails with its log."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            assert self.process is not None
            if self.process.poll() is not None:
                raise AssertionError(f"the server stopped at once:\n{self.tail()}")
            try:
                if self.said("Stoa is running") and self.operators("/readyz")["status"] == "ok":
                    return
            except (OSError, ValueError):
                pass
            self.process_wait(0.05)
        raise AssertionError(f"the server was not ready in time:\n{self.tail()}")

    def crash(self) -> None:
        """Kill the server with SIGKILL, and wait until the keeper's next one is ready."""
        self.expect_ready_after(self.kill_server)

    def kill_server(self) -> None:
        """SIGKILL to the server alone."""
        os.kill(self.pid, signal.SIGKILL)

    def expect_ready_after(self, change: Callable[[], None]) -> None:
        """Make the change, after which the keeper starts another server, and wait for that."""
        self.expect_another()
        change()
        self.wait_ready()

    def expect_another(self) -> None:
        """What is said from now on is another server's."""
        self._log_from = self.log.stat().st_size

    def said(self, text: str) -> bool:
        """Whether that stands in what it wrote since its start."""
        with self.log.open("rb") as log:
            log.seek(self._log_from)
            return text.encode() in log.read()

    def process_wait(self, seconds: float) -> None:
        """Wait for its end, at most so long; a pause that ends early when it dies."""
        assert self.process is not None
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            return

    def operators(self, path: str) -> Any:
        """GET from the operators' port."""
        try:
            with urllib.request.urlopen(self.operators_url + path, timeout=5) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            return json.load(error)

    @property
    def pid(self) -> int:
        """The process id of the server itself."""
        assert self.process is not None
        return child_named(self.process.pid, "stoa server") if self.keeper else self.process.pid

    @property
    def engines_pid(self) -> int:
        """The process that runs the embedded engines."""
        assert self.process is not None
        return child_named(self.process.pid, "stoa engines") if self.keeper else self.process.pid

    def engine_pid(self, program: str) -> int:
        """The process id of the embedded engine whose program has that name."""
        return child_named(self.engines_pid, program)

    def kill(self) -> None:
        """SIGKILL to the keeper, with which everything dies."""
        self._end(signal.SIGKILL)

    @contextlib.contextmanager
    def away(self, *arguments: str) -> Iterator[None]:
        """Killed for so long; started again at the end, also of a test that fails meanwhile."""
        self.kill()
        try:
            yield
        finally:
            self.start(*arguments)

    def stop(self) -> int:
        """SIGTERM; returns the exit status after the orderly stop."""
        return self._end(signal.SIGTERM)

    def _end(self, number: signal.Signals) -> int:
        process, self.process = self.process, None
        if process is None:
            return 0
        process.send_signal(number)
        try:
            return process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"the server did not stop in time:\n{self.tail()}") from None

    def tail(self, lines: int = 60) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
