"""Tokens in headers and cookies.

The refresh token's cookie is HttpOnly and SameSite=Strict. Over HTTPS its name begins with
`__Host-`, so that no other host of the domain can set it, for which it must be sent to every path;
over plain HTTP it is sent to `/graphql` alone.
"""

from __future__ import annotations

from collections.abc import Mapping

from protocol.users.replies import SignedIn

COOKIE = "stoa_refresh"
BLANKS = b" \t"


class Cookies:
    """Makes the cookie. `secure`: only over HTTPS."""

    def __init__(self, *, secure: bool) -> None:
        self._name = f"__Host-{COOKIE}" if secure else COOKIE
        self._wanted = self._name.encode("ascii")
        self._attributes = "; Path=/graphql; HttpOnly; SameSite=Strict"
        if secure:
            self._attributes = "; Path=/; HttpOnly; SameSite=Strict; Secure"

    def refresh_token(self, headers: Mapping[bytes, bytes]) -> str | None:
        """The refresh token of a native client's header, or else of the cookie."""
        given = headers.get(b"x-refresh-token")
        if given:
            return given.decode("latin-1")
        value = cookie_of(headers.get(b"cookie", b""), self._wanted)
        return None if value is None else value.decode("latin-1")

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


def cookie_of(header: bytes, name: bytes) -> bytes | None:
    """The value of the cookie in a `Cookie` header; the first if several have the name.

    Browsers send the one of the longest path first (RFC 6265, 5.4), which is ours. What the others
    of the domain look like does not matter: the header is only cut at its semicolons, in time
    proportional to its length. Quotes around the value are no part of it.
    """
    for each in header.split(b";"):
        key, equals, value = each.partition(b"=")
        if equals and key.strip(BLANKS) == name:
            value = value.strip(BLANKS)
            quoted = len(value) >= 2 and value.startswith(b'"') and value.endswith(b'"')
            return value[1:-1] if quoted else value
    return None
