"""Personal data: how it is exported, and how it is erased.

Each domain's traces are declared with its records, in `personal.py` of its folder. The hub
`storage.records.personal` lists the domains.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any
from uuid import UUID

import msgspec

from protocol.ports import OutboxEvent

LOCK_COURSES = """
select from courses where id in ({courses}) order by id for no key update
"""
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


Passing = Callable[[Any, UUID, int], Awaitable[Sequence[OutboxEvent]]]
"""What a domain does when an account is deleted or restored, at a time in milliseconds.

Returns what it announces.
"""


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """The personal data of one domain. `name` is its key in the export.

    `courses` is a query for the ids of the courses whose rows change when the account `$1` is
    deleted, and `rows` locks what is locked after a course and before an account.
    """

    name: str
    traces: tuple[Trace, ...]
    leaving: Leaving | None = None
    courses: str = ""
    rows: str = ""
    closing: Passing | None = None
    restoring: Passing | None = None


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

    async def lock(self, connection: Any, user_id: UUID) -> None:
        """Lock what a deletion changes beside the account, in the order that all commands use."""
        courses = " union ".join(each.courses for each in self.sections if each.courses)
        await connection.execute(LOCK_COURSES.format(courses=courses), user_id)
        for section in self.sections:
            if section.rows:
                await connection.execute(section.rows, user_id)

    async def close(self, connection: Any, user_id: UUID, at: int) -> list[OutboxEvent]:
        """End what an account takes part in, when it is deleted. Returns what to announce."""
        hooks = (section.closing for section in self.sections)
        return await _pass(hooks, connection, user_id, at)

    async def restore(self, connection: Any, user_id: UUID, at: int) -> list[OutboxEvent]:
        """Bring back what `close` ended, as far as possible, while the account is still marked as
        deleted. Returns what to announce.
        """
        hooks = (section.restoring for section in self.sections)
        return await _pass(hooks, connection, user_id, at)

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


async def _pass(
    hooks: Iterable[Passing | None], connection: Any, user_id: UUID, at: int
) -> list[OutboxEvent]:
    events: list[OutboxEvent] = []
    for hook in hooks:
        if hook is not None:
            events += await hook(connection, user_id, at)
    return events


async def _rows(connection: Any, trace: Trace, user_id: UUID) -> list[Any]:
    mine = trace.person or " or ".join(f"{column} = $1" for column in trace.columns)
    rows = await connection.fetch(
        f"select to_json(shown)::text as shown"  # noqa: S608
        f" from (select {trace.shows} from {trace.table} t where {mine}) shown",
        user_id,
    )
    return [msgspec.json.decode(row["shown"]) for row in rows]
