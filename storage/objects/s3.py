"""Files in S3 or a compatible storage, through aiobotocore on Trio."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import trio
from aiobotocore.config import AioConfig
from aiobotocore.httpxsession import HttpxSession
from aiobotocore.session import get_session
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as Unreachable

from protocol.errors import ExternalServiceError, StorageUnavailable
from protocol.objects import StoredObject, check_content, check_key, check_link
from storage.objects.bucket import Bucket

AT_ONCE = 20
"""Concurrent requests; further ones wait."""
CONNECT_SECONDS, READ_SECONDS = 5, 20
ABSENT = ("NoSuchKey", "404")
FOR_NOW = (408, 429, 500, 502, 503, 504)
"""Statuses after which a retry may succeed."""
AWAY = "The object storage does not answer; try again"


class S3Objects:
    """Implements `protocol.objects.Objects`. Made by `open_s3`."""

    def __init__(self, client: Any, bucket: Bucket) -> None:
        self._client = client
        self._bucket = bucket
        self._turns = trio.CapacityLimiter(AT_ONCE)

    async def put(self, key: str, data: bytes, content_type: str) -> None:
        """Store an object atomically, replacing any under the same key."""
        where, body = self._where(key), check_content(data, content_type)
        async with self._asking():
            await self._client.put_object(**where, Body=body, ContentType=content_type)

    async def get(self, key: str) -> StoredObject | None:
        """Read an object; None if there is none."""
        where = self._where(key)
        async with self._asking():
            try:
                answer = await self._client.get_object(**where)
            except ClientError as error:
                if error.response["Error"]["Code"] in ABSENT:
                    return None
                raise
            data = await answer["Body"].read()
        return StoredObject(data=data, content_type=answer["ContentType"])

    async def exists(self, key: str) -> bool:
        """Whether there is an object, without reading it."""
        where = self._where(key)
        async with self._asking():
            try:
                await self._client.head_object(**where)
            except ClientError as error:
                if error.response["Error"]["Code"] in ABSENT:
                    return False
                raise
        return True

    async def delete(self, key: str) -> None:
        """Delete an object; does nothing if there is none."""
        where = self._where(key)
        async with self._asking():
            await self._client.delete_object(**where)

    async def link(self, key: str, *, seconds: int, filename: str) -> str:
        """A URL that lets anybody download the object under that file name until it expires."""
        check_link(seconds, filename)
        disposition = f"attachment; filename*=UTF-8''{quote(filename)}"
        parameters = {
            **self._where(key),
            "ResponseContentDisposition": disposition,
            "ResponseCacheControl": "no-store",  # a copy would outlive the link
        }
        link: str = await self._client.generate_presigned_url(
            "get_object", Params=parameters, ExpiresIn=seconds
        )
        return link

    def _where(self, key: str) -> dict[str, str]:
        return {"Bucket": self._bucket.name, "Key": self._bucket.prefix + check_key(key)}

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[None]:
        try:
            async with self._turns:
                yield
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] in FOR_NOW:
                raise StorageUnavailable(AWAY) from error
            code = error.response["Error"]["Code"]
            raise ExternalServiceError("object storage", f"It refused: {code}") from error
        except (HTTPClientError, Unreachable, OSError) as error:
            raise StorageUnavailable(AWAY) from error
        except BotoCoreError as error:
            raise ExternalServiceError("object storage", "It cannot be asked") from error


@asynccontextmanager
async def open_s3(bucket: Bucket) -> AsyncIterator[S3Objects]:
    """A client for the body of the context. It does not contact the server yet."""
    config = AioConfig(
        http_session_cls=HttpxSession,
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
        max_pool_connections=AT_ONCE,
        retries={"max_attempts": 2},
        signature_version="s3v4",
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
        yield S3Objects(client, bucket)
