"""The port `Reads` over PostgreSQL: statements cached by the identity of their field."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from protocol.bounded import BoundedDict
from protocol.selection import Field, Selection, Viewer
from storage.postgres import Connection, Database
from storage.reads import assessments, certificates, communication, courses, enrollments, users
from storage.reads.compiler import Statement, compile_root, sort_of
from storage.reads.model import Model

MAX_STATEMENTS = 2_000
"""The gateway's cache bounds the plans; this holds a few more than those can refer to."""

NOTHING: Final[Mapping[str, Any]] = {}

MODEL = Model(
    users.DOMAIN,
    courses.DOMAIN,
    enrollments.DOMAIN,
    certificates.DOMAIN,
    assessments.DOMAIN,
    communication.DOMAIN,
)


class CompiledReads:
    """One statement for each root field; all of a request in one handoff to the asyncio thread."""

    def __init__(self, database: Database, *, model: Model = MODEL) -> None:
        self._database = database
        self._model = model
        self._statements: BoundedDict[tuple[int, str], tuple[Field, Statement]] = BoundedDict(
            MAX_STATEMENTS
        )

    def statement(self, field: Field, variables: Mapping[str, Any] = NOTHING) -> Statement:
        """The compiled statement. The cache holds the field, so its identity is not reused."""
        sort = sort_of(self._model, field, variables)
        known = self._statements.use((id(field), sort))
        if known is not None:
            return known[1]
        statement = compile_root(self._model, field, sort)
        self._statements.remember((id(field), sort), (field, statement))
        return statement

    def depends_on_viewer(self, field: Field) -> bool:
        """Whether the field's statement binds the viewer."""
        return self.statement(field).for_viewer

    async def execute(self, selections: Sequence[Selection], viewer: Viewer) -> Sequence[bytes]:
        """The JSON text of each root field's value, `null` where absent or not visible.

        Raises `ValidationError` for an argument that cannot be bound.
        """
        unit = self._unit(selections, viewer)
        return await self._database.run(unit, transaction=False)

    def execute_nowait(
        self,
        selections: Sequence[Selection],
        viewer: Viewer,
        done: Callable[[Sequence[bytes] | Exception], None],
    ) -> None:
        """Like `execute` without a waiting task, as `protocol.ports.ReadsNowait` says."""
        unit = self._unit(selections, viewer)
        self._database.submit(unit, done, transaction=False)

    def _unit(
        self, selections: Sequence[Selection], viewer: Viewer
    ) -> Callable[[Connection], Awaitable[list[bytes]]]:
        prepared = []
        for selection in selections:
            statement = self.statement(selection.field, selection.variables)
            prepared.append((statement.sql, statement.bind(selection.variables, viewer)))

        async def unit(connection: Connection) -> list[bytes]:
            values = [await connection.fetchval(sql, *bound) for sql, bound in prepared]
            return [b"null" if value is None else value.encode() for value in values]

        return unit
