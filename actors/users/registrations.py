"""Registering without telling whether an address is registered.

The answer is the same for every address, since nothing is looked up before it: what comes of it
is decided later and told by e-mail alone. A new address gets a token. The account is created when
that is used, with the password of the same registration, which is asked for again: who follows the
link of what a stranger registered gets no account that the stranger can open.
"""

from __future__ import annotations

from uuid import UUID

from actors.users import administration, machine
from actors.users.accounts import Accounts
from protocol.access import Passwords, Throttle
from protocol.errors import ClientError, StoaError
from protocol.lifecycle import Done
from protocol.ports import Clock
from protocol.records.common import RandomBytes
from protocol.records.users import Account, NewRegistration, RegistrationRecords
from protocol.users.commands import AnswerRegistration, ConfirmRegistration
from protocol.users.emails import FinishRegistration
from protocol.users.replies import ConfirmationSent


class PrivateRegistrations:
    """Registrations from the request to the account. It keeps no state between commands."""

    def __init__(
        self,
        *,
        records: RegistrationRecords,
        passwords: Passwords,
        throttle: Throttle,
        accounts: Accounts,
        clock: Clock,
        random: RandomBytes,
    ) -> None:
        self._records = records
        self._passwords = passwords
        self._throttle = throttle
        self._accounts = accounts
        self._clock = clock
        self._random = random

    async def request(self, wanted: machine.Registration, remote: str) -> ConfirmationSent:
        """Keep what is wanted; the same work for every address."""
        origin = machine.origin(wanted.email, remote)
        password_hash = await self._passwords.hash(wanted.password, origin)
        at = self._clock.now()
        new = NewRegistration(
            id=self._new_id(),
            email=wanted.email,
            password_hash=password_hash,
            role=wanted.role,
            full_name=wanted.full_name,
            expires_at=at + machine.VERIFICATION_MS,
            at=at,
        )
        await self._records.request(new)
        return ConfirmationSent()

    async def answer(self, command: AnswerRegistration) -> Done:
        """Send the e-mail; it runs later, when nobody waits for the answer."""
        email = await self._records.unanswered(command.registration_id)
        if email is None:
            return Done()
        if not await self._accounts.may_write_to(email):
            await self._records.forget(command.registration_id)
            return Done()
        token, kept = self._accounts.token(machine.VERIFICATION_MS)
        message, at = FinishRegistration(token=token), self._clock.now()
        await self._records.answer(command.registration_id, kept, message, at)
        return Done()

    async def confirm(self, command: ConfirmRegistration) -> Account:
        """Create the account. Raises the errors that the message documents."""
        administration.public("confirmRegistration")
        digest = machine.digest(command.token)
        pending = await self._records.pending(digest, self._clock.now())
        if pending is None:
            raise machine.wrong_token()
        key = machine.confirming_key(digest)
        await self._throttle.hit(key, machine.ATTEMPTS_PER_ACCOUNT, machine.ATTEMPTS_WINDOW_SECONDS)
        origin = machine.origin(pending.email, command.remote)
        try:
            matches = await self._passwords.verify(command.password, pending.password_hash, origin)
            if not matches:
                raise machine.wrong_password()
            account = await self._records.confirm(digest, self._new_id(), self._clock.now())
        except ClientError:
            raise
        except StoaError:
            await self._throttle.release(key)  # the server's fault
            raise
        if account is None:
            raise machine.wrong_token()
        return account

    def _new_id(self) -> str:
        return str(UUID(bytes=self._random(16), version=4))
