"""What `stoa doctor` says of CloudFront: whether who has a link gets a file, and nobody else."""

from __future__ import annotations

import secrets
from typing import Final

import httpx

from protocol.errors import StartupError, StoaError
from supervisors.clock import TrioClock
from supervisors.objects import open_bucket
from supervisors.settings import Settings

PROBE: Final = "doctor/link"
"""The key of a file that is written, fetched and removed."""
SECONDS: Final = 60
TIMEOUT_SECONDS: Final = 10.0
Row = tuple[str, str, str, str]


async def examine_distribution(settings: Settings) -> list[Row]:
    """One row where it is configured, and none elsewhere."""
    bucket = settings.bucket
    if bucket is None or bucket.distribution is None:
        return []
    content = secrets.token_bytes(32)
    try:
        async with open_bucket(bucket, TrioClock()) as objects:
            await objects.put(PROBE, content, "application/octet-stream")
            try:
                url = await objects.link(PROBE, seconds=SECONDS, filename="probe")
                answer = await _ask(url, content)
            finally:
                await objects.delete(PROBE)
    except (StartupError, StoaError) as error:
        answer = str(error)
    return [("CloudFront", "configured", bucket.distribution.url, answer)]


async def _ask(url: str, content: bytes) -> str:
    unsigned = url.partition("&Expires=")[0]
    try:
        async with httpx.AsyncClient(timeout=TIMEOUT_SECONDS) as client:
            signed, open_to_all = await client.get(url), await client.get(unsigned)
    except httpx.HTTPError as error:
        return f"does not answer: {type(error).__name__}"
    if signed.status_code == 403:
        return "refuses our signature: see whether STOA_CLOUDFRONT_KEY_ID is in its key group"
    if signed.status_code != 200 or signed.content != content:
        return f"does not give the bucket's files: {signed.status_code}"
    if open_to_all.status_code == 200:
        return "gives files to everybody: restrict viewer access in its behavior"
    if "attachment" not in signed.headers.get("content-disposition", ""):
        return "does not forward response-content-disposition to the bucket"
    return "ok"
