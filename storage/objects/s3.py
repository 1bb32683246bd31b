"""Files in S3 or a compatible storage, through aiobotocore on Trio."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiobotocore.config import AioConfig
from aiobotocore.httpxsession import HttpxSession
from aiobotocore.session import get_session
from botocore.exceptions import ClientError

from protocol.objects import (
    StoredObject,
    check_content,
    check_link,
    check_size,
    disposition,
    may_be_shown,
)
from storage.objects.bucket import Bucket
from storage.objects.cloudfront import CloudFrontLinks
from storage.objects.s3_calls import AT_ONCE, code_of
from storage.objects.s3_uploads import ABSENT, S3Uploads

CONNECT_SECONDS, READ_SECONDS = 5, 20


NOT_KEPT = "private, no-store"
"""For browsers: a copy would outlive the link."""


class S3Objects(S3Uploads):
    """Implements `protocol.objects.Objects` and `protocol.uploads.Uploads`. Made by `open_s3`.

    With `through`, links to fetch files lead to a distribution of CloudFront.
    """

    def __init__(self, client: Any, bucket: Bucket, through: CloudFrontLinks | None = None) -> None:
        super().__init__(client, bucket)
        self._through = through

    async def put(self, key: str, data: bytes, content_type: str) -> None:
        """Store an object atomically, replacing any under the same key."""
        where, body = self._where(key), check_content(data, content_type)
        async with self._asking():
            await self._client.put_object(**where, Body=body, ContentType=content_type)

    async def get(self, key: str) -> StoredObject | None:
        """Read an object; None if there is none. One past `MAX_OBJECT_BYTES` is a `ValueError`."""
        where = self._where(key)
        async with self._asking():
            try:
                answer = await self._client.get_object(**where)
            except ClientError as error:
                if code_of(error) in ABSENT:
                    return None
                raise
            async with answer["Body"] as body:
                check_size(answer["ContentLength"])
                data = await body.read()
        return StoredObject(data=data, content_type=answer["ContentType"])

    async def exists(self, key: str) -> bool:
        """Whether there is an object, without reading it."""
        return await self.facts(key) is not None

    async def delete(self, key: str) -> None:
        """Delete an object; does nothing if there is none."""
        where = self._where(key)
        async with self._asking():
            await self._client.delete_object(**where)

    async def link(self, key: str, *, seconds: int, filename: str, inline: bool = False) -> str:
        """A URL that lets anybody download the object under that file name until it expires."""
        check_link(seconds, filename)
        found = await self.facts(key) if inline else None
        shown = found is not None and may_be_shown(found.content_type)
        where, named = self._where(key), disposition(filename, inline=shown)
        if self._through is not None:
            said = {"response-content-disposition": named, "response-cache-control": NOT_KEPT}
            return self._through.link(where["Key"], said, seconds)
        parameters = {
            **where,
            "ResponseContentDisposition": named,
            "ResponseCacheControl": NOT_KEPT,
        }
        link: str = await self._client.generate_presigned_url(
            "get_object", Params=parameters, ExpiresIn=seconds
        )
        return link


@asynccontextmanager
async def open_s3(
    bucket: Bucket, through: CloudFrontLinks | None = None
) -> AsyncIterator[S3Objects]:
    """A client for the body of the context. It does not contact the server yet."""
    config = AioConfig(
        http_session_cls=HttpxSession,
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        max_pool_connections=AT_ONCE,
        retries={"max_attempts": 2},
        signature_version="s3v4",
        # A checksum that an upload is begun with would be asked of every part that browsers send.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        s3={"addressing_style": "path" if bucket.endpoint else "auto"},
    )
    keys = {}
    if bucket.access_key is not None:
        keys = {
            "aws_access_key_id": bucket.access_key,
            "aws_secret_access_key": bucket.secret_key,
        }
    async with get_session().create_client(
        "s3", region_name=bucket.region, endpoint_url=bucket.endpoint, config=config, **keys
    ) as client:
        yield S3Objects(client, bucket, through)
