"""Access tokens as clients send them: `Authorization: Bearer <token>` (RFC 6750, 2.1)."""

from __future__ import annotations

from collections.abc import Mapping


def bearer_token(authorization: str) -> str | None:
    """The token, maybe empty; None for another scheme. The scheme's case does not matter."""
    scheme, _, token = authorization.partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def bearer_of(headers: Mapping[bytes, bytes]) -> str | None:
    """The token in a request's headers; None if there is none, or another scheme."""
    authorization = headers.get(b"authorization")
    return None if authorization is None else bearer_token(authorization.decode("latin-1"))
