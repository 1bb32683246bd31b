"""Running pip of an environment, with progress and with its failures as one line."""

from __future__ import annotations

import os
import queue
import subprocess
import threading
from collections.abc import Sequence
from pathlib import Path

from supervisors.install.faults import InstallError, pip_problem
from supervisors.install.progress import EVERY_SECONDS, Progress

OPTIONS = ("--disable-pip-version-check", "--no-input", "--retries", "2", "--no-deps")
"""The locks are complete, so pip need not resolve anything; older ones would pick a newer release
than the lock's for a requirement with extras, and refuse it."""


class PipFailed(InstallError):
    """`changed`: whether pip had begun to change the environment."""

    def __init__(self, line: str, *, changed: bool) -> None:
        super().__init__(line)
        self.changed = changed


def run_pip(
    python: Path, arguments: Sequence[str], progress: Progress, log: Path, lock: int
) -> None:
    """Run `pip install`. Raises `PipFailed`.

    pip inherits the descriptor `lock`: if we are killed, whoever comes next waits for its end.
    """
    with subprocess.Popen(
        [python, "-m", "pip", "install", *OPTIONS, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        pass_fds=[lock],
        env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"},
        encoding="utf-8",
        errors="replace",
    ) as process:
        said = _listen(process, progress)
    progress.end()
    log.write_text(said, encoding="utf-8")
    if process.returncode:
        raise PipFailed(pip_problem(said, log.name), changed=progress.installing)


def _listen(process: subprocess.Popen[str], progress: Progress) -> str:
    """All that it says until it ends."""
    lines: queue.Queue[str | None] = queue.Queue()
    stream = process.stdout
    assert stream is not None

    def read() -> None:
        for line in stream:
            lines.put(line)
        lines.put(None)

    threading.Thread(target=read, daemon=True).start()
    said: list[str] = []
    while True:
        try:
            line = lines.get(timeout=EVERY_SECONDS)
        except queue.Empty:
            progress.wait()
            continue
        if line is None:
            return "".join(said)
        said.append(line)
        progress.hear(line)
