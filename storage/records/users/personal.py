"""Personal data in the users domain: the account and the profile, with its picture."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from protocol.envelope import Address
from protocol.ports import OutboxEvent
from protocol.users.events import UserErased
from storage.records.traces import FORMER, Trace

AVATAR = "select avatar_url from user_profiles where user_id = $1"

TRACES = (
    Trace(
        table="users",
        columns=("id",),
        shows="id, email, role, email_verified, pending_email, last_login, disabled_at,"
        " created_at, updated_at, deleted_at",
        erase="update users set email = 'erased-' || id || '@invalid', password_hash = '',"
        " verification_token = null, password_reset_token = null, email_change_token = null,"
        " pending_email = null, email_verified = false, last_login = null where id = $1",
    ),
    Trace(
        table="user_profiles",
        shows="full_name, bio, avatar_url, timezone, language, notification_preferences,"
        " privacy_settings, created_at, updated_at",
        erase=f"update user_profiles set full_name = '{FORMER}', bio = null,"  # noqa: S608
        " avatar_url = null, timezone = 'UTC', language = 'en',"
        " notification_preferences = '{}', privacy_settings = '{}' where user_id = $1",
    ),
    Trace(
        table="ended_sessions",
        shows="ended_at",
        kept="it keeps tokens of the erased account from being taken; it goes after 30 days",
    ),
)


async def leaving(connection: Any, user_id: UUID) -> list[OutboxEvent]:
    """Announce the erasure to every domain, with the picture to remove."""
    url = await connection.fetchval(AVATAR, user_id)
    erased = UserErased(user_id=str(user_id), avatar_url=url)
    return [OutboxEvent(Address("user", str(user_id)), erased)]
