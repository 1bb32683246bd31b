"""Tokens in headers and cookies.

The refresh token's cookie is HttpOnly and SameSite=Strict. Over HTTPS its name begins with
`__Host-`, so that no other host of the domain can set it, for which it must be sent to every path;
over plain HTTP it is sent to `/graphql` alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie

from protocol.users.replies import SignedIn

COOKIE = "stoa_refresh"


class Cookies:
    """Makes the cookie. `secure`: only over HTTPS."""

    def __init__(self, *, secure: bool) -> None:
        self._name = f"__Host-{COOKIE}" if secure else COOKIE
        self._attributes = "; Path=/graphql; HttpOnly; SameSite=Strict"
        if secure:
            self._attributes = "; Path=/; HttpOnly; SameSite=Strict; Secure"

    def refresh_token(self, headers: Mapping[bytes, bytes]) -> str | None:
        """The refresh token of a native client's header, or else of the cookie."""
        given = headers.get(b"x-refresh-token")
        if given:
            return given.decode("latin-1")
        try:
            cookies = SimpleCookie(headers.get(b"cookie", b"").decode("latin-1"))
        except CookieError:
            return None
        return cookies[self._name].value if self._name in cookies else None

    def after(self, signed_in: SignedIn | None, signed_out: bool, now: int) -> bytes | None:
        """The `Set-Cookie` after a request's mutations, None if they neither signed in nor out."""
        if signed_in is not None:
            age = max(0, (signed_in.refresh_expires_at - now) // 1000)
            value = f"{self._name}={signed_in.refresh_token}; Max-Age={age}"
        elif signed_out:
            value = f"{self._name}=; Max-Age=0"
        else:
            return None
        return (value + self._attributes).encode("latin-1")
