"""What is asked of accounts: the handler `Address("users", "")`.

`protocol.permissions` says who may do which. Domain events that answer a command stand in `events`.
"""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from protocol.envelope import Message
from protocol.users.values import Audience, EmailTopic, Role


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


class CheckAccount(Message, frozen=True, kw_only=True, tag="users.check_account"):
    """May whoever holds a valid token of this user be served, and as what? `AccountStatus`.

    A token lives on for minutes after its account was switched off or its role was changed.
    AuthenticationError, reason `disabled` (also where there is no such account any more).
    """

    user_id: str


class RemoveErasedAvatar(Message, frozen=True, kw_only=True, tag="users.remove_erased_avatar"):
    """From inside the house: remove the picture of somebody who was erased. Twice is once."""

    avatar_url: str | None


class AccountCommand(Message, frozen=True, kw_only=True):
    """`by` is the acting user, `by_role` the user's role."""

    by: str
    by_role: str


class VerifyEmail(Message, frozen=True, kw_only=True, tag="users.verify_email"):
    """Whoever has the token from the e-mail has the address. Replies `lifecycle.Done`.

    RefusedError TOKEN_INVALID for one that expired, was used, or never was.
    """

    token: str


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


class ListSessions(AccountCommand, frozen=True, kw_only=True, tag="users.list_sessions"):
    """Replies `Sessions`, the newest first."""


class EndSession(AccountCommand, frozen=True, kw_only=True, tag="users.end_session"):
    """Sign one device out. Replies `lifecycle.Done`; NotFoundError."""

    session_id: str


class LogoutEverywhere(AccountCommand, frozen=True, kw_only=True, tag="users.logout_everywhere"):
    """End every session. Replies `lifecycle.Done`."""


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
