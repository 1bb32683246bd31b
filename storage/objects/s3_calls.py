"""How S3 is asked: so many requests at once, and what its errors mean to us."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import trio
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as Unreachable

from protocol.errors import ExternalServiceError, StorageUnavailable
from protocol.objects import check_key
from storage.objects.bucket import Bucket

AT_ONCE = 20
"""Concurrent requests; further ones wait."""
FOR_NOW = (408, 429, 500, 502, 503, 504)
"""Statuses after which a retry may succeed."""
AWAY = "The object storage does not answer; try again"


class S3Calls:
    """A client of one bucket."""

    def __init__(self, client: Any, bucket: Bucket) -> None:
        self._client = client
        self._bucket = bucket
        self._turns = trio.CapacityLimiter(AT_ONCE)

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


def code_of(error: ClientError) -> str:
    """The error's name, as S3 says it."""
    code: str = error.response["Error"]["Code"]
    return code
