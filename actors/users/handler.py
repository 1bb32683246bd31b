"""The users handler, for accounts and signing in: `Address("users", "")`.

It keeps no state between commands.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from uuid import UUID

from actors.addresses import normal_email
from actors.dispatch import Dispatch, Step
from actors.users import administration, machine
from actors.users.accounts import Accounts
from actors.users.credentials import Credentials
from actors.users.invitations import Invitations
from actors.users.managing import Managing
from actors.users.pictures import Profiles
from actors.users.registrations import PrivateRegistrations
from protocol.access import IssuedTokens, Passwords, Seal, Throttle, Tokens
from protocol.envelope import Message
from protocol.errors import AuthenticationError, ClientError, StoaError
from protocol.lifecycle import Done
from protocol.objects import Objects
from protocol.pictures import PictureCleaner
from protocol.ports import Clock
from protocol.records.common import RandomBytes
from protocol.records.users import Account, NewAccount, UserPorts
from protocol.users.commands import (
    AnswerRegistration,
    ChangePassword,
    CheckAccount,
    ConfirmRegistration,
    InviteEducator,
    Login,
    Logout,
    Refresh,
    Register,
)
from protocol.users.emails import ConfirmAddress
from protocol.users.replies import AccountStatus, ConfirmationSent, SignedIn
from protocol.users.values import EducatorRegistration, Role


class UsersHandler:
    """Registers users, signs them in and out, refreshes tokens and checks their validity.

    The rest is in `Accounts`. `private`: nothing tells whether an address is registered.
    `educators` may register themselves as it says; `invitations` seals what invites them.
    """

    kind = "users"
    concurrency = 512
    """Who waits for a password to be compared does nothing, and must not keep others out."""

    def __init__(
        self,
        *,
        records: UserPorts,
        passwords: Passwords,
        tokens: Tokens,
        throttle: Throttle,
        objects: Objects,
        cleaner: PictureCleaner,
        clock: Clock,
        random: RandomBytes,
        invitations: Seal,
        educators: EducatorRegistration = EducatorRegistration.OPEN,
        private: bool = False,
    ) -> None:
        self._private = private
        self._records = records.accounts
        self._passwords = passwords
        self._tokens = tokens
        self._throttle = throttle
        self._clock = clock
        self._random = random
        self._credentials = Credentials(
            records=records.accounts, passwords=passwords, throttle=throttle
        )
        self._invitations = Invitations(
            educators,
            seal=invitations,
            records=records.administration,
            throttle=throttle,
            clock=clock,
        )
        self._accounts = self._new_accounts(records)
        self._registrations = PrivateRegistrations(
            records=records.registrations,
            passwords=passwords,
            throttle=throttle,
            accounts=self._accounts,
            clock=clock,
            random=random,
        )
        self._dispatch: Dispatch[Step] = Dispatch(self.kind, self._steps(records, objects, cleaner))

    def _new_accounts(self, records: UserPorts) -> Accounts:
        return Accounts(
            records=records,
            passwords=self._passwords,
            credentials=self._credentials,
            tokens=self._tokens,
            throttle=self._throttle,
            clock=self._clock,
            random=self._random,
            private=self._private,
        )

    def _steps(
        self, records: UserPorts, objects: Objects, cleaner: PictureCleaner
    ) -> Mapping[type[Message], Step]:
        clock, accounts = self._clock, self._accounts
        profiles = Profiles(
            records=records.profiles,
            objects=objects,
            cleaner=cleaner,
            clock=clock,
            random=self._random,
        )
        managing = Managing(
            records=records.administration, accounts=accounts, tokens=self._tokens, clock=clock
        )
        return {
            Register: self._register,
            AnswerRegistration: self._registrations.answer,
            ConfirmRegistration: self._confirm_registration,
            Login: self._login,
            Refresh: self._refresh,
            Logout: self._logout,
            CheckAccount: self._check,
            ChangePassword: self._change_password,
            InviteEducator: self._invitations.invite,
            **accounts.steps,
            **profiles.steps,
            **managing.steps,
        }

    async def handle(self, message: Message) -> Message:
        """Handle a message. Raises the errors that the messages document."""
        return await self._dispatch.step_for(message)(message)

    async def _register(self, command: Register) -> SignedIn | ConfirmationSent:
        administration.public("register")
        wanted = self._invitations.admit(command, machine.registration(command))
        key = machine.registration_key(command.remote)
        if key is None:
            return await self._create(wanted, "", confirm=False)
        await self._throttle.hit(
            key, machine.REGISTRATIONS_PER_NETWORK, machine.REGISTRATIONS_WINDOW_SECONDS
        )
        try:
            if self._private and not wanted.invited:
                return await self._registrations.request(wanted, command.remote)
            return await self._create(wanted, command.remote, confirm=not wanted.invited)
        except ClientError:
            raise
        except StoaError:
            # The server's fault does not count against the network.
            await self._credentials.release([key])
            raise

    async def _confirm_registration(self, command: ConfirmRegistration) -> SignedIn:
        return await self._begin(await self._registrations.confirm(command), command.device)

    async def _create(
        self, wanted: machine.Registration, remote: str, *, confirm: bool
    ) -> SignedIn:
        """Create an account.

        `confirm`: send an e-mail to confirm the address; the server itself needs none.
        """
        token, kept = self._accounts.token(machine.VERIFICATION_MS)
        new = NewAccount(
            id=str(UUID(bytes=self._random(16), version=4)),
            email=wanted.email,
            password_hash=await self._passwords.hash(
                wanted.password, machine.origin(wanted.email, remote)
            ),
            role=wanted.role,
            full_name=wanted.full_name,
            verification=kept,
            verified=wanted.invited,
            message=ConfirmAddress(token=token) if confirm else None,
            at=self._clock.now(),
        )
        await self._records.create(new)
        account = Account(
            id=new.id,
            email=new.email,
            password_hash=new.password_hash,
            role=new.role,
            full_name=new.full_name,
        )
        return await self._begin(account, wanted.device)

    async def _begin(self, account: Account, device: str) -> SignedIn:
        """Begin a session."""
        issued = await self._tokens.issue(
            user_id=account.id,
            email=account.email,
            role=account.role,
            full_name=account.full_name,
            device=machine.device_name(device),
        )
        for session_id in issued.ended:
            await self._ended(account.id, session_id)
        return _signed_in(account.id, issued)

    async def _login(self, command: Login) -> SignedIn:
        administration.public("login")
        email = normal_email(command.email)
        account = await self._credentials.check(email, command.password, command.remote)
        begun = await self._begin(account, command.device)
        # Comparing takes a quarter of a second; the account may have changed meanwhile.
        if await self._records.signed_in(account, self._clock.now()):
            return begun
        await self._tokens.revoke(begun.refresh_token)
        session_id = self._tokens.verify_refresh(begun.refresh_token).session_id
        await self._ended(account.id, session_id)
        raise machine.wrong_login()

    async def _change_password(self, command: ChangePassword) -> SignedIn:
        account = await self._accounts.change_password(command)
        return await self._begin(account, command.device)

    async def _logout(self, command: Logout) -> Done:
        """End the session of a token, also of an expired one; does nothing for an invalid one."""
        administration.public("logout")
        with suppress(AuthenticationError):
            who = self._tokens.verify_refresh(command.refresh_token, allow_expired=True)
            # Told first: if either fails, the client still has the token to try again with.
            await self._ended(who.user_id, who.session_id)
        await self._tokens.revoke(command.refresh_token)
        return Done()

    async def _ended(self, user_id: str, session_id: str) -> None:
        """Its access tokens are no good any more, and its connections end."""
        await self._records.sessions_ended(user_id, session_id, self._clock.now())

    async def _refresh(self, command: Refresh) -> SignedIn:
        administration.public("refreshToken")
        claimed = self._tokens.verify_refresh(command.refresh_token)
        account = await self._records.of_session(claimed.user_id, claimed.session_id, claimed.began)
        if account is None or account.disabled:
            await self._tokens.revoke(command.refresh_token)
            raise AuthenticationError("Sign in again", reason="revoked")
        try:
            _, issued = await self._tokens.rotate(
                command.refresh_token,
                email=account.email,
                role=account.role,
                full_name=account.full_name,
                client=machine.client_name(command),
            )
        except AuthenticationError as error:
            if error.details["reason"] == "reused":
                await self._ended(claimed.user_id, claimed.session_id)
            raise
        return _signed_in(account.id, issued)

    async def _check(self, question: CheckAccount) -> AccountStatus:
        account = await self._records.by_id(question.user_id)
        if account is None or account.disabled:
            raise AuthenticationError("The account is disabled", reason="disabled")
        return AccountStatus(role=Role(account.role))


def _signed_in(user_id: str, issued: IssuedTokens) -> SignedIn:
    return SignedIn(
        user_id=user_id,
        access_token=issued.access_token,
        refresh_token=issued.refresh_token,
        access_expires_at=issued.access_expires_at,
        refresh_expires_at=issued.refresh_expires_at,
    )
