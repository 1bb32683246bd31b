"""The storage of files: the configured bucket, or a folder beside the data."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from protocol.errors import StartupError
from protocol.objects import StoredFiles
from protocol.ports import Clock
from protocol.uploads import FileStorage
from storage.objects.bucket import Bucket
from storage.objects.folder import FolderFiles, FolderObjects
from storage.seal import JwtSeal
from supervisors.node import Node
from supervisors.settings import Settings

if TYPE_CHECKING:
    from storage.objects.cloudfront import CloudFrontLinks


@asynccontextmanager
async def open_objects(node: Node) -> AsyncIterator[FileStorage]:
    """Open the storage for the body. The libraries for S3 are loaded only if needed."""
    bucket = node.settings.bucket
    if bucket is None:
        seal = JwtSeal(node.secret, node.clock, former=node.former_secrets)
        root = _folder(node.settings)
        yield FolderObjects(root, seal, node.clock, site=lambda: node.base_url)
        return
    async with open_bucket(bucket, node.clock) as objects:
        yield objects


@asynccontextmanager
async def open_bucket(bucket: Bucket, clock: Clock) -> AsyncIterator[FileStorage]:
    """A bucket, with links through its distribution if it has one. Raises `StartupError`."""
    from storage.objects.s3 import open_s3

    async with open_s3(bucket, _through(bucket, clock)) as objects:
        yield objects


def _through(bucket: Bucket, clock: Clock) -> CloudFrontLinks | None:
    if bucket.distribution is None:
        return None
    from storage.objects.cloudfront import CloudFrontLinks, KeyProblem

    try:
        return CloudFrontLinks(bucket.distribution, clock)
    except KeyProblem as error:  # the settings were checked: it was changed since
        what = f"CloudFront's key {bucket.distribution.key} cannot be used: {error}"
        raise StartupError(what, "see STOA_CLOUDFRONT_KEY") from error


@asynccontextmanager
async def open_files(settings: Settings) -> AsyncIterator[StoredFiles]:
    """The same without links, for commands that look after them while no node need run."""
    if settings.bucket is None:
        yield FolderFiles(_folder(settings))
        return
    from storage.objects.s3 import open_s3

    async with open_s3(settings.bucket) as objects:
        yield objects


def _folder(settings: Settings) -> Path:
    return settings.data_dir / "objects"
