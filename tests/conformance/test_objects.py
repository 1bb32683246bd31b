"""One suite for every place where files are kept."""

from __future__ import annotations

import os
import secrets
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st

from protocol.errors import (
    AuthenticationError,
    ExternalServiceError,
    NotFoundError,
    StorageUnavailable,
)
from protocol.object_links import PATH
from protocol.objects import (
    MAX_KEY,
    MAX_OBJECT_BYTES,
    ObjectFacts,
    Objects,
    StoredObject,
    check_key,
)
from protocol.uploads import MAX_READ, PART_BYTES
from storage.objects.bucket import Bucket, Distribution
from storage.objects.cloudfront import CloudFrontLinks
from storage.objects.folder import FolderObjects
from storage.objects.s3 import open_s3
from storage.seal import JwtSeal
from supervisors.clock import TrioClock
from tests.storage.records.school import SetClock
from tests.support.cloudfront import KEY_ID, distribution, key_file
from tests.support.server import free_port

KEY = "reports/aaaa-bbbb.pdf"
SITE = "https://school.example"


def bucket(endpoint: str, distribution: Distribution | None = None) -> Bucket:
    prefix = f"school-{secrets.token_hex(4)}/"  # the server is shared by the tests of this module
    return Bucket(
        name="stoa-files",
        endpoint=endpoint,
        prefix=prefix,
        access_key="key",
        secret_key="secret",
        distribution=distribution,
    )


def folder(root: Path, clock: SetClock | None = None) -> FolderObjects:
    clock = clock or SetClock()
    return FolderObjects(root, JwtSeal(b"s" * 32, clock), clock, site=lambda: SITE)


@pytest.fixture(params=["folder", "s3"])
async def objects(request: Any, tmp_path: Path) -> AsyncIterator[Objects]:
    if request.param == "folder":
        yield folder(tmp_path)
        return
    endpoint = request.getfixturevalue("s3_server")
    async with open_s3(bucket(endpoint)) as found:
        await found._client.create_bucket(Bucket="stoa-files")
        yield found


async def test_what_was_put_comes_back(objects: Objects) -> None:
    files: Any = objects
    assert await objects.get(KEY) is None
    assert not await files.exists(KEY)
    await objects.put(KEY, b"%PDF\n\x00\xff", "application/pdf")
    assert await objects.get(KEY) == StoredObject(
        data=b"%PDF\n\x00\xff", content_type="application/pdf"
    )
    await objects.put(KEY, b"", "text/plain")
    assert await files.exists(KEY)
    assert await objects.get(KEY) == StoredObject(data=b"", content_type="text/plain")
    await objects.delete(KEY)
    await objects.delete(KEY)
    assert await objects.get(KEY) is None


async def test_writers_at_once_leave_one_whole_file(objects: Objects) -> None:
    contents = [bytes([65 + number]) * 10_000 for number in range(8)]
    async with trio.open_nursery() as nursery:
        for content in contents:
            nursery.start_soon(objects.put, KEY, content, "text/plain")
    found = await objects.get(KEY)
    assert found is not None
    assert found.data in contents


@pytest.mark.parametrize("key", ["", "/a", "a//b", "../a", "a/../b", "A", "a b", "a/", "é", ".a"])
async def test_a_key_that_could_lead_elsewhere_is_a_mistake(objects: Objects, key: str) -> None:
    for operation in (objects.get(key), objects.put(key, b"", "text/plain"), objects.delete(key)):
        with pytest.raises(ValueError, match="no key"):
            await operation
    with pytest.raises(ValueError, match="no key"):
        await objects.link(key, seconds=1, filename="a")


async def test_an_object_that_is_too_large_is_a_mistake(objects: Objects) -> None:
    with pytest.raises(ValueError, match="too large"):
        await objects.put(KEY, bytes(MAX_OBJECT_BYTES + 1), "text/plain")
    assert await objects.get(KEY) is None


@pytest.mark.parametrize("content_type", ["", "text", "text/plain\nx", "Text/Plain", "a/b; c=d"])
async def test_a_content_type_that_is_none_is_a_mistake(
    objects: Objects, content_type: str
) -> None:
    with pytest.raises(ValueError, match="no content type"):
        await objects.put(KEY, b"x", content_type)


@pytest.mark.parametrize(
    ("seconds", "filename"),
    [(0, "a"), (-1, "a"), (86_401, "a"), (1, ""), (1, "a/b"), (1, "a\r\nb"), (1, "x" * 151)],
)
async def test_a_link_has_bounds(objects: Objects, seconds: int, filename: str) -> None:
    with pytest.raises(ValueError, match=r"link|name"):
        await objects.link(KEY, seconds=seconds, filename=filename)


SHOWN = (
    *("image/png", "application/pdf", "text/plain; charset=utf-8", "video/mp4", "audio/ogg"),
    "text/vtt",
)
SAVED = (
    "image/svg+xml",
    "text/html",
    "text/html; charset=utf-8",
    "application/xhtml+xml",
    "text/x",
)


@pytest.mark.parametrize("content_type", [*SHOWN, *SAVED])
async def test_a_browser_shows_only_what_cannot_run(objects: Any, content_type: str) -> None:
    await objects.put(KEY, b"x", content_type)
    for inline in (False, True):
        link = await objects.link(KEY, seconds=60, filename="a", inline=inline)
        shown = inline and content_type in SHOWN
        if isinstance(objects, FolderObjects):
            async with objects.open_link(link.removeprefix(SITE + PATH)) as file:
                assert file.inline == shown
        else:
            assert ("response-content-disposition=inline" in link) == shown
            assert ("response-content-disposition=attachment" in link) == (not shown)


@pytest.mark.parametrize(
    "size",
    [
        *(0, 1, MAX_READ + 1),
        pytest.param(2 * PART_BYTES + 5, marks=[pytest.mark.slow, pytest.mark.no_cover]),
    ],
)
async def test_what_comes_in_pieces_is_stored_as_a_whole(objects: Any, size: int) -> None:
    data = bytes(range(251)) * (size // 251 + 1)

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, size, MAX_READ):
            yield data[start : min(size, start + MAX_READ)]

    await objects.store(KEY, pieces(), "text/csv")
    assert await objects.facts(KEY) == ObjectFacts(size=size, content_type="text/csv")
    if size > MAX_OBJECT_BYTES:
        with pytest.raises(ValueError, match="too large"):
            await objects.get(KEY)
        await objects.delete(KEY)
        assert await objects.facts(KEY) is None
    else:
        assert await objects.get(KEY) == StoredObject(data=data[:size], content_type="text/csv")


async def test_pieces_that_fail_leave_what_was_there(objects: Any) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"new"
        raise StorageUnavailable

    await objects.put(KEY, b"old", "text/plain")
    with pytest.raises(StorageUnavailable):
        await objects.store(KEY, pieces(), "text/csv")
    assert await objects.get(KEY) == StoredObject(data=b"old", content_type="text/plain")


@given(key=st.text(alphabet="ab./-_\\\x00~", max_size=12))
def test_no_key_leaves_its_folder(key: str) -> None:
    try:
        check_key(key)
    except ValueError:
        return
    path = (Path("/root-of-files") / key).resolve()
    assert Path("/root-of-files") in path.parents


def test_a_key_has_a_bound() -> None:
    check_key("a" * MAX_KEY)
    with pytest.raises(ValueError, match="no key"):
        check_key("a" * (MAX_KEY + 1))


# --- the folder's own -----------------------------------------------------------------------------


async def opened(objects: FolderObjects, token: str) -> tuple[bytes, str]:
    """What a link gives, and its name."""
    async with objects.open_link(token) as file:
        return await file.read(0, file.size), file.filename


async def test_a_link_downloads_for_a_while(tmp_path: Path) -> None:
    clock = SetClock()
    objects = folder(tmp_path, clock)
    await objects.put(KEY, b"pdf", "application/pdf")
    link = await objects.link(KEY, seconds=60, filename="Größe.pdf")
    assert link.startswith(SITE + PATH)
    token = link.removeprefix(SITE + PATH)
    assert await opened(objects, token) == (b"pdf", "Größe.pdf")
    for forged in (token[:-2], token.upper(), "", "a.b.c"):
        with pytest.raises(AuthenticationError):
            await opened(objects, forged)
    await objects.delete(KEY)
    with pytest.raises(NotFoundError):
        await opened(objects, token)
    clock.at += 60_000
    with pytest.raises(AuthenticationError) as refusal:
        await opened(objects, token)
    assert refusal.value.details["reason"] == "expired"


@pytest.mark.parametrize("in_memory", [b"", b"onten", None])
async def test_what_the_system_has_not_in_memory_is_read_in_a_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, in_memory: bytes | None
) -> None:
    def preadv(_file: int, buffers: list[bytearray], _start: int, _flags: int) -> int:
        if in_memory is None:
            raise BlockingIOError
        buffers[0][: len(in_memory)] = in_memory
        return len(in_memory)

    objects = folder(tmp_path)
    await objects.put(KEY, b"content", "text/plain")
    token = (await objects.link(KEY, seconds=60, filename="a")).removeprefix(SITE + PATH)
    monkeypatch.setattr(os, "preadv", preadv)
    async with objects.open_link(token) as file:
        assert await file.read(1, 6) == b"ontent"


async def test_an_open_file_stays_what_it_was(tmp_path: Path) -> None:
    objects = folder(tmp_path)
    await objects.put(KEY, b"first", "text/plain")
    token = (await objects.link(KEY, seconds=60, filename="a")).removeprefix(SITE + PATH)
    async with objects.open_link(token) as before:
        await objects.put(KEY, b"later", "text/html")
        async with objects.open_link(token) as after:
            assert await before.read(0, 5) == b"first"
            assert await after.read(1, 3) == b"ate"
            assert before.etag != after.etag
            with pytest.raises(StorageUnavailable):
                await after.read(3, 3)


async def test_what_a_crash_left_half_written_is_never_read(tmp_path: Path) -> None:
    objects = folder(tmp_path)
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / ".aaaa-bbbb.pdf.0000").write_bytes(b"application/pdf\nhal")
    assert await objects.get(KEY) is None
    await objects.put(KEY, b"whole", "text/plain")
    assert (await objects.get(KEY)) == StoredObject(data=b"whole", content_type="text/plain")


async def test_a_disk_that_does_not_take_it_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "reports").write_text("in the way")
    with pytest.raises(StorageUnavailable):
        await folder(tmp_path).put(KEY, b"x", "text/plain")
    assert sorted(os.listdir(tmp_path)) == ["reports"]


# --- the bucket's own -----------------------------------------------------------------------------


async def test_a_presigned_link_downloads_under_its_name(s3_server: str) -> None:
    async with open_s3(bucket(s3_server)) as objects:
        await objects._client.create_bucket(Bucket="stoa-files")
        await objects.put(KEY, b"pdf", "application/pdf")
        link = await objects.link(KEY, seconds=60, filename="my report.pdf")
    assert "X-Amz-Expires=60" in link
    assert "/stoa-files/school-" in link

    def fetch() -> tuple[bytes, str, str]:
        with urllib.request.urlopen(link, timeout=10) as response:
            headers = response.headers
            return response.read(), headers["content-disposition"], headers["cache-control"]

    body, disposition, kept = await trio.to_thread.run_sync(fetch)
    assert body == b"pdf"
    assert disposition == "attachment; filename*=UTF-8''my%20report.pdf"
    assert kept == "private, no-store"


async def test_links_lead_through_a_distribution(s3_server: str, tmp_path: Path) -> None:
    with distribution(s3_server, "stoa-files") as site:
        through = Distribution(url=site, key_id=KEY_ID, key=key_file(tmp_path))
        where = bucket(s3_server, through)
        assert site in where.origins()
        async with open_s3(where, CloudFrontLinks(through, TrioClock())) as objects:
            await objects._client.create_bucket(Bucket="stoa-files")
            await objects.put(KEY, b"pdf", "application/pdf")
            for inline, how in ((False, "attachment"), (True, "inline")):
                link = await objects.link(KEY, seconds=60, filename="my report.pdf", inline=inline)
                assert link.startswith(f"{site}/{where.prefix}{KEY}?response-content-disposition=")
                with await trio.to_thread.run_sync(urllib.request.urlopen, link) as answer:
                    assert answer.read() == b"pdf"
                    named = f"{how}; filename*=UTF-8''my%20report.pdf"
                    assert answer.headers["content-disposition"] == named
            part = await objects.part_link(KEY, "upload", 1, size=1, seconds=60)
            assert part.url.startswith(s3_server), "what is sent goes to the bucket itself"
        with pytest.raises(urllib.error.HTTPError, match="403") as refusal:
            await trio.to_thread.run_sync(urllib.request.urlopen, link.replace("inline", "Inline"))
        refusal.value.close()


async def test_a_bucket_that_is_not_there_is_the_services_fault(s3_server: str) -> None:
    where = Bucket(name="nowhere-at-all", endpoint=s3_server, access_key="k", secret_key="s")
    async with open_s3(where) as objects:
        with pytest.raises(ExternalServiceError) as fault:
            await objects.put(KEY, b"x", "text/plain")
        assert fault.value.details["service_name"] == "object storage"


async def test_storage_that_is_away_may_come_back() -> None:
    async with open_s3(bucket(f"http://127.0.0.1:{free_port()}")) as objects:
        with pytest.raises(StorageUnavailable):
            await objects.get(KEY)
