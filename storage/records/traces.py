"""Personal data: how it is exported, and how it is erased.

Each domain's traces are declared with its records, in `personal.py` of its folder. The hub
`storage.records.personal` lists the domains.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import msgspec

from protocol.ports import OutboxEvent

FORMER = "Former user"
"""Replaces an erased name."""


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """Where personal data is.

    `columns` of `table` hold a user's id; the columns in `shows` are exported (none if it is
    empty). For a table without such a column, `person` is a predicate instead. `erase` is a
    statement with the id as `$1`. Without it the rows reveal nothing once the account is erased, or
    they must be kept and `kept` says why.
    """

    table: str
    columns: tuple[str, ...] = ("user_id",)
    person: str = ""
    shows: str = ""
    erase: str = ""
    kept: str = ""


Leaving = Callable[[Any, UUID], Awaitable[Sequence[OutboxEvent]]]
"""Returns what a domain announces when a user is about to be erased, such as files to remove."""


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """The personal data of one domain. `name` is its key in the export."""

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
        """Erase in the caller's transaction; this cannot be undone.

        Returns the events to announce.
        """
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
