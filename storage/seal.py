"""Signed claims that leave the server and come back: guest identities and resume tokens.

A sealed claim is a JWT (RFC 7519) with the purpose as its audience, under a key derived from the
installation's secret, so that it can never pass for an access token.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import jwt

from protocol.errors import AuthenticationError
from protocol.ports import Clock

ALGORITHM = "HS256"
LIFETIME_SECONDS = 24 * 3600
"""Longer than any game, but short enough that a lost device matters little."""


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
        self._key, *self._former = (
            hmac.digest(each, b"stoa seal", hashlib.sha256) for each in (secret, *former)
        )
        self._clock = clock
        self._lifetime_ms = lifetime_seconds * 1000

    def sign(self, purpose: str, claims: dict[str, Any]) -> str:
        """A compact token that only this installation can make. `claims` must fit JSON."""
        payload = {"aud": purpose, "ends": self._clock.now() + self._lifetime_ms, "claims": claims}
        return jwt.encode(payload, self._key, algorithm=ALGORITHM)

    def open(self, purpose: str, token: str) -> dict[str, Any]:
        """Its claims. `AuthenticationError` if it was not signed here for `purpose`, or is old."""
        try:
            payload = self._payload(purpose, token)
        except (jwt.InvalidTokenError, UnicodeError):
            raise AuthenticationError("This token is not valid", reason="invalid") from None
        if payload["ends"] <= self._clock.now():
            raise AuthenticationError("This token has expired", reason="expired")
        claims: dict[str, Any] = payload["claims"]
        return claims

    def _payload(self, purpose: str, token: str) -> dict[str, Any]:
        for key in (self._key, *self._former):
            with suppress(jwt.InvalidSignatureError):
                return jwt.decode(token, key, algorithms=[ALGORITHM], audience=purpose)
        raise jwt.InvalidSignatureError
