"""The records of users: accounts, credentials, profiles, and their administration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec
from msgspec import UNSET, UnsetType

from protocol.mail import EmailContent
from protocol.users.events import UserDisabled, UserEnabled, UserRoleChanged
from protocol.users.replies import PersonalData
from protocol.users.values import Role


class OneTimeToken(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a token: its digest. Times in milliseconds."""

    digest: str
    expires_at: int


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A user as signing in needs it. `disabled`: switched off or deleted."""

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
    message: EmailContent | None = None
    at: int


class ProfileChange(msgspec.Struct, frozen=True, kw_only=True):
    """What of a profile is to be otherwise, clean."""

    full_name: str | UnsetType = UNSET
    bio: str | UnsetType | None = UNSET
    timezone: str | UnsetType = UNSET
    language: str | UnsetType = UNSET
    muted_emails: tuple[str, ...] | UnsetType = UNSET
    audience: str | UnsetType = UNSET


class AccountFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What rules ask about an account that somebody wants to change, under its lock.

    `other_admins` are those who could still act, `courses` those of the user's not archived.
    """

    id: str
    role: str
    other_admins: int
    courses: int = 0


AccountRule = Callable[[AccountFacts], None]


class AccountRecords(Protocol):
    """Accounts as signing in needs them."""

    async def create(self, account: NewAccount) -> None:
        """Announces `UserRegistered`. Raises `ConflictError` on `email`."""

    async def by_email(self, email: str) -> Account | None: ...

    async def by_id(self, user_id: str) -> Account | None: ...

    async def signed_in(self, account: Account, at: int) -> bool:
        """Remember the login. False where the account is not any more as it was read.

        Waits for whoever changes it just now.
        """
        ...

    async def sessions_ended(self, user_id: str, session_id: str | None, at: int) -> None:
        """Announces `SessionEnded`, or `SessionsEnded` for all of them."""


class CredentialRecords(Protocol):
    """Addresses and passwords, and the one-time tokens that change them."""

    async def verify_email(self, digest: str, at: int) -> bool:
        """Use the token. Announces `EmailVerified`. False for one that is not good."""
        ...

    async def renew_verification(
        self, user_id: str, token: OneTimeToken, message: EmailContent, at: int
    ) -> bool:
        """Replace the token. False for an address that is verified already."""
        ...

    async def request_reset(self, email: str, at: int) -> None:
        """Announces `PasswordResetRequested`, whether there is such an account or not."""

    async def begin_reset(
        self, email: str, token: OneTimeToken, message: EmailContent, at: int
    ) -> None:
        """Replace the token, if there is such an account and it may be used."""

    async def is_reset_token(self, digest: str, at: int) -> bool:
        """Whether a password can be reset with it now."""
        ...

    async def reset_password(self, digest: str, password_hash: str, at: int) -> str | None:
        """Use the token; it proves the address, too. Announces `PasswordReplaced`.

        The user's id, None for a token that is not good.
        """
        ...

    async def replace_password(self, user_id: str, password_hash: str, at: int) -> None:
        """Announces `PasswordReplaced`."""

    async def begin_email_change(
        self, user_id: str, email: str, token: OneTimeToken, message: EmailContent, at: int
    ) -> None:
        """Replace the token. Raises `ConflictError` on `email`."""

    async def confirm_email_change(self, digest: str, at: int) -> bool:
        """Use the token. Announces `EmailChanged`. False for one that is not good.

        Raises `ConflictError` on `email`.
        """
        ...


class ProfileRecords(Protocol):
    """What a user tells about themselves."""

    async def update_profile(self, user_id: str, change: ProfileChange, at: int) -> None:
        """Announces `ProfileUpdated`. Raises `NotFoundError`."""

    async def replace_avatar(self, user_id: str, url: str | None, at: int) -> str | None:
        """What stood there before. Announces `ProfileUpdated`. Raises `NotFoundError`."""
        ...


class UserAdministration(Protocol):
    """Switching accounts on and off, their roles, and their end."""

    async def disable(
        self, user_id: str, by: str, reason: str, at: int, rule: AccountRule
    ) -> UserDisabled:
        """Announces the reply, and notes it in the audit trail. Raises `NotFoundError`."""
        ...

    async def enable(self, user_id: str, by: str, at: int, rule: AccountRule) -> UserEnabled:
        """Also one that was deleted and not erased. Announced and noted as `disable` is."""
        ...

    async def change_role(
        self, user_id: str, by: str, role: Role, at: int, rule: AccountRule
    ) -> UserRoleChanged:
        """Announced and noted as `disable` is."""
        ...

    async def delete(self, user_id: str, by: str, at: int, rule: AccountRule) -> UserDisabled:
        """Announced and noted as `disable` is."""
        ...

    async def erase(self, user_id: str, by: str, at: int, rule: AccountRule) -> UserDisabled:
        """Delete, with all personal data in every domain. Announced and noted as `disable` is.

        Announces `UserErased`, too, and what the domains have to remove beside.
        """
        ...

    async def export(self, user_id: str, by: str, at: int) -> PersonalData:
        """All personal data in every domain. Noted in the audit trail. Raises `NotFoundError`."""
        ...


class UserPorts(msgspec.Struct, frozen=True, kw_only=True):
    """All that the users domain needs of storage."""

    accounts: AccountRecords
    credentials: CredentialRecords
    profiles: ProfileRecords
    administration: UserAdministration
