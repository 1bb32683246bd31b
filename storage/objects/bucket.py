"""The settings of a bucket in S3."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import msgspec


class Distribution(msgspec.Struct, frozen=True, kw_only=True):
    """A distribution of CloudFront before a bucket. `url` is its origin, without a last `/`."""

    url: str
    key_id: str
    key: Path


class Bucket(msgspec.Struct, frozen=True, kw_only=True):
    """A bucket and how to reach it. Without keys, they are looked up as AWS's libraries do.

    With a distribution, links to fetch files lead there.
    """

    name: str
    region: str = "us-east-1"
    endpoint: str | None = None
    access_key: str | None = None
    secret_key: str | None = None
    prefix: str = ""
    distribution: Distribution | None = None

    def origins(self) -> tuple[str, ...]:
        """Where its links lead, as pages must be allowed to send files to and play them from."""
        if self.distribution is not None:
            return (*self._own_origins(), self.distribution.url)
        return self._own_origins()

    def _own_origins(self) -> tuple[str, ...]:
        if self.endpoint is not None:
            split = urlsplit(self.endpoint)
            return (f"{split.scheme}://{split.netloc}",)
        # A name with dots fits no certificate as a part of a host.
        hosts = ("s3.amazonaws.com", f"s3.{self.region}.amazonaws.com")
        bucket = "" if "." in self.name else f"{self.name}."
        return tuple(f"https://{bucket}{host}" for host in hosts)
