"""The storage of files: the configured bucket, or a folder beside the data."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from protocol.objects import StoredFiles
from protocol.uploads import FileStorage
from storage.objects.folder import FolderFiles, FolderObjects
from storage.seal import JwtSeal
from supervisors.node import Node
from supervisors.settings import Settings


@asynccontextmanager
async def open_objects(node: Node) -> AsyncIterator[FileStorage]:
    """Open the storage for the body. The libraries for S3 are loaded only if needed."""
    bucket = node.settings.bucket
    if bucket is None:
        seal = JwtSeal(node.secret, node.clock, former=node.former_secrets)
        root = _folder(node.settings)
        yield FolderObjects(root, seal, node.clock, site=lambda: node.base_url)
        return
    from storage.objects.s3 import open_s3

    async with open_s3(bucket) as objects:
        yield objects


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
