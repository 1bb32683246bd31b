"""The settings of a bucket in S3."""

from __future__ import annotations

from urllib.parse import urlsplit

import msgspec


class Bucket(msgspec.Struct, frozen=True, kw_only=True):
    """A bucket and how to reach it. Without keys, they are looked up as AWS's libraries do."""

    name: str
    region: str = "us-east-1"
    endpoint: str | None = None
    access_key: str | None = None
    secret_key: str | None = None
    prefix: str = ""

    @property
    def origins(self) -> tuple[str, ...]:
        """Where its links may lead: the bucket stands in their host or in their path."""
        if self.endpoint is None:
            hosts = (f"{self.name}.s3.amazonaws.com", f"{self.name}.s3.{self.region}.amazonaws.com")
            return tuple(f"https://{host}" for host in hosts)
        scheme, host, *_ = urlsplit(self.endpoint)
        return (f"{scheme}://{host}", f"{scheme}://{self.name}.{host}")
