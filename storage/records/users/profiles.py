"""Profiles in SQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from protocol.envelope import Address
from protocol.errors import NotFoundError
from protocol.records.common import RevisionFacts, RevisionRule
from protocol.records.users import ProfileChange
from protocol.users.events import ProfileUpdated
from storage.postgres import Database
from storage.records.announcing import announce
from storage.records.values import as_uuid, instant, json_text, maybe_uuid
from storage.records.writing import changed_columns

LOCKED = """
select p.full_name, p.bio, p.timezone, p.language, p.revision,
       coalesce(p.notification_preferences -> 'muted_emails', '[]')::text as muted_emails,
       coalesce(p.privacy_settings ->> 'audience', 'everybody') as audience
from user_profiles p join users u on u.id = p.user_id
where p.user_id = $1 and u.deleted_at is null for update of p for share of u
"""
PROFILE = """
update user_profiles set updated_at = $2, revision = revision + 1, {sets} where user_id = $1
"""
AVATAR = """
update user_profiles p set avatar_url = $2, updated_at = $3
from (select w.user_id, w.avatar_url from user_profiles w join users u on u.id = w.user_id
      where w.user_id = $1 and u.deleted_at is null for update) old
where p.user_id = old.user_id returning old.avatar_url as former
"""
CURRENT_AVATAR = "select avatar_url from user_profiles where user_id = $1"
MOVE_AVATAR = """
update user_profiles set avatar_url = $3, updated_at = $4 where user_id = $1 and avatar_url = $2
"""


class PostgresProfileRecords:
    """Implements `protocol.records.users.ProfileRecords`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def update_profile(
        self, user_id: str, change: ProfileChange, at: int, seen: RevisionRule
    ) -> None:
        """Announces `ProfileUpdated`. Raises `NotFoundError`."""
        wanted = changed_columns(change, "")
        columns, values = _profile_columns(wanted)

        async def unit(connection: Any) -> None:
            row = await connection.fetchrow(LOCKED, as_uuid(user_id, "user"))
            if row is None:
                raise NotFoundError("user", user_id)
            known = {**row, "muted_emails": tuple(msgspec.json.decode(row["muted_emails"]))}
            unchanged = all(known[name] == value for name, value in wanted.items())
            seen(RevisionFacts(revision=row["revision"], unchanged=unchanged))
            if not unchanged:
                sets = ", ".join(f"{column}{n}" for n, column in enumerate(columns, 3))
                statement = PROFILE.format(sets=sets)
                await connection.execute(statement, as_uuid(user_id, "user"), instant(at), *values)
            await announce(
                connection, Address("user", user_id), ProfileUpdated(user_id=user_id), at
            )

        await self._database.run(unit)

    async def replace_avatar(self, user_id: str, url: str | None, at: int) -> str | None:
        """Set the picture and return the former one. Announces `ProfileUpdated`.

        Raises `NotFoundError`.
        """

        async def unit(connection: Any) -> str | None:
            row = await connection.fetchrow(AVATAR, as_uuid(user_id, "user"), url, instant(at))
            if row is None:
                raise NotFoundError("user", user_id)
            await announce(
                connection, Address("user", user_id), ProfileUpdated(user_id=user_id), at
            )
            former: str | None = row["former"]
            return former

        return await self._database.run(unit)

    async def avatar(self, user_id: str) -> str | None:
        """Where the picture is, also of an account that is closed."""
        key = maybe_uuid(user_id)
        url: str | None = await self._database.run(
            lambda c: c.fetchval(CURRENT_AVATAR, key), transaction=False
        )
        return url

    async def move_avatar(self, user_id: str, former: str, url: str | None, at: int) -> bool:
        """Set the picture if it is still the former one. Announces `ProfileUpdated` then."""

        async def unit(connection: Any) -> bool:
            key = as_uuid(user_id, "user")
            done = await connection.execute(MOVE_AVATAR, key, former, url, instant(at))
            if done != "UPDATE 1":
                return False
            updated = ProfileUpdated(user_id=user_id)
            await announce(connection, Address("user", user_id), updated, at)
            return True

        return await self._database.run(unit)


def _profile_columns(wanted: Mapping[str, Any]) -> tuple[list[str], list[Any]]:
    """Assignments, each still without its argument's number, and the arguments."""
    columns: list[str] = []
    values: list[Any] = []
    merged = {
        "muted_emails": "notification_preferences = notification_preferences ||",
        "audience": "privacy_settings = privacy_settings ||",
    }
    for name, value in wanted.items():
        if name in merged:
            columns.append(f"{merged[name]} $")
            values.append(json_text({name: value}))
        else:
            columns.append(f"{name} = $")
            values.append(value)
    return columns, values
