"""Addresses and passwords in SQL, and the one-time tokens that change them."""

from __future__ import annotations

from typing import Any

import asyncpg

from protocol.envelope import Address
from protocol.errors import ConflictError, NotFoundError
from protocol.mail import EmailContent
from protocol.records.users import ChangeEmails, OneTimeToken
from protocol.users.emails import AddressChanged, PasswordChanged
from protocol.users.events import (
    EmailChanged,
    EmailVerified,
    PasswordReplaced,
    PasswordResetRequested,
)
from storage.postgres import Database
from storage.records.announcing import announce
from storage.records.emails import queue_email
from storage.records.users.endings import end_sessions
from storage.records.values import as_uuid, instant, maybe_uuid

VERIFY = """
update users set email_verified = true, verification_token = null, verification_expires = null,
                 updated_at = $2
where verification_token = $1 and verification_expires > $2
  and disabled_at is null and deleted_at is null
returning id::text
"""
RENEW = """
update users set verification_token = $2, verification_expires = $3, updated_at = $4
where id = $1 and not email_verified and deleted_at is null returning id, email
"""
BEGIN_RESET = """
update users set password_reset_token = $2, password_reset_expires = $3, updated_at = $4
where email = $1 and disabled_at is null and deleted_at is null returning id, email
"""
RESET = """
update users set password_hash = $2, password_reset_token = null, password_reset_expires = null,
                 email_verified = true, verification_token = null, updated_at = $3,
                 pending_email = null, email_change_token = null
where password_reset_token = $1 and password_reset_expires > $3
  and disabled_at is null and deleted_at is null
returning id, email
"""
RESETS = """
select exists (select from users where password_reset_token = $1 and password_reset_expires > $2)
"""
# A link that was sent earlier must not undo the change.
REPLACE = """
update users set password_hash = $2, password_reset_token = null, updated_at = $3,
                 pending_email = null, email_change_token = null
where id = $1 and password_hash = $4 and deleted_at is null returning id, email
"""
OWNER = "select id from users where email = $1"
BEGIN_EMAIL = """
update users set pending_email = $2, email_change_token = $3, email_change_expires = $4,
                 updated_at = $5
where id = $1 and deleted_at is null returning id
"""
CONFIRM_EMAIL = """
update users u set email = u.pending_email, email_verified = true, pending_email = null,
                   email_change_token = null, email_change_expires = null,
                   verification_token = null, password_reset_token = null, updated_at = $2
from users old
where old.id = u.id and u.email_change_token = $1 and u.email_change_expires > $2
  and u.disabled_at is null and u.deleted_at is null
returning u.id, u.email, old.email as former
"""


class PostgresCredentialRecords:
    """Implements `protocol.records.users.CredentialRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def verify_email(self, digest: str, at: int) -> bool:
        """Use the token. Announces `EmailVerified`. False for an invalid token."""

        async def unit(connection: Any) -> bool:
            user_id = await connection.fetchval(VERIFY, digest, instant(at))
            if user_id is None:
                return False
            await announce(connection, Address("user", user_id), EmailVerified(user_id=user_id), at)
            return True

        return await self._database.run(unit)

    async def renew_verification(
        self, user_id: str, token: OneTimeToken, message: EmailContent, at: int
    ) -> bool:
        """Replace the token. False for an address that is verified already."""

        return await self._database.run(
            lambda c: _begin(c, RENEW, maybe_uuid(user_id), token, message, at)
        )

    async def request_reset(self, email: str, at: int) -> None:
        """Announces `PasswordResetRequested`, whether or not there is such an account."""
        event = PasswordResetRequested(email=email)
        await self._database.run(lambda c: announce(c, Address("users", "resets"), event, at))

    async def begin_reset(
        self, email: str, token: OneTimeToken, message: EmailContent, at: int
    ) -> None:
        """Replace the token if the account exists and is active."""
        await self._database.run(lambda c: _begin(c, BEGIN_RESET, email, token, message, at))

    async def is_reset_token(self, digest: str, at: int) -> bool:
        """Whether a password can be reset with it now."""
        return await self._database.run(
            lambda c: c.fetchval(RESETS, digest, instant(at)), transaction=False
        )

    async def reset_password(self, digest: str, password_hash: str, at: int) -> str | None:
        """Use the token, which also proves the address. Announces `PasswordReplaced`."""

        async def unit(connection: Any) -> str | None:
            row = await connection.fetchrow(RESET, digest, password_hash, instant(at))
            return None if row is None else await _tell_of_password(connection, row, at)

        return await self._database.run(unit)

    async def replace_password(
        self, user_id: str, former_hash: str, password_hash: str, at: int
    ) -> bool:
        """Announces `PasswordReplaced`. False if the password is not the former one any more."""

        async def unit(connection: Any) -> bool:
            key = as_uuid(user_id, "user")
            row = await connection.fetchrow(REPLACE, key, password_hash, instant(at), former_hash)
            if row is None:
                return False
            await _tell_of_password(connection, row, at)
            return True

        return await self._database.run(unit)

    async def begin_email_change(
        self, user_id: str, email: str, token: OneTimeToken, emails: ChangeEmails, at: int
    ) -> None:
        """Replace the token, and send one of `emails`. Raises `ConflictError` on `email`."""

        async def unit(connection: Any) -> None:
            owner = await connection.fetchval(OWNER, email)
            message = emails.confirm if owner is None else emails.taken
            if message is None:
                raise _taken()
            row = (as_uuid(user_id, "user"), email, token.digest, instant(token.expires_at))
            key = await connection.fetchval(BEGIN_EMAIL, *row, instant(at))
            if key is None:
                raise NotFoundError("user", user_id)
            if emails.send:
                await queue_email(connection, message, user_id=owner or key, recipient=email, at=at)

        await self._database.run(unit)

    async def confirm_email_change(self, digest: str, at: int) -> bool:
        """Use the token. Announces `EmailChanged`. False for an invalid token."""

        async def unit(connection: Any) -> bool:
            try:
                row = await connection.fetchrow(CONFIRM_EMAIL, digest, instant(at))
            except asyncpg.UniqueViolationError:
                raise _taken() from None
            if row is None:
                return False
            message = AddressChanged(new_email=row["email"])
            await queue_email(
                connection, message, user_id=row["id"], recipient=row["former"], at=at
            )
            user_id = str(row["id"])
            changed = EmailChanged(user_id=user_id, email=row["email"])
            await announce(connection, Address("user", user_id), changed, at)
            return True

        return await self._database.run(unit)


async def _begin(
    connection: Any, statement: str, who: Any, token: OneTimeToken, message: EmailContent, at: int
) -> bool:
    """Store a token and e-mail it to the account's address."""
    expires = instant(token.expires_at)
    row = await connection.fetchrow(statement, who, token.digest, expires, instant(at))
    if row is None:
        return False
    await queue_email(connection, message, user_id=row["id"], recipient=row["email"], at=at)
    return True


async def _tell_of_password(connection: Any, row: Any, at: int) -> str:
    user_id = str(row["id"])
    await end_sessions(connection, row["id"], at)
    await queue_email(
        connection, PasswordChanged(), user_id=row["id"], recipient=row["email"], at=at
    )
    await announce(
        connection, Address("user", user_id), PasswordReplaced(user_id=user_id, at=at), at
    )
    return user_id


def _taken() -> ConflictError:
    return ConflictError("This e-mail address is taken", conflict_field="email")
