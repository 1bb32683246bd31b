"""Where clients put an access token in a message's payload."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from protocol.errors import AuthenticationError


def token_of(payload: Mapping[str, Any]) -> str | None:
    """`token`, or `Authorization: Bearer …` in any case; None where there is neither, or null.

    Raises `AuthenticationError` for what is no token.
    """
    for name, value in payload.items():
        if value is None:
            continue
        if name == "token":
            return _text(value)
        if name.lower() == "authorization":
            scheme, _, token = _text(value).partition(" ")
            if scheme.lower() != "bearer":
                raise AuthenticationError(
                    "Authorization must be `Bearer <token>`", reason="malformed"
                )
            return token.strip()
    return None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise AuthenticationError("The token must be a string", reason="malformed")
    return value
