"""Signals that come while `stoa serve` is still being loaded."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest

from supervisors.keeper.signals import HELD
from tests.supervisors.keeper.test_keeper import SECONDS, until
from tests.support.server import free_port


@contextmanager
def loading(
    folder: Path, *arguments: str, before: Callable[[], object] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """`stoa serve` as soon as its own code runs; nothing that it needs is there.

    The child calls `before` first.
    """
    environ = {name: v for name, v in os.environ.items() if not name.startswith("STOA_")} | {
        "STOA_PORT": str(free_port()),
        "STOA_OPERATORS_PORT": str(free_port()),
        "STOA_DATA_DIR": str(folder),
        "STOA_DATABASE_URL": f"postgresql://stoa@127.0.0.1:{free_port()}/stoa",
        "STOA_REDIS_URL": f"redis://127.0.0.1:{free_port()}/0",
    }
    command = [sys.executable, "-m", "supervisors.cli", "serve", *arguments]
    with subprocess.Popen(
        command, env=environ, stdin=subprocess.DEVNULL, preexec_fn=before
    ) as process:
        try:
            until(lambda: holds_signals(process.pid))
            yield process
        finally:
            process.kill()


def holds_signals(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status").read_text()
    blocked = int(status.partition("SigBlk:")[2].split()[0], 16)
    return all(blocked >> (number - 1) & 1 for number in HELD)


@pytest.mark.parametrize("arguments", [(), ("--no-keeper",)])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_before_anything_runs_is_an_orderly_one(
    tmp_path: Path, arguments: tuple[str, ...], number: signal.Signals
) -> None:
    with loading(tmp_path, *arguments) as process:
        process.send_signal(number)
        assert process.wait(SECONDS) == 0


@pytest.mark.parametrize("arguments", [(), ("--no-keeper",)])
def test_a_job_in_the_background_of_a_shell_is_stopped_alike(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    ignored = partial(signal.signal, signal.SIGINT, signal.SIG_IGN)
    with loading(tmp_path, *arguments, before=ignored) as process:
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) == 0


def test_a_reload_before_anything_runs_does_not_end_it(tmp_path: Path) -> None:
    with loading(tmp_path) as process:
        process.send_signal(signal.SIGHUP)
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0
