"""The files of the users domain: their pictures."""

from __future__ import annotations

from typing import Any

AVATARS = "select avatar_url from user_profiles where avatar_url like '/avatars/%'"
"""Other addresses are not stored here."""


async def keys(connection: Any) -> list[str]:
    """Their keys in the object storage."""
    return [row["avatar_url"].removeprefix("/") for row in await connection.fetch(AVATARS)]
