"""Downloads over real HTTP: whole, in part, slow, expired, and never run by a browser."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import trio
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.file_answers import PIECE_BYTES
from gateway.front.routes import Routes
from gateway.object_links import downloads
from gateway.object_links.routes import add_object_routes
from protocol.errors import StorageUnavailable
from protocol.object_links import PartTicket
from storage.objects.disk import OpenFile
from tests.gateway.front.harness import serving, until
from tests.gateway.object_links.site import KEY, is_alive, site
from tests.support.profiles import share

PDF = b"%PDF" + bytes(range(256)) * 8


async def test_a_file_is_saved_under_its_name(tmp_path: Path) -> None:
    async with site(tmp_path) as served:
        path = await served.download(PDF)
        answer = await served.get(path)
        assert (answer.status, answer.body) == (200, PDF)
        said = {name: answer.headers[name] for name in answer.headers}
        assert said[b"content-type"] == b"application/pdf"
        assert (
            said[b"content-disposition"] == b"attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe%201.pdf"
        )
        assert said[b"content-length"] == b"%d" % len(PDF)
        assert said[b"cache-control"] == b"private, no-store"
        assert said[b"accept-ranges"] == b"bytes"
        assert said[b"x-content-type-options"] == b"nosniff"
        assert said[b"x-frame-options"] == b"DENY"
        assert b"script-src 'none'" in said[b"content-security-policy"]
        assert said[b"etag"][:1] == b'"', "strong"
        head = await served.get(path, "HEAD", range="bytes=0-1")
        assert (head.status, head.body) == (200, b"")
        unsaid = (b"date", b"x-request-id")
        assert {name: head.headers[name] for name in said if name not in unsaid} == {
            name: said[name] for name in said if name not in unsaid
        }
        await until(lambda: served.downloads._running == 0)


async def test_an_empty_file_is_one(tmp_path: Path) -> None:
    async with site(tmp_path) as served, await served.harness.connect() as wire:
        path = await served.download(b"")
        await wire.send(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        answer = await wire.answer()
        assert (answer.status, answer.body, answer.headers[b"content-length"]) == (200, b"", b"0")
        assert await is_alive(wire)


@pytest.mark.parametrize(
    ("content_type", "shown"),
    [
        ("image/png", True),
        ("application/pdf", True),
        ("text/plain; charset=utf-8", True),
        ("video/mp4", True),
        ("image/svg+xml", False),
        ("text/html", False),
        ("application/xml", False),
    ],
)
async def test_a_browser_shows_only_what_cannot_run(
    tmp_path: Path, content_type: str, shown: bool
) -> None:
    async with site(tmp_path) as served:
        for inline in (True, False):
            answer = await served.get(await served.download(PDF, content_type, inline=inline))
            how = answer.headers[b"content-disposition"].partition(b";")[0]
            assert how == (b"inline" if inline and shown else b"attachment")


@settings(max_examples=share(0.3))
@given(
    st.binary(max_size=60),
    st.one_of(st.none(), st.integers(0, 70)),
    st.one_of(st.none(), st.integers(0, 70)),
)
async def test_any_range_is_what_a_slice_would_be(
    tmp_path_factory: Any, data: bytes, first: int | None, last: int | None
) -> None:
    async with site(tmp_path_factory.mktemp("objects")) as served:
        path = await served.download(data)
        text = f"bytes={'' if first is None else first}-{'' if last is None else last}"
        answer = await served.get(path, range=text)
        if (first is None and last is None) or (
            first is not None and last is not None and last < first
        ):
            assert (answer.status, answer.body) == (200, data)
            return
        if first is None:
            assert last is not None
            first, expected = max(0, len(data) - last), data[-last:] if last else b""
        else:
            expected = data[first:] if last is None else data[first : last + 1]
        if not expected:
            assert (answer.status, answer.body) == (416, b"")
            assert answer.headers[b"content-range"] == b"bytes */%d" % len(data)
            return
        assert (answer.status, answer.body) == (206, expected)
        said = b"bytes %d-%d/%d" % (first, first + len(expected) - 1, len(data))
        assert answer.headers[b"content-range"] == said


async def test_conditions_are_those_of_rfc_9110(tmp_path: Path) -> None:
    async with site(tmp_path) as served:
        path = await served.download(PDF)
        etag = (await served.get(path)).headers[b"etag"].decode()
        for given, status in (
            ({"if_none_match": etag}, 304),
            ({"if_none_match": f"W/{etag}"}, 304),
            ({"if_none_match": '"x"'}, 200),
            ({"if_match": '"x"'}, 412),
            ({"if_match": etag, "range": "bytes=0-1"}, 206),
            ({"if_range": etag, "range": "bytes=0-1"}, 206),
            ({"if_range": f"W/{etag}", "range": "bytes=0-1"}, 200),
            ({"if_range": '"x"', "range": "bytes=0-1"}, 200),
            ({"range": "bytes=0-1,4-5"}, 200),
            ({"range": "lines=0-1"}, 200),
        ):
            answer = await served.get(path, **given)
            assert answer.status == status, given
            assert answer.headers[b"etag"] == etag.encode()
            assert answer.headers[b"cache-control"] == b"private, no-store"
        await served.objects.put(KEY, PDF, "application/pdf")
        again = await served.get(path, if_range=etag, range="bytes=0-1")
        assert (again.status, again.body) == (200, PDF), "stored anew, it is another file"


async def test_a_link_that_ended_is_an_error_for_programs_and_a_page_for_people(
    tmp_path: Path,
) -> None:
    async with site(tmp_path) as served:
        path = await served.download(PDF)
        served.clock.at += 60_000
        answer = await served.get(path)
        assert (answer.status, answer.error["details"]["reason"]) == (401, "expired")
        assert answer.headers[b"cache-control"] == b"private, no-store"
        page = await served.get(path, accept="text/html,*/*;q=0.8")
        assert (page.status, page.headers[b"content-type"]) == (401, b"text/html; charset=utf-8")
        assert b"This link has expired" in page.body
        assert b"default-src 'none'" in page.headers[b"content-security-policy"]
        served.clock.at -= 60_000
        await served.objects.delete(KEY)
        assert (await served.get(path)).error["code"] == "NOT_FOUND"
        await until(lambda: served.downloads._running == 0)


@pytest.mark.parametrize("in_memory", [True, False])
async def test_a_slow_reader_is_waited_for_and_gets_it_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory: bool
) -> None:
    monkeypatch.setattr(OpenFile, "in_memory", lambda *_: in_memory)
    size = 48 * 1024 * 1024
    async with site(tmp_path) as served, await served.harness.connect() as wire:
        path = await served.download(b"first")
        os.truncate(tmp_path / KEY, size)  # zeros, which take no room
        whole = size - len("application/pdf\n")
        await wire.send(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
        front = served.harness.front
        await until(lambda: front.statistics()["bytes_sent"] > 0)
        if not in_memory:
            await until(lambda: front.statistics()["outbox_bytes"] > 0)
        for _ in range(50):
            await trio.lowlevel.checkpoint()
        assert front.statistics()["bytes_sent"] < size / 2, "it has not read"
        assert front.statistics()["outbox_bytes"] <= (PIECE_BYTES + 1_000 if not in_memory else 0)
        received, head = 0, b""
        while received < whole:
            piece = await wire.receive()
            assert piece
            assert front.statistics()["outbox_bytes"] <= PIECE_BYTES + 1_000
            if not head:
                head, _, piece = piece.partition(b"\r\n\r\n")
                assert piece.startswith(b"first") or not piece
            received += len(piece)
        assert received == whole
        assert await is_alive(wire)


async def test_who_leaves_gives_his_place_back(tmp_path: Path) -> None:
    async with site(tmp_path) as served:
        path = await served.download(b"first")
        os.truncate(tmp_path / KEY, 64 * 1024 * 1024)
        async with await served.harness.connect() as wire:
            await wire.send(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            await wire.receive()
            assert served.downloads._running == 1
        await until(lambda: served.downloads._running == 0)
        assert served.harness.front.services.counters.failures == 0


async def test_more_at_once_than_there_is_room_for_are_told_to_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "AT_ONCE", 2)
    async with site(tmp_path) as served, AsyncExitStack() as stack:
        path = await served.download(b"first")
        os.truncate(tmp_path / KEY, 64 * 1024 * 1024)
        for _ in range(2):
            wire = await stack.enter_async_context(await served.harness.connect())
            await wire.send(f"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n".encode())
            await wire.receive()
        answer = await served.get(path)
        assert (answer.status, answer.error["code"]) == (503, "OVERLOADED")
        assert b"retry-after" in answer.headers


class ShortFile:
    """Ends before it should."""

    size, content_type, etag, filename, inline = 3 * PIECE_BYTES, "text/csv", "x", "a", False

    async def read(self, start: int, length: int) -> bytes:
        if start:
            raise StorageUnavailable("The file is damaged: it ends early")
        return bytes(length)

    def send_cached(self, socket: int, start: int, length: int) -> int | None:
        return None


class ShortLinks:
    def part_of(self, token: str) -> PartTicket:
        raise NotImplementedError

    def receive_part(self, ticket: PartTicket) -> Any:
        raise NotImplementedError

    @asynccontextmanager
    async def open_link(self, token: str) -> AsyncIterator[ShortFile]:
        yield ShortFile()


async def test_a_file_that_ends_early_is_cut_so_that_the_client_sees_it() -> None:
    routes = Routes()
    add_object_routes(routes, ShortLinks())
    async with serving(routes=routes) as harness, await harness.connect() as wire:
        await wire.send(b"GET /objects/x HTTP/1.1\r\nHost: a\r\n\r\n")
        head, _, body = (await wire.rest()).partition(b"\r\n\r\n")
        assert b"Content-Length: %d" % ShortFile.size in head
        assert len(body) < ShortFile.size
