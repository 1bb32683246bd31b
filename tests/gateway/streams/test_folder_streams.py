"""Films from the folder over real HTTP: by their names alone, in ranges, until the link ends."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import trio
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway import file_answers
from gateway.file_answers import PIECE_BYTES
from gateway.front.routes import Routes
from gateway.streams import folder, kept
from gateway.streams.folder import FolderStreams
from gateway.streams.kept import KEEP_SECONDS
from gateway.streams.routes import add_stream_routes
from protocol.streams import PATH
from protocol.transcoding import FILES, prefix_of
from storage.objects.disk import OpenFile
from storage.objects.folder import FolderObjects
from storage.objects.streams import SealedStreams
from storage.seal import JwtSeal
from tests.gateway.front.harness import Answer, Harness, serving, until
from tests.support.fakes import SetClock
from tests.support.profiles import share

PREFIX = prefix_of("aaaa-bbbb")
FILM = bytes(range(251)) * 40
NAME = "v0.mp4"


@dataclass
class Site:
    """A front on `harness` that serves the films of a folder."""

    harness: Harness
    objects: FolderObjects
    clock: SetClock
    streams: SealedStreams
    answers: FolderStreams

    async def film(self, data: bytes = FILM, name: str = NAME) -> str:
        """Store it; the link of its prefix."""
        await self.objects.put(PREFIX + name, data, "text/html")
        return self.streams.stream_link(PREFIX, seconds=60)

    async def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        async with await self.harness.connect() as wire:
            await wire.send(f"{method} {path} HTTP/1.1\r\nHost: stoa\r\n{lines}\r\n".encode())
            return await wire.answer(method)


@asynccontextmanager
async def site(root: Path) -> AsyncIterator[Site]:
    clock = SetClock()
    seal = JwtSeal(b"s" * 32, clock)
    objects = FolderObjects(root, seal, clock, site=lambda: "")
    streams = SealedStreams(seal, clock)
    answers = FolderStreams(streams, objects)
    routes = Routes()
    add_stream_routes(routes, answers)
    async with serving(routes=routes) as harness:
        harness.front.services.now = clock.now
        yield Site(harness, objects, clock, streams, answers)
        await until(lambda: answers._running == 0)
        answers.kept.drop_all()


TYPES = {
    "m3u8": b"application/vnd.apple.mpegurl",
    "mp4": b"video/mp4",
    "jpg": b"image/jpeg",
    "vtt": b"text/vtt; charset=utf-8",
}


@pytest.mark.parametrize("name", FILES)
async def test_every_file_of_a_film_says_what_its_name_says(tmp_path: Path, name: str) -> None:
    async with site(tmp_path) as served:
        link = await served.film(FILM, name)
        for _ in range(2):  # opened, and open already
            answer = await served.get(link + name)
            assert (answer.status, answer.body) == (200, FILM)
            said = answer.headers
            assert said[b"content-type"] == TYPES[name.rpartition(".")[2]], "not what is stored"
            assert said[b"content-disposition"] == b"inline"
            assert said[b"cache-control"] == b"private, max-age=60"
            assert said[b"accept-ranges"] == b"bytes"
            assert said[b"x-content-type-options"] == b"nosniff"
            assert said[b"referrer-policy"] == b"no-referrer"
            assert said[b"etag"][:1] == b'"', "strong"
        head = await served.get(link + name, "HEAD")
        assert (head.status, head.body) == (200, b"")
        assert head.headers[b"content-length"] == b"%d" % len(FILM)


@settings(max_examples=share(0.3))
@given(first=st.integers(0, len(FILM) + 5), length=st.integers(1, len(FILM)), cached=st.booleans())
async def test_a_range_is_a_slice_wherever_it_comes_from(
    tmp_path_factory: Any, first: int, length: int, cached: bool
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(OpenFile, "in_memory", lambda *_: cached)
        async with site(tmp_path_factory.mktemp("films")) as served:
            link = await served.film()
            for _ in range(2):
                said = f"bytes={first}-{first + length - 1}"
                answer = await served.get(link + NAME, range=said)
                wanted = FILM[first : first + length]
                assert (answer.status, answer.body) == (206 if wanted else 416, wanted)


async def test_conditions_are_answered_without_bytes(tmp_path: Path) -> None:
    async with site(tmp_path) as served:
        link = await served.film()
        etag = (await served.get(link + NAME)).headers[b"etag"].decode()
        same = await served.get(link + NAME, if_none_match=etag)
        assert (same.status, same.body) == (304, b"")
        assert same.headers[b"cache-control"] == b"private, max-age=60"
        assert (await served.get(link + NAME, if_match='"x"')).status == 412
        other = await served.get(link + NAME, if_range='"x"', range="bytes=0-1")
        assert (other.status, other.body) == (200, FILM)


async def test_nothing_is_kept_past_the_end_of_the_link(tmp_path: Path) -> None:
    async with site(tmp_path) as served:
        link = await served.film()
        for passed, kept_for in ((1, 59), (30_001, 29), (59_000, 1), (59_999, 0)):
            served.clock.at += passed
            answer = await served.get(link + NAME)
            assert answer.headers[b"cache-control"] == b"private, max-age=%d" % kept_for
            served.clock.at -= passed
        served.clock.at += 60_000
        answer = await served.get(link + NAME)
        assert (answer.status, b'"expired"' in answer.body) == (401, True)
        assert answer.headers[b"cache-control"] == b"private, no-store"


@pytest.mark.parametrize(
    "rest",
    [
        *("", "/", "v0.mp4/", "//v0.mp4", "/v0.mp4", "../v0.mp4", "%2e%2e/v0.mp4", "v5.mp4"),
        *("..%2fcccc%2fv0.mp4", "../cccc/v0.mp4", "./v0.mp4", "V0.mp4", "v0.mp4%00", "secret"),
        *("v0.mp4%20", "v0.mp4.", "captions.vtt", "..%5cv0.mp4", "v0%2emp4%2f"),
    ],
)
async def test_nothing_else_is_below_a_link(tmp_path: Path, rest: str) -> None:
    async with site(tmp_path) as served:
        link = await served.film()
        await served.objects.put("videos/cccc/" + NAME, b"another film", "video/mp4")
        await served.objects.put(PREFIX + "secret", b"no file of a film", "text/plain")
        answer = await served.get(link + rest)
        assert answer.status in (400, 404), answer.body


@settings(max_examples=share(0.5))
@given(data=st.data())
async def test_an_address_with_another_byte_gives_nothing(
    tmp_path_factory: Any, data: st.DataObject
) -> None:
    async with site(tmp_path_factory.mktemp("films")) as served:
        link = await served.film()
        await served.objects.put("videos/cccc/" + NAME, b"another film", "video/mp4")
        place = data.draw(st.integers(len(PATH), len(link) - 2))
        other = data.draw(st.sampled_from("abcXYZ019-_.~/"))
        changed = link[:place] + other + link[place + 1 :]
        answer = await served.get(changed + NAME)
        assert answer.status == (200 if other == link[place] else answer.status)
        assert changed == link or answer.status in (401, 404)


async def test_an_address_of_another_kind_of_link_gives_nothing(tmp_path: Path) -> None:
    async with site(tmp_path) as served:
        await served.film()
        link = await served.objects.link(PREFIX + NAME, seconds=60, filename=NAME)
        token = link.rpartition("/")[2]
        assert (await served.get(f"{PATH}{token}/{NAME}")).status == 401
        answer = await served.get(f"{PATH}x/{NAME}", accept="text/html")
        assert (answer.status, b"<html" in answer.body) == (401, True)


async def test_a_file_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    async with site(tmp_path) as served:
        link = await served.film()
        answer = await served.get(link + "v1.mp4")
        assert (answer.status, answer.error["code"]) == (404, "NOT_FOUND")


async def test_an_open_file_is_closed_after_some_seconds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "KEEP_SECONDS", 0.1)
    closed: list[int] = []
    really = OpenFile.close

    def close(file: OpenFile) -> None:
        closed.append(1)
        really(file)

    monkeypatch.setattr(OpenFile, "close", close)
    async with site(tmp_path) as served:
        link = await served.film(b"first")
        closed.clear()
        assert (await served.get(link + NAME)).body == b"first"
        assert (len(served.answers.kept), closed) == (1, [])
        await until(lambda: not len(served.answers.kept))
        assert closed == [1]
        await served.film(b"later")
        assert (await served.get(link + NAME)).body == b"later"
    assert KEEP_SECONDS < 10


async def test_a_file_that_is_being_sent_stays_open_until_it_is(tmp_path: Path) -> None:
    async with site(tmp_path) as served:
        link = await served.film(b"first")
        os.truncate(tmp_path / PREFIX / NAME, 32 * 1024 * 1024)
        async with await served.harness.connect() as wire:
            await wire.send(f"GET {link}{NAME} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            received = len(await wire.receive())
            served.answers.kept.drop_all()
            assert len(served.answers.kept) == 0
            while received < 32 * 1024 * 1024:
                piece = await wire.receive()
                assert piece
                received += len(piece)


async def test_more_files_than_are_kept_are_opened_for_one_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MOST", 1)
    async with site(tmp_path) as served:
        link = await served.film()
        await served.film(b"other", "v1.mp4")
        for _ in range(2):
            assert (await served.get(link + NAME)).body == FILM
            assert (await served.get(link + "v1.mp4")).body == b"other"
            assert len(served.answers.kept) == 1


@pytest.mark.parametrize("in_memory", [True, False])
async def test_a_slow_player_holds_one_piece_at_most(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory: bool
) -> None:
    monkeypatch.setattr(OpenFile, "in_memory", lambda *_: in_memory)
    size = 24 * 1024 * 1024
    async with site(tmp_path) as served, await served.harness.connect() as wire:
        link = await served.film(b"first")
        os.truncate(tmp_path / PREFIX / NAME, size)
        front = served.harness.front
        await wire.send(f"GET {link}{NAME} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        await until(lambda: front.statistics()["bytes_sent"] > 0)
        for _ in range(50):
            await trio.lowlevel.checkpoint()
        assert front.statistics()["bytes_sent"] < size / 2, "it has not read"
        received = 0
        while received < size:
            assert front.statistics()["outbox_bytes"] <= (0 if in_memory else PIECE_BYTES + 1_000)
            piece = await wire.receive()
            assert piece
            received += len(piece)


async def test_more_at_once_than_there_is_room_for_are_told_to_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "AT_ONCE", 2)
    async with site(tmp_path) as served, AsyncExitStack() as stack:
        link = await served.film(b"first")
        os.truncate(tmp_path / PREFIX / NAME, 64 * 1024 * 1024)
        for _ in range(2):
            wire = await stack.enter_async_context(await served.harness.connect())
            await wire.send(f"GET {link}{NAME} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            await wire.receive()
        answer = await served.get(link + NAME)
        assert (answer.status, answer.error["code"]) == (503, "OVERLOADED")
        await stack.aclose()
        await until(lambda: served.answers._running == 0)


async def test_answers_keep_the_order_of_the_requests(tmp_path: Path) -> None:
    async with site(tmp_path) as served, await served.harness.connect() as wire:
        link = await served.film()
        await served.get(link + NAME)  # it is open
        asked = [
            f"GET {link}{NAME} HTTP/1.1\r\nHost: a\r\nRange: bytes={start}-{start + 999}\r\n\r\n"
            for start in range(0, 5_000, 1_000)
        ]
        await wire.send("".join(asked).encode())
        for start in range(0, 5_000, 1_000):
            assert (await wire.answer()).body == FILM[start : start + 1_000]


async def test_a_film_that_is_cut_short_is_cut_for_the_player_too(tmp_path: Path) -> None:
    async with site(tmp_path) as served:
        link = await served.film()
        for _ in range(2):
            assert (await served.get(link + NAME)).body == FILM
        os.truncate(tmp_path / PREFIX / NAME, len(FILM) // 2)  # in place, as only a fault does
        async with await served.harness.connect() as wire:
            await wire.send(f"GET {link}{NAME} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            head, _, body = (await wire.rest()).partition(b"\r\n\r\n")
            assert b"Content-Length: %d\r\n" % len(FILM) in head
            assert FILM.startswith(body)
            assert len(body) < len(FILM)


async def test_a_film_of_many_steps_arrives_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_answers, "STEP_BYTES", 700)
    monkeypatch.setattr(file_answers, "PIECE_BYTES", 300)
    turns = iter(range(10**6))
    monkeypatch.setattr(OpenFile, "in_memory", lambda *_: next(turns) % 3 > 0)
    async with site(tmp_path) as served:
        link = await served.film()
        for _ in range(3):
            assert (await served.get(link + NAME)).body == FILM


async def test_an_empty_file_is_answered_at_once(tmp_path: Path) -> None:
    async with site(tmp_path) as served:
        link = await served.film(b"")
        for _ in range(2):
            answer = await served.get(link + NAME)
            assert (answer.status, answer.body) == (200, b"")
