"""The storage of files: the configured bucket, or a folder beside the data."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from protocol.objects import Objects
from storage.objects.folder import FolderObjects
from storage.seal import JwtSeal
from supervisors.node import Node


@asynccontextmanager
async def open_objects(node: Node) -> AsyncIterator[Objects]:
    """Open the storage for the body. The libraries for S3 are loaded only if needed."""
    bucket = node.settings.bucket
    if bucket is None:
        seal = JwtSeal(node.secret, node.clock, former=node.former_secrets)
        root = node.settings.data_dir / "objects"
        yield FolderObjects(root, seal, node.clock, site=lambda: node.base_url)
        return
    from storage.objects.s3 import open_s3

    async with open_s3(bucket) as objects:
        yield objects
