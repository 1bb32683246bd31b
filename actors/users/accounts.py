"""Accounts: e-mail addresses, passwords and sessions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress

import msgspec

from actors.dispatch import Step
from actors.users import administration, machine
from actors.users.credentials import Credentials
from protocol.access import Passwords, Throttle, Tokens
from protocol.envelope import Message
from protocol.errors import (
    AuthenticationError,
    ClientError,
    NotFoundError,
    RateLimited,
    RefusedError,
    StoaError,
)
from protocol.lifecycle import Done
from protocol.ports import Clock
from protocol.records.common import RandomBytes
from protocol.records.users import Account, ChangeEmails, OneTimeToken, UserPorts
from protocol.users.commands import (
    ChangePassword,
    ConfirmEmailChange,
    EndSession,
    IssuePasswordReset,
    ListSessions,
    LogoutEverywhere,
    RequestEmailChange,
    RequestPasswordReset,
    ResendVerification,
    ResetPassword,
    VerifyEmail,
)
from protocol.users.emails import (
    AddressWanted,
    ConfirmAddress,
    ConfirmNewAddress,
    PasswordReset,
)
from protocol.users.replies import Sessions

TOKEN_BYTES = 32


class Accounts:
    """Changes what one signs in with, and ends sessions.

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
        clock: Clock,
        random: RandomBytes,
        private: bool = False,
    ) -> None:
        self._private = private
        self._records = records.accounts
        self._credential_records = records.credentials
        self._passwords = passwords
        self._credentials = credentials
        self._tokens = tokens
        self._throttle = throttle
        self._clock = clock
        self._random = random
        self.steps: Mapping[type[Message], Step] = {
            VerifyEmail: self.verify_email,
            ResendVerification: self.resend_verification,
            RequestPasswordReset: self.request_reset,
            IssuePasswordReset: self.issue_reset,
            ResetPassword: self.reset_password,
            RequestEmailChange: self.request_email_change,
            ConfirmEmailChange: self.confirm_email_change,
            ListSessions: self.sessions,
            EndSession: self.end_session,
            LogoutEverywhere: self.logout_everywhere,
        }

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
        account = await self.confirmed(command.by, command.current_password, command.remote)
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
        await self.confirmed(command.by, command.password, command.remote)
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

    async def confirmed(self, user_id: str, password: str, remote: str) -> Account:
        """The account, whose password this is. Raises `AuthenticationError`, `RateLimited`."""
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

    # --- sessions ---------------------------------------------------------------------------------

    async def sessions(self, command: ListSessions) -> Sessions:
        """The user's own sessions."""
        sessions = tuple(await self._tokens.sessions(command.by))
        return Sessions(sessions=sessions, current=command.session_id)

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
