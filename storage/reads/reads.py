"""The port `Reads` over PostgreSQL: statements cached by the identity of their field."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import monotonic
from typing import Any, Final

import asyncpg

from protocol.bounded import BoundedDict
from protocol.errors import AnswerTooLarge, ReadTimeout
from protocol.selection import Field, Selection, Viewer
from storage.postgres import Connection, Database
from storage.reads import (
    assessments,
    certificates,
    communication,
    content,
    courses,
    enrollments,
    users,
)
from storage.reads.choices import Choice, Choices
from storage.reads.compiler import MAX_ANSWER_BYTES, TOO_LARGE, Statement, compile_root
from storage.reads.model import Model

MAX_STATEMENTS = 2_000
"""The gateway's cache bounds the plans; this holds a few more than those can refer to."""

READ_SECONDS: Final = 2.0
"""What one statement may take. A request of several begins none after it."""
READ_CONNECTIONS: Final = 32
"""24 for requests, as the gateway shares them, and eight for subscriptions; pages queue."""
READING: Final = {
    "statement_timeout": f"{READ_SECONDS * 1000:.0f}",
    "client_connection_check_interval": "2000",
    "default_transaction_read_only": "on",
}
"""The second ends what a killed server of ours leaves behind."""

NOTHING: Final[Mapping[str, Any]] = {}

MODEL = Model(
    users.DOMAIN,
    courses.DOMAIN,
    enrollments.DOMAIN,
    certificates.DOMAIN,
    content.DOMAIN,
    assessments.DOMAIN,
    communication.DOMAIN,
)


class CompiledReads:
    """One statement for each root field; all of a request in one handoff to the asyncio thread."""

    def __init__(self, database: Database, *, model: Model = MODEL) -> None:
        self._database = database
        self._model = model
        self._statements: BoundedDict[tuple[int, Choice], tuple[Field, Statement]] = BoundedDict(
            MAX_STATEMENTS
        )
        self._choices: BoundedDict[int, tuple[Field, Choices]] = BoundedDict(MAX_STATEMENTS)

    def statement(self, field: Field, variables: Mapping[str, Any] = NOTHING) -> Statement:
        """The compiled statement. The cache holds the field, so its identity is not reused."""
        choice = self._choices_of(field).of(variables)
        known = self._statements.use((id(field), choice))
        if known is not None:
            return known[1]
        statement = compile_root(self._model, field, choice.sort, choice.backward)
        self._statements.remember((id(field), choice), (field, statement))
        return statement

    def _choices_of(self, field: Field) -> Choices:
        known = self._choices.use(id(field))
        if known is not None:
            return known[1]
        choices = Choices(self._model, field)
        self._choices.remember(id(field), (field, choices))
        return choices

    def depends_on_viewer(self, field: Field) -> bool:
        """Whether the field's statement binds the viewer."""
        return self.statement(field).for_viewer

    async def execute(self, selections: Sequence[Selection], viewer: Viewer) -> Sequence[bytes]:
        """The JSON text of each root field's value, `null` where absent or not visible.

        Raises `ValidationError` for an argument that cannot be bound, `ReadTimeout` and
        `AnswerTooLarge`.
        """
        unit = self._unit(selections, viewer)
        return await self._database.run(unit, transaction=False)

    def execute_nowait(
        self,
        selections: Sequence[Selection],
        viewer: Viewer,
        done: Callable[[Sequence[bytes] | Exception], None],
    ) -> Callable[[], None]:
        """`execute` without a task that waits; see `protocol.ports.ReadsNowait`."""
        unit = self._unit(selections, viewer)
        return self._database.submit(unit, done, transaction=False)

    def _unit(
        self, selections: Sequence[Selection], viewer: Viewer
    ) -> Callable[[Connection], Awaitable[list[bytes]]]:
        prepared = []
        for selection in selections:
            statement = self.statement(selection.field, selection.variables)
            prepared.append((statement.sql, statement.bind(selection.variables, viewer)))

        async def unit(connection: Connection) -> list[bytes]:
            try:
                if len(prepared) == 1:  # what nearly every request asks: nothing to add up
                    [(sql, bound)] = prepared
                    return [text_of(await connection.fetchval(sql, *bound))]
                return await _read_all(connection, prepared)
            except asyncpg.QueryCanceledError as error:
                raise ReadTimeout from error

        return unit


async def _read_all(
    connection: Connection, prepared: Sequence[tuple[str, Sequence[Any]]]
) -> list[bytes]:
    """All values, within the bounds of time and size that hold for one."""
    until, left, values = monotonic() + READ_SECONDS, MAX_ANSWER_BYTES, []
    for sql, bound in prepared:
        if monotonic() > until:
            raise ReadTimeout
        value = text_of(await connection.fetchval(sql, *bound))
        left -= len(value)
        if left < 0:
            raise AnswerTooLarge(MAX_ANSWER_BYTES)
        values.append(value)
    return values


def text_of(value: str | None) -> bytes:
    """The JSON text of what a statement found. Raises `AnswerTooLarge`."""
    if value is None:
        return b"null"
    if value == TOO_LARGE:
        raise AnswerTooLarge(MAX_ANSWER_BYTES)
    return value.encode()


async def open_read_database(database: Database) -> Database:
    """A pool on the same server for `CompiledReads`: nothing there runs long or changes anything.

    It is of its own so that however much is read, logins and live games get their connections.
    """
    return await database.companion(max_size=READ_CONNECTIONS, settings=READING)
