"""Events of accounts, announced to other domains. Some are also the reply to their command."""

from __future__ import annotations

from typing import ClassVar

from protocol.envelope import Message
from protocol.users.values import Role


class UserRegistered(Message, frozen=True, kw_only=True, tag="users.user_registered"):
    """Domain event."""

    actor: ClassVar[str | None] = "user_id"
    analytics: ClassVar[frozenset[str]] = frozenset({"user_id", "role"})

    user_id: str
    email: str
    role: Role


class RegistrationRequested(Message, frozen=True, kw_only=True, tag="users.registration_requested"):
    """Domain event, of a private registration; `AnswerRegistration` follows from it."""

    actor: ClassVar[str | None] = None
    analytics: ClassVar[frozenset[str]] = frozenset()

    registration_id: str


class UserDisabled(Message, frozen=True, kw_only=True, tag="users.user_disabled"):
    """Reply, and domain event: disabled or deleted.

    All sessions and connections of the user end.
    """

    actor: ClassVar[str | None] = "user_id"
    analytics: ClassVar[frozenset[str]] = frozenset({"user_id", "at"})

    user_id: str
    at: int = 0


class UserErased(Message, frozen=True, kw_only=True, tag="users.user_erased"):
    """Domain event: the account's personal data is gone, each domain's own.

    `avatar_url` is where its picture was, which must be removed.
    """

    actor: ClassVar[str | None] = None
    analytics: ClassVar[frozenset[str]] = frozenset()

    user_id: str
    avatar_url: str | None = None


class UserRoleChanged(Message, frozen=True, kw_only=True, tag="users.user_role_changed"):
    """Reply, and domain event.

    Everything that depends on the former role ends, including every session.
    """

    actor: ClassVar[str | None] = "user_id"
    analytics: ClassVar[frozenset[str]] = frozenset({"user_id", "role", "at"})

    user_id: str
    role: Role
    at: int = 0


class EmailVerified(Message, frozen=True, kw_only=True, tag="users.email_verified"):
    """Domain event."""

    actor: ClassVar[str | None] = "user_id"
    analytics: ClassVar[frozenset[str]] = frozenset({"user_id"})

    user_id: str


class PasswordResetRequested(Message, frozen=True, kw_only=True, tag="users.reset_requested"):
    """Domain event; `IssuePasswordReset` follows from it."""

    actor: ClassVar[str | None] = None
    analytics: ClassVar[frozenset[str]] = frozenset()

    email: str


class PasswordReplaced(Message, frozen=True, kw_only=True, tag="users.password_replaced"):
    """Domain event: reset or changed. Every session that began before is over."""

    actor: ClassVar[str | None] = "user_id"
    analytics: ClassVar[frozenset[str]] = frozenset({"user_id", "at"})

    user_id: str
    at: int


class EmailChanged(Message, frozen=True, kw_only=True, tag="users.email_changed"):
    """Domain event."""

    actor: ClassVar[str | None] = "user_id"
    analytics: ClassVar[frozenset[str]] = frozenset({"user_id"})

    user_id: str
    email: str


class ProfileUpdated(Message, frozen=True, kw_only=True, tag="users.profile_updated"):
    """Reply, and domain event."""

    actor: ClassVar[str | None] = "user_id"
    analytics: ClassVar[frozenset[str]] = frozenset({"user_id"})

    user_id: str


class SessionEnded(Message, frozen=True, kw_only=True, tag="users.session_ended"):
    """Domain event: the session's access tokens are no longer valid."""

    actor: ClassVar[str | None] = "user_id"
    analytics: ClassVar[frozenset[str]] = frozenset({"user_id", "session_id", "at"})

    user_id: str
    session_id: str
    at: int


class SessionsEnded(Message, frozen=True, kw_only=True, tag="users.sessions_ended"):
    """Domain event: every session that began before is over."""

    actor: ClassVar[str | None] = "user_id"
    analytics: ClassVar[frozenset[str]] = frozenset({"user_id", "at"})

    user_id: str
    at: int


class UserEnabled(Message, frozen=True, kw_only=True, tag="users.user_enabled"):
    """Reply, and domain event."""

    actor: ClassVar[str | None] = "user_id"
    analytics: ClassVar[frozenset[str]] = frozenset({"user_id"})

    user_id: str


DOMAIN_EVENTS: tuple[type[Message], ...] = (
    UserRegistered,
    RegistrationRequested,
    UserDisabled,
    UserErased,
    UserRoleChanged,
    EmailVerified,
    PasswordResetRequested,
    PasswordReplaced,
    EmailChanged,
    ProfileUpdated,
    SessionEnded,
    SessionsEnded,
    UserEnabled,
)
"""The events announced to other domains."""
