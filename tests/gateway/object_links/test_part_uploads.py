"""Parts of uploads over real HTTP: whole, late, slow, wrong, twice, too many."""

from __future__ import annotations

import secrets
import string
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import trio
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.front.limits import Limits
from gateway.front.reactor import READ_BYTES
from gateway.front.routes import Routes
from gateway.object_links import uploads
from gateway.object_links.routes import add_object_routes
from gateway.object_links.uploads import AT_ONCE_OF_AN_UPLOAD
from protocol.errors import StorageUnavailable
from protocol.object_links import PATH, PartTicket
from protocol.uploads import PART_BYTES
from tests.gateway.front.harness import serving, until
from tests.gateway.front.http.requests import tiny
from tests.gateway.object_links.site import KEY, Site, is_alive, put_head, site
from tests.support.profiles import share

IN_TOKENS = string.ascii_letters + string.digits + "-_."


async def until_idle(served: Site) -> None:
    await until(lambda: not served.uploads._running)


async def test_a_part_is_taken_and_the_connection_goes_on(tmp_path: Path) -> None:
    data = secrets.token_bytes(3_000_001)
    async with site(tmp_path) as served, await served.harness.connect() as wire:
        upload, path = await served.upload(len(data), number=7)
        for _ in range(2):
            await wire.send(put_head(path, len(data)) + data)
            answer = await wire.answer("PUT")
            assert (answer.status, answer.body, answer.closes) == (204, b"", False)
        assert await is_alive(wire)
        assert await served.stored(upload) == [(7, len(data))]
        assert (tmp_path / ".uploads" / upload / "7").read_bytes() == data
        assert served.drafts() == []


async def test_the_routes_of_a_server_take_a_whole_part_and_give_it_back(tmp_path: Path) -> None:
    data = secrets.token_bytes(PART_BYTES)
    async with site(tmp_path) as served:
        routes = Routes()
        add_object_routes(routes, served.objects)
        async with serving(routes=routes) as harness:
            served.harness = harness
            upload, path = await served.upload(PART_BYTES)
            assert (await served.put(path, data)).status == 204
            assert await served.objects.join(KEY, upload, [PART_BYTES])
            link = await served.objects.link(KEY, seconds=60, filename="a")
            assert (await served.get(link)).body == data
            wrong = await served.get(path, "POST")
            assert (wrong.status, wrong.headers[b"allow"]) == (405, b"GET, HEAD, PUT")


@pytest.mark.parametrize(
    ("head", "status", "code"),
    [
        (b"", 411, "LENGTH_REQUIRED"),
        (b"Transfer-Encoding: chunked\r\n", 411, "LENGTH_REQUIRED"),
        (b"Content-Length: 0\r\n", 400, "BAD_REQUEST"),
        (b"Content-Length: 9\r\n", 400, "BAD_REQUEST"),
        (b"Content-Length: 11\r\n", 413, "PAYLOAD_TOO_LARGE"),
        (b"Content-Length: %d\r\n" % (PART_BYTES + 1), 413, "PAYLOAD_TOO_LARGE"),
    ],
)
async def test_a_body_has_the_length_that_the_link_is_for(
    tmp_path: Path, head: bytes, status: int, code: str
) -> None:
    async with site(tmp_path) as served, await served.harness.connect() as wire:
        upload, path = await served.upload(10)
        await wire.send(f"PUT {path} HTTP/1.1\r\nHost: a\r\n".encode() + head + b"\r\n")
        answer = await wire.answer("PUT")
        assert (answer.status, answer.error["code"]) == (status, code)
        assert await served.stored(upload) == []
        assert not served.uploads._running


async def test_a_link_ends_and_is_only_for_this(tmp_path: Path) -> None:
    async with site(tmp_path) as served:
        upload, path = await served.upload(4)
        served.clock.at += 3_600_000
        answer = await served.put(path, b"data")
        assert (answer.status, answer.error["details"]["reason"]) == (401, "expired")
        assert (await served.get(path)).status == 401
        download = await served.download(b"data")
        assert (await served.put(download, b"data")).status == 401
        for token in ("", "a.b.c", "%C3%A9", "x" * 5_000):
            assert (await served.put(PATH + token, b"data")).status == 401
        assert await served.stored(upload) == []


@settings(max_examples=share(1))
@given(st.data())
async def test_no_byte_of_a_link_can_be_changed(tmp_path_factory: Any, data: Any) -> None:
    root = tmp_path_factory.mktemp("objects")
    async with site(root) as served:
        upload, sends = await served.upload(4)
        gives = await served.download(b"data")
        for path in (sends, gives):
            at = data.draw(st.integers(len(PATH), len(path) - 1))
            other = data.draw(st.sampled_from(IN_TOKENS.replace(path[at], "")))
            changed = path[:at] + other + path[at + 1 :]
            for answer in (await served.put(changed, b"data"), await served.get(changed)):
                assert answer.status == 401
        assert await served.stored(upload) == []
        assert (await served.put(sends, b"data")).status == 204
        assert (await served.get(gives)).body == b"data"


async def test_who_leaves_half_way_has_sent_nothing(tmp_path: Path) -> None:
    async with site(tmp_path) as served:
        upload, path = await served.upload(1_000_000)
        async with await served.harness.connect() as wire:
            await wire.send(put_head(path, 1_000_000) + bytes(400_000))
            await until(lambda: served.drafts() != [])
        await until_idle(served)
        assert await served.stored(upload) == []
        assert served.drafts() == []
        assert served.harness.front.services.counters.failures == 0


async def test_who_sends_nothing_for_long_is_cut(tmp_path: Path) -> None:
    async with site(tmp_path, stall_seconds=0.05) as served:
        upload, path = await served.upload(100)
        async with await served.harness.connect() as wire:
            await wire.send(put_head(path, 100) + bytes(50))
            answer = await wire.answer("PUT")
            assert (answer.status, answer.error["code"], answer.closes) == (
                408,
                "REQUEST_TIMEOUT",
                True,
            )
        await until_idle(served)
        assert await served.stored(upload) == []
        assert served.drafts() == []


async def test_who_is_slower_than_anybody_may_be_is_cut_by_the_front(tmp_path: Path) -> None:
    async with site(tmp_path, tiny(body_seconds=0.05)) as served:
        upload, path = await served.upload(100)
        async with await served.harness.connect() as wire:
            await wire.send(put_head(path, 100) + bytes(50))
            assert (await wire.answer("PUT")).status == 408
        await until_idle(served)
        assert await served.stored(upload) == []
        assert served.harness.front.services.counters.failures == 0


async def test_the_same_part_twice_at_once_leaves_one_whole_part(tmp_path: Path) -> None:
    size = 200_000
    async with site(tmp_path) as served, AsyncExitStack() as stack:
        upload, path = await served.upload(size)
        wires = [await stack.enter_async_context(await served.harness.connect()) for _ in range(2)]
        contents = [bytes([65 + number]) * size for number in range(2)]
        for wire in wires:
            await wire.send(put_head(path, size))
        for start in range(0, size, 50_000):
            for wire, content in zip(wires, contents, strict=True):
                await wire.send(content[start : start + 50_000])
        for wire in wires:
            assert (await wire.answer("PUT")).status == 204
        assert await served.stored(upload) == [(1, size)]
        assert (tmp_path / ".uploads" / upload / "1").read_bytes() in contents


async def test_more_at_once_than_a_browser_sends_of_one_upload_are_told_to_wait(
    tmp_path: Path,
) -> None:
    async with site(tmp_path) as served, AsyncExitStack() as stack:
        _, path = await served.upload(10)
        wires = []
        for _ in range(AT_ONCE_OF_AN_UPLOAD):
            wire = await stack.enter_async_context(await served.harness.connect())
            await wire.send(put_head(path, 10) + b"half")
            wires.append(wire)
        await until(lambda: len(served.drafts()) == AT_ONCE_OF_AN_UPLOAD)
        answer = await served.put(path, b"0123456789")
        assert (answer.status, answer.error["code"]) == (503, "OVERLOADED")
        assert int(answer.headers[b"retry-after"]) > 0
        _, other = await served.upload(10)
        assert (await served.put(other, b"0123456789")).status == 204, "others have their places"
        await wires[0].send(b"456789")
        assert (await wires[0].answer("PUT")).status == 204
        await until(lambda: served.uploads._running.total() == AT_ONCE_OF_AN_UPLOAD - 1)
        assert (await served.put(path, b"0123456789")).status == 204


async def test_more_at_once_than_there_is_room_for_are_told_to_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "AT_ONCE", 1)
    async with site(tmp_path) as served:
        _, first = await served.upload(10)
        _, second = await served.upload(10)
        async with await served.harness.connect() as wire:
            await wire.send(put_head(first, 10) + b"half")
            await until(lambda: served.drafts() != [])
            answer = await served.put(second, b"0123456789")
            assert (answer.status, answer.error["details"]["retryable"]) == (503, True)
        await until_idle(served)
        assert (await served.put(second, b"0123456789")).status == 204


async def test_a_part_of_an_upload_that_has_ended_is_refused(tmp_path: Path) -> None:
    async with site(tmp_path) as served:
        upload, path = await served.upload(4)
        assert (await served.put(path, b"data")).status == 204
        async with await served.harness.connect() as wire:
            await wire.send(put_head(path, 4) + b"da")
            await until(lambda: served.drafts() != [])
            assert await served.objects.join(KEY, upload, [4])
            await wire.send(b"ng")
            assert (await wire.answer("PUT")).status == 404
        assert (await served.put(path, b"late")).status == 404
        assert await served.objects.read(KEY, 0, 10) == b"data"


class SlowLinks:
    """Takes any part; each piece waits until it may be written, or fails."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.may_write = trio.Event()
        self.sizes: list[int] = []

    def part_of(self, token: str) -> PartTicket:
        return PartTicket(key=KEY, upload=token, number=1, size=PART_BYTES)

    @asynccontextmanager
    async def receive_part(self, ticket: PartTicket) -> AsyncIterator[SlowLinks]:
        yield self

    def open_link(self, token: str) -> Any:
        raise NotImplementedError

    async def write(self, data: bytes) -> None:
        self.sizes.append(len(data))
        if self.error is not None:
            raise self.error
        await self.may_write.wait()

    async def keep(self) -> None:
        await trio.lowlevel.checkpoint()


async def test_what_the_disk_has_not_taken_waits_with_the_client() -> None:
    routes, links = Routes(), SlowLinks()
    add_object_routes(routes, links)
    most = Limits().stream_buffer_bytes + READ_BYTES
    async with serving(routes=routes) as harness, await harness.connect() as wire:
        await wire.send(put_head("/objects/a", PART_BYTES))
        async with trio.open_nursery() as nursery:
            nursery.start_soon(wire.stream.send_all, bytes(PART_BYTES))
            [stream] = harness.front.reactor.streams.values()
            held: Any = stream.interpreter
            await until(lambda: held._upload is not None and held._upload.full)
            received = harness.front.services.counters.bytes_received
            for _ in range(50):
                await trio.lowlevel.checkpoint()
            assert harness.front.services.counters.bytes_received == received < 2 * most
            links.may_write.set()
        assert (await wire.answer("PUT")).status == 204
    assert sum(links.sizes) == PART_BYTES
    assert max(links.sizes) <= most


async def test_a_full_disk_is_said_so() -> None:
    routes = Routes()
    error = StorageUnavailable("There is no room for files; try again", reason="disk_full")
    add_object_routes(routes, SlowLinks(error))
    async with serving(routes=routes) as harness, await harness.connect() as wire:
        await wire.send(put_head("/objects/a", PART_BYTES) + b"x")
        answer = await wire.answer("PUT")
        assert (answer.status, answer.error["code"]) == (503, "STORAGE_UNAVAILABLE")
        assert answer.error["details"] == {"reason": "disk_full", "retryable": True}
        assert b"retry-after" in answer.headers
