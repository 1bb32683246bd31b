"""Uploads in parts to S3 (its multipart uploads), which browsers send there themselves."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import trio
from botocore.exceptions import ClientError

from protocol.errors import NotFoundError, StoaError, StorageUnavailable
from protocol.objects import ObjectFacts, check_content_type
from protocol.uploads import PART_BYTES, StoredPart, UploadLink
from storage.objects.checks import check_part, check_piece
from storage.objects.s3_calls import S3Calls, code_of

ABSENT = ("NoSuchKey", "404")
ENDED = ("NoSuchUpload",)
PAST_THE_END = ("InvalidRange", "416")
CHANGED = ("InvalidPart", "InvalidPartOrder", "EntityTooSmall")
"""A part is not what it was a moment ago, or smaller than a storage takes before the last."""
CLEARING_SECONDS = 10.0
LISTED = 1_000
"""Parts of one answer; S3 gives no more."""


class S3Uploads(S3Calls):
    """Implements `protocol.uploads.Uploads`, and what it shares with the files' other uses."""

    page = LISTED

    async def begin(self, key: str, *, content_type: str) -> str:
        """Begin an upload to that key; returns the storage's name for it."""
        where = self._where(key)
        check_content_type(content_type)
        async with self._asking():
            answer = await self._client.create_multipart_upload(**where, ContentType=content_type)
        upload: str = answer["UploadId"]
        return upload

    async def part_link(
        self, key: str, upload: str, number: int, *, size: int, seconds: int
    ) -> UploadLink:
        """A link that takes one part of exactly `size` bytes until it expires.

        The length is a signed header, which browsers send by themselves.
        """
        check_part(number, size=size, seconds=seconds)
        # A link is signed without waiting, and an upload may want a hundred of them.
        await trio.lowlevel.checkpoint()
        what = {"UploadId": upload, "PartNumber": number, "ContentLength": size}
        url: str = await self._client.generate_presigned_url(
            "upload_part", Params={**self._where(key), **what}, ExpiresIn=seconds
        )
        return UploadLink(url=url, headers={})

    async def parts(self, key: str, upload: str) -> Sequence[StoredPart]:
        """What has arrived, in order. Empty for an upload that is unknown or has ended."""
        found = await self._parts(key, upload) or ()
        return [StoredPart(number=part["PartNumber"], size=part["Size"]) for part in found]

    async def join(self, key: str, upload: str, sizes: Sequence[int]) -> bool:
        """Make the object of all its parts; once more changes nothing."""
        found = await self._parts(key, upload)
        if found is not None:
            there = {part["PartNumber"]: part for part in found}
            wanted = [there.get(number) for number in range(1, len(sizes) + 1)]
            if [part and part["Size"] for part in wanted] != list(sizes):
                return False
            joined = await self._complete(key, upload, [part for part in wanted if part])
            if joined is not None:
                return joined
        # An earlier join has made it, and what checked it may have written it anew.
        return await self.size(key) is not None

    async def abandon(self, key: str, upload: str) -> None:
        """Remove the parts; does nothing for an upload that is unknown or has ended."""
        where = self._where(key)
        async with self._asking():
            try:
                await self._client.abort_multipart_upload(**where, UploadId=upload)
            except ClientError as error:
                if code_of(error) not in ENDED:
                    raise

    async def facts(self, key: str) -> ObjectFacts | None:
        """What is known of an object; None if there is none."""
        where = self._where(key)
        async with self._asking():
            try:
                answer = await self._client.head_object(**where)
            except ClientError as error:
                if code_of(error) in ABSENT:
                    return None
                raise
        return ObjectFacts(size=answer["ContentLength"], content_type=answer["ContentType"])

    async def size(self, key: str) -> int | None:
        """Bytes of an object; None if there is none."""
        found = await self.facts(key)
        return None if found is None else found.size

    async def read(self, key: str, start: int, length: int) -> bytes:
        """At most `length` bytes from `start` on; empty past the end. Raises `NotFoundError`."""
        where = self._where(key)
        check_piece(start, length)
        if length == 0:
            if await self.size(key) is None:
                raise NotFoundError("file", key)
            return b""
        async with self._asking():
            try:
                wanted = f"bytes={start}-{start + length - 1}"
                answer = await self._client.get_object(**where, Range=wanted)
            except ClientError as error:
                if code_of(error) in PAST_THE_END:
                    return b""
                if code_of(error) in ABSENT:
                    raise NotFoundError("file", key) from error
                raise
            data: bytes = await answer["Body"].read()
        return data

    async def store(self, key: str, pieces: AsyncIterable[bytes], content_type: str) -> None:
        """Store an object of any size atomically, replacing any. It is never held as a whole."""
        upload, stored = await self.begin(key, content_type=content_type), False
        try:
            parts: list[Mapping[str, Any]] = []
            async for part in _in_parts(pieces):
                parts.append(await self._send(key, upload, len(parts) + 1, part))
            if not await self._complete(key, upload, parts):
                raise StorageUnavailable("The storage lost a part of a file; try again")
            stored = True
        finally:
            if not stored:
                await self._clear_away(key, upload)

    async def _clear_away(self, key: str, upload: str) -> None:
        """As far as it goes: what it is done after counts, and the bucket's rule does the rest."""
        with trio.move_on_after(CLEARING_SECONDS, shield=True), suppress(StoaError):
            await self.abandon(key, upload)

    async def _send(self, key: str, upload: str, number: int, data: bytes) -> Mapping[str, Any]:
        """Send a part ourselves; what is known of it then."""
        where = self._where(key)
        async with self._asking():
            answer = await self._client.upload_part(
                **where, UploadId=upload, PartNumber=number, Body=data
            )
        return {"PartNumber": number, "ETag": answer["ETag"]}

    async def _parts(self, key: str, upload: str) -> list[Mapping[str, Any]] | None:
        """All parts, as S3 describes them; None for an upload that is unknown or has ended."""
        where, found, after = self._where(key), [], 0
        while True:
            async with self._asking():
                try:
                    answer = await self._client.list_parts(
                        **where, UploadId=upload, MaxParts=self.page, PartNumberMarker=after
                    )
                except ClientError as error:
                    if code_of(error) in ENDED:
                        return None
                    raise
            found += answer.get("Parts", ())
            if not answer.get("IsTruncated"):
                return found
            after = answer["NextPartNumberMarker"]

    async def _complete(
        self, key: str, upload: str, parts: Sequence[Mapping[str, Any]]
    ) -> bool | None:
        """Join exactly these. False if one has changed, None if the upload has ended."""
        named = [{name: part[name] for name in ("PartNumber", "ETag")} for part in parts]
        where = self._where(key)
        async with self._asking():
            try:
                await self._client.complete_multipart_upload(
                    **where, UploadId=upload, MultipartUpload={"Parts": named}
                )
            except ClientError as error:
                if code_of(error) in ENDED:
                    return None
                if code_of(error) in CHANGED:
                    return False
                raise
        return True


async def _in_parts(pieces: AsyncIterable[bytes]) -> AsyncIterator[bytes]:
    """The same bytes in parts of `PART_BYTES`, but for the last; at least one."""
    held = bytearray()
    async for piece in pieces:
        held += piece
        while len(held) > PART_BYTES:
            yield bytes(held[:PART_BYTES])
            del held[:PART_BYTES]
    yield bytes(held)
