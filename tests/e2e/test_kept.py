"""A whole installation whose server or keeper is killed, or which is reloaded, under requests."""

from __future__ import annotations

import http.client
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.server import StoaServer

CLIENTS = 8
SECONDS = 60.0

pytestmark = pytest.mark.heavy


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoaServer]:
    server = StoaServer(tmp_path_factory.mktemp("stoa") / "data")
    server.start()
    yield server
    server.kill()


class Load:
    """Clients that ask again and again, each time by a connection of its own.

    One whose server dies or stops asks again; one that is refused has no server to wait for.
    """

    def __init__(self, server: StoaServer) -> None:
        self._server = server
        self._ending = threading.Event()
        self._threads = [threading.Thread(target=self._ask) for _ in range(CLIENTS)]
        self.answers: list[float] = []
        self.refused: list[OSError] = []

    def __enter__(self) -> Load:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        for thread in self._threads:
            thread.join(SECONDS)

    def _ask(self) -> None:
        while not self._ending.is_set():
            connection = http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=SECONDS)
            try:
                connection.request("GET", "/graphql?query=%7B__typename%7D")
                if connection.getresponse().status == 200:
                    self.answers.append(time.monotonic())
            except ConnectionRefusedError as error:
                self.refused.append(error)
            except (OSError, http.client.HTTPException):
                continue
            finally:
                connection.close()

    def wait_answers_after(self, moment: float) -> None:
        """Until everybody may have been answered by whoever serves since then."""
        deadline = time.monotonic() + SECONDS
        while sum(at > moment for at in list(self.answers)) < CLIENTS:
            assert time.monotonic() < deadline, "nobody is answered"
            time.sleep(0.02)


def test_a_killed_server_refuses_nobody_and_its_engines_live_on(kept: StoaServer) -> None:
    engines = kept.engine_pid("postgres"), kept.engine_pid("valkey-server")
    with Load(kept) as load:
        load.wait_answers_after(0.0)
        kept.crash()
        load.wait_answers_after(time.monotonic())
    assert load.refused == []
    assert (kept.engine_pid("postgres"), kept.engine_pid("valkey-server")) == engines
    assert kept.said("Stoa is running again")
    assert kept.said("keeper.child_ended")


def test_a_reload_drains_the_server_and_refuses_nobody(kept: StoaServer) -> None:
    keeper = kept.process
    assert keeper is not None
    before, postgres = kept.pid, kept.engine_pid("postgres")
    with Load(kept) as load:
        load.wait_answers_after(0.0)
        kept.expect_ready_after(lambda: keeper.send_signal(signal.SIGHUP))
        load.wait_answers_after(time.monotonic())
    assert load.refused == []
    assert kept.said("Reloading")
    assert (kept.pid != before, kept.engine_pid("postgres")) == (True, postgres)


def runs(pid: int) -> bool:
    """Whether it does; one that init has not waited for yet has ended all the same."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_after_the_keeper_was_killed_a_new_one_takes_over_ports_and_engines(
    kept: StoaServer,
) -> None:
    postgres = kept.engine_pid("postgres")
    kept.kill()
    kept.start()
    assert kept.engine_pid("postgres") != postgres
    assert not runs(postgres)
    assert kept.stop() == 0
