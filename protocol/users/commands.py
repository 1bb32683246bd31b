"""Commands to the users handler, `Address("users", "")`.

`protocol.permissions` says who may send which. Domain events that answer a command are in `events`.
"""

from __future__ import annotations

from msgspec import UNSET, UnsetType

from protocol.envelope import Message
from protocol.users.values import Audience, EmailTopic, Role


class Register(Message, frozen=True, kw_only=True, tag="users.register"):
    """Create an account and begin a session. Replies `SignedIn`; ConflictError on `email`.

    Only the roles `student` and `educator` are allowed. `remote` is the client's address, empty if
    the server itself registers; RateLimited after too many registrations from its network.

    `invitation`: the token of an e-mail to this address, which is confirmed then. By that of an
    administrator the account is an educator's; without it, only where everybody may be one.

    Where registering is private, a client gets `ConfirmationSent` instead, whether or not the
    address is registered, and nothing is created before `ConfirmRegistration`.
    """

    email: str
    password: str
    full_name: str
    role: Role = Role.STUDENT
    invitation: str = ""
    device: str = ""
    remote: str = ""


class AnswerRegistration(Message, frozen=True, kw_only=True, tag="users.answer_registration"):
    """Answer a private registration by e-mail, sent by the server itself. Replies `lifecycle.Done`.

    It is a token to the new address, or word to the account that has it. Repeating it is harmless.
    """

    registration_id: str


class ConfirmRegistration(Message, frozen=True, kw_only=True, tag="users.confirm_registration"):
    """Create the account of a private registration and begin a session. Replies `SignedIn`.

    It takes the token from the e-mail, which proves the address, and the password given when
    registering: whoever has the mailbox does not confirm what a stranger registered.

    RefusedError TOKEN_INVALID, WRONG_PASSWORD; RateLimited.
    """

    token: str
    password: str
    device: str = ""
    remote: str = ""


class Login(Message, frozen=True, kw_only=True, tag="users.login"):
    """Sign in. Replies `SignedIn`; the same AuthenticationError for a wrong e-mail or password."""

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
    """May the holder of a valid token of this user be served, and in which role?

    Replies `AccountStatus`.

    A token stays valid for minutes after its account was disabled or its role changed.
    AuthenticationError, reason `disabled` (also if the account no longer exists).
    """

    user_id: str


class RemoveErasedAvatar(Message, frozen=True, kw_only=True, tag="users.remove_erased_avatar"):
    """Remove the picture of an erased user, sent by the server itself. Repeating it is harmless."""

    avatar_url: str | None


class MoveAvatar(Message, frozen=True, kw_only=True, tag="users.move_avatar"):
    """Give a user's picture another address, sent by the server itself; the former one is gone.

    Repeating it is harmless.
    """

    user_id: str


class AccountCommand(Message, frozen=True, kw_only=True):
    """`by` is the acting user, `by_role` the user's role."""

    by: str
    by_role: str


class VerifyEmail(Message, frozen=True, kw_only=True, tag="users.verify_email"):
    """Verify the address with the token from the e-mail. Replies `lifecycle.Done`.

    RefusedError TOKEN_INVALID for a token that expired, was used, or never existed.
    """

    token: str


class ResendVerification(AccountCommand, frozen=True, kw_only=True, tag="users.resend_verify"):
    """Send another e-mail; the former one's token becomes invalid. Replies `lifecycle.Done`.

    RefusedError ALREADY_VERIFIED; RateLimited.
    """


class RequestPasswordReset(Message, frozen=True, kw_only=True, tag="users.request_reset"):
    """Request a reset.

    Replies `lifecycle.Done`, in the same time, whether or not the account exists.

    ValidationError for a malformed address, RateLimited for too many requests from a network.
    """

    email: str
    remote: str = ""


class IssuePasswordReset(Message, frozen=True, kw_only=True, tag="users.issue_reset"):
    """Send the e-mail if the account exists. Replies `lifecycle.Done`.

    Repeating it is harmless: only the newest token is valid.
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

    ValidationError; RefusedError WRONG_PASSWORD; ConflictError on `email`; RateLimited. Where
    registering is private there is no ConflictError: the account that has the address is told.
    """

    password: str
    email: str
    remote: str = ""


class ConfirmEmailChange(Message, frozen=True, kw_only=True, tag="users.confirm_email"):
    """Confirm the new address with the token. Replies `lifecycle.Done`.

    RefusedError TOKEN_INVALID; ConflictError on `email` if it has been taken meanwhile.
    """

    token: str


class UpdateProfile(AccountCommand, frozen=True, kw_only=True, tag="users.update_profile"):
    """Change the given fields of the user's own profile. Replies `ProfileUpdated`.

    Each change increases the profile's revision. ValidationError; RefusedError PROFILE_CHANGED for
    another `expected_revision`, with the revision of now in the details.
    """

    expected_revision: int | None = None

    full_name: str | UnsetType = UNSET
    bio: str | UnsetType | None = UNSET
    timezone: str | UnsetType = UNSET
    language: str | UnsetType = UNSET
    muted_emails: tuple[EmailTopic, ...] | UnsetType = UNSET
    audience: Audience | UnsetType = UNSET


class SetAvatar(AccountCommand, frozen=True, kw_only=True, tag="users.set_avatar"):
    """Set the user's own picture: PNG, JPEG or WebP; None removes it. Replies `ProfileUpdated`.

    ValidationError on `image`.
    """

    image: bytes | None


class ListSessions(AccountCommand, frozen=True, kw_only=True, tag="users.list_sessions"):
    """List the user's sessions, newest first. Replies `Sessions`.

    `session_id` is the one that asks.
    """

    session_id: str = ""


class EndSession(AccountCommand, frozen=True, kw_only=True, tag="users.end_session"):
    """Sign one device out. Replies `lifecycle.Done`; NotFoundError."""

    session_id: str


class LogoutEverywhere(AccountCommand, frozen=True, kw_only=True, tag="users.logout_everywhere"):
    """End every session. Replies `lifecycle.Done`."""


class DisableUser(AccountCommand, frozen=True, kw_only=True, tag="users.disable_user"):
    """Disable an account. Replies `UserDisabled`, even if it is disabled already.

    NotFoundError; RefusedError OWN_ACCOUNT, LAST_ADMIN.
    """

    user_id: str
    reason: str


class EnableUser(AccountCommand, frozen=True, kw_only=True, tag="users.enable_user"):
    """Enable an account, or restore a deleted one. Replies `UserEnabled`.

    NotFoundError, also for one whose personal data has been erased.
    """

    user_id: str


class InviteEducator(AccountCommand, frozen=True, kw_only=True, tag="users.invite_educator"):
    """Invite an address to register as an educator, within seven days. Replies `lifecycle.Done`.

    ConflictError on `email` for one that has an account; RefusedError EDUCATOR_REGISTRATION_CLOSED;
    RateLimited.
    """

    email: str


class ExportAuditTrail(AccountCommand, frozen=True, kw_only=True, tag="users.export_audit_trail"):
    """May the user have the audit trail as a file? Recorded in it. Replies `lifecycle.Done`."""


class ChangeRole(AccountCommand, frozen=True, kw_only=True, tag="users.change_role"):
    """Change a role. Replies `UserRoleChanged`.

    NotFoundError; RefusedError OWN_ACCOUNT, LAST_ADMIN.
    """

    user_id: str
    role: Role


class AccountEnding(AccountCommand, frozen=True, kw_only=True):
    """Base of ending the user's own account, with the password, or another's as an admin.

    NotFoundError; RefusedError WRONG_PASSWORD, LAST_ADMIN, TEACHES_COURSES while a course of the
    user is not archived; RateLimited.
    """

    user_id: str
    password: str = ""
    remote: str = ""


class DeleteAccount(AccountEnding, frozen=True, kw_only=True, tag="users.delete_account"):
    """Delete an account. The rows stay until they are erased; admins can restore it.

    Replies `UserDisabled`.
    """


class ErasePersonalData(AccountEnding, frozen=True, kw_only=True, tag="users.erase"):
    """Delete an account for good, keeping nothing that identifies the user.

    Replies `UserDisabled`.
    """


class ExportPersonalData(AccountCommand, frozen=True, kw_only=True, tag="users.export"):
    """Export all data of a user: one's own, or another's as an admin.

    Replies `PersonalData`; NotFoundError.
    """

    user_id: str
