"""What becomes of accounts, in SQL."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID

import asyncpg
import msgspec
from msgspec import UNSET

from protocol.envelope import Address, Message
from protocol.errors import ConflictError, NotFoundError
from protocol.mail import AddressChanged, Email, PasswordChanged
from protocol.records.users import AccountFacts, AccountRule, OneTimeToken, ProfileChange
from protocol.users import (
    EmailChanged,
    EmailVerified,
    PasswordReplaced,
    PasswordResetRequested,
    PersonalData,
    ProfileUpdated,
    Role,
    SessionEnded,
    SessionsEnded,
    UserDisabled,
    UserEnabled,
    UserRoleChanged,
)
from storage.postgres import Database
from storage.records.audit import note
from storage.records.emails import queue_email
from storage.records.personal import erase, export
from storage.records.rows import announce, as_uuid, instant, json_text, maybe_uuid

E = TypeVar("E", bound=Message)
Operation = Callable[[Any, UUID], Awaitable[E]]

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
CERTIFICATES = """
select k.certificate_id from certificates k join enrollments e on e.id = k.enrollment_id
where e.student_id = $1
"""
# A link that is still on its way must not undo the change.
REPLACE = """
update users set password_hash = $2, password_reset_token = null, updated_at = $3,
                 pending_email = null, email_change_token = null
where id = $1 and deleted_at is null returning id, email
"""
KNOWN = "select exists (select from users where email = $1)"
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
AVATAR = """
update user_profiles p set avatar_url = $2, updated_at = $3
from (select w.user_id, w.avatar_url from user_profiles w join users u on u.id = w.user_id
      where w.user_id = $1 and u.deleted_at is null for update) old
where p.user_id = old.user_id returning old.avatar_url as former
"""
# Whoever changes an admin's standing locks all admins, in one order, so that two do not remove
# each other.
LOCK_ADMINS = """
select id from users where role = 'admin' and disabled_at is null and deleted_at is null
order by id for update
"""
LOCK = """
select id::text, role, erased_at is not null as erased,
       (select count(*) from courses c
        where c.instructor_id = u.id and c.status <> 'archived') as courses
from users u where id = $1 for update
"""
DISABLE = "update users set disabled_at = coalesce(disabled_at, $2), updated_at = $2 where id = $1"
ENABLE = """
update users set disabled_at = null, deleted_at = null, updated_at = $2 where id = $1
"""
DELETE = "update users set deleted_at = coalesce(deleted_at, $2), updated_at = $2 where id = $1"
ERASED = "update users set erased_at = coalesce(erased_at, $2) where id = $1"


class AccountChanges:
    """The part of `protocol.records.users` that changes what is there."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # --- addresses and passwords ------------------------------------------------------------------

    async def verify_email(self, digest: str, at: int) -> bool:
        """Use the token. Announces `EmailVerified`. False for one that is not good."""

        async def unit(connection: Any) -> bool:
            user_id = await connection.fetchval(VERIFY, digest, instant(at))
            if user_id is None:
                return False
            await _announce(connection, user_id, EmailVerified(user_id=user_id), at)
            return True

        return await self._database.run(unit)

    async def renew_verification(
        self, user_id: str, token: OneTimeToken, letter: Email, at: int
    ) -> bool:
        """Replace the token. False for an address that is verified already."""

        return await self._database.run(
            lambda c: _begin(c, RENEW, maybe_uuid(user_id), token, letter, at)
        )

    async def request_reset(self, email: str, at: int) -> None:
        """Announces `PasswordResetRequested`, whether there is such an account or not."""
        event = PasswordResetRequested(email=email)
        await self._database.run(lambda c: announce(c, Address("users", "resets"), event, at))

    async def begin_reset(self, email: str, token: OneTimeToken, letter: Email, at: int) -> None:
        """Replace the token, if there is such an account and it may be used."""
        await self._database.run(lambda c: _begin(c, BEGIN_RESET, email, token, letter, at))

    async def reset_password(self, digest: str, password_hash: str, at: int) -> str | None:
        """Use the token; it proves the address, too. Announces `PasswordReplaced`."""

        async def unit(connection: Any) -> str | None:
            row = await connection.fetchrow(RESET, digest, password_hash, instant(at))
            return None if row is None else await _tell_of_password(connection, row, at)

        return await self._database.run(unit)

    async def replace_password(self, user_id: str, password_hash: str, at: int) -> None:
        """Announces `PasswordReplaced`."""

        async def unit(connection: Any) -> None:
            row = await connection.fetchrow(
                REPLACE, as_uuid(user_id, "user"), password_hash, instant(at)
            )
            if row is None:
                raise NotFoundError("user", user_id)
            await _tell_of_password(connection, row, at)

        await self._database.run(unit)

    async def begin_email_change(
        self, user_id: str, email: str, token: OneTimeToken, letter: Email, at: int
    ) -> None:
        """Replace the token. Raises `ConflictError` on `email`."""

        async def unit(connection: Any) -> None:
            if await connection.fetchval(KNOWN, email):
                raise _taken()
            row = (as_uuid(user_id, "user"), email, token.digest, instant(token.expires_at))
            key = await connection.fetchval(BEGIN_EMAIL, *row, instant(at))
            if key is None:
                raise NotFoundError("user", user_id)
            await queue_email(connection, letter, user_id=key, recipient=email, at=at)

        await self._database.run(unit)

    async def confirm_email_change(self, digest: str, at: int) -> bool:
        """Use the token. Announces `EmailChanged`. False for one that is not good."""

        async def unit(connection: Any) -> bool:
            try:
                row = await connection.fetchrow(CONFIRM_EMAIL, digest, instant(at))
            except asyncpg.UniqueViolationError:
                raise _taken() from None
            if row is None:
                return False
            letter = AddressChanged(new_email=row["email"])
            await queue_email(connection, letter, user_id=row["id"], recipient=row["former"], at=at)
            user_id = str(row["id"])
            changed = EmailChanged(user_id=user_id, email=row["email"])
            await _announce(connection, user_id, changed, at)
            return True

        return await self._database.run(unit)

    # --- profile and sessions ---------------------------------------------------------------------

    async def update_profile(self, user_id: str, change: ProfileChange, at: int) -> None:
        """Announces `ProfileUpdated`. Raises `NotFoundError`."""
        columns, values = _profile_columns(change)

        async def unit(connection: Any) -> None:
            sets = ", ".join(f"{column}{n}" for n, column in enumerate(columns, 3))
            done = await connection.execute(
                f"update user_profiles set updated_at = $2, {sets} where user_id = $1",  # noqa: S608
                as_uuid(user_id, "user"),
                instant(at),
                *values,
            )
            if done != "UPDATE 1":
                raise NotFoundError("user", user_id)
            await _announce(connection, user_id, ProfileUpdated(user_id=user_id), at)

        await self._database.run(unit)

    async def replace_avatar(self, user_id: str, url: str | None, at: int) -> str | None:
        """What stood there before. Announces `ProfileUpdated`. Raises `NotFoundError`."""

        async def unit(connection: Any) -> str | None:
            row = await connection.fetchrow(AVATAR, as_uuid(user_id, "user"), url, instant(at))
            if row is None:
                raise NotFoundError("user", user_id)
            await _announce(connection, user_id, ProfileUpdated(user_id=user_id), at)
            former: str | None = row["former"]
            return former

        return await self._database.run(unit)

    async def sessions_ended(self, user_id: str, session_id: str | None, at: int) -> None:
        """Announces `SessionEnded`, or `SessionsEnded` for all of them."""
        event: Message = SessionsEnded(user_id=user_id, at=at)
        if session_id is not None:
            event = SessionEnded(user_id=user_id, session_id=session_id, at=at)
        await self._database.run(lambda c: _announce(c, user_id, event, at))

    # --- administration, and the end --------------------------------------------------------------

    async def disable(
        self, user_id: str, by: str, reason: str, at: int, rule: AccountRule
    ) -> UserDisabled:
        """Announces the reply, and notes it in the audit trail. Raises `NotFoundError`."""

        async def operation(connection: Any, key: UUID) -> UserDisabled:
            await connection.execute(DISABLE, key, instant(at))
            await note(connection, by, "disable", "user", str(key), at, reason=reason)
            return UserDisabled(user_id=str(key), at=at)

        return await self._changed(user_id, at, rule, operation)

    async def enable(self, user_id: str, by: str, at: int, rule: AccountRule) -> UserEnabled:
        """Likewise, also for one that was deleted and not erased."""

        async def operation(connection: Any, key: UUID) -> UserEnabled:
            await connection.execute(ENABLE, key, instant(at))
            await note(connection, by, "enable", "user", str(key), at)
            return UserEnabled(user_id=str(key))

        return await self._changed(user_id, at, rule, operation)

    async def change_role(
        self, user_id: str, by: str, role: Role, at: int, rule: AccountRule
    ) -> UserRoleChanged:
        """Likewise."""

        async def operation(connection: Any, key: UUID) -> UserRoleChanged:
            former = await connection.fetchval("select role from users where id = $1", key)
            await connection.execute(
                "update users set role = $2, updated_at = $3 where id = $1",
                key,
                role.value,
                instant(at),
            )
            changed = {"former": former, "role": role.value}
            await note(connection, by, "change_role", "user", str(key), at, **changed)
            return UserRoleChanged(user_id=str(key), role=role, at=at)

        return await self._changed(user_id, at, rule, operation)

    async def is_reset_token(self, digest: str, at: int) -> bool:
        """Whether a password can be reset with it now."""
        return await self._database.run(
            lambda c: c.fetchval(RESETS, digest, instant(at)), transaction=False
        )

    async def certificates(self, user_id: str) -> list[str]:
        """The numbers of those that the user was given."""

        async def unit(connection: Any) -> list[str]:
            rows = await connection.fetch(CERTIFICATES, maybe_uuid(user_id))
            return [row[0] for row in rows]

        return await self._database.run(unit, transaction=False)

    async def delete(self, user_id: str, by: str, at: int, rule: AccountRule) -> UserDisabled:
        """Likewise."""

        async def operation(connection: Any, key: UUID) -> UserDisabled:
            await connection.execute(DELETE, key, instant(at))
            await note(connection, by, "delete", "user", str(key), at)
            return UserDisabled(user_id=str(key), at=at)

        return await self._changed(user_id, at, rule, operation)

    async def erase(self, user_id: str, by: str, at: int, rule: AccountRule) -> UserDisabled:
        """Likewise, with all personal data in every domain."""

        async def operation(connection: Any, key: UUID) -> UserDisabled:
            await connection.execute(DELETE, key, instant(at))
            await connection.execute(ERASED, key, instant(at))
            await erase(connection, key)
            await note(connection, by, "erase", "user", str(key), at)
            return UserDisabled(user_id=str(key), at=at)

        return await self._changed(user_id, at, rule, operation)

    async def export(self, user_id: str, by: str, at: int) -> PersonalData:
        """All personal data in every domain. Noted in the audit trail. Raises `NotFoundError`."""

        async def unit(connection: Any) -> PersonalData:
            key = as_uuid(user_id, "user")
            found = await connection.fetchval(
                "select id from users where id = $1 and erased_at is null", key
            )
            if found is None:
                raise NotFoundError("user", user_id)
            await note(connection, by, "export", "user", str(key), at)
            return PersonalData(domains=await export(connection, key))

        return await self._database.run(unit)

    async def _changed(
        self, user_id: str, at: int, rule: AccountRule, operation: Operation[E]
    ) -> E:
        async def unit(connection: Any) -> E:
            key = as_uuid(user_id, "user")
            admins = {row["id"] for row in await connection.fetch(LOCK_ADMINS)}
            row = await connection.fetchrow(LOCK, key)
            if row is None or row["erased"]:
                raise NotFoundError("user", user_id)
            rule(
                AccountFacts(
                    id=row["id"],
                    role=row["role"],
                    other_admins=len(admins - {key}),
                    courses=row["courses"],
                )
            )
            event = await operation(connection, key)
            await _announce(connection, row["id"], event, at)
            return event

        return await self._database.run(unit)


async def _announce(connection: Any, user_id: str, event: Message, at: int) -> None:
    await announce(connection, Address("user", user_id), event, at)


async def _begin(
    connection: Any, statement: str, who: Any, token: OneTimeToken, letter: Email, at: int
) -> bool:
    """Keep a token, and send it to the address there is."""
    expires = instant(token.expires_at)
    row = await connection.fetchrow(statement, who, token.digest, expires, instant(at))
    if row is None:
        return False
    await queue_email(connection, letter, user_id=row["id"], recipient=row["email"], at=at)
    return True


async def _tell_of_password(connection: Any, row: Any, at: int) -> str:
    user_id = str(row["id"])
    await queue_email(
        connection, PasswordChanged(), user_id=row["id"], recipient=row["email"], at=at
    )
    await _announce(connection, user_id, PasswordReplaced(user_id=user_id, at=at), at)
    return user_id


def _profile_columns(change: ProfileChange) -> tuple[list[str], list[Any]]:
    """Assignments that lack the number of their argument, and the arguments."""
    columns: list[str] = []
    values: list[Any] = []
    merged = {
        "muted_letters": "notification_preferences = notification_preferences ||",
        "audience": "privacy_settings = privacy_settings ||",
    }
    for name, value in msgspec.structs.asdict(change).items():
        if value is UNSET:
            continue
        if name in merged:
            columns.append(f"{merged[name]} $")
            values.append(json_text({name: value}))
        else:
            columns.append(f"{name} = $")
            values.append(value)
    return columns, values


def _taken() -> ConflictError:
    return ConflictError("This e-mail address is taken", conflict_field="email")
