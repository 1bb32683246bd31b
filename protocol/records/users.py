"""The records of users: accounts, credentials, profiles, and their administration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec
from msgspec import UNSET, UnsetType

from protocol.mail import EmailContent
from protocol.records.common import RevisionRule
from protocol.users.events import UserDisabled, UserEnabled, UserRoleChanged
from protocol.users.replies import PersonalData
from protocol.users.values import Role


class OneTimeToken(msgspec.Struct, frozen=True, kw_only=True):
    """What is stored of a token: its digest. Times in milliseconds."""

    digest: str
    expires_at: int


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A user as needed for signing in. `disabled`: switched off or deleted."""

    id: str
    email: str
    password_hash: str
    role: str
    full_name: str
    avatar_url: str | None = None
    disabled: bool = False
    email_verified: bool = False


class NewAccount(msgspec.Struct, frozen=True, kw_only=True):
    id: str
    email: str
    password_hash: str
    role: str
    full_name: str
    verification: OneTimeToken
    verified: bool = False
    message: EmailContent | None = None
    at: int


class NewRegistration(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants to register. It is forgotten at `expires_at`."""

    id: str
    email: str
    password_hash: str
    role: str
    full_name: str
    expires_at: int
    at: int


class PendingRegistration(msgspec.Struct, frozen=True, kw_only=True):
    """What its confirmation is checked against."""

    email: str
    password_hash: str


class ChangeEmails(msgspec.Struct, frozen=True, kw_only=True):
    """The e-mails about a new address: to it, or to the account that has it already.

    Without `taken`, a taken address is a `ConflictError`. `send`: False keeps both back.
    """

    confirm: EmailContent
    taken: EmailContent | None = None
    send: bool = True


class ProfileChange(msgspec.Struct, frozen=True, kw_only=True):
    """The changed fields of a profile, validated."""

    full_name: str | UnsetType = UNSET
    bio: str | UnsetType | None = UNSET
    timezone: str | UnsetType = UNSET
    language: str | UnsetType = UNSET
    muted_emails: tuple[str, ...] | UnsetType = UNSET
    audience: str | UnsetType = UNSET


class AccountFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Facts for rules about an account to be changed, read under its lock.

    `other_admins` counts other active admins, `courses` the user's courses that are not archived.
    """

    id: str
    role: str
    other_admins: int
    courses: int = 0


AccountRule = Callable[[AccountFacts], None]


class AccountRecords(Protocol):
    """Accounts as needed for signing in."""

    async def create(self, account: NewAccount) -> None:
        """Announces `UserRegistered`. Raises `ConflictError` on `email`."""

    async def by_email(self, email: str) -> Account | None: ...

    async def by_id(self, user_id: str) -> Account | None: ...

    async def of_session(self, user_id: str, session_id: str, began: int) -> Account | None:
        """The account with that id, unless this session of it was ended. `began` is the session's,
        in milliseconds."""
        ...

    async def signed_in(self, account: Account, at: int) -> bool:
        """Record the login. False if the account has changed since it was read.

        Waits for a concurrent change.
        """
        ...

    async def sessions_ended(self, user_id: str, session_id: str | None, at: int) -> None:
        """Tokens of that session, or of all that began before, are no good any more.

        Announces `SessionEnded`, or `SessionsEnded` for all of them.
        """


class RegistrationRecords(Protocol):
    """Private registrations: no account before the address is confirmed.

    Each try is kept by itself, so nobody can put a password on what somebody else has registered.
    """

    async def request(self, new: NewRegistration) -> None:
        """Announces `RegistrationRequested`, whether or not the address is registered.

        Forgets those that have expired.
        """

    async def unanswered(self, registration_id: str) -> str | None:
        """The address of one that has got no e-mail yet."""
        ...

    async def answer(
        self, registration_id: str, token: OneTimeToken, message: EmailContent, at: int
    ) -> None:
        """Send `message` to the address; or, if it has an account, `AlreadyRegistered` to that.

        In that case the registration is forgotten. Does nothing for one that has been answered.
        """

    async def forget(self, registration_id: str) -> None:
        """Forget one that gets no e-mail."""

    async def pending(self, digest: str, at: int) -> PendingRegistration | None:
        """The one with that token; None for an invalid token."""
        ...

    async def confirm(self, digest: str, user_id: str, at: int) -> Account | None:
        """Create its account under that id, and forget all others for the address.

        Announces `UserRegistered` and `EmailVerified`. None for an invalid token, and if the
        address has got an account meanwhile.
        """
        ...


class CredentialRecords(Protocol):
    """Addresses and passwords, and the one-time tokens that change them."""

    async def verify_email(self, digest: str, at: int) -> bool:
        """Use the token. Announces `EmailVerified`. False for an invalid token."""
        ...

    async def renew_verification(
        self, user_id: str, token: OneTimeToken, message: EmailContent, at: int
    ) -> bool:
        """Replace the token. False for an address that is verified already."""
        ...

    async def request_reset(self, email: str, at: int) -> None:
        """Announces `PasswordResetRequested`, whether or not there is such an account."""

    async def begin_reset(
        self, email: str, token: OneTimeToken, message: EmailContent, at: int
    ) -> None:
        """Replace the token if the account exists and is active."""

    async def is_reset_token(self, digest: str, at: int) -> bool:
        """Whether a password can be reset with it now."""
        ...

    async def reset_password(self, digest: str, password_hash: str, at: int) -> str | None:
        """Use the token, which also proves the address. Announces `PasswordReplaced`.

        Returns the user's id, None for an invalid token.
        """
        ...

    async def replace_password(
        self, user_id: str, former_hash: str, password_hash: str, at: int
    ) -> bool:
        """Announces `PasswordReplaced`. False if the password is not the former one any more."""
        ...

    async def begin_email_change(
        self, user_id: str, email: str, token: OneTimeToken, emails: ChangeEmails, at: int
    ) -> None:
        """Replace the token, and send one of `emails`. Raises `ConflictError` on `email`."""

    async def confirm_email_change(self, digest: str, at: int) -> bool:
        """Use the token. Announces `EmailChanged`. False for an invalid token.

        Raises `ConflictError` on `email`.
        """
        ...


class ProfileRecords(Protocol):
    """What a user tells about themselves."""

    async def update_profile(
        self, user_id: str, change: ProfileChange, at: int, seen: RevisionRule
    ) -> None:
        """Announces `ProfileUpdated`. Raises `NotFoundError`."""

    async def replace_avatar(self, user_id: str, url: str | None, at: int) -> str | None:
        """Set the picture and return the former one. Announces `ProfileUpdated`.

        Raises `NotFoundError`.
        """
        ...

    async def avatar(self, user_id: str) -> str | None:
        """Where the picture is, also of an account that is closed."""
        ...

    async def move_avatar(self, user_id: str, former: str, url: str | None, at: int) -> bool:
        """Set the picture if it is still the former one. Announces `ProfileUpdated` then."""
        ...


class UserAdministration(Protocol):
    """Disabling, enabling, deleting and erasing accounts, and changing roles."""

    async def disable(
        self, user_id: str, by: str, reason: str, at: int, rule: AccountRule
    ) -> UserDisabled:
        """Announces the reply and records it in the audit trail. Raises `NotFoundError`."""
        ...

    async def enable(self, user_id: str, by: str, at: int, rule: AccountRule) -> UserEnabled:
        """Enable an account, also a deleted one that was not erased, which enrols again where it
        was enrolled.

        Announced and audited like `disable`.
        """
        ...

    async def invite(self, by: str, email: str, message: EmailContent, at: int) -> None:
        """Send `message` to the address. Recorded in the audit trail, by its domain only.

        Raises `ConflictError` on `email` for one that has an account.
        """

    async def audit_exported(self, by: str, at: int) -> None:
        """Record in the audit trail that somebody has got it as a file."""

    async def change_role(
        self, user_id: str, by: str, role: Role, at: int, rule: AccountRule, *, through: str = ""
    ) -> UserRoleChanged:
        """Announced and audited like `disable`, with `through` what, if not by an account."""
        ...

    async def delete(self, user_id: str, by: str, at: int, rule: AccountRule) -> UserDisabled:
        """Delete: the account leaves the courses that it studies, teaches or assists in.

        Announced and audited like `disable`. `NotFoundError` also for a deleted account.
        """
        ...

    async def erase(self, user_id: str, by: str, at: int, rule: AccountRule) -> UserDisabled:
        """Delete, with all personal data in every domain. Announced and audited like `disable`.

        Also announces `UserErased`, and what the domains must remove besides.
        """
        ...

    async def export(self, user_id: str, by: str, at: int) -> PersonalData:
        """Read all personal data in every domain. Recorded in the audit trail.

        Raises `NotFoundError`.
        """
        ...


class UserPorts(msgspec.Struct, frozen=True, kw_only=True):
    """All that the users domain needs of storage."""

    accounts: AccountRecords
    registrations: RegistrationRecords
    credentials: CredentialRecords
    profiles: ProfileRecords
    administration: UserAdministration
