"""Signed claims that leave the server and come back: guest identities and resume tokens.

A sealed claim is a JWT (RFC 7519) with the purpose as its audience, under a key derived from the
installation's secret, so that it can never pass for an access token.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Sequence
from typing import Any

import msgspec

from protocol.errors import AuthenticationError
from protocol.ports import Clock
from storage.signing import payload_of, sign

LIFETIME_SECONDS = 24 * 3600
"""Longer than any game, but short enough that a lost device matters little."""


class _Sealed(msgspec.Struct, frozen=True):
    """The payload. `ends` in ms."""

    aud: str
    ends: int
    claims: dict[str, Any]


_SEALED = msgspec.json.Decoder(_Sealed)


class JwtSeal:
    """Implements `protocol.access.Seal`. `secret` is the installation's, 32 bytes or more.

    What was signed with `former` secrets is opened until it ends.
    """

    def __init__(
        self,
        secret: bytes,
        clock: Clock,
        *,
        former: Sequence[bytes] = (),
        lifetime_seconds: int = LIFETIME_SECONDS,
    ) -> None:
        self._keys = [hmac.digest(each, b"stoa seal", hashlib.sha256) for each in (secret, *former)]
        self._clock = clock
        self._lifetime_ms = lifetime_seconds * 1000

    def sign(self, purpose: str, claims: dict[str, Any]) -> str:
        """A compact token that only this installation can make. `claims` must fit JSON."""
        ends = self._clock.now() + self._lifetime_ms
        payload = {"aud": purpose, "ends": ends, "claims": claims}
        return sign(json.dumps(payload, separators=(",", ":")).encode(), self._keys[0])

    def open(self, purpose: str, token: str) -> dict[str, Any]:
        """Its claims. `AuthenticationError` if it was not signed here for `purpose`, or is old."""
        payload = payload_of(token, *self._keys)
        sealed = None if payload is None else _SEALED.decode(payload)
        if sealed is None or sealed.aud != purpose:
            raise AuthenticationError("This token is not valid", reason="invalid")
        if sealed.ends <= self._clock.now():
            raise AuthenticationError("This token has expired", reason="expired")
        return sealed.claims
