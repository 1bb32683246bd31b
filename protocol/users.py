"""The users domain: accounts, roles, sessions, and the session actor's messages."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar

import msgspec
from msgspec import UNSET, UnsetType

from protocol.envelope import Message


class Role(StrEnum):
    STUDENT = "student"
    EDUCATOR = "educator"
    ADMIN = "admin"


# --- accounts: handler `Address("users", "")` ---------------------------------------------------


class Register(Message, frozen=True, kw_only=True, tag="users.register"):
    """Make an account and begin a session. Replies `SignedIn`; ConflictError on `email`.

    Only `student` and `educator` can be asked for. `remote` is the client's address, empty from
    inside the house; RateLimited when too many were registered from its network.
    """

    email: str
    password: str
    full_name: str
    role: Role = Role.STUDENT
    device: str = ""
    remote: str = ""


class Login(Message, frozen=True, kw_only=True, tag="users.login"):
    """Replies `SignedIn`; one and the same AuthenticationError for a wrong e-mail or password."""

    email: str
    password: str
    device: str = ""
    remote: str = ""


class Refresh(Message, frozen=True, kw_only=True, tag="users.refresh"):
    """Rotate. Replies `SignedIn`.

    `device` and `remote` tell one client from another: the one that has just used this token gets
    the same successor again. Anybody else, or later, ends the session; AuthenticationError.
    """

    refresh_token: str
    device: str = ""
    remote: str = ""


class Logout(Message, frozen=True, kw_only=True, tag="users.logout"):
    """End the session of this refresh token. Replies `lifecycle.Done`."""

    refresh_token: str


class SignedIn(Message, frozen=True, kw_only=True, tag="users.signed_in"):
    user_id: str
    access_token: str
    refresh_token: str
    access_expires_at: int
    refresh_expires_at: int


class UserRegistered(Message, frozen=True, kw_only=True, tag="users.user_registered"):
    """Domain event."""

    actor: ClassVar[str | None] = "user_id"
    analytics: ClassVar[frozenset[str]] = frozenset({"user_id", "role"})

    user_id: str
    email: str
    role: Role


class CheckAccount(Message, frozen=True, kw_only=True, tag="users.check_account"):
    """May whoever holds a valid token of this user be served, and as what? `AccountStatus`.

    A token lives on for minutes after its account was switched off or its role was changed.
    AuthenticationError, reason `disabled` (also where there is no such account any more).
    """

    user_id: str


class AccountStatus(Message, frozen=True, kw_only=True, tag="users.account_standing"):
    role: Role


class UserDisabled(Message, frozen=True, kw_only=True, tag="users.user_disabled"):
    """Reply, and domain event: switched off or deleted. Everything of this user ends."""

    actor: ClassVar[str | None] = "user_id"
    analytics: ClassVar[frozenset[str]] = frozenset({"user_id", "at"})

    user_id: str
    at: int = 0


class UserErased(Message, frozen=True, kw_only=True, tag="users.user_erased"):
    """Domain event: the account's personal data is gone, each domain's own.

    `avatar_url` is where its picture was, which is to be removed.
    """

    actor: ClassVar[str | None] = None
    analytics: ClassVar[frozenset[str]] = frozenset()

    user_id: str
    avatar_url: str | None = None


class RemoveErasedAvatar(Message, frozen=True, kw_only=True, tag="users.remove_erased_avatar"):
    """From inside the house: remove the picture of somebody who was erased. Twice is once."""

    avatar_url: str | None


class UserRoleChanged(Message, frozen=True, kw_only=True, tag="users.user_role_changed"):
    """Reply, and domain event. What rests on the former role ends, every session among it."""

    actor: ClassVar[str | None] = "user_id"
    analytics: ClassVar[frozenset[str]] = frozenset({"user_id", "role", "at"})

    user_id: str
    role: Role
    at: int = 0


class AccountCommand(Message, frozen=True, kw_only=True):
    """`by` is the acting user, `by_role` the user's role."""

    by: str
    by_role: str


class VerifyEmail(Message, frozen=True, kw_only=True, tag="users.verify_email"):
    """Whoever has the token from the e-mail has the address. Replies `lifecycle.Done`.

    RefusedError TOKEN_INVALID for one that expired, was used, or never was.
    """

    token: str


class EmailVerified(Message, frozen=True, kw_only=True, tag="users.email_verified"):
    """Domain event."""

    actor: ClassVar[str | None] = "user_id"
    analytics: ClassVar[frozenset[str]] = frozenset({"user_id"})

    user_id: str


class ResendVerification(AccountCommand, frozen=True, kw_only=True, tag="users.resend_verify"):
    """Another e-mail; the token of the former is no good any more. Replies `lifecycle.Done`.

    RefusedError ALREADY_VERIFIED; RateLimited.
    """


class RequestPasswordReset(Message, frozen=True, kw_only=True, tag="users.request_reset"):
    """Replies `lifecycle.Done` whether or not there is such an account, in the same time.

    ValidationError for what is no address, RateLimited for a network that asks too often.
    """

    email: str
    remote: str = ""


class PasswordResetRequested(Message, frozen=True, kw_only=True, tag="users.reset_requested"):
    """Domain event; `IssuePasswordReset` follows from it."""

    actor: ClassVar[str | None] = None
    analytics: ClassVar[frozenset[str]] = frozenset()

    email: str


class IssuePasswordReset(Message, frozen=True, kw_only=True, tag="users.issue_reset"):
    """Send the e-mail if there is such an account. Replies `lifecycle.Done`.

    Twice is harmless: only the newest token is good.
    """

    email: str


class ResetPassword(Message, frozen=True, kw_only=True, tag="users.reset_password"):
    """Set a new password and end every session. Replies `lifecycle.Done`.

    ValidationError on `newPassword`; RefusedError TOKEN_INVALID.
    """

    token: str
    new_password: str


class ChangePassword(AccountCommand, frozen=True, kw_only=True, tag="users.change_password"):
    """End every session and begin a new one. Replies `SignedIn`.

    ValidationError on `newPassword`; RefusedError WRONG_PASSWORD; RateLimited.
    """

    current_password: str
    new_password: str
    device: str = ""
    remote: str = ""


class PasswordReplaced(Message, frozen=True, kw_only=True, tag="users.password_replaced"):
    """Domain event: reset or changed. Every session that began before is over."""

    actor: ClassVar[str | None] = "user_id"
    analytics: ClassVar[frozenset[str]] = frozenset({"user_id", "at"})

    user_id: str
    at: int


class RequestEmailChange(AccountCommand, frozen=True, kw_only=True, tag="users.request_email"):
    """Send an e-mail to the new address. Replies `lifecycle.Done`.

    ValidationError; RefusedError WRONG_PASSWORD; ConflictError on `email`; RateLimited.
    """

    password: str
    email: str
    remote: str = ""


class ConfirmEmailChange(Message, frozen=True, kw_only=True, tag="users.confirm_email"):
    """Whoever has the token has the new address. Replies `lifecycle.Done`.

    RefusedError TOKEN_INVALID; ConflictError on `email` if it was taken meanwhile.
    """

    token: str


class EmailChanged(Message, frozen=True, kw_only=True, tag="users.email_changed"):
    """Domain event."""

    actor: ClassVar[str | None] = "user_id"
    analytics: ClassVar[frozenset[str]] = frozenset({"user_id"})

    user_id: str
    email: str


class EmailTopic(StrEnum):
    """What e-mails are about that a user may do without. The rest concerns the account."""

    ANNOUNCEMENTS = "announcements"
    CERTIFICATES = "certificates"
    DISCUSSIONS = "discussions"
    GRADES = "grades"
    MESSAGES = "messages"
    REMINDERS = "reminders"


class Audience(StrEnum):
    """Who may see a profile beyond its name."""

    EVERYBODY = "everybody"
    NOBODY = "nobody"


class UpdateProfile(AccountCommand, frozen=True, kw_only=True, tag="users.update_profile"):
    """What is given of one's own profile. Replies `ProfileUpdated`. ValidationError."""

    full_name: str | UnsetType = UNSET
    bio: str | UnsetType | None = UNSET
    timezone: str | UnsetType = UNSET
    language: str | UnsetType = UNSET
    muted_emails: tuple[EmailTopic, ...] | UnsetType = UNSET
    audience: Audience | UnsetType = UNSET


class SetAvatar(AccountCommand, frozen=True, kw_only=True, tag="users.set_avatar"):
    """One's own picture: PNG, JPEG or WebP; None takes it away. Replies `ProfileUpdated`.

    ValidationError on `image`.
    """

    image: bytes | None


class ProfileUpdated(Message, frozen=True, kw_only=True, tag="users.profile_updated"):
    """Reply, and domain event."""

    actor: ClassVar[str | None] = "user_id"
    analytics: ClassVar[frozenset[str]] = frozenset({"user_id"})

    user_id: str


class ListSessions(AccountCommand, frozen=True, kw_only=True, tag="users.list_sessions"):
    """Replies `Sessions`, the newest first."""


class SessionFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Times in milliseconds."""

    id: str
    device: str
    began: int
    expires_at: int


class Sessions(Message, frozen=True, kw_only=True, tag="users.sessions"):
    sessions: tuple[SessionFacts, ...]


class EndSession(AccountCommand, frozen=True, kw_only=True, tag="users.end_session"):
    """Sign one device out. Replies `lifecycle.Done`; NotFoundError."""

    session_id: str


class SessionEnded(Message, frozen=True, kw_only=True, tag="users.session_ended"):
    """Domain event: its access tokens are no good any more."""

    actor: ClassVar[str | None] = "user_id"
    analytics: ClassVar[frozenset[str]] = frozenset({"user_id", "session_id", "at"})

    user_id: str
    session_id: str
    at: int


class LogoutEverywhere(AccountCommand, frozen=True, kw_only=True, tag="users.logout_everywhere"):
    """End every session. Replies `lifecycle.Done`."""


class SessionsEnded(Message, frozen=True, kw_only=True, tag="users.sessions_ended"):
    """Domain event: every session that began before is over."""

    actor: ClassVar[str | None] = "user_id"
    analytics: ClassVar[frozenset[str]] = frozenset({"user_id", "at"})

    user_id: str
    at: int


class DisableUser(AccountCommand, frozen=True, kw_only=True, tag="users.disable_user"):
    """Switch an account off. Replies `UserDisabled`, also where it was off already.

    NotFoundError; RefusedError OWN_ACCOUNT, LAST_ADMIN.
    """

    user_id: str
    reason: str


class EnableUser(AccountCommand, frozen=True, kw_only=True, tag="users.enable_user"):
    """Switch an account on again, or bring a deleted one back. Replies `UserEnabled`.

    NotFoundError, also for one whose personal data has been erased.
    """

    user_id: str


class UserEnabled(Message, frozen=True, kw_only=True, tag="users.user_enabled"):
    """Reply, and domain event."""

    actor: ClassVar[str | None] = "user_id"
    analytics: ClassVar[frozenset[str]] = frozenset({"user_id"})

    user_id: str


class ChangeRole(AccountCommand, frozen=True, kw_only=True, tag="users.change_role"):
    """Replies `UserRoleChanged`. NotFoundError; RefusedError OWN_ACCOUNT, LAST_ADMIN."""

    user_id: str
    role: Role


class AccountEnding(AccountCommand, frozen=True, kw_only=True):
    """One's own account, with the password, or another's as an admin.

    NotFoundError; RefusedError WRONG_PASSWORD, LAST_ADMIN, TEACHES_COURSES while a course of the
    user is not archived; RateLimited.
    """

    user_id: str
    password: str = ""
    remote: str = ""


class DeleteAccount(AccountEnding, frozen=True, kw_only=True, tag="users.delete_account"):
    """The rows stay until they are erased; admins can bring it back. Replies `UserDisabled`."""


class ErasePersonalData(AccountEnding, frozen=True, kw_only=True, tag="users.erase"):
    """Delete, and keep nothing that says who it was. For good. Replies `UserDisabled`."""


class ExportPersonalData(AccountCommand, frozen=True, kw_only=True, tag="users.export"):
    """Everything that is known of a user: one's own, or another's as an admin.

    Replies `PersonalData`; NotFoundError.
    """

    user_id: str


class PersonalData(Message, frozen=True, kw_only=True, tag="users.personal_data"):
    """`domains` has, by domain and table, the rows as JSON objects."""

    domains: dict[str, Any]


# --- the session actor: `Address("session", user_id)`, volatile ---------------------------------

SESSION_KIND = "session"
MAX_CONNECTIONS = 20
"""Devices of one user at the same time."""
MAX_ROOMS = 50
"""Course rooms that one device may be in."""


class OpenConnection(Message, frozen=True, kw_only=True, tag="users.open_connection"):
    """A device of this user connected. Replies `lifecycle.Done`.

    Refused with TOO_MANY_CONNECTIONS past the bound for one user.
    """

    incidental: ClassVar[frozenset[str]] = frozenset({"connection_id"})

    connection_id: str
    full_name: str
    device: str = ""


class CloseConnection(Message, frozen=True, kw_only=True, tag="users.close_connection"):
    """The device's socket is gone; the session leaves what only it had entered."""

    connection_id: str


class EnterRoom(Message, frozen=True, kw_only=True, tag="users.enter_room"):
    """This device enters a course room; forwarded as `communication.JoinRoom` with the asker.

    So the reply is the room's `RoomView`. Refused with NOT_CONNECTED (open the connection first),
    TOO_MANY_ROOMS.
    """

    incidental: ClassVar[frozenset[str]] = frozenset({"connection_id"})

    connection_id: str
    course_id: str


class ExitRoom(Message, frozen=True, kw_only=True, tag="users.exit_room"):
    """This device leaves; the user does when it was the last one there. `lifecycle.Done`.

    Also from a device that the session does not know (any more): then the room is told, unless a
    device that it knows is there.
    """

    connection_id: str
    course_id: str


DOMAIN_EVENTS: tuple[type[Message], ...] = (
    UserRegistered,
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
"""What is announced to the other domains."""
