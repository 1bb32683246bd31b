"""Films from a bucket: what is small comes from us, and for the rest players are sent there."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from gateway.front.routes import Routes
from gateway.streams import bucket
from gateway.streams.bucket import LINK_SECONDS, REUSED_SECONDS, SPARE_SECONDS, BucketStreams
from gateway.streams.routes import add_stream_routes
from protocol.errors import StorageUnavailable
from protocol.objects import StoredObject, check_key, check_link
from protocol.transcoding import FILES, prefix_of
from storage.objects.streams import SealedStreams
from storage.seal import JwtSeal
from tests.gateway.front.harness import Answer, Harness, serving, until
from tests.support.fakes import SetClock

PREFIX = prefix_of("aaaa-bbbb")
SMALL = ("master.m3u8", "v0.m3u8", "a0.m3u8", "thumbnails.vtt")


@dataclass
class Bucket:
    """Remembers what it was asked for."""

    objects: dict[str, bytes] = field(default_factory=dict)
    linked: list[tuple[str, int, str, bool]] = field(default_factory=list)
    away: bool = False

    async def get(self, key: str) -> StoredObject | None:
        if self.away:
            raise StorageUnavailable("The object storage does not answer; try again")
        data = self.objects.get(key)
        return None if data is None else StoredObject(data=data, content_type="text/html")

    async def put(self, key: str, data: bytes, content_type: str) -> None:
        raise NotImplementedError

    async def delete(self, key: str) -> None:
        raise NotImplementedError

    async def link(self, key: str, *, seconds: int, filename: str, inline: bool = False) -> str:
        check_key(key)
        check_link(seconds, filename)
        self.linked.append((key, seconds, filename, inline))
        return f"https://bucket.test/{key}?signed={len(self.linked)}"


@dataclass
class Site:
    harness: Harness
    bucket: Bucket
    clock: SetClock
    streams: SealedStreams

    async def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        async with await self.harness.connect() as wire:
            await wire.send(f"{method} {path} HTTP/1.1\r\nHost: stoa\r\n{lines}\r\n".encode())
            return await wire.answer(method)


@asynccontextmanager
async def site() -> AsyncIterator[Site]:
    clock, objects = SetClock(), Bucket()
    streams = SealedStreams(JwtSeal(b"s" * 32, clock), clock)
    answers = BucketStreams(streams, objects)
    routes = Routes()
    add_stream_routes(routes, answers)
    async with serving(routes=routes) as harness:
        harness.front.services.now = clock.now
        yield Site(harness, objects, clock, streams)
        await until(lambda: answers._running == 0)


@pytest.mark.parametrize("name", SMALL)
async def test_what_is_small_comes_from_us(name: str) -> None:
    async with site() as served:
        served.bucket.objects[PREFIX + name] = b"#EXTM3U v0.mp4"
        link = served.streams.stream_link(PREFIX, seconds=3_600)
        answer = await served.get(link + name)
        assert (answer.status, answer.body) == (200, b"#EXTM3U v0.mp4")
        assert b"text/html" not in answer.headers[b"content-type"]
        assert answer.headers[b"cache-control"] == b"private, max-age=3600"
        etag = answer.headers[b"etag"].decode()
        assert (await served.get(link + name, if_none_match=etag)).status == 304
        part = await served.get(link + name, range="bytes=1-3")
        assert (part.status, part.body) == (206, b"EXT")
        assert served.bucket.linked == []


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith((".mp4", ".jpg"))])
async def test_for_the_rest_players_are_sent_to_the_bucket(name: str) -> None:
    async with site() as served:
        link = served.streams.stream_link(PREFIX, seconds=3_600)
        for method in ("GET", "HEAD", "GET"):
            answer = await served.get(link + name, method, range="bytes=0-99")
            assert (answer.status, answer.body) == (307, b"")
            where = f"https://bucket.test/{PREFIX}{name}?signed=1"
            assert answer.headers[b"location"] == where.encode()
            kept = LINK_SECONDS - SPARE_SECONDS
            assert answer.headers[b"cache-control"] == b"private, max-age=%d" % kept
            assert answer.headers[b"referrer-policy"] == b"no-referrer", "our token is not theirs"
        assert served.bucket.linked == [(PREFIX + name, LINK_SECONDS, name, True)]


async def test_a_link_is_given_out_for_a_while_and_never_remembered_past_its_end() -> None:
    async with site() as served:
        link = served.streams.stream_link(PREFIX, seconds=3_600)
        await served.get(link + "v0.mp4")
        served.clock.at += REUSED_SECONDS * 1000
        answer = await served.get(link + "v0.mp4")
        left = LINK_SECONDS - REUSED_SECONDS
        assert answer.headers[b"location"].endswith(b"signed=1")
        assert answer.headers[b"cache-control"] == b"private, max-age=%d" % (left - SPARE_SECONDS)
        served.clock.at += 1_000
        assert (await served.get(link + "v0.mp4")).headers[b"location"].endswith(b"signed=2")


@pytest.mark.parametrize("left", [LINK_SECONDS - 1, SPARE_SECONDS, 1, 0])
async def test_no_link_to_the_bucket_outlives_the_players_own(left: int) -> None:
    async with site() as served:
        long = served.streams.stream_link(PREFIX, seconds=86_400)
        await served.get(long + "v0.mp4")  # a link that others are given
        link = served.streams.stream_link(PREFIX, seconds=left + 1)
        served.clock.at += 999
        answer = await served.get(link + "v0.mp4")
        assert answer.headers[b"location"].endswith(b"signed=2")
        seconds = max(1, left)
        assert served.bucket.linked[-1] == (PREFIX + "v0.mp4", seconds, "v0.mp4", True)
        kept = max(0, seconds - SPARE_SECONDS)
        assert answer.headers[b"cache-control"] == b"private, max-age=%d" % kept
        served.clock.at += left * 1_000 + 1
        assert (await served.get(link + "v0.mp4")).status == 401


async def test_what_is_not_there_or_no_file_of_a_film_is_not_found() -> None:
    async with site() as served:
        link = served.streams.stream_link(PREFIX, seconds=60)
        for name in ("master.m3u8", "../v0.mp4", "v9.mp4", "", "captions.vtt"):
            assert (await served.get(link + name)).error["code"] == "NOT_FOUND"
        assert (await served.get("/streams/x/v0.mp4")).status == 401
        assert served.bucket.linked == []


async def test_a_bucket_that_does_not_answer_may_come_back() -> None:
    async with site() as served:
        served.bucket.away = True
        link = served.streams.stream_link(PREFIX, seconds=60)
        answer = await served.get(link + "master.m3u8")
        assert (answer.status, answer.error["code"]) == (503, "STORAGE_UNAVAILABLE")


async def test_no_more_links_are_remembered_than_there_is_room_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bucket, "MOST_LINKS", 1)
    async with site() as served:
        link = served.streams.stream_link(PREFIX, seconds=3_600)
        for name, number in (("v0.mp4", 1), ("v1.mp4", 2), ("v1.mp4", 2), ("v0.mp4", 3)):
            answer = await served.get(link + name)
            assert answer.headers[b"location"].endswith(b"signed=%d" % number)
