"""`python -m supervisors.install.environment [lock …]`: the environment in `.venv`, made or mended.

A stamp in the environment says which Python made it, in which place, and what has been installed
completely. It is taken away before anything is changed and written afterwards, so whatever ends an
installation half way, the next run finds no stamp and makes the environment anew. A `.venv` that is
a link is used as it is: somebody else looks after it.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from supervisors.install.faults import InstallError, system_problem, venv_problem
from supervisors.install.pip import PipFailed, run_pip
from supervisors.install.progress import Progress

PROJECT = "pyproject.toml"
PROBE = """
import importlib.util, json, sys
assert importlib.util.find_spec("pip")
print(json.dumps([sys.prefix, sys.base_prefix, sys.version]))
"""
PROBE_SECONDS = 60
REQUIREMENT = re.compile(r"^[A-Za-z0-9]", re.M)
INTERRUPTED = 130


class Environment:
    """The environment of the repository at `root`. Make and mend it under `lock_of`'s lock."""

    def __init__(self, root: Path, lock: int) -> None:
        self.root = root
        self.folder = root / ".venv"
        self._python = self.folder / "bin" / "python"
        self._stamp = self.folder / ".complete"
        self._log = root / ".venv.log"
        self._lock = lock

    def ensure(self, locks: Sequence[str]) -> None:
        """Have what these files lock, and the project itself. Raises `InstallError`, `OSError`."""
        if self.folder.is_symlink():
            return
        made = self._made()
        if made is None:
            made = self._make()
        for name in locks:
            total = len(REQUIREMENT.findall((self.root / name).read_text(encoding="utf-8")))
            arguments = ["--require-hashes", "-r", str(self.root / name)]
            self._install(name, f"{total} packages of {name}", total, arguments, made)
        self._install(
            PROJECT,
            "Stoa itself",
            1,
            ["--no-build-isolation", "--editable", str(self.root)],
            made,
        )

    def _made(self) -> dict[str, Any] | None:
        """What the stamp says; None if the environment is not there, half made or useless."""
        if not self.folder.exists():
            return None
        try:
            made: dict[str, Any] = json.loads(self._stamp.read_text(encoding="utf-8"))
            complete = made["interpreter"] == self._interpreter()
        except (OSError, ValueError, KeyError, TypeError):
            complete = False
        if complete:
            return made
        if self._of_an_older_make():
            return {"interpreter": self._interpreter()}
        print(
            "The environment in .venv is not complete or not of this place: made anew", flush=True
        )
        return None

    def _of_an_older_make(self) -> bool:
        """Whether it was completed before there were stamps; what it lacks is then installed."""
        mark = self.folder / ".run"
        if self._stamp.exists() or not mark.exists() or self._interpreter() is None:
            return False
        mark.unlink()  # its word counts once
        return True

    def _interpreter(self) -> list[str] | None:
        """Where the environment's Python is and which; None if it does not run or has no pip."""
        try:
            done = subprocess.run(
                [self._python, "-I", "-c", PROBE],
                capture_output=True,
                timeout=PROBE_SECONDS,
                check=True,
            )
            found: list[str] = json.loads(done.stdout)
        except (OSError, subprocess.SubprocessError, ValueError):
            return None
        return found

    def _make(self) -> dict[str, Any]:
        """An environment with nothing but pip, not complete yet."""
        with contextlib.suppress(OSError):
            self._stamp.unlink()
        if self.folder.is_dir():
            shutil.rmtree(self.folder)
        self.folder.unlink(missing_ok=True)
        print("Making an environment in .venv (about a minute, once) ...", flush=True)
        done = subprocess.run(
            [sys.executable, "-m", "venv", str(self.folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        interpreter = self._interpreter()
        if done.returncode or interpreter is None:
            version = f"{sys.version_info.major}.{sys.version_info.minor}"
            raise InstallError(venv_problem(done.stdout or "ensurepip", version))
        return {"interpreter": interpreter}

    def _install(
        self, name: str, what: str, total: int, arguments: list[str], made: dict[str, Any]
    ) -> None:
        """Have pip install unless the stamp says that the file `name` was installed as it is."""
        digest = hashlib.sha256((self.root / name).read_bytes()).hexdigest()
        if made.get(name) == digest:
            return
        print(f"Installing {what} ...", flush=True)
        kept = self._stamp.read_bytes() if self._stamp.exists() else None
        self._stamp.unlink(missing_ok=True)
        try:
            run_pip(self._python, arguments, Progress(total), self._log, self._lock)
        except PipFailed as error:
            if kept is not None and not error.changed:
                self._write_stamp(kept)
            raise
        if name == PROJECT:
            self._make_paths_relative()
        made[name] = digest
        self._write_stamp(json.dumps(made).encode())

    def _make_paths_relative(self) -> None:
        """Name the repository relative to the folder of packages.

        Python reads these files in the encoding of the locale, which cannot say every path: with
        LC_ALL=C none that is not ASCII.
        """
        for path in self.folder.glob("lib/python*/site-packages/*.pth"):
            lines = path.read_bytes().splitlines()
            if str(self.root).encode() in lines:
                up = "/".join([".."] * len(path.parent.relative_to(self.root).parts))
                own = str(self.root).encode()
                kept = [up.encode() if line == own else line for line in lines]
                path.write_bytes(b"\n".join(kept) + b"\n")

    def _write_stamp(self, content: bytes) -> None:
        os.sync()  # a machine that loses its power must not keep the stamp alone
        draft = self._stamp.with_name(".complete.new")
        draft.write_bytes(content)
        draft.replace(self._stamp)


@contextlib.contextmanager
def lock_of(root: Path) -> Iterator[int]:
    """The descriptor of a lock that one installation in `root` has at a time."""
    with (root / ".venv.lock").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("Waiting for another installation in .venv ...", flush=True)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield file.fileno()


def main(locks: Sequence[str], root: Path) -> int:
    """Returns the exit status: 0, 1 after a line that says why not, 130 after Ctrl-C."""
    try:
        with lock_of(root) as lock:
            Environment(root, lock).ensure(locks)
    except InstallError as error:
        print(f"make: {error}", file=sys.stderr)
    except OSError as error:
        print(f"make: {system_problem(error)}", file=sys.stderr)
    except KeyboardInterrupt:
        print("\nmake: interrupted; the next one begins anew", file=sys.stderr)
        return INTERRUPTED
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path.cwd()))
