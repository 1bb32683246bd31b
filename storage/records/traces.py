"""What is kept of a person: how it is given out, and what erasing does to it.

Each domain's traces stand with its records, in `personal.py` of its folder. The hub
`storage.records.personal` lists the domains.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import msgspec

from protocol.ports import OutboxEvent

FORMER = "Former user"
"""Stands where a name stood."""


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """`columns` of `table` hold a user's id, `shows` is given out (nothing where it is empty).
    `person` is a predicate in their place for a table that names nobody by itself.

    `erase` is a statement with the id as `$1`; without one what is left says nothing of a person
    whose account is erased, or has to be kept, and `kept` says why.
    """

    table: str
    columns: tuple[str, ...] = ("user_id",)
    person: str = ""
    shows: str = ""
    erase: str = ""
    kept: str = ""


Leaving = Callable[[Any, UUID], Awaitable[Sequence[OutboxEvent]]]
"""What a domain has to announce of somebody who is about to be erased, such as files to remove."""


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """What a domain keeps of a person. `name` is its place in what is given out."""

    name: str
    traces: tuple[Trace, ...]
    leaving: Leaving | None = None


class PersonalRecords:
    """The sections of all domains together."""

    def __init__(self, sections: Sequence[Section]) -> None:
        self.sections = sections

    async def export(self, connection: Any, user_id: UUID) -> dict[str, dict[str, list[Any]]]:
        """Every row of every trace, by section and table."""
        found: dict[str, dict[str, list[Any]]] = {}
        for section in self.sections:
            tables = found.setdefault(section.name, {})
            for trace in section.traces:
                if trace.shows:
                    tables[trace.table] = await _rows(connection, trace, user_id)
        return found

    async def erase(self, connection: Any, user_id: UUID) -> list[OutboxEvent]:
        """What cannot be undone, in the caller's transaction. Answers the events to announce."""
        events: list[OutboxEvent] = []
        for section in self.sections:
            if section.leaving is not None:
                events += await section.leaving(connection, user_id)
        for section in self.sections:
            for trace in section.traces:
                if trace.erase:
                    await connection.execute(trace.erase, user_id)
        return events


async def _rows(connection: Any, trace: Trace, user_id: UUID) -> list[Any]:
    mine = trace.person or " or ".join(f"{column} = $1" for column in trace.columns)
    rows = await connection.fetch(
        f"select to_json(shown)::text as shown"  # noqa: S608
        f" from (select {trace.shows} from {trace.table} t where {mine}) shown",
        user_id,
    )
    return [msgspec.json.decode(row["shown"]) for row in rows]
