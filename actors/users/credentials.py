"""Checking passwords, with every attempt counted before it is made."""

from __future__ import annotations

from collections.abc import Sequence

from actors.addresses import has_form
from actors.users import machine
from protocol.access import Passwords, Throttle
from protocol.errors import StoaError
from protocol.records.users import Account, AccountRecords


class Credentials:
    """Checks passwords, for signing in and for confirming sensitive changes."""

    def __init__(
        self, *, records: AccountRecords, passwords: Passwords, throttle: Throttle
    ) -> None:
        self._records = records
        self._passwords = passwords
        self._throttle = throttle

    async def check(self, email: str, password: str, remote: str) -> Account:
        """Check a password and return the account.

        Raises `RateLimited`, or the same `AuthenticationError` for every failure.

        Counts the attempt first, so that parallel guesses do not pass all at once.
        """
        keys = machine.throttle_keys(email, remote)
        await self._throttle.hit(
            keys[0], machine.ATTEMPTS_PER_ACCOUNT, machine.ATTEMPTS_WINDOW_SECONDS
        )
        await self._throttle.hit(
            keys[1], machine.ATTEMPTS_PER_NETWORK, machine.ATTEMPTS_WINDOW_SECONDS
        )
        try:
            account = await self._records.by_email(email) if has_form(email) else None
            usable = account is not None and not account.disabled
            hashed = account.password_hash if account and usable else None
            origin = machine.origin(email, remote)
            matches = await self._passwords.verify(password, hashed, origin)
        except StoaError:
            await self.release(keys)  # not the account's fault
            raise
        if account is None or not matches:
            raise machine.wrong_login()
        await self.release(keys)
        return account

    async def release(self, keys: Sequence[str]) -> None:
        """Take attempts back that turned out to be harmless."""
        for key in keys:
            await self._throttle.release(key)
