"""Private registrations in SQL: what is asked for, until the address is confirmed."""

from __future__ import annotations

from typing import Any

from protocol.envelope import Address
from protocol.mail import EmailContent
from protocol.ports import Clock, OutboxEvent
from protocol.records.users import Account, NewRegistration, OneTimeToken, PendingRegistration
from protocol.users.emails import AlreadyRegistered
from protocol.users.events import EmailVerified, RegistrationRequested, UserRegistered
from protocol.users.values import Role
from storage.postgres import Database
from storage.records.announcing import announce
from storage.records.emails import queue_email
from storage.records.values import instant, maybe_uuid

EXPIRE = "delete from registrations where expires_at <= $1"
INSERT = """
insert into registrations (id, email, password_hash, role, full_name, expires_at, created_at)
values ($1, $2, $3, $4, $5, $6, $7)
"""
UNANSWERED = "select email from registrations where id = $1 and token is null"
OWNER = """
select id, disabled_at is not null or deleted_at is not null as closed from users where email = $1
"""
FORGET = "delete from registrations where id = $1"
ANSWER = "update registrations set token = $2, expires_at = $3 where id = $1"
PENDING = """
select email, password_hash from registrations where token = $1 and expires_at > $2
"""
# All of one address in one order, so that two confirmations cannot lock each other out.
LOCK = """
select token, email, password_hash, role, full_name from registrations
where email = (select email from registrations where token = $1 and expires_at > $2)
order by id for update
"""
FORGET_OTHERS = "delete from registrations where email = $1"
CREATE = """
insert into users (id, email, password_hash, role, email_verified, last_login, created_at,
                   updated_at)
values ($1, $2, $3, $4, true, $5, $5, $5)
on conflict (email) do nothing returning id
"""
CREATE_PROFILE = """
insert into user_profiles (user_id, full_name, created_at, updated_at) values ($1, $2, $3, $3)
"""


class ExpiredRegistrations:
    """Those that nobody has confirmed: addresses and passwords of people without an account."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def sweep(self) -> int:
        """Forget them. How many there were."""
        at = instant(self._clock.now())
        done = await self._database.run(lambda c: c.execute(EXPIRE, at), transaction=False)
        return int(done.rpartition(" ")[2])


class PostgresRegistrationRecords:
    """Implements `protocol.records.users.RegistrationRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def request(self, new: NewRegistration) -> None:
        """Announces `RegistrationRequested`, whether or not the address is registered."""
        at = instant(new.at)
        row = (maybe_uuid(new.id), new.email, new.password_hash, new.role, new.full_name)
        requested = RegistrationRequested(registration_id=new.id)

        async def unit(connection: Any) -> None:
            await connection.execute(INSERT, *row, instant(new.expires_at), at)
            await announce(connection, Address("registration", new.id), requested, new.at)

        await self._database.run(unit)

    async def unanswered(self, registration_id: str) -> str | None:
        """The address of one that has got no e-mail yet."""
        key = maybe_uuid(registration_id)
        email: str | None = await self._database.run(
            lambda c: c.fetchval(UNANSWERED, key), transaction=False
        )
        return email

    async def answer(
        self, registration_id: str, token: OneTimeToken, message: EmailContent, at: int
    ) -> None:
        """Send `message` to the address; or, if it has an account, `AlreadyRegistered` to that."""
        key = maybe_uuid(registration_id)

        async def unit(connection: Any) -> None:
            email = await connection.fetchval(f"{UNANSWERED} for update", key)
            if email is None:
                return
            owner = await connection.fetchrow(OWNER, email)
            if owner is None:
                await connection.execute(ANSWER, key, token.digest, instant(token.expires_at))
                await queue_email(connection, message, user_id=None, recipient=email, at=at)
                return
            await connection.execute(FORGET, key)
            told = AlreadyRegistered(closed=owner["closed"])
            await queue_email(connection, told, user_id=owner["id"], recipient=email, at=at)

        await self._database.run(unit)

    async def forget(self, registration_id: str) -> None:
        """Forget one that gets no e-mail."""
        await self._database.run(lambda c: c.execute(FORGET, maybe_uuid(registration_id)))

    async def pending(self, digest: str, at: int) -> PendingRegistration | None:
        """The one with that token; None for an invalid token."""
        row = await self._database.run(
            lambda c: c.fetchrow(PENDING, digest, instant(at)), transaction=False
        )
        return None if row is None else PendingRegistration(**dict(row))

    async def confirm(self, digest: str, user_id: str, at: int) -> Account | None:
        """Create its account under that id, and forget all others for the address."""

        async def unit(connection: Any) -> Account | None:
            rows = await connection.fetch(LOCK, digest, instant(at))
            for row in map(dict, rows):
                if row.pop("token") == digest:
                    wanted = Account(id=user_id, email_verified=True, **row)
                    return wanted if await _created(connection, wanted, at) else None
            return None

        return await self._database.run(unit)


async def _created(connection: Any, account: Account, at: int) -> bool:
    """False if the address has got an account meanwhile."""
    key, moment = maybe_uuid(account.id), instant(at)
    row = (key, account.email, account.password_hash, account.role, moment)
    created = await connection.fetchval(CREATE, *row)
    await connection.execute(FORGET_OTHERS, account.email)
    if created is None:
        return False
    await connection.execute(CREATE_PROFILE, key, account.full_name, moment)
    registered = UserRegistered(user_id=account.id, email=account.email, role=Role(account.role))
    about = Address("user", account.id)
    verified = OutboxEvent(about, EmailVerified(user_id=account.id))
    await announce(connection, about, registered, at, [verified])
    return True
