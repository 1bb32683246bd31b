"""The ports of identity and access: passwords, tokens, sealed claims, and limits on attempts.

The conventions of `protocol.ports` hold here too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol

import msgspec

from protocol.errors import StoaError
from protocol.users.replies import SessionFacts


class Origin(NamedTuple):
    """From which network, and for which account, something dear is asked; empty: by ourselves."""

    network: str = ""
    account: str = ""


NOWHERE = Origin()


class Passwords(Protocol):
    """Password hashing in a bounded worker pool, in turn for every network and account."""

    async def hash(self, password: str, origin: Origin = NOWHERE) -> str:
        """A bcrypt hash. Raises `ValidationError` past 72 bytes, `Overloaded` past the bound."""
        ...

    async def verify(self, password: str, hashed: str | None, origin: Origin = NOWHERE) -> bool:
        """Whether they match; with None, takes the same time and says False.

        Raises `Overloaded` past the bound.
        """
        ...


class Identity(msgspec.Struct, frozen=True):
    """The user of a verified access token. `expires_at` in milliseconds.

    `full_name` is the token's `name` claim, shown to others in a room; empty when it has none.
    `began` is when the session began, in milliseconds.
    """

    user_id: str
    email: str
    role: str
    session_id: str
    expires_at: int
    full_name: str = ""
    began: int = 0


class IssuedTokens(msgspec.Struct, frozen=True):
    """A fresh pair. The refresh token is for an HttpOnly cookie or a native client's store."""

    access_token: str
    refresh_token: str
    access_expires_at: int
    refresh_expires_at: int
    ended: tuple[str, ...] = ()
    """Sessions of the user that had to give way to this one."""


class Tokens(Protocol):
    """JWT access tokens (15 minutes) and rotating refresh tokens (30 days, state in Redis)."""

    async def issue(
        self, *, user_id: str, email: str, role: str, device: str, full_name: str = ""
    ) -> IssuedTokens:
        """Begin a session (a new refresh family)."""
        ...

    async def rotate(
        self,
        refresh_token: str,
        *,
        email: str = "",
        role: str = "",
        full_name: str = "",
        client: str = "",
    ) -> tuple[Identity, IssuedTokens]:
        """Exchange a refresh token once. Reuse revokes the family; `AuthenticationError`.

        What is given of `email`, `role` and `full_name` replaces what the old token said. The same
        `client` may repeat an exchange within seconds and gets the pair that is current; one that
        is empty may not. Reuse has the reason `reused`.
        """
        ...

    def require_valid(self, identity: Identity) -> None:
        """Raise `AuthenticationError` if it has expired or its session has ended; never waits.

        For whoever has waited since `verify_access`.
        """

    def verify_refresh(self, token: str, *, allow_expired: bool = False) -> Identity:
        """Check signature and expiry only, not whether it was used; never waits.

        `AuthenticationError` with the reason. `allow_expired`: the signature only, to end the
        session, which may live longer than this token.
        """
        ...

    async def revoke(self, refresh_token: str) -> None:
        """End the session this token belongs to; does nothing for an invalid token."""

    async def revoke_all(self, user_id: str) -> None:
        """End every session of a user."""

    async def revoke_session(self, user_id: str, session_id: str) -> bool:
        """End one session. False if there is none."""
        ...

    async def sessions(self, user_id: str) -> Sequence[SessionFacts]:
        """The sessions that have not ended, newest first."""
        ...

    def verify_access(self, token: str) -> Identity:
        """Check signature and expiry; never waits. `AuthenticationError` with the reason."""
        ...


class Throttle(Protocol):
    """Counts attempts in windows that all nodes share."""

    async def hit(self, key: str, limit: int, window_seconds: int) -> None:
        """Count one attempt. Raises `RateLimited` once `limit` were counted in this window.

        A refused attempt is not counted, so it does not lengthen the wait.
        """

    async def release(self, key: str) -> None:
        """Take one attempt back: it turned out to be harmless."""


class Quota(msgspec.Struct, frozen=True):
    """`limit` of something in each window, counted under `key` on all nodes."""

    key: str
    limit: int


class Allowance(msgspec.Struct, frozen=True):
    """What is left after `RateLimits.take_nowait`, for the quota with the least left.

    If not `allowed`, it is for the quota with the longest wait. The window ends in `reset_ms`.
    """

    allowed: bool
    limit: int
    remaining: int
    reset_ms: int


class RateLimits(Protocol):
    """Counts requests in windows that all nodes share."""

    def take_nowait(
        self,
        quotas: Sequence[Quota],
        count: int,
        done: Callable[[Allowance | StoaError], None],
    ) -> None:
        """Take `count` of every quota, or of none if one has less left.

        A window begins with the first use. `done` is called once, in the Trio thread, perhaps
        before this returns, and must not raise. It gets a `StoaError` when the engine does not
        answer; whether it was counted is then unknown.
        """


class Seal(Protocol):
    """Signs small claims that leave the server and come back (guest and player identities)."""

    def sign(self, purpose: str, claims: dict[str, Any]) -> str:
        """A compact token that only this installation can make."""
        ...

    def open(self, purpose: str, token: str) -> dict[str, Any]:
        """Its claims. `AuthenticationError` if it was not signed here for `purpose`."""
        ...
