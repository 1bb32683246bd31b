"""Links to a bucket through Amazon CloudFront, which checks them by their signature.

The algorithm is the one that Amazon publishes for signed URLs: RSA with SHA-1 and PKCS #1 v1.5 over
a policy, which says what the link leads to and when it ends, in a base64 that fits into a query
(https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/PrivateContent.html). SHA-1 is
what it knows for every key; nobody can choose what is signed here freely enough for a collision.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import quote

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from protocol.ports import Clock
from storage.objects.bucket import Distribution

KEY_BITS: Final = 2048
"""CloudFront takes no others."""
MAX_KEY_BYTES: Final = 20_000
ALPHABET: Final = str.maketrans("+=/", "-_~")


class KeyProblem(ValueError):
    """A file that holds no key for CloudFront. Its text says why, and nothing of what it holds."""


def load_key(path: Path) -> RSAPrivateKey:
    """The private key of a PEM file. Raises `KeyProblem`."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_KEY_BYTES)
    except OSError as error:
        raise KeyProblem(f"it cannot be read: {error.strerror}") from error
    try:
        key = load_pem_private_key(data, password=None)
    except TypeError:
        raise KeyProblem("it is locked by a password") from None
    except (ValueError, UnsupportedAlgorithm):
        raise KeyProblem("it is not in PEM") from None
    if not isinstance(key, RSAPrivateKey) or key.key_size != KEY_BITS:
        raise KeyProblem(f"it is no RSA key of {KEY_BITS} bits")
    return key


class CloudFrontSigner:
    """Signs with the private half of the key that CloudFront knows as `key_id`."""

    def __init__(self, key_id: str, key: RSAPrivateKey) -> None:
        self._key_id = key_id
        self._key = key

    def url(self, url: str, *, ends: int) -> str:
        """A URL that is good until `ends`, in seconds since the epoch, with its query as it is.

        The policy is canned: it is not sent, since the URL and the end say all of it.
        """
        signature = self._signature(canned_policy(url, ends))
        return _with_query(url, f"Expires={ends}&Signature={signature}&Key-Pair-Id={self._key_id}")

    def url_by(self, url: str, policy: str) -> str:
        """A URL that is good as a policy says, which is part of it."""
        sent, signature = encoded(policy.encode()), self._signature(policy)
        return _with_query(url, f"Policy={sent}&Signature={signature}&Key-Pair-Id={self._key_id}")

    def cookies(self, policy: str) -> dict[str, str]:
        """Cookies that let a browser fetch all that a policy names."""
        return {
            "CloudFront-Policy": encoded(policy.encode()),
            "CloudFront-Signature": self._signature(policy),
            "CloudFront-Key-Pair-Id": self._key_id,
        }

    def _signature(self, policy: str) -> str:
        return encoded(self._key.sign(policy.encode(), PKCS1v15(), SHA1()))  # noqa: S303


class CloudFrontLinks:
    """Links to files of a bucket through its distribution. Raises `KeyProblem` when made."""

    def __init__(self, distribution: Distribution, clock: Clock) -> None:
        self._url = distribution.url
        self._signer = CloudFrontSigner(distribution.key_id, load_key(distribution.key))
        self._clock = clock

    def link(self, key: str, said: Mapping[str, str], seconds: int) -> str:
        """A URL for so many seconds. `said` is what the bucket is to say of the file."""
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in said.items())
        ends = self._clock.now() // 1000 + seconds
        return self._signer.url(f"{self._url}/{quote(key)}?{query}", ends=ends)


def canned_policy(url: str, ends: int) -> str:
    """What CloudFront makes of a URL and its end, byte by byte."""
    return custom_policy(url, ends=ends)


def custom_policy(
    resource: str, *, ends: int, begins: int | None = None, network: str | None = None
) -> str:
    """What may be fetched until `ends`: `resource` may have `*`. Times in seconds since the epoch.

    `network` is a network of IPv4 from which alone it may be.
    """
    condition: dict[str, object] = {"DateLessThan": {"AWS:EpochTime": ends}}
    if network is not None:
        condition["IpAddress"] = {"AWS:SourceIp": network}
    if begins is not None:
        condition["DateGreaterThan"] = {"AWS:EpochTime": begins}
    statement = {"Resource": resource, "Condition": condition}
    return json.dumps({"Statement": [statement]}, separators=(",", ":"))


def encoded(data: bytes) -> str:
    """In the base64 that CloudFront reads in queries and cookies."""
    return base64.b64encode(data).decode("ascii").translate(ALPHABET)


def _with_query(url: str, query: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{query}"
