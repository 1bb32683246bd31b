"""Disabling, enabling, deleting and erasing accounts, and changing roles, in SQL."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar
from uuid import UUID

from protocol.envelope import Address, Message
from protocol.errors import ConflictError, NotFoundError
from protocol.mail import EmailContent
from protocol.records.users import AccountFacts, AccountRule
from protocol.users.events import UserDisabled, UserEnabled, UserRoleChanged
from protocol.users.replies import PersonalData
from protocol.users.values import Role
from storage.postgres import Database
from storage.records.announcing import announce
from storage.records.audit import note
from storage.records.emails import queue_email
from storage.records.traces import PersonalRecords
from storage.records.users.endings import end_sessions
from storage.records.values import as_uuid, instant

E = TypeVar("E", bound=Message)
Operation = Callable[[Any, UUID], Awaitable[E]]
"""The body of a unit, which changes the locked account in the connection's transaction.

The rule has been checked; it returns the event to announce.
"""

# Every change to an admin's account locks all admins in one order, so that two admins cannot remove
# each other.
LOCK_ADMINS = """
select id from users where role = 'admin' and disabled_at is null and deleted_at is null
order by id for update
"""
LOCK = """
select id::text, role, deleted_at is not null as deleted, erased_at is not null as erased
from users where id = $1 for update
"""
# Read after the lock is held: whoever waits for it would count the courses of before.
COURSES = "select count(*) from courses where instructor_id = $1 and status <> 'archived'"
DISABLE = "update users set disabled_at = coalesce(disabled_at, $2), updated_at = $2 where id = $1"
ENABLE = """
update users set disabled_at = null, deleted_at = null, updated_at = $2 where id = $1
"""
DELETE = "update users set deleted_at = coalesce(deleted_at, $2), updated_at = $2 where id = $1"
ERASED = "update users set erased_at = coalesce(erased_at, $2) where id = $1"


class PostgresUserAdministration:
    """Implements `protocol.records.users.UserAdministration`."""

    def __init__(self, database: Database, personal: PersonalRecords) -> None:
        self._database = database
        self._personal = personal

    async def disable(
        self, user_id: str, by: str, reason: str, at: int, rule: AccountRule
    ) -> UserDisabled:
        """Announces the reply and records it in the audit trail. Raises `NotFoundError`."""

        async def operation(connection: Any, key: UUID) -> UserDisabled:
            await connection.execute(DISABLE, key, instant(at))
            await end_sessions(connection, key, at)
            await note(connection, by, "disable", "user", str(key), at, reason=reason)
            return UserDisabled(user_id=str(key), at=at)

        return await self._changed(user_id, at, rule, operation)

    async def enable(self, user_id: str, by: str, at: int, rule: AccountRule) -> UserEnabled:
        """Enable an account, also a deleted one that was not erased, which enrols again where it
        was enrolled.

        Announced and audited like `disable`.
        """

        async def unit(connection: Any) -> UserEnabled:
            await self._personal.lock(connection, as_uuid(user_id, "user"))
            key = await _lock(connection, user_id, rule, deleted=True)
            events = await self._personal.restore(connection, key, at)
            await connection.execute(ENABLE, key, instant(at))
            await note(connection, by, "enable", "user", str(key), at)
            enabled = UserEnabled(user_id=str(key))
            await announce(connection, Address("user", str(key)), enabled, at, events)
            return enabled

        return await self._database.run(unit)

    async def change_role(
        self, user_id: str, by: str, role: Role, at: int, rule: AccountRule, *, through: str = ""
    ) -> UserRoleChanged:
        """Announced and audited like `disable`."""

        async def operation(connection: Any, key: UUID) -> UserRoleChanged:
            former = await connection.fetchval("select role from users where id = $1", key)
            await connection.execute(
                "update users set role = $2, updated_at = $3 where id = $1",
                key,
                role.value,
                instant(at),
            )
            await end_sessions(connection, key, at)
            changed = {"former": former, "role": role.value}
            if through:
                changed["through"] = through
            await note(connection, by, "change_role", "user", str(key), at, **changed)
            return UserRoleChanged(user_id=str(key), role=role, at=at)

        return await self._changed(user_id, at, rule, operation)

    async def invite(self, by: str, email: str, message: EmailContent, at: int) -> None:
        """Send `message` to the address. Recorded in the audit trail, by its domain only.

        Raises `ConflictError` on `email` for one that has an account.
        """
        host = email.rpartition("@")[2]

        async def unit(connection: Any) -> None:
            if await connection.fetchval("select true from users where email = $1", email):
                raise ConflictError(
                    "This address has an account: change its role", conflict_field="email"
                )
            await queue_email(connection, message, user_id=None, recipient=email, at=at)
            await note(connection, by, "invite_educator", "user", by, at, domain=host)

        await self._database.run(unit)

    async def audit_exported(self, by: str, at: int) -> None:
        """Record in the audit trail that somebody has got it as a file."""
        action = "export_audit_trail"
        await self._database.run(lambda c: note(c, by, action, "user", by, at))

    async def delete(self, user_id: str, by: str, at: int, rule: AccountRule) -> UserDisabled:
        """Delete: the account leaves the courses that it studies, teaches or assists in.

        Announced and audited like `disable`. `NotFoundError` also for a deleted account.
        """
        return await self._ended(user_id, by, at, rule, erases=False)

    async def erase(self, user_id: str, by: str, at: int, rule: AccountRule) -> UserDisabled:
        """Delete, with all personal data in every domain. Announced and audited like `disable`.

        Also announces what else must be removed, such as files.
        """

        return await self._ended(user_id, by, at, rule, erases=True)

    async def export(self, user_id: str, by: str, at: int) -> PersonalData:
        """Read all personal data in every domain. Recorded in the audit trail.

        Raises `NotFoundError`.
        """

        async def unit(connection: Any) -> PersonalData:
            key = as_uuid(user_id, "user")
            found = await connection.fetchval(
                "select id from users where id = $1 and erased_at is null", key
            )
            if found is None:
                raise NotFoundError("user", user_id)
            await note(connection, by, "export", "user", str(key), at)
            return PersonalData(domains=await self._personal.export(connection, key))

        return await self._database.run(unit)

    async def _ended(
        self, user_id: str, by: str, at: int, rule: AccountRule, *, erases: bool
    ) -> UserDisabled:
        async def unit(connection: Any) -> UserDisabled:
            await self._personal.lock(connection, as_uuid(user_id, "user"))
            key = await _lock(connection, user_id, rule, deleted=erases)
            await connection.execute(DELETE, key, instant(at))
            await end_sessions(connection, key, at)
            events = await self._personal.close(connection, key, at)
            if erases:
                await connection.execute(ERASED, key, instant(at))
                events += await self._personal.erase(connection, key)
            await note(connection, by, "erase" if erases else "delete", "user", str(key), at)
            ended = UserDisabled(user_id=str(key), at=at)
            await announce(connection, Address("user", str(key)), ended, at, events)
            return ended

        return await self._database.run(unit)

    async def _changed(
        self, user_id: str, at: int, rule: AccountRule, operation: Operation[E]
    ) -> E:
        """Lock the account, check the rule, change it, announce the change."""

        async def unit(connection: Any) -> E:
            key = await _lock(connection, user_id, rule)
            event = await operation(connection, key)
            await announce(connection, Address("user", str(key)), event, at)
            return event

        return await self._database.run(unit)


async def _lock(connection: Any, user_id: str, rule: AccountRule, *, deleted: bool = False) -> UUID:
    """Lock the account and check the rule.

    Raises `NotFoundError`, also for an erased account and, unless `deleted`, for a deleted one.
    """
    key = as_uuid(user_id, "user")
    admins = {row["id"] for row in await connection.fetch(LOCK_ADMINS)}
    row = await connection.fetchrow(LOCK, key)
    if row is None or row["erased"] or (row["deleted"] and not deleted):
        raise NotFoundError("user", user_id)
    rule(
        AccountFacts(
            id=row["id"],
            role=row["role"],
            other_admins=len(admins - {key}),
            courses=await connection.fetchval(COURSES, key),
        )
    )
    return key
