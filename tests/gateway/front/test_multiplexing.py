"""Both multiplexers tell the same of the same sockets; what epoll does by itself is the model."""

from __future__ import annotations

import select
import socket
from collections.abc import Callable, Iterator

import pytest

from gateway.front.multiplexing import (
    READABLE,
    WRITABLE,
    EpollMultiplexer,
    Multiplexer,
    SelectorMultiplexer,
)


@pytest.fixture(params=[EpollMultiplexer, SelectorMultiplexer])
def sockets(request: pytest.FixtureRequest) -> Iterator[Multiplexer]:
    make: Callable[[], Multiplexer] = request.param
    made = make()
    yield made
    made.close()


@pytest.fixture
def pairs() -> Iterator[list[tuple[socket.socket, socket.socket]]]:
    made = [socket.socketpair() for _ in range(10)]
    for pair in made:
        for end in pair:
            end.setblocking(False)
    yield made
    for pair in made:
        for end in pair:
            end.close()


Pairs = list[tuple[socket.socket, socket.socket]]


def is_ready(sockets: Multiplexer) -> bool:
    """Whether somebody who awaits the whole is told."""
    return bool(select.select([sockets.fileno()], [], [], 0)[0])


def test_bits_are_those_of_poll() -> None:
    assert (READABLE, WRITABLE) == (select.EPOLLIN, select.EPOLLOUT) == (1, 4)


def test_what_is_waited_for_is_told_and_nothing_else(sockets: Multiplexer, pairs: Pairs) -> None:
    ours, theirs = pairs[0]
    sockets.register(ours.fileno(), READABLE)
    assert not is_ready(sockets)
    assert sockets.poll(0, 10) == []
    theirs.send(b"x")
    assert is_ready(sockets)
    assert sockets.poll(0, 10) == [(ours.fileno(), READABLE)]
    assert is_ready(sockets), "it has not been read"
    sockets.modify(ours.fileno(), WRITABLE)
    assert sockets.poll(0, 10) == [(ours.fileno(), WRITABLE)]
    sockets.modify(ours.fileno(), READABLE | WRITABLE)
    told = 0
    for fd, events in sockets.poll(0, 10):
        assert fd == ours.fileno()
        told |= events
    assert told == READABLE | WRITABLE


def test_a_socket_that_waits_for_nothing_is_not_told(sockets: Multiplexer, pairs: Pairs) -> None:
    ours, theirs = pairs[0]
    theirs.send(b"x")
    sockets.register(ours.fileno(), 0)
    assert sockets.poll(0, 10) == []
    sockets.modify(ours.fileno(), READABLE)
    assert sockets.poll(0, 10) == [(ours.fileno(), READABLE)]
    sockets.modify(ours.fileno(), 0)
    assert sockets.poll(0, 10) == []
    sockets.modify(ours.fileno(), 0)
    sockets.unregister(ours.fileno())
    sockets.register(ours.fileno(), READABLE)
    assert sockets.poll(0, 10) == [(ours.fileno(), READABLE)]


def test_more_than_the_most_comes_later(sockets: Multiplexer, pairs: Pairs) -> None:
    for ours, theirs in pairs:
        sockets.register(ours.fileno(), READABLE)
        theirs.send(b"x")
    told = []
    while is_ready(sockets) and (some := sockets.poll(0, 3)):
        assert len(some) <= 3
        for fd, _ in some:
            told.append(fd)
            sockets.unregister(fd)
    assert sorted(told) == sorted(ours.fileno() for ours, _ in pairs)


def test_a_socket_forgotten_meanwhile_is_not_told(sockets: Multiplexer, pairs: Pairs) -> None:
    for ours, theirs in pairs:
        sockets.register(ours.fileno(), READABLE)
        theirs.send(b"x")
    first = sockets.poll(0, 1)
    for ours, _ in pairs:
        sockets.unregister(ours.fileno())
    sockets.register(pairs[0][0].fileno(), WRITABLE)
    assert len(first) == 1
    assert sockets.poll(0, 10) == [(pairs[0][0].fileno(), WRITABLE)]


def test_a_peer_that_is_gone_is_told(sockets: Multiplexer, pairs: Pairs) -> None:
    ours, theirs = pairs[0]
    sockets.register(ours.fileno(), READABLE)
    theirs.close()
    ((fd, events),) = sockets.poll(0, 10)
    assert fd == ours.fileno()
    assert events & ~WRITABLE


def test_waking_is_seen_once_however_often_it_was_done(sockets: Multiplexer, pairs: Pairs) -> None:
    ours, theirs = pairs[0]
    sockets.register(ours.fileno(), READABLE)
    for _ in range(2):
        for _ in range(100_000):
            sockets.wake()
        assert is_ready(sockets)
        for _ in range(20):
            assert all(fd != ours.fileno() for fd, _ in sockets.poll(0, 10))
        assert not is_ready(sockets)
    sockets.wake()
    theirs.send(b"x")
    assert (ours.fileno(), READABLE) in sockets.poll(0, 10)
