"""The listening sockets: bound here, or passed by a service manager as systemd does."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import pytest

from protocol.errors import StartupError
from supervisors.keeper import listeners
from supervisors.keeper.listeners import Listeners, adopt, open_listeners
from supervisors.settings import Settings


def settings(port: int = 0) -> Settings:
    return Settings(port=port, operators_port=0, data_dir=Path("unused"))


def opened(chosen: Settings, environ: dict[str, str], stack: ExitStack) -> Listeners:
    found = open_listeners(chosen, environ)
    for each in found:
        stack.enter_context(closing(each))
    return found


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def passed(monkeypatch: pytest.MonkeyPatch, stack: ExitStack) -> tuple[int, int]:
    """Ports of two listening sockets, whose descriptors follow one another."""
    first = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    base = 200
    for number, each in enumerate(first):
        os.dup2(each.fileno(), base + number, inheritable=False)
        stack.enter_context(closing(each))
    monkeypatch.setattr(listeners, "FIRST_DESCRIPTOR", base)
    return first[0].getsockname()[1], first[1].getsockname()[1]


def said(names: str = "", count: int = 2, pid: int | None = None) -> dict[str, str]:
    environ = {"LISTEN_PID": str(pid or os.getpid()), "LISTEN_FDS": str(count)}
    return environ | ({"LISTEN_FDNAMES": names} if names else {})


@pytest.mark.parametrize(
    ("names", "order"),
    [("", (0, 1)), ("operators:public", (1, 0)), ("stoa.socket:stoa.socket", (0, 1))],
)
def test_passed_sockets_are_served_on(
    passed: tuple[int, int], stack: ExitStack, names: str, order: tuple[int, int]
) -> None:
    environ = said(names)
    found = opened(settings(), environ, stack)
    assert (found.port, found.operators_port) == (passed[order[0]], passed[order[1]])
    assert environ == {}
    assert not found.public.get_inheritable()
    assert not found.public.getblocking()


def test_what_is_not_passed_is_bound(passed: tuple[int, int], stack: ExitStack) -> None:
    found = opened(settings(), said("public", count=1), stack)
    assert found.port == passed[0]
    assert found.operators_port not in passed
    os.close(listeners.FIRST_DESCRIPTOR + 1)


def test_sockets_for_another_process_are_not_ours(stack: ExitStack) -> None:
    found = opened(settings(), said(pid=1), stack)
    socket.create_connection(("127.0.0.1", found.port)).close()


def test_a_port_in_use_is_one_line_that_names_the_variable(stack: ExitStack) -> None:
    taken = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
    with pytest.raises(StartupError, match=r"port is in use.*STOA_PORT"):
        open_listeners(settings(taken.getsockname()[1]), {})


@pytest.mark.parametrize("kind", ["file", "connection", "unix"])
def test_a_descriptor_that_is_no_listening_tcp_socket_is_refused(
    tmp_path: Path, stack: ExitStack, kind: str
) -> None:
    if kind == "file":
        descriptor = os.open(tmp_path, os.O_RDONLY)
        stack.callback(os.close, descriptor)
    elif kind == "connection":
        descriptor = socket.socket().detach()
    else:
        unix = socket.socket(socket.AF_UNIX)
        unix.bind(str(tmp_path / "socket"))
        unix.listen()
        descriptor = unix.detach()
    with pytest.raises(StartupError, match="socket"):
        adopt(descriptor)
