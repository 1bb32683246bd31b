"""Ids as they come from outside: read as everywhere, and compared in one way of writing.

Where an id goes to the database it is read as a UUID, in capitals or not, with or without dashes;
where it is compared in memory, or kept in a journal, it has to be the same text.
"""

from __future__ import annotations

from uuid import UUID

MAX_ID = 64
"""Characters of the longest way to write one, with room."""


def canonical(text: str) -> str:
    """The id as the database writes it. What is no id stays as it is, and so names nothing."""
    try:
        return str(UUID(text)) if len(text) <= MAX_ID else text
    except ValueError:
        return text
