"""Where tests send uploads: a folder, and a bucket of moto's, which stands in for S3."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

import trio

from protocol.errors import StoaError
from protocol.object_links import PATH
from storage.objects.bucket import Bucket
from storage.objects.folder import FolderObjects
from storage.objects.s3 import S3Objects, open_s3
from storage.seal import JwtSeal
from tests.support.fakes import SetClock


class Place(Protocol):
    """Where uploads go. `client` is another process' view of the same place."""

    def client(self) -> AbstractAsyncContextManager[Any]: ...

    async def send(self, url: str, data: bytes) -> int:
        """`PUT` to the link of a part; returns the status."""
        ...


class FolderPlace:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.clock = SetClock()

    @asynccontextmanager
    async def client(self) -> AsyncIterator[FolderObjects]:
        seal = JwtSeal(b"s" * 32, self.clock)
        yield FolderObjects(self.root, seal, self.clock, site=lambda: "https://school.example")

    async def send(self, url: str, data: bytes) -> int:
        """As the front does, which has tests of its own."""
        async with self.client() as objects:
            try:
                ticket = objects.part_of(url.rpartition(PATH)[2])
                if len(data) != ticket.size:
                    return 400
                async with objects.receive_part(ticket) as writer:
                    for start in range(0, len(data), 1 << 18):
                        await writer.write(data[start : start + (1 << 18)])
                    await writer.keep()
            except StoaError as error:
                return error.status
        return 204


class S3Place:
    def __init__(self, endpoint: str) -> None:
        self.bucket = Bucket(
            name="stoa-uploads",
            endpoint=endpoint,
            access_key="key",
            secret_key="secret",
            prefix=f"school-{secrets.token_hex(4)}/",
        )

    @asynccontextmanager
    async def client(self) -> AsyncIterator[S3Objects]:
        async with open_s3(self.bucket) as objects:
            await objects._client.create_bucket(Bucket="stoa-uploads")
            yield objects

    async def send(self, url: str, data: bytes) -> int:
        """As browsers do: the length is the only header about the body."""

        def put() -> int:
            split = urlsplit(url)
            connection = HTTPConnection(split.netloc, timeout=20)
            connection.request("PUT", f"{split.path}?{split.query}", data)
            status = connection.getresponse().status
            connection.close()
            return status

        return await trio.to_thread.run_sync(put)
