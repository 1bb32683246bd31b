"""A front that serves the links of a folder, and what clients say to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from gateway.front.limits import Limits
from gateway.front.request import Request
from gateway.front.response import JSON
from gateway.front.routes import Route, Routes
from gateway.object_links.downloads import Downloads
from gateway.object_links.uploads import PartUploads
from protocol.object_links import PATH
from protocol.uploads import PART_BYTES
from storage.objects.folder import FolderObjects
from storage.seal import JwtSeal
from tests.gateway.front.harness import Answer, Harness, Wire, serving
from tests.support.fakes import SetClock

KEY = "resources/aaaa-bbbb"
TYPE = "application/pdf"


@dataclass
class Site:
    """A front on `harness`, whose files are `objects`."""

    harness: Harness
    objects: FolderObjects
    clock: SetClock
    root: Path
    uploads: PartUploads
    downloads: Downloads

    async def upload(self, size: int, *, number: int = 1) -> tuple[str, str]:
        """Begin one; its name, and the path of the link of a part."""
        upload = await self.objects.begin(KEY, content_type=TYPE)
        return upload, await self.link_of_part(upload, size, number=number)

    async def link_of_part(self, upload: str, size: int, *, number: int = 1) -> str:
        link = await self.objects.part_link(KEY, upload, number, size=size, seconds=3_600)
        return link.url

    async def stored(self, upload: str) -> list[tuple[int, int]]:
        return [(part.number, part.size) for part in await self.objects.parts(KEY, upload)]

    async def download(self, data: bytes, content_type: str = TYPE, *, inline: bool = False) -> str:
        """Store an object; the path of a link to it."""
        await self.objects.put(KEY, data, content_type)
        return await self.objects.link(KEY, seconds=60, filename="Größe 1.pdf", inline=inline)

    async def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        lines = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
        async with await self.harness.connect() as wire:
            await wire.send(f"{method} {path} HTTP/1.1\r\nHost: stoa\r\n{lines}\r\n".encode())
            return await wire.answer(method)

    async def put(self, path: str, data: bytes) -> Answer:
        async with await self.harness.connect() as wire:
            await wire.send(put_head(path, len(data)) + data)
            return await wire.answer("PUT")

    def drafts(self) -> list[str]:
        """Parts that are not whole."""
        return [path.name for path in self.root.rglob(".*") if path.is_file()]


def put_head(path: str, size: int) -> bytes:
    return f"PUT {path} HTTP/1.1\r\nHost: stoa\r\nContent-Length: {size}\r\n\r\n".encode()


@asynccontextmanager
async def site(
    root: Path, limits: Limits | None = None, *, stall_seconds: float = 30.0
) -> AsyncIterator[Site]:
    clock = SetClock()
    objects = FolderObjects(root, JwtSeal(b"s" * 32, clock), clock, site=lambda: "")
    uploads = PartUploads(objects, stall_seconds=stall_seconds)
    downloads = Downloads(objects)
    routes = Routes()
    routes.http("GET", "/hello", hello)
    routes.http_prefix("GET", PATH, Route(downloads.handle))
    routes.http_prefix("PUT", PATH, Route(uploads.handle, body_bytes=PART_BYTES, stream=True))
    async with serving(limits, routes=routes) as harness:
        yield Site(harness, objects, clock, root, uploads, downloads)


def hello(request: Request) -> None:
    request.respond(200, [JSON], b'"hello"')


async def is_alive(wire: Wire) -> bool:
    """Whether the connection serves another request."""
    await wire.send(b"GET /hello HTTP/1.1\r\nHost: stoa\r\n\r\n")
    return (await wire.answer()).body == b'"hello"'
