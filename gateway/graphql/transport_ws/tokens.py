"""Finds the access token in a message's payload."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gateway.bearer import bearer_token
from protocol.errors import AuthenticationError


def token_of(payload: Mapping[str, Any]) -> str | None:
    """`token`, or `Authorization: Bearer …` in any case; None without either.

    Raises `AuthenticationError` for a malformed one.
    """
    for name, value in payload.items():
        if value is None:
            continue
        if name == "token":
            return _text(value)
        if name.lower() == "authorization":
            token = bearer_token(_text(value))
            if token is None:
                raise AuthenticationError(
                    "Authorization must be `Bearer <token>`", reason="malformed"
                )
            return token
    return None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise AuthenticationError("The token must be a string", reason="malformed")
    return value
