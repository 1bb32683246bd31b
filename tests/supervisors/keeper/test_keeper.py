"""The keeper as processes: what is killed, what takes over, and that no connection is refused."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from protocol.platforms import PORTABLE
from tests.support.server import child_named, free_port

SECONDS = 60.0


class Kept:
    """A keeper with the stand-in for a server, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port, self.operators_port = free_port(), free_port()
        self.process: subprocess.Popen[bytes] | None = None
        (folder / "answer").write_text("first")

    def start(self, stdin: int = subprocess.DEVNULL) -> None:
        """Start; the server may not be there yet, but the port will be."""
        command = [sys.executable, "-m", "tests.support.kept_server"]
        ports = [str(self.port), str(self.operators_port)]
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [*command, *ports, str(self.folder)], stderr=log, stdin=stdin
            )

    def ask(self) -> list[str]:
        """A connection's answer: process id, random number, what the program says."""
        with socket.create_connection(("127.0.0.1", self.port), SECONDS) as connection:
            answer = b""
            while part := connection.recv(100):
                answer += part
        return answer.decode().split()

    def wait_answer(self) -> list[str]:
        """The first answer after a start; until the port is bound it is refused."""
        until(self.listens)
        return self.ask()

    def listens(self) -> bool:
        try:
            self.ask()
        except ConnectionError:
            return False
        return True

    def send(self, number: signal.Signals) -> None:
        assert self.process is not None
        self.process.send_signal(number)

    def wait(self) -> int:
        assert self.process is not None
        return self.process.wait(SECONDS)

    @property
    def lives(self) -> list[list[str]]:
        """Process id of every server so far, and whether one before it was ready."""
        path = self.folder / "lives"
        return [line.split() for line in path.read_text().splitlines()] if path.exists() else []

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


def is_gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True


by_the_kernel = pytest.mark.skipif(
    PORTABLE, reason="the children of these tests do not look at their line; real ones do"
)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Kept]:
    kept = Kept(tmp_path)
    yield kept
    if kept.process is not None:
        kept.process.kill()
        kept.process.wait()
        print(kept.log, kept.lives)


class Clients:
    """Somebody connects all the time; every answer is kept, an error ends it."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._connect, daemon=True)
        self.answers: list[list[str]] = []
        self.error: OSError | None = None

    def __enter__(self) -> Clients:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join(SECONDS)

    def _connect(self) -> None:
        while not self._ending.is_set():
            try:
                self.answers.append(self._kept.ask())
            except OSError as error:
                self.error = error
                return

    def wait_other_than(self, answer: list[str]) -> None:
        """Until somebody was answered by another server, or by a newer program."""
        until(lambda: bool(self.answers) and self.answers[-1][::2] != answer[::2])


def test_a_killed_server_is_followed_by_another_and_connections_wait(kept: Kept) -> None:
    kept.start()
    first = kept.wait_answer()
    os.kill(int(first[0]), signal.SIGSTOP)  # connections come in, and nobody accepts them
    waiting = [socket.create_connection(("127.0.0.1", kept.port), SECONDS) for _ in range(50)]
    os.kill(int(first[0]), signal.SIGKILL)
    answers = [connection.recv(100).decode().split() for connection in waiting]
    for connection in waiting:
        connection.close()
    assert {answer[0] for answer in answers} == {kept.lives[1][0]} != {first[0]}
    assert [again for _, again in kept.lives] == ["False", "True"]
    assert answers[0][1] != first[1], "both have the same random numbers"
    kept.send(signal.SIGTERM)
    assert kept.wait() == 0


@by_the_kernel
def test_the_engines_outlive_the_server_and_the_reload_but_not_the_keeper(kept: Kept) -> None:
    (kept.folder / "engines").touch()
    kept.start()
    first = kept.wait_answer()
    assert kept.process is not None
    engines = child_named(kept.process.pid, "stoa engines")
    os.kill(int(first[0]), signal.SIGKILL)
    second = kept.ask()
    kept.send(signal.SIGHUP)
    until(lambda: kept.ask()[0] not in (first[0], second[0]))
    assert child_named(kept.process.pid, "stoa engines") == engines
    kept.send(signal.SIGKILL)
    kept.wait()
    until(lambda: is_gone(engines))


def test_a_reload_runs_the_new_program_and_refuses_nobody(kept: Kept) -> None:
    kept.start()
    first = kept.wait_answer()
    with Clients(kept) as clients:
        (kept.folder / "answer").write_text("second")
        kept.send(signal.SIGHUP)
        clients.wait_other_than(first)
    assert clients.error is None
    assert clients.answers[-1][2] == "second"
    assert [again for _, again in kept.lives] == ["False", "True"]
    kept.send(signal.SIGTERM)
    assert kept.wait() == 0


def test_a_program_that_cannot_be_started_is_not_reloaded(kept: Kept) -> None:
    kept.start()
    first = kept.wait_answer()
    (kept.folder / "refuse").touch()
    kept.send(signal.SIGHUP)
    until(lambda: "keeper.reload_refused" in kept.log)
    assert kept.ask()[0] == first[0]


def test_an_interpreter_that_is_gone_refuses_the_reload_and_the_server_stays(kept: Kept) -> None:
    (kept.folder / "moved").touch()
    kept.start()
    first = kept.wait_answer()
    kept.send(signal.SIGHUP)
    until(lambda: "keeper.reload_refused" in kept.log)
    assert kept.ask()[0] == first[0]
    kept.send(signal.SIGTERM)
    assert kept.wait() == 0


@by_the_kernel
def test_a_killed_keeper_leaves_nothing_that_the_next_one_needs(kept: Kept) -> None:
    kept.start()
    first = kept.wait_answer()
    kept.send(signal.SIGKILL)
    kept.wait()
    until(lambda: is_gone(int(first[0])))
    kept.start()  # the same ports, at once
    assert kept.wait_answer()[0] != first[0]


def test_a_refused_first_start_ends_at_once_with_its_status_and_its_line(kept: Kept) -> None:
    (kept.folder / "engines").touch()
    (kept.folder / "refuse").touch()
    kept.start()
    assert kept.wait() == 2
    assert kept.log == "stoa serve: refused; correct something\n"
    assert len(kept.lives) == 1


def test_a_server_that_cannot_start_again_is_tried_with_pauses_until_it_can(kept: Kept) -> None:
    kept.start()
    first = kept.wait_answer()
    (kept.folder / "fall").touch()
    os.kill(int(first[0]), signal.SIGKILL)
    with socket.create_connection(("127.0.0.1", kept.port), SECONDS) as waiting:
        until(lambda: len(kept.lives) >= 4)
        (kept.folder / "fall").unlink()
        assert waiting.recv(100).decode().split()[0] == kept.lives[-1][0]
    assert '"restart_in_seconds": 0.1' in kept.log
    kept.send(signal.SIGINT)
    assert kept.wait() == 0


def test_a_stop_between_two_servers_ends_at_once(kept: Kept) -> None:
    kept.start()
    first = kept.wait_answer()
    (kept.folder / "fall").touch()
    os.kill(int(first[0]), signal.SIGKILL)
    until(lambda: '"restart_in_seconds": 1.6' in kept.log)
    kept.send(signal.SIGTERM)
    assert kept.wait() == 0


def test_it_stops_when_its_terminal_is_closed_instead_of_reloading(kept: Kept) -> None:
    terminal, its_end = os.openpty()
    kept.start(stdin=its_end)
    os.close(its_end)
    kept.wait_answer()
    os.close(terminal)
    kept.send(signal.SIGHUP)  # as the kernel does for whom the terminal controls
    assert kept.wait() == 0
    assert len(kept.lives) == 1


@pytest.fixture
def manager(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """What the service manager is told."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(kept.folder / "notify"))
        manager.settimeout(SECONDS)
        monkeypatch.setenv("NOTIFY_SOCKET", str(kept.folder / "notify"))
        yield manager


def test_the_service_manager_is_told(kept: Kept, manager: socket.socket) -> None:
    kept.start()
    assert manager.recv(100) == b"READY=1"
    kept.send(signal.SIGHUP)
    assert manager.recv(100).startswith(b"RELOADING=1\nMONOTONIC_USEC=")
    assert manager.recv(100) == b"READY=1"
    kept.send(signal.SIGTERM)
    assert manager.recv(100) == b"STOPPING=1"
    assert kept.wait() == 0


def test_ready_is_not_said_before_a_server_is_nor_while_everything_stops(
    kept: Kept, manager: socket.socket
) -> None:
    (kept.folder / "late").touch()
    (kept.folder / "moved").touch()
    kept.start()
    until((kept.folder / "listens").exists)
    kept.send(signal.SIGHUP)
    assert manager.recv(100).startswith(b"RELOADING=1")
    until(lambda: "keeper.reload_refused" in kept.log)
    kept.send(signal.SIGTERM)
    assert kept.wait() == 0
    assert manager.recv(100) == b"STOPPING=1"
    manager.setblocking(False)
    with pytest.raises(BlockingIOError):
        manager.recv(100)


def refuse_reloads(kept: Kept, manager: socket.socket, count: int) -> None:
    """Ask for so many reloads, each when the one before is refused."""
    for _ in range(count):
        kept.send(signal.SIGHUP)
        assert manager.recv(100).startswith(b"RELOADING=1")
        assert manager.recv(100) == b"READY=1"


@pytest.mark.parametrize("interval", [0.5, 1e6])
def test_repeated_lines_are_summed_up_by_the_loop_or_at_the_end(
    kept: Kept, manager: socket.socket, interval: float
) -> None:
    (kept.folder / "moved").touch()
    (kept.folder / "interval").write_text(str(interval))
    kept.start()
    assert manager.recv(100) == b"READY=1"
    refuse_reloads(kept, manager, 10)
    if interval < 1:
        until(lambda: '"repeated"' in kept.log)
    kept.send(signal.SIGTERM)
    assert kept.wait() == 0
    assert '"repeated": 9' in kept.log or interval < 1


def test_a_keeper_that_cannot_become_the_new_program_goes_on(kept: Kept) -> None:
    (kept.folder / "gone").touch()
    kept.start()
    first = kept.wait_answer()
    kept.send(signal.SIGHUP)
    until(lambda: "keeper.reload_refused" in kept.log)
    assert kept.ask()[0] == first[0]
    os.kill(int(first[0]), signal.SIGKILL)  # its end is a signal to the keeper, too
    assert kept.ask()[0] != first[0]
    kept.send(signal.SIGTERM)
    assert kept.wait() == 0


def test_a_reload_that_is_asked_for_during_another_follows_it(kept: Kept) -> None:
    (kept.folder / "slow").touch()
    kept.start()
    first = kept.wait_answer()
    kept.send(signal.SIGHUP)
    until((kept.folder / "stopping").exists)  # the new program waits for the old server to drain
    (kept.folder / "answer").write_text("second")
    kept.send(signal.SIGHUP)
    until(lambda: "keeper.reload_waits" in kept.log)
    (kept.folder / "slow").unlink()
    until(lambda: kept.ask()[2] == "second")
    assert kept.ask()[0] != first[0]
    kept.send(signal.SIGTERM)
    assert kept.wait() == 0


@pytest.mark.parametrize("living", [True, False])
def test_who_has_served_is_tried_again_after_a_reload_too(kept: Kept, living: bool) -> None:
    kept.start()
    first = kept.wait_answer()
    (kept.folder / "away").touch()
    if not living:
        os.kill(int(first[0]), signal.SIGKILL)
        until(lambda: '"restart_in_seconds": 0.4' in kept.log)
    before = len(kept.lives)
    kept.send(signal.SIGHUP)
    until(lambda: len(kept.lives) >= before + 3)
    (kept.folder / "away").unlink()
    assert kept.ask()[0] == kept.lives[-1][0]
    assert {again for _, again in kept.lives[1:]} == {"True"}
    kept.send(signal.SIGTERM)
    assert kept.wait() == 0


def test_engines_that_have_run_are_tried_again_after_a_reload_too(kept: Kept) -> None:
    (kept.folder / "engines").touch()
    kept.start()
    kept.wait_answer()
    assert kept.process is not None
    engines = child_named(kept.process.pid, "stoa engines")
    (kept.folder / "engines_refuse").touch()
    os.kill(engines, signal.SIGKILL)
    until(lambda: '"restart_in_seconds": 0.4' in kept.log)
    lives = len(kept.lives)
    kept.send(signal.SIGHUP)
    until(lambda: len(kept.lives) > lives)
    until(lambda: kept.log.count('"restart_in_seconds": 0.1') >= 2)
    assert kept.ask()
    kept.send(signal.SIGTERM)
    assert kept.wait() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_is_passed_on_and_its_status_is_the_keepers(
    kept: Kept, number: signal.Signals
) -> None:
    (kept.folder / "slow").touch()
    kept.start()
    kept.wait_answer()
    kept.send(number)
    until((kept.folder / "stopping").exists)
    kept.send(number)
    assert kept.wait() == 130
