"""The outbox against a socket whose window the test controls."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.front.outbox import Outbox


class Peer:
    """A socket that takes as many bytes as it is told, then would block."""

    def __init__(self) -> None:
        self.room = 0
        self.taken = bytearray()

    def sendmsg(self, buffers: list[bytes]) -> int:
        if not self.room:
            raise BlockingIOError
        data = b"".join(buffers)[: self.room]
        self.room -= len(data)
        self.taken += data
        return len(data)


_items = st.lists(st.binary(min_size=1, max_size=30), min_size=1, max_size=100)


@given(items=_items, rooms=st.lists(st.integers(0, 200), max_size=20), head_start=st.integers(0))
def test_every_byte_arrives_once_and_in_order(
    items: list[bytes], rooms: list[int], head_start: int
) -> None:
    outbox, peer = Outbox(), Peer()
    already = head_start % len(items[0])
    outbox.push(items[0], already)
    for item in items[1:]:
        outbox.push(item)
    whole = b"".join(items)[already:]
    for room in [*rooms, 10**9]:
        peer.room = room
        outbox.flush(peer)  # type: ignore[arg-type]
        assert outbox.size == len(whole) - len(peer.taken)
    assert peer.taken == whole


@given(items=_items, room=st.integers(0, 500))
def test_discarding_keeps_what_was_begun_whole(items: list[bytes], room: int) -> None:
    outbox, peer = Outbox(), Peer()
    for item in items:
        outbox.push(item)
    peer.room = room
    outbox.flush(peer)  # type: ignore[arg-type]
    outbox.discard_unstarted()
    outbox.push(b"END")
    peer.room = 10**9
    outbox.flush(peer)  # type: ignore[arg-type]
    boundaries = [b"".join(items[:count]) + b"END" for count in range(len(items) + 1)]
    assert bytes(peer.taken) in boundaries
    assert outbox.size == 0
