"""Accounts and signing in: `Address("users", "")`. Nothing lives between commands."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from actors.users import machine
from protocol.envelope import Message
from protocol.errors import AuthenticationError, ClientError, StoaError
from protocol.lifecycle import Done
from protocol.ports import Clock, IssuedTokens, Passwords, Throttle, Tokens
from protocol.records import Account, NewAccount, RandomBytes, UserRecords
from protocol.users import (
    AccountStanding,
    CheckAccount,
    Login,
    Logout,
    Refresh,
    Register,
    Role,
    SignedIn,
)

VERIFICATION_TOKEN_BYTES = 32


class UsersHandler:
    """Registers, signs in, refreshes and signs out; says whom a token may still speak for."""

    kind = "users"

    def __init__(
        self,
        *,
        records: UserRecords,
        passwords: Passwords,
        tokens: Tokens,
        throttle: Throttle,
        clock: Clock,
        random: RandomBytes,
    ) -> None:
        self._records = records
        self._passwords = passwords
        self._tokens = tokens
        self._throttle = throttle
        self._clock = clock
        self._random = random

    async def handle(self, message: Message) -> Message:
        """Raises the errors that the messages document."""
        match message:
            case Register():
                return await self._register(message)
            case Login():
                return await self._login(message)
            case Refresh():
                return await self._refresh(message)
            case Logout():
                await self._tokens.revoke(message.refresh_token)
                return Done()
            case CheckAccount():
                return await self._check(message)
        raise TypeError(f"users does not handle {type(message).__name__}")

    async def _register(self, command: Register) -> SignedIn:
        wanted = machine.registration(command)
        key = machine.registration_key(command.remote)
        if key is None:
            return await self._create(wanted)
        await self._throttle.hit(
            key, machine.REGISTRATIONS_PER_NETWORK, machine.REGISTRATIONS_WINDOW_SECONDS
        )
        try:
            return await self._create(wanted)
        except ClientError:
            raise
        except StoaError:
            await self._release([key])  # the server's fault is not held against the network
            raise

    async def _create(self, wanted: machine.Registration) -> SignedIn:
        account = NewAccount(
            id=str(UUID(bytes=self._random(16), version=4)),
            email=wanted.email,
            password_hash=await self._passwords.hash(wanted.password),
            role=wanted.role,
            full_name=wanted.full_name,
            verification_token=self._random(VERIFICATION_TOKEN_BYTES).hex(),
            at=self._clock.now(),
        )
        await self._records.create(account)
        issued = await self._tokens.issue(
            user_id=account.id,
            email=account.email,
            role=account.role,
            full_name=account.full_name,
            device=wanted.device,
        )
        return _signed_in(account.id, issued)

    async def _login(self, command: Login) -> SignedIn:
        email = machine.normal_email(command.email)
        account = await self._authenticated(email, command)
        issued = await self._tokens.issue(
            user_id=account.id,
            email=account.email,
            role=account.role,
            full_name=account.full_name,
            device=machine.device_name(command.device),
        )
        await self._records.signed_in(account.id, self._clock.now())
        return _signed_in(account.id, issued)

    async def _authenticated(self, email: str, command: Login) -> Account:
        """Counts the attempt first, so that parallel guesses do not pass all at once."""
        keys = machine.throttle_keys(email, command.remote)
        await self._throttle.hit(
            keys[0], machine.ATTEMPTS_PER_ACCOUNT, machine.ATTEMPTS_WINDOW_SECONDS
        )
        await self._throttle.hit(
            keys[1], machine.ATTEMPTS_PER_NETWORK, machine.ATTEMPTS_WINDOW_SECONDS
        )
        try:
            account = await self._records.by_email(email) if machine.is_email(email) else None
            usable = account is not None and not account.disabled
            hashed = account.password_hash if account and usable else None
            matches = await self._passwords.verify(command.password, hashed)
        except StoaError:
            await self._release(keys)  # the server's fault is not held against the account
            raise
        if account is None or not matches:
            raise machine.wrong_login()
        await self._release(keys)
        return account

    async def _release(self, keys: Sequence[str]) -> None:
        for key in keys:
            await self._throttle.release(key)

    async def _refresh(self, command: Refresh) -> SignedIn:
        claimed = self._tokens.verify_refresh(command.refresh_token)
        account = await self._records.by_id(claimed.user_id)
        if account is None or account.disabled:
            await self._tokens.revoke(command.refresh_token)
            raise AuthenticationError("Sign in again", reason="revoked")
        _, issued = await self._tokens.rotate(
            command.refresh_token,
            email=account.email,
            role=account.role,
            full_name=account.full_name,
        )
        return _signed_in(account.id, issued)

    async def _check(self, question: CheckAccount) -> AccountStanding:
        account = await self._records.by_id(question.user_id)
        if account is None or account.disabled:
            raise AuthenticationError("The account is disabled", reason="disabled")
        return AccountStanding(role=Role(account.role))


def _signed_in(user_id: str, issued: IssuedTokens) -> SignedIn:
    return SignedIn(
        user_id=user_id,
        access_token=issued.access_token,
        refresh_token=issued.refresh_token,
        access_expires_at=issued.access_expires_at,
        refresh_expires_at=issued.refresh_expires_at,
    )
