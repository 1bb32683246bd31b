"""The embedded PostgreSQL: a cluster of our own, reached over a private unix socket.

Durable by default (fsync and synchronous_commit stay on). Its user is `stoa`, trusted because the
socket's directory is closed to everybody else.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from urllib.parse import quote

from protocol.errors import StartupError
from protocol.platforms import PORTABLE
from storage.embedded.binaries import Binaries, find_binaries, reachable_binaries
from storage.embedded.engine import Engine, common_problem, running
from storage.embedded.process import (
    POLL_SECONDS,
    SAME_USER,
    Child,
    can_reach,
    engine_environment,
    engines_in,
    make_directory,
    short_directory,
    stop_orphan,
    unprivileged_user,
)

USER = DATABASE = "stoa"
PROGRAMS = ("postgres", "postmaster")
ROOT_HOME = Path("/var/lib/stoa")
"""Where root keeps a cluster if the unprivileged user cannot reach the data directory."""
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "80",
    "shared_buffers": "128MB",
    # A crash replays at most this much: the restart after a SIGKILL must take a second, not ten.
    "max_wal_size": "512MB",
    "checkpoint_timeout": "2min",
    "wal_compression": "on",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_logical_replication_workers": "0",
    "log_min_messages": "warning",
    "log_line_prefix": "%m [%p] ",
    "logging_collector": "off",
    "timezone": "UTC",
    "jit": "off",
}
NEEDED_BYTES = 128 * 1024 * 1024
"""An empty cluster takes 40 MB, its first log segments as much again."""
ORPHAN_SECONDS = 15.0


class EmbeddedPostgres(Engine):
    """A cluster in `data_dir/postgres`, or below /var/lib/stoa (linked from there) for root."""

    name = "PostgreSQL"
    # Immediate shutdown: what was committed is in the log, and the next start replays it. A fast
    # shutdown would write a checkpoint first and keep the next start waiting.
    on_our_death = signal.SIGQUIT
    stop_steps = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 5.0))

    def __init__(
        self, data_dir: Path, *, settings: Mapping[str, str] | None = None, durable: bool = True
    ) -> None:
        """`settings` override `SETTINGS`. `durable` False is for tests: no fsync anywhere."""
        super().__init__(data_dir)
        self.settings = {**SETTINGS, **(settings or {})}
        self.durable = durable
        if not durable:
            self.settings |= {"fsync": "off", "full_page_writes": "off"}
            self.settings["synchronous_commit"] = "off"
        self._binaries: Binaries | None = None
        self._choose_home()

    def _choose_home(self) -> None:
        self.user = unprivileged_user(self.name) if os.geteuid() == 0 else SAME_USER
        digest = hashlib.sha256(os.fsencode(self.data_dir)).hexdigest()[:12]
        existing = next(p for p in (self.data_dir, *self.data_dir.parents) if p.exists())
        self.home = self.data_dir / "postgres"
        if not can_reach(existing, self.user):
            self.home = ROOT_HOME / digest
        self.cluster = self.home / "data"
        self.sockets = short_directory(self.home / "run", f"stoa-{digest}", ".s.PGSQL.5432.lock")
        self.url = f"postgresql://{USER}@/{DATABASE}?host={quote(str(self.sockets))}"

    def prepare(self) -> None:
        """Find the programs, create the cluster if it is missing, and recover after a crash."""
        if self.home != (inside := self.data_dir / "postgres"):
            _link(inside, self.home)
        make_directory(self.home, self.user)
        make_directory(self.sockets, self.user)
        version_file = self.cluster / "PG_VERSION"
        major = int(version_file.read_text()) if version_file.exists() else None
        self._binaries = reachable_binaries(find_binaries(major), self.user, self.home)
        if major is None:
            self._make_cluster()
        else:
            self._recover()

    def command(self) -> list[str]:
        """The postmaster with our settings on its command line."""
        assert self._binaries is not None
        options = [f"{name}={value}" for name, value in self.settings.items()]
        options.append(f"unix_socket_directories={self.sockets}")
        flags = [part for option in options for part in ("-c", option)]
        return [self._binaries.path("postgres"), "-D", str(self.cluster), *flags]

    def is_ready(self, child: Child) -> bool:
        """The eighth line of postmaster.pid says so, as pg_ctl reads it (miscadmin.h)."""
        with contextlib.suppress(OSError):
            lines = (self.cluster / "postmaster.pid").read_text().splitlines()
            mine = lines[0].strip() == str(child.process.pid) if lines else False
            return mine and len(lines) > 7 and lines[7].strip() == "ready"
        return False

    def answers(self) -> bool:
        """Whether it runs, whoever has started it. Does not wait."""
        with socket.socket(socket.AF_UNIX) as probe:
            try:
                probe.connect(str(self.sockets / ".s.PGSQL.5432"))
            except OSError:
                return False
        return True

    def explain(self, log: str) -> StartupError | None:
        if "pre-existing shared memory block" in log:
            return None  # the last children of a killed postmaster are about to end
        return common_problem(self.name, log, self.log)

    def _make_cluster(self) -> None:
        # Made beside its place and renamed, so that a crash leaves no half of a cluster.
        partial = self.home / "data.partial"
        shutil.rmtree(partial, ignore_errors=True)
        free = shutil.disk_usage(self.home).free
        if free < NEEDED_BYTES:
            raise StartupError(
                f"the disk is full: {self.home} has {free >> 20} MB, PostgreSQL needs"
                f" {NEEDED_BYTES >> 20} MB to begin with",
                "make room or set another STOA_DATA_DIR",
            )
        assert self._binaries is not None
        locale = ["--locale=C.UTF-8"]
        if self._binaries.major >= 17:
            locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        self._call(
            *("initdb", "-D", str(partial), "-U", USER, "--auth=trust", "--encoding=UTF8"),
            *locale,
            *(() if self.durable else ("--no-sync",)),
        )
        self._call(
            *("postgres", "--single", "-D", str(partial), "postgres"),
            *(() if self.durable else ("-F",)),
            said=f"CREATE DATABASE {DATABASE}\n",
        )
        partial.rename(self.cluster)

    def _call(self, program: str, *arguments: str, said: str = "") -> None:
        assert self._binaries is not None
        identity = {}
        if self.user.uid >= 0:
            identity = {"user": self.user.uid, "group": self.user.gid, "extra_groups": []}
        done = subprocess.run(  # noqa: S603
            [self._binaries.path(program), *arguments],
            input=said,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
            env=engine_environment(),
            check=False,
            **identity,  # type: ignore[call-overload]
        )
        if done.returncode != 0:
            with contextlib.suppress(OSError):
                self.log.write_text(done.stdout)
            raise common_problem(self.name, done.stdout, self.log)

    def _recover(self) -> None:
        """After a crash: nothing of the previous run may be left in the cluster."""
        pid_file = self.cluster / "postmaster.pid"
        if not pid_file.exists():
            return
        with contextlib.suppress(ValueError, IndexError):
            pid = int(pid_file.read_text().splitlines()[0])
            stop_orphan(pid, PROGRAMS, self.cluster, signal.SIGQUIT)
        if PORTABLE:
            return  # PostgreSQL judges its stale lock file itself, less surely
        # Where the kernel does not tell, the lock file stays: PostgreSQL checks its shared memory.
        with contextlib.suppress(PermissionError):
            self._wait_for_backends()
            # Safe only now that no process works there: the file guards against live children too.
            pid_file.unlink(missing_ok=True)

    def _wait_for_backends(self) -> None:
        deadline = time.monotonic() + ORPHAN_SECONDS
        while engines_in(PROGRAMS, self.cluster):
            if time.monotonic() > deadline:
                raise StartupError(
                    f"processes of a crashed PostgreSQL still work in {self.cluster}",
                    "end them by hand",
                )
            time.sleep(POLL_SECONDS)


def _link(link: Path, target: Path) -> None:
    """Leave a trace of where the data is."""
    if not link.is_symlink():
        with contextlib.suppress(OSError):
            link.symlink_to(target)


def embedded_postgres(data_dir: Path) -> AbstractAsyncContextManager[str]:
    """Its URL for the body; see `running`."""
    return running(EmbeddedPostgres(data_dir))
