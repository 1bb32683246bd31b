"""An engine as a child process: its lock, its parent-death signal, its orphans, its orderly end.

Everything here but `Child.stop` and `Child.wait` is synchronous and short, so that test fixtures
can use it without an event loop.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import pwd
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import IO, NamedTuple

import trio

from protocol.errors import StartupError
from protocol.platforms import PORTABLE

PARENT_DEATH_EXEC = Path(__file__).with_name("parent_death_exec.py")
POLL_SECONDS = 0.01
MAX_LOG_BYTES = 8 * 1024 * 1024
MAX_SOCKET_PATH = 96
"""Bytes; `sun_path` of unix(7) holds 108, of macOS 104, and PostgreSQL adds a lock's suffix."""


class User(NamedTuple):
    """The user an engine runs as; uid -1: our own."""

    uid: int = -1
    gid: int = -1
    name: str = ""


SAME_USER = User()


class InUse(StartupError):
    """Another running server uses the engine's directory."""


class DirectoryLock:
    """A lock on an engine's directory. The kernel releases it when this process dies."""

    def __init__(self, path: Path, what: str, holder: int | None = None) -> None:
        """Take the lock, or raise `StartupError` naming the process that holds it.

        `holder` is the process that somebody who wants the lock would have to stop; this one if
        it is not given.
        """
        try:
            # Unbuffered: on a full disk nothing may remain to be written when it is closed.
            self._file: IO[bytes] = path.open("ab+", buffering=0)
        except OSError as error:
            raise directory_error(path.parent, error) from error
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.seek(0)
            known = (self._file.read() or b"").decode().strip() or "unknown"
            self._file.close()
            raise InUse(
                f"{what} in {path.parent} is in use by another running server (process {known})",
                "stop that one or set another STOA_DATA_DIR",
            ) from error
        self._file.truncate(0)
        with contextlib.suppress(OSError):
            self._file.write(str(holder or os.getpid()).encode())

    def release(self) -> None:
        """Let the next server have it."""
        self._file.close()


class Life:
    """What an engine's guard watches where the kernel tells it nothing: a pipe that ends with us.

    `watched` is the descriptor for the guard; -1 where the kernel does it.
    """

    def __init__(self) -> None:
        self.watched = self._ours = -1
        if PORTABLE:
            self.watched, self._ours = os.pipe()

    def given(self) -> None:
        """The guard has its end, so ours is closed."""
        self._close(self.watched)
        self.watched = -1

    def end(self) -> None:
        """The engine has ended, so its guard may."""
        self._close(self._ours)
        self._ours = -1

    @staticmethod
    def _close(descriptor: int) -> None:
        if descriptor >= 0:
            os.close(descriptor)


class Child:
    """A running engine. `log_from` is where its lines begin in the log file."""

    def __init__(
        self, process: subprocess.Popen[bytes], life: Life, log: Path, log_from: int
    ) -> None:
        self.process = process
        self._life = life
        self.log = log
        self.log_from = log_from

    @property
    def exited(self) -> bool:
        """Whether it is gone (and reaped)."""
        return self._status() is not None

    def _status(self) -> int | None:
        status = self.process.poll()
        if status is not None:
            self._life.end()
        return status

    def said(self) -> str:
        """What it wrote to its log."""
        with contextlib.suppress(OSError), self.log.open("rb") as file:
            file.seek(self.log_from)
            return file.read(200_000).decode(errors="replace")
        return ""

    async def wait(self) -> int:
        """Wait for it to end; returns the exit status, negative for a signal."""
        while (status := self._status()) is None:
            await wait_exit(self.process.pid)
        return status

    async def stop(self, *steps: tuple[signal.Signals, float]) -> None:
        """Send each signal in turn, waiting the given seconds, and finally SIGKILL. Shielded."""
        with trio.CancelScope(shield=True):
            for number, seconds in steps:
                if self.exited:
                    return
                self.process.send_signal(number)
                with trio.move_on_after(seconds):
                    await self.wait()
            if not self.exited:
                self.process.kill()
                await self.wait()

    def stop_now(self, number: signal.Signals, seconds: float) -> None:
        """`stop` without an event loop: one signal, then SIGKILL."""
        if not self.exited:
            self.process.send_signal(number)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self._life.end()


async def wait_exit(pid: int) -> None:
    """Return when `pid` ended or may have: by pidfd if there is one, otherwise by polling."""
    if PORTABLE or not hasattr(os, "pidfd_open"):
        await trio.sleep(POLL_SECONDS)
        return
    try:
        descriptor = os.pidfd_open(pid)
    except OSError:
        await trio.sleep(POLL_SECONDS)
        return
    try:
        await trio.lowlevel.wait_readable(descriptor)
    finally:
        os.close(descriptor)


def spawn(command: Sequence[str], *, user: User, log: Path, on_our_death: signal.Signals) -> Child:
    """Start an engine that gets `on_our_death` when this process dies.

    Call it in the main thread: the kernel counts the death of the starting *thread*. The engine
    has a session of its own, so that Ctrl-C reaches only the server, which stops it in order.
    """
    life = Life()
    try:
        with _open_log(log) as output:
            start = output.tell()
            process = subprocess.Popen(  # noqa: S603 - our own programs
                [
                    *(sys.executable, "-I", "-S", str(PARENT_DEATH_EXEC), str(int(on_our_death))),
                    *(str(os.getpid()), str(user.uid), str(user.gid), str(life.watched)),
                    *command,
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=engine_environment(),
                start_new_session=True,
                pass_fds=() if life.watched < 0 else (life.watched,),
            )
    except BaseException:
        life.end()
        raise
    finally:
        life.given()
    return Child(process, life, log, start)


def _open_log(log: Path) -> IO[bytes]:
    try:
        if log.exists() and log.stat().st_size > MAX_LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
        return log.open("ab")
    except OSError as error:
        raise directory_error(log.parent, error) from error


def engine_environment() -> dict[str, str]:
    """The environment without our PG* and locale variables, which would affect the engine."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def stop_orphan(pid: int, names: Sequence[str], directory: Path, how: signal.Signals) -> None:
    """End an engine that a killed server left behind, if `pid` still is one of `directory`.

    The caller holds the directory's lock, so a process that runs there has lost its server.
    """
    if not is_engine(pid, names, directory):
        return
    for number, seconds in ((how, 10.0), (signal.SIGKILL, 5.0)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if not is_engine(pid, names, directory):
                return
            time.sleep(POLL_SECONDS)
    raise StartupError(f"process {pid} left in {directory} does not end", "end it by hand")


def engines_in(names: Sequence[str], directory: Path) -> list[int]:
    """Every process with one of those names that works in `directory`, except zombies; Linux only.

    Raises `PermissionError` if the kernel does not allow it (a container without CAP_SYS_PTRACE).
    """
    processes = (int(entry) for entry in os.listdir("/proc") if entry.isdigit())
    return [pid for pid in processes if _works_in(pid, names, directory)]


def is_engine(pid: int, names: Sequence[str], directory: Path) -> bool:
    """Whether `pid` runs, has one of those program names and works in `directory`."""
    if PORTABLE or not Path("/proc/self").exists():
        return _is_listed(pid, names)
    try:
        return _works_in(pid, names, directory)
    except PermissionError:
        with contextlib.suppress(OSError):
            return os.fsencode(directory) in Path(f"/proc/{pid}/cmdline").read_bytes()
        return False


def _is_listed(pid: int, names: Sequence[str]) -> bool:
    """By name alone, which ps(1) knows on every Unix. A zombie runs no more."""
    listed = subprocess.run(  # noqa: S603
        ["/bin/ps", "-p", str(pid), "-o", "stat=,comm="],
        capture_output=True,
        text=True,
        check=False,
    )
    state, _, command = listed.stdout.strip().partition(" ")
    return not state.startswith("Z") and Path(command.strip()).name in names


def _works_in(pid: int, names: Sequence[str], directory: Path) -> bool:
    try:
        name = Path(f"/proc/{pid}/comm").read_text().strip()
        # A zombie has no working directory any more; readlink says there is no such file.
        return name in names and Path(os.readlink(f"/proc/{pid}/cwd")) == directory.resolve()
    except (FileNotFoundError, ProcessLookupError):
        return False


def unprivileged_user(what: str) -> User:
    """The current user, or for root an existing user without privileges."""
    if os.geteuid() != 0:
        return SAME_USER
    for name in ("stoa", "postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            if entry.pw_uid != 0:
                return User(entry.pw_uid, entry.pw_gid, name)
    raise StartupError(
        f"{what} refuses to run as root, and there is no user stoa, postgres or nobody",
        "start Stoa as a normal user or set STOA_DATABASE_URL",
    )


def can_reach(path: Path, user: User) -> bool:
    """Whether `user` may pass every directory down to and including `path`."""
    if user.uid < 0:
        return os.access(path, os.X_OK)
    for directory in (path, *path.parents):
        found = directory.stat()
        if found.st_uid == user.uid:
            allowed = found.st_mode & 0o100
        elif found.st_gid == user.gid:
            allowed = found.st_mode & 0o010
        else:
            allowed = found.st_mode & 0o001
        if not allowed:
            return False
    return True


def make_directory(path: Path, user: User = SAME_USER) -> Path:
    """A private directory of `user`; raises `StartupError` if that is impossible.

    A third user's directory, or a link, is refused: anybody may be able to write there.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            if os.fstat(descriptor).st_uid not in (os.geteuid(), user.uid):
                raise PermissionError(errno.EACCES, "it belongs to another user")
            if user.uid >= 0:
                os.fchown(descriptor, user.uid, user.gid)
            os.fchmod(descriptor, 0o700)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise directory_error(path, error) from error
    return path


def directory_error(path: Path, error: OSError) -> StartupError:
    """One line for a directory that cannot be written."""
    return StartupError(
        f"{path} cannot be written ({error.strerror or error})",
        "make room or permission there, or set another STOA_DATA_DIR",
    )


def short_directory(wanted: Path, fallback_name: str, longest_name: str) -> Path:
    """`wanted` for a socket, or a directory in the system's temporary one if its path is long."""
    if len(os.fsencode(wanted / longest_name)) <= MAX_SOCKET_PATH:
        return wanted
    return Path(tempfile.gettempdir()) / fallback_name
