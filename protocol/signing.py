"""Keys that sign what others verify, badges and receipts: one signs, earlier ones still verify."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from protocol.errors import RetryableError

FIRST_KEY = "first"
"""The id of the key of installations from before keys had ids."""
KEY = "/issuer/key"
KEYS = "/.well-known/jwks.json"


def key_path(key_id: str) -> str:
    """Where a key is found; the first one of all where it was before keys had ids."""
    return KEY if key_id == FIRST_KEY else f"{KEY}s/{key_id}"


class NoSigningKey(RetryableError):
    """No key can sign now: its private half is sealed under a secret that is not known here."""

    code = "NO_SIGNING_KEY"


class SigningKey(msgspec.Struct, frozen=True, kw_only=True):
    """An Ed25519 key (RFC 8032). `private` is None for one that does not sign (any more)."""

    id: str
    public: bytes
    private: bytes | None = None
    created_at: int
    retired_at: int | None = None


class SigningKeys(Protocol):
    """The installation's keys."""

    async def all(self) -> Sequence[SigningKey]:
        """Every key, the newest first. At most the one that is not retired has its private half."""
        ...


class Signer(Protocol):
    """Signs with the present key, without waiting for storage."""

    def sign(self, type: str, payload: bytes) -> str | None:
        """A compact JWS (RFC 7515, EdDSA of RFC 8037) with that `typ`.

        `iss` and `kid` of its header name the installation and the key. The same payload under the
        same key is the same text. None where no key can sign now, which is logged.
        """
        ...
