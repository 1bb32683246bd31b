"""Files in a folder on disk, with links that this installation signs and serves itself."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from protocol.access import Seal
from protocol.errors import AuthenticationError, NotFoundError
from protocol.object_links import PATH, PartTicket
from protocol.objects import (
    ObjectFacts,
    StoredObject,
    check_content,
    check_content_type,
    check_key,
    check_link,
    check_size,
)
from protocol.ports import Clock
from protocol.uploads import StoredPart, UploadLink
from storage.objects.checks import check_part, check_piece
from storage.objects.disk import (
    OpenFile,
    Threads,
    keep_draft,
    make_private,
    open_draft,
    open_file,
    write_all,
    write_file,
)
from storage.objects.folder_pieces import (
    Draft,
    FolderFile,
    PieceWriter,
    SharedFolderFile,
    writing,
)
from storage.objects.folder_uploads import DiskUploads

PURPOSE = "object"
PART_PURPOSE = "part of an object"
THREADS = 4
TRANSFER_THREADS = 4
"""For pieces of what browsers send and fetch, so that small files need not wait for them."""
JOINS = 4
"""Uploads put together at once: each copies gigabytes."""
T = TypeVar("T")


class FolderFiles:
    """Files below `root`. The content type is a file's first line.

    No key may be a parent path of another, because a file is not a folder.
    """

    def __init__(self, root: Path) -> None:
        self._root = root
        self._threads = Threads(THREADS)
        self._transfers = Threads(TRANSFER_THREADS)

    async def put(self, key: str, data: bytes, content_type: str) -> None:
        """Store an object atomically, replacing any under the same key."""
        content = content_type.encode("ascii") + b"\n" + check_content(data, content_type)
        await self._threads.run(partial(write_file, self._path(key), content))

    async def store(self, key: str, pieces: AsyncIterable[bytes], content_type: str) -> None:
        """Store an object of any size atomically, replacing any. It is never held as a whole."""
        path, line = self._path(key), check_content_type(content_type).encode("ascii") + b"\n"

        def begin() -> Draft:
            make_private(path.parent)
            draft = Draft(*open_draft(path), path)
            write_all(draft.descriptor, line)
            return draft

        async with writing(begin, keep_draft, self._transfers) as writer:
            async for piece in pieces:
                await writer.write(piece)
            await writer.keep()

    async def get(self, key: str) -> StoredObject | None:
        """Read an object; None if there is none. One past `MAX_OBJECT_BYTES` is a `ValueError`."""

        def get(file: OpenFile) -> StoredObject:
            check_size(file.size)
            return StoredObject(data=file.read(0, file.size), content_type=file.content_type)

        return await self._threads.run(partial(_with_file, self._path(key), get))

    async def facts(self, key: str) -> ObjectFacts | None:
        """What is known of an object; None if there is none."""

        def facts(file: OpenFile) -> ObjectFacts:
            return ObjectFacts(size=file.size, content_type=file.content_type)

        return await self._threads.run(partial(_with_file, self._path(key), facts))

    async def size(self, key: str) -> int | None:
        """Bytes of an object; None if there is none."""
        found = await self.facts(key)
        return None if found is None else found.size

    async def read(self, key: str, start: int, length: int) -> bytes:
        """At most `length` bytes from `start` on; empty past the end. Raises `NotFoundError`."""
        path = self._path(key)
        check_piece(start, length)
        read = partial(_with_file, path, lambda file: file.read(start, length))
        data = await self._transfers.run(read)
        if data is None:
            raise NotFoundError("file", key)
        return data

    async def exists(self, key: str) -> bool:
        """Whether there is an object, without reading it."""
        return await self._threads.run(self._path(key).is_file)

    async def delete(self, key: str) -> None:
        """Delete an object; does nothing if there is none."""
        path = self._path(key)
        await self._threads.run(partial(path.unlink, missing_ok=True))

    def _path(self, key: str) -> Path:
        return self._root / check_key(key)


class FolderObjects(FolderFiles):
    """Implements `protocol.objects.Objects`, `protocol.uploads.Uploads`,
    `protocol.object_links.ServedLinks` and `protocol.streams.StreamFiles`. `site` is where browsers
    reach this installation."""

    def __init__(self, root: Path, seal: Seal, clock: Clock, *, site: Callable[[], str]) -> None:
        super().__init__(root)
        self._seal = seal
        self._clock = clock
        self._site = site
        self._uploads = DiskUploads(root)
        self._joins = Threads(JOINS)

    # Links

    async def link(self, key: str, *, seconds: int, filename: str, inline: bool = False) -> str:
        """A URL that lets anybody download the object under that file name until it expires."""
        check_link(seconds, filename)
        claims = {"key": check_key(key), "name": filename, **({"inline": True} if inline else {})}
        return self._site() + PATH + self._token(PURPOSE, claims, seconds)

    @asynccontextmanager
    async def open_link(self, token: str) -> AsyncIterator[FolderFile]:
        """The file that a link leads to, for the context.

        `AuthenticationError` for a link that was not made here or has expired, `NotFoundError`.
        """
        claims = self._claims(PURPOSE, token)
        file = await self._transfers.run(partial(open_file, self._path(claims["key"])))
        if file is None:
            raise NotFoundError("file", claims["name"])
        try:
            inline = claims.get("inline", False)
            yield FolderFile(file, claims["name"], self._transfers, inline=inline)
        finally:
            file.close()

    async def open_file(self, key: str) -> SharedFolderFile | None:
        """Open a file, which the caller closes within seconds; None if there is none."""
        file = await self._transfers.run(partial(open_file, self._path(key)))
        return None if file is None else SharedFolderFile(file, self._transfers)

    # Uploads

    async def begin(self, key: str, *, content_type: str) -> str:
        """Begin an upload to that key; returns the storage's name for it."""
        check_key(key)
        check_content_type(content_type)
        return await self._threads.run(partial(self._uploads.begin, key, content_type))

    async def part_link(
        self, key: str, upload: str, number: int, *, size: int, seconds: int
    ) -> UploadLink:
        """A link that takes one part of exactly `size` bytes until it expires.

        It is relative to the site: a page may send only to the address at which it was opened,
        which need not be the one that we know.
        """
        check_part(number, size=size, seconds=seconds)
        claims = {"key": check_key(key), "upload": upload, "number": number, "size": size}
        return UploadLink(url=PATH + self._token(PART_PURPOSE, claims, seconds), headers={})

    async def parts(self, key: str, upload: str) -> Sequence[StoredPart]:
        """What has arrived, in order. Empty for an upload that is unknown or has ended."""
        return await self._threads.run(partial(self._uploads.parts, check_key(key), upload))

    async def join(self, key: str, upload: str, sizes: Sequence[int]) -> bool:
        """Make the object of all its parts; once more changes nothing."""
        join = partial(self._uploads.join, check_key(key), upload, tuple(sizes))
        return await self._joins.run(join)

    async def abandon(self, key: str, upload: str) -> None:
        """Remove the parts; does nothing for an upload that is unknown or has ended."""
        await self._threads.run(partial(self._uploads.abandon, check_key(key), upload))

    # What the links of parts lead to

    def part_of(self, token: str) -> PartTicket:
        """What the link of a part takes. Raises `AuthenticationError`."""
        claims = self._claims(PART_PURPOSE, token)
        return PartTicket(**{name: claims[name] for name in PartTicket.__struct_fields__})

    @asynccontextmanager
    async def receive_part(self, ticket: PartTicket) -> AsyncIterator[PieceWriter]:
        """Take a part; what was not kept leaves nothing. Raises `NotFoundError`."""

        def begin() -> Draft:
            return Draft(*self._uploads.open_part(ticket))

        async with writing(begin, self._uploads.keep_part, self._transfers) as writer:
            yield writer

    def _token(self, purpose: str, claims: dict[str, Any], seconds: int) -> str:
        ends = self._clock.now() + seconds * 1000
        return self._seal.sign(purpose, {**claims, "ends": ends})

    def _claims(self, purpose: str, token: str) -> dict[str, Any]:
        claims = self._seal.open(purpose, token)
        if claims["ends"] <= self._clock.now():
            raise AuthenticationError("This link has expired", reason="expired")
        return claims


def _with_file(path: Path, act: Callable[[OpenFile], T]) -> T | None:
    file = open_file(path)
    if file is None:
        return None
    try:
        return act(file)
    finally:
        file.close()
