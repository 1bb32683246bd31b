"""The files of questions and courses: their pictures."""

from __future__ import annotations

from typing import Any


async def keys(connection: Any) -> list[str]:
    """Their keys in the object storage."""
    rows = await connection.fetch("select name from pictures order by name")
    return [f"pictures/{row['name']}" for row in rows]
