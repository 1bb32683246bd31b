"""Accounts: e-mail addresses, passwords, profiles, sessions, administration and deletion."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Protocol, TypeVar
from uuid import UUID

import msgspec

from actors.users import administration, machine
from actors.users.credentials import Credentials
from actors.users.profiles import avatar_key, picture, profile_change
from protocol.access import Passwords, Throttle, Tokens
from protocol.errors import (
    AuthenticationError,
    ClientError,
    NotFoundError,
    RateLimited,
    RefusedError,
    StoaError,
)
from protocol.lifecycle import Done
from protocol.objects import Objects
from protocol.ports import Clock
from protocol.records.common import RandomBytes
from protocol.records.users import Account, ChangeEmails, OneTimeToken, UserPorts
from protocol.users.commands import (
    AccountEnding,
    ChangePassword,
    ChangeRole,
    ConfirmEmailChange,
    DisableUser,
    EnableUser,
    EndSession,
    ErasePersonalData,
    ExportPersonalData,
    IssuePasswordReset,
    ListSessions,
    LogoutEverywhere,
    MoveAvatar,
    RemoveErasedAvatar,
    RequestEmailChange,
    RequestPasswordReset,
    ResendVerification,
    ResetPassword,
    SetAvatar,
    UpdateProfile,
    VerifyEmail,
)
from protocol.users.emails import (
    AddressWanted,
    ConfirmAddress,
    ConfirmNewAddress,
    PasswordReset,
)
from protocol.users.events import ProfileUpdated, UserDisabled, UserEnabled, UserRoleChanged
from protocol.users.replies import PersonalData, Sessions
from protocol.users.values import Audience

TOKEN_BYTES = 32
AVATAR_BYTES = 16


class _OfUser(Protocol):
    """A command that names an account."""

    @property
    def user_id(self) -> str: ...


C = TypeVar("C", bound=_OfUser)


def canonical(command: C) -> C:
    """The command with its id in canonical form; a malformed id is left as it is."""
    try:
        user_id = str(UUID(command.user_id))
    except ValueError:
        return command
    return msgspec.structs.replace(command, user_id=user_id)  # type: ignore[type-var]


class Accounts:
    """Everything in the users domain except signing in and out.

    It keeps no state between commands. `private`: nothing tells whether an address is registered.
    """

    def __init__(
        self,
        *,
        records: UserPorts,
        passwords: Passwords,
        credentials: Credentials,
        tokens: Tokens,
        throttle: Throttle,
        objects: Objects,
        clock: Clock,
        random: RandomBytes,
        private: bool = False,
    ) -> None:
        self._private = private
        self._records = records.accounts
        self._credential_records = records.credentials
        self._profiles = records.profiles
        self._administration = records.administration
        self._objects = objects
        self._passwords = passwords
        self._credentials = credentials
        self._tokens = tokens
        self._throttle = throttle
        self._clock = clock
        self._random = random

    def token(self, lifetime_ms: int) -> tuple[str, OneTimeToken]:
        """A new token, and what is stored of it."""
        token = self._random(TOKEN_BYTES).hex()
        expires_at = self._clock.now() + lifetime_ms
        return token, OneTimeToken(digest=machine.digest(token), expires_at=expires_at)

    # --- addresses and passwords ------------------------------------------------------------------

    async def verify_email(self, command: VerifyEmail) -> Done:
        """Use an e-mail's token.

        Like all methods here, raises the errors that the message documents.
        """
        administration.public("verifyEmail")
        if not await self._credential_records.verify_email(
            machine.digest(command.token), self._clock.now()
        ):
            raise machine.wrong_token()
        return Done()

    async def resend_verification(self, command: ResendVerification) -> Done:
        """Send a new e-mail, which replaces the previous one."""
        administration.allowed("resendVerification", command, command.by)
        token, kept = self.token(machine.VERIFICATION_MS)
        message, at = ConfirmAddress(token=token), self._clock.now()
        async with self._counted("verify", command.by):
            renewed = await self._credential_records.renew_verification(
                command.by, kept, message, at
            )
        if not renewed:
            raise RefusedError("ALREADY_VERIFIED", "This address is already verified")
        return Done()

    async def request_reset(self, command: RequestPasswordReset) -> Done:
        """Request a reset.

        Does the same for every address, so it does not reveal which are registered.
        """
        administration.public("requestPasswordReset")
        email = machine.address(command.email)
        network = machine.email_keys("reset", email, command.remote)[1]
        if network:
            await self._throttle.hit(
                network, machine.EMAILS_PER_NETWORK, machine.EMAILS_WINDOW_SECONDS
            )
        await self._credential_records.request_reset(email, self._clock.now())
        return Done()

    async def issue_reset(self, command: IssuePasswordReset) -> Done:
        """Send the reset e-mail; it runs later, when nobody waits for the answer."""
        token, kept = self.token(machine.RESET_MS)
        message, at = PasswordReset(token=token), self._clock.now()
        with suppress(RateLimited):
            async with self._counted("reset", command.email):
                await self._credential_records.begin_reset(command.email, kept, message, at)
        return Done()

    async def reset_password(self, command: ResetPassword) -> Done:
        """Set a new password; a bad password does not use up the token."""
        administration.public("resetPassword")
        password = machine.new_password(command.new_password)
        digest, at = machine.digest(command.token), self._clock.now()
        if not await self._credential_records.is_reset_token(digest, at):
            raise machine.wrong_token()  # before doing anything expensive for an unknown client
        password_hash = await self._passwords.hash(password)
        user_id = await self._credential_records.reset_password(digest, password_hash, at)
        if user_id is None:
            raise machine.wrong_token()
        await self._tokens.revoke_all(user_id)
        return Done()

    async def change_password(self, command: ChangePassword) -> Account:
        """Change the password; returns the account for a new session."""
        administration.allowed("changePassword", command, command.by)
        password = machine.new_password(command.new_password)
        account = await self._confirmed(command.by, command.current_password, command.remote)
        origin = machine.origin(account.email, command.remote)
        password_hash = await self._passwords.hash(password, origin)
        if not await self._credential_records.replace_password(
            account.id, account.password_hash, password_hash, self._clock.now()
        ):
            raise machine.wrong_password()
        await self._tokens.revoke_all(account.id)
        return account

    async def request_email_change(self, command: RequestEmailChange) -> Done:
        """Request another address; the old one stays until the new one is confirmed."""
        administration.allowed("requestEmailChange", command, command.by)
        email = machine.address(command.email, "newEmail")
        await self._confirmed(command.by, command.password, command.remote)
        token, kept = self.token(machine.EMAIL_CHANGE_MS)
        emails, at = ChangeEmails(confirm=ConfirmNewAddress(token=token)), self._clock.now()
        async with self._counted("email", command.by):
            if self._private:
                send = await self.may_write_to(email)
                emails = msgspec.structs.replace(emails, taken=AddressWanted(), send=send)
            await self._credential_records.begin_email_change(command.by, email, kept, emails, at)
        return Done()

    async def may_write_to(self, email: str) -> bool:
        """Count an e-mail to an address that somebody wants for an account."""
        try:
            await self._throttle.hit(
                machine.wanted_key(email),
                machine.EMAILS_PER_ADDRESS,
                machine.EMAILS_PER_ADDRESS_SECONDS,
            )
        except RateLimited:
            return False
        return True

    async def confirm_email_change(self, command: ConfirmEmailChange) -> Done:
        """Use the token, which proves the new address, signed in or not."""
        administration.public("confirmEmailChange")
        digest, at = machine.digest(command.token), self._clock.now()
        if not await self._credential_records.confirm_email_change(digest, at):
            raise machine.wrong_token()
        return Done()

    @asynccontextmanager
    async def _counted(self, kind: str, to: str) -> AsyncIterator[None]:
        """Count an e-mail that the body queues.

        Raises `RateLimited` past the bound for its kind.
        """
        key, _ = machine.email_keys(kind, to)
        await self._throttle.hit(key, machine.EMAILS_PER_ACCOUNT, machine.EMAILS_WINDOW_SECONDS)
        try:
            yield
        except ClientError:
            raise
        except StoaError:
            await self._throttle.release(key)  # not the account's fault
            raise

    async def _confirmed(self, user_id: str, password: str, remote: str) -> Account:
        account = await self._open_account(user_id)
        try:
            return await self._credentials.check(account.email, password, remote)
        except AuthenticationError:
            await self._open_account(user_id)  # closed meanwhile, the password is not to blame
            raise machine.wrong_password() from None

    async def _open_account(self, user_id: str) -> Account:
        account = await self._records.by_id(user_id)
        if account is None or account.disabled:
            raise AuthenticationError("Sign in again", reason="revoked")
        return account

    # --- profile and sessions ---------------------------------------------------------------------

    async def update_profile(self, command: UpdateProfile) -> ProfileUpdated:
        """Change the user's own profile."""
        administration.allowed("updateProfile", command, command.by)
        change = profile_change(command)
        await self._profiles.update_profile(command.by, change, self._clock.now())
        if change.audience == Audience.NOBODY:
            # Whoever has seen the picture knows its address.
            await self._move_picture(command.by)
        return ProfileUpdated(user_id=command.by)

    async def set_avatar(self, command: SetAvatar) -> ProfileUpdated:
        """Set or remove the picture.

        A new one is stored first: a stray file is better than a broken link.
        """
        operation = "removeAvatar" if command.image is None else "setAvatar"
        administration.allowed(operation, command, command.by)
        url = None
        if command.image is not None:
            name = self._random(AVATAR_BYTES).hex()
            key, content_type = picture(command.image, command.by, name)
            await self._objects.put(key, command.image, content_type)
            url = f"/{key}"
        try:
            former = await self._profiles.replace_avatar(command.by, url, self._clock.now())
        except ClientError:
            await self._forget_picture(url)
            raise
        await self._forget_picture(former)
        return ProfileUpdated(user_id=command.by)

    async def _forget_picture(self, url: str | None) -> None:
        key = avatar_key(url)
        if key is not None:
            await self._objects.delete(key)

    async def _move_picture(self, user_id: str) -> None:
        """Give the picture an address that nobody knows.

        The former one goes before the new one is announced: if that fails, the picture is lost, and
        repeating the command forgets it. It is better lost than public.
        """
        former = await self._profiles.avatar(user_id)
        key = avatar_key(former)
        if former is None or key is None:
            return
        url, found = None, await self._objects.get(key)
        if found is not None:
            moved, content_type = picture(found.data, user_id, self._random(AVATAR_BYTES).hex())
            await self._objects.put(moved, found.data, content_type)
            url = f"/{moved}"
        await self._objects.delete(key)
        if not await self._profiles.move_avatar(user_id, former, url, self._clock.now()):
            await self._forget_picture(url)

    async def sessions(self, command: ListSessions) -> Sessions:
        """The user's own sessions."""
        return Sessions(sessions=tuple(await self._tokens.sessions(command.by)))

    async def end_session(self, command: EndSession) -> Done:
        """End one session."""
        administration.allowed("endSession", command, command.by)
        sessions = await self._tokens.sessions(command.by)
        if all(each.id != command.session_id for each in sessions):
            raise NotFoundError("session", command.session_id)
        # Announce first: if either step fails, the session is still listed and can be ended again.
        await self._records.sessions_ended(command.by, command.session_id, self._clock.now())
        if not await self._tokens.revoke_session(command.by, command.session_id):
            raise NotFoundError("session", command.session_id)
        return Done()

    async def logout_everywhere(self, command: LogoutEverywhere) -> Done:
        """End all sessions of the user."""
        administration.allowed("logoutEverywhere", command, command.by)
        await self._tokens.revoke_all(command.by)
        await self._records.sessions_ended(command.by, None, self._clock.now())
        return Done()

    # --- administration, and the end --------------------------------------------------------------

    async def disable(self, command: DisableUser) -> UserDisabled:
        """Disable an account. Sessions end afterwards, so that none begins in between."""
        command = canonical(command)
        administration.allowed("disableUser", command, command.user_id)
        reason, rule = administration.reason(command), administration.disabling(command)
        at = self._clock.now()
        disabled = await self._administration.disable(command.user_id, command.by, reason, at, rule)
        await self._tokens.revoke_all(command.user_id)
        return disabled

    async def enable(self, command: EnableUser) -> UserEnabled:
        """Enable or restore an account."""
        command = canonical(command)
        administration.allowed("enableUser", command, command.user_id)
        at, rule = self._clock.now(), administration.enabling
        return await self._administration.enable(command.user_id, command.by, at, rule)

    async def change_role(self, command: ChangeRole) -> UserRoleChanged:
        """Change a role. Tokens contain the role, so all sessions end."""
        command = canonical(command)
        administration.allowed("changeRole", command, command.user_id)
        at, rule = self._clock.now(), administration.changing_role(command)
        changed = await self._administration.change_role(
            command.user_id, command.by, command.role, at, rule
        )
        await self._tokens.revoke_all(command.user_id)
        return changed

    async def end(self, command: AccountEnding) -> UserDisabled:
        """Delete or erase an account.

        The user's own needs the password, so a borrowed session is not enough.
        """
        command = canonical(command)
        erases = isinstance(command, ErasePersonalData)
        operation = "erasePersonalData" if erases else "deleteAccount"
        administration.allowed(operation, command, command.user_id)
        if command.by == command.user_id:
            await self._confirmed(command.by, command.password, command.remote)
        end = self._administration.erase if erases else self._administration.delete
        at = self._clock.now()
        ended = await end(command.user_id, command.by, at, administration.ending)
        await self._tokens.revoke_all(command.user_id)
        return ended

    async def remove_erased_avatar(self, command: RemoveErasedAvatar) -> Done:
        """Remove an erased user's picture; it runs later, when nobody waits for the answer."""
        await self._forget_picture(command.avatar_url)
        return Done()

    async def move_avatar(self, command: MoveAvatar) -> Done:
        """Give a closed account's picture another address; nobody waits for the answer."""
        await self._move_picture(command.user_id)
        return Done()

    async def export(self, command: ExportPersonalData) -> PersonalData:
        """Export a user's personal data."""
        command = canonical(command)
        administration.allowed("exportPersonalData", command, command.user_id)
        return await self._administration.export(command.user_id, command.by, self._clock.now())
