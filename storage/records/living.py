"""Accounts that something new is made for: locked, so that none is deleted in between."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from protocol.errors import NotFoundError
from storage.records.values import as_uuid

LIVING = "select id from users where id = $1 and deleted_at is null for share"


async def living(connection: Any, user_id: str) -> UUID:
    """The account's key; it is not deleted before the transaction ends.

    Lock the course first, where there is one. Raises `NotFoundError`, also for a deleted account:
    a token may outlive it.
    """
    key: UUID | None = await connection.fetchval(LIVING, as_uuid(user_id, "user"))
    if key is None:
        raise NotFoundError("user", user_id)
    return key
