"""Where in S3 files are kept."""

from __future__ import annotations

import msgspec


class Bucket(msgspec.Struct, frozen=True, kw_only=True):
    """Where the files are. Without keys they are looked for as AWS's libraries do."""

    name: str
    region: str = "us-east-1"
    endpoint: str | None = None
    access_key: str | None = None
    secret_key: str | None = None
    prefix: str = ""
