"""Accounts in SQL, as needed for signing in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from protocol.envelope import Address, Message
from protocol.errors import ConflictError
from protocol.ports import OutboxEvent
from protocol.records.users import Account, NewAccount
from protocol.users.events import EmailVerified, SessionEnded, SessionsEnded, UserRegistered
from protocol.users.values import Role
from storage.gathering import Gatherer
from storage.postgres import Connection, Database
from storage.records.announcing import announce
from storage.records.emails import queue_email
from storage.records.users.endings import NOT_ENDED, end_sessions
from storage.records.values import instant, maybe_uuid

INSERT_USER = """
insert into users (id, email, password_hash, role, verification_token, verification_expires,
                   last_login, created_at, updated_at, email_verified)
values ($1, $2, $3, $4, $5, $6, $7, $7, $7, $8)
on conflict (email) do nothing returning id
"""
INSERT_PROFILE = """
insert into user_profiles (user_id, full_name, created_at, updated_at) values ($1, $2, $3, $3)
"""
LOGGED_IN = """
update users set last_login = $2
where id = $1 and password_hash = $3 and role = $4 and disabled_at is null and deleted_at is null
"""
ACCOUNT = """
select u.id::text, u.email, u.password_hash, u.role, coalesce(p.full_name, '') as full_name,
       p.avatar_url, u.email_verified,
       u.disabled_at is not null or u.deleted_at is not null as disabled
from users u left join user_profiles p on p.user_id = u.id
"""


class PostgresAccountRecords:
    """Implements `protocol.records.users.AccountRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._by_id = Gatherer(database, _accounts)

    async def create(self, account: NewAccount) -> None:
        """Announces `UserRegistered`, and `EmailVerified` of a verified one.

        Raises `ConflictError` on `email`.
        """
        verified = account.verified

        async def unit(connection: Any) -> None:
            at = instant(account.at)
            user_id = await connection.fetchval(
                INSERT_USER,
                maybe_uuid(account.id),
                account.email,
                account.password_hash,
                account.role,
                None if verified else account.verification.digest,
                None if verified else instant(account.verification.expires_at),
                at,
                verified,
            )
            if user_id is None:
                raise ConflictError("This e-mail address is taken", conflict_field="email")
            await connection.execute(INSERT_PROFILE, user_id, account.full_name, at)
            if account.message is not None:
                await queue_email(
                    connection,
                    account.message,
                    user_id=user_id,
                    recipient=account.email,
                    at=account.at,
                )
            registered = UserRegistered(
                user_id=account.id, email=account.email, role=Role(account.role)
            )
            about = Address("user", account.id)
            further = [OutboxEvent(about, EmailVerified(user_id=account.id))] if verified else []
            await announce(connection, about, registered, account.at, further)

        await self._database.run(unit)

    async def by_email(self, email: str) -> Account | None:
        """The account with that e-mail address."""

        async def unit(connection: Any) -> Account | None:
            return _account(await connection.fetchrow(f"{ACCOUNT} where u.email = $1", email))

        return await self._database.run(unit, transaction=False)

    async def by_id(self, user_id: str) -> Account | None:
        """The account with that id."""
        key = maybe_uuid(user_id)
        return None if key is None else await self._by_id.get(key)

    async def of_session(self, user_id: str, session_id: str, began: int) -> Account | None:
        """The account with that id, unless this session of it was ended."""
        row = (maybe_uuid(user_id), session_id, instant(began))

        async def unit(connection: Any) -> Account | None:
            return _account(
                await connection.fetchrow(f"{ACCOUNT} where u.id = $1 and {NOT_ENDED}", *row)
            )

        return await self._database.run(unit, transaction=False)

    async def signed_in(self, account: Account, at: int) -> bool:
        """Record the login. False if the account has changed since it was read."""
        asked = (maybe_uuid(account.id), instant(at), account.password_hash, account.role)
        done = await self._database.run(lambda c: c.execute(LOGGED_IN, *asked), transaction=False)
        return bool(done == "UPDATE 1")

    async def sessions_ended(self, user_id: str, session_id: str | None, at: int) -> None:
        """Announces `SessionEnded`, or `SessionsEnded` for all of them."""
        event: Message = SessionsEnded(user_id=user_id, at=at)
        if session_id is not None:
            event = SessionEnded(user_id=user_id, session_id=session_id, at=at)

        async def unit(connection: Any) -> None:
            key = maybe_uuid(user_id)
            if key is not None:
                await end_sessions(connection, key, at, session_id)
            await announce(connection, Address("user", user_id), event, at)

        await self._database.run(unit)


async def _accounts(connection: Connection, keys: Sequence[UUID]) -> Mapping[UUID, Account]:
    rows = await connection.fetch(f"{ACCOUNT} where u.id = any($1::uuid[])", keys)
    return {UUID(row["id"]): Account(**dict(row)) for row in rows}


def _account(row: Any) -> Account | None:
    return None if row is None else Account(**dict(row))
