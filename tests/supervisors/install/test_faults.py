"""What pip and the system say when they fail becomes one line that says what to do."""

from __future__ import annotations

import errno

import pytest

from supervisors.install.faults import pip_problem, system_problem, venv_problem


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("WARNING: NewConnectionError('…')\nERROR: Could not find a version", "no network"),
        ("Temporary failure in name resolution", "no network"),
        ('ReadTimeoutError("HTTPSConnectionPool: Read timed out.")', "no network"),
        ("ERROR: Could not install: [Errno 28] No space left on device: 'x'", "disk is full"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM …", "not the one that the lock names"),
        ("ERROR: No matching distribution for x==1", "No matching distribution for x==1"),
        ("", "without a word"),
    ],
)
def test_pip(said: str, told: str) -> None:
    line = pip_problem(said, ".venv.log")
    assert told in line
    assert "\n" not in line


def test_a_full_disk_and_a_folder_that_is_not_ours() -> None:
    assert "disk is full" in system_problem(OSError(errno.ENOSPC, "No space left", "/x"))
    assert system_problem(PermissionError(errno.EACCES, "Permission denied", "/x")) == (
        "/x: Permission denied"
    )
    assert "disk is full" in venv_problem("Error: [Errno 28] No space left on device", "3.11")
    assert "apt-get install python3.11-venv" in venv_problem("ensurepip is not available", "3.11")
