"""`stoa --version`."""

from __future__ import annotations

import platform
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

from supervisors import version

ROOT = Path(__file__).parents[2]


def test_it_says_which_version_it_is_and_on_what() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "supervisors.cli", "--version"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    expected = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    assert done.stdout.startswith(f"stoa {expected} (")
    assert platform.python_version() in done.stdout


def test_loose_files_have_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_name: str) -> str:
        raise metadata.PackageNotFoundError

    monkeypatch.setattr(metadata, "version", missing)
    version.build.cache_clear()
    assert version.build().version == "unknown"
    version.build.cache_clear()
