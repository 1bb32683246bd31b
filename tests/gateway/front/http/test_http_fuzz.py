"""Bytes cut anywhere, and bytes that mean nothing."""

from __future__ import annotations

import itertools

import trio
from hypothesis import given
from hypothesis import strategies as st

from tests.gateway.front.harness import Answer, Harness, serving
from tests.gateway.front.http.requests import HELLO, chunked, post


async def all_answers(harness: Harness, pieces: list[bytes]) -> list[tuple[int, bytes]]:
    """Statuses and bodies of what the server says to the pieces, until it closes."""
    async with await harness.connect() as wire:
        for piece in pieces:
            if piece:
                try:
                    await wire.send(piece)
                except trio.BrokenResourceError:
                    break
                await trio.lowlevel.checkpoint()
        answers: list[Answer] = []
        while not answers or not answers[-1].closes:
            answers.append(await wire.answer())
        return [(answer.status, answer.body) for answer in answers]


_valid = st.one_of(
    st.just(HELLO),
    st.binary(max_size=40).map(lambda body: post(b"/echo", body)),
    st.lists(st.binary(min_size=1, max_size=20), max_size=4).map(
        lambda pieces: chunked(
            b"/echo", b"".join(b"%x\r\n%b\r\n" % (len(p), p) for p in pieces) + b"0\r\n\r\n"
        )
    ),
)


LAST = b"GET /hello HTTP/1.1\r\nHost: stoa\r\nConnection: close\r\n\r\n"


@given(
    requests=st.lists(_valid, max_size=6),
    cuts=st.lists(st.integers(0, 600), max_size=10),
)
def test_splitting_valid_requests_anywhere_changes_nothing(
    requests: list[bytes], cuts: list[int]
) -> None:
    data = b"".join([*requests, LAST])
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    pieces = [data[start:end] for start, end in itertools.pairwise(edges)]

    async def compare() -> None:
        async with serving() as harness:
            assert await all_answers(harness, pieces) == await all_answers(harness, [data])

    trio.run(compare)


_noise = st.lists(
    st.one_of(
        st.binary(max_size=60),
        _valid,
        st.sampled_from([b"\r\n", b"\n", b"GET ", b"HTTP/1.1\r\n", b"Host: stoa\r\n", b"0\r\n"]),
        st.sampled_from([b"Content-Length: 5\r\n", b"Transfer-Encoding: chunked\r\n\r\n"]),
    ),
    max_size=8,
).map(b"".join)


@given(data=_noise)
def test_arbitrary_bytes_never_crash_the_front_nor_cost_others(data: bytes) -> None:
    async def attack() -> None:
        async with serving() as harness, harness.unaffected():
            async with await harness.connect() as wire:
                await wire.send(data)
                await wire.stream.send_eof()
                await wire.rest()
            assert harness.front.statistics()["failures"] == 0

    trio.run(attack)
