"""A tiny project whose environment needs no network: one locked package, and a backend of its own.

`python -m supervisors.install.environment` runs in it as it does in the repository.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[3]
PYPROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]

[project]
name = "tinyproject"
version = "1"
"""
BACKEND = """
import pathlib, zipfile

def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    name = "tinyproject-1-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(wheel_directory, name), "w") as wheel:
        wheel.writestr("tinyproject.pth", str(pathlib.Path.cwd()).encode())
        metadata(wheel)
    return name

def metadata(wheel):
    info = "tinyproject-1.dist-info"
    wheel.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\\nName: tinyproject\\nVersion: 1\\n")
    wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\n")
    wheel.writestr(f"{info}/RECORD", "")
"""
NO_NETWORK = {
    "PIP_NO_INDEX": "0",
    "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
    "PIP_FIND_LINKS": "",
}
"""Nobody listens at the port of the discard protocol."""


class TinyProject:
    """A project in `root`, and what `make` would do in it."""

    def __init__(self, root: Path, wheels: Path) -> None:
        self.root = root
        self.wheels = wheels
        root.mkdir()
        wheels.mkdir()
        (root / "pyproject.toml").write_text(PYPROJECT)
        (root / "backend.py").write_text(BACKEND)
        (root / "room.py").write_text("HERE = __file__\n")
        self.lock("tiny", 1)

    def lock(self, name: str, version: int) -> None:
        """Have the lock name another package, which is to be had without a network."""
        wheel = self.wheels / f"{name}-{version}-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as file:
            file.writestr(f"{name}.py", f"VERSION = {version}\n")
            info = f"{name}-{version}.dist-info"
            file.writestr(
                f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
            )
            file.writestr(
                f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            )
            file.writestr(f"{info}/RECORD", "")
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        locked = f"{name}=={version} \\\n    --hash=sha256:{digest}\n"
        (self.root / "requirements.lock").write_text(locked)

    def environ(self, **more: str) -> dict[str, str]:
        """As on a machine without a package index, in the plainest locale."""
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("PIP_", "COV", "PYTHON"))}
        pip = {
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(self.wheels),
        }
        return {**kept, **pip, "LC_ALL": "C", "PYTHONPATH": str(ROOT), **more}

    def start(self, **more: str) -> subprocess.Popen[str]:
        """Begin an installation, in a process group of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "supervisors.install.environment", "requirements.lock"],
            cwd=self.root,
            env=self.environ(**more),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            start_new_session=True,
        )

    def install(self, **more: str) -> tuple[int, str]:
        """The exit status of an installation, and what it said."""
        with self.start(**more) as process:
            said, _ = process.communicate(timeout=180)
        return process.returncode, said

    def works(self) -> bool:
        """Whether what is locked and the project itself can be imported, from anywhere."""
        wanted = "import tiny, room, sys; sys.exit(room.HERE != sys.argv[1])"
        done = subprocess.run(
            [self.root / ".venv/bin/python", "-c", wanted, self.root / "room.py"],
            cwd="/",
            env={**self.environ(), "PYTHONPATH": ""},
            check=False,
        )
        return done.returncode == 0
