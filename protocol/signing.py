"""Keys that sign what others verify, such as badges: one signs, earlier ones still verify."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

FIRST_KEY = "first"
"""The id of the key of installations from before keys had ids."""


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
