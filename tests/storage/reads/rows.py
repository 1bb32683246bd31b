"""What a sample school is made of: rows by table, the people in it, and who looks at it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from protocol.selection import Viewer

START = datetime(2026, 1, 1, 8, 0, 0, 123456, tzinfo=UTC)
Row = dict[str, Any]


def uid(name: str) -> UUID:
    """The same id for the same name, always."""
    return uuid5(UUID(int=7), name)


@dataclass
class School:
    """Rows by table, in the order in which they are inserted."""

    tables: dict[str, list[Row]] = field(default_factory=dict)

    def add(self, table: str, **row: Any) -> Row:
        self.tables.setdefault(table, []).append(row)
        return row

    def put_before(self, table: str, *others: str) -> None:
        """Have the rows of the other tables written first, which those of `table` refer to."""
        moved = {name: self.tables.pop(name) for name in others}
        names = list(self.tables)
        after = {name: self.tables.pop(name) for name in names[names.index(table) :]}
        self.tables |= moved | after

    def rows(self, table: str) -> list[Row]:
        return self.tables.get(table, [])

    def find(self, table: str, **wanted: Any) -> Row | None:
        """The only row with these values."""
        for row in self.rows(table):
            if all(row[key] == value for key, value in wanted.items()):
                return row
        return None


PEOPLE = {
    "admin": "admin",
    "ada": "educator",
    "bob": "educator",
    "cora": "educator",
    "stu": "student",
    "tim": "student",
    "una": "student",
    "tess": "student",
    "gone": "student",
}


def viewers() -> dict[str, Viewer]:
    """Every kind of viewer, nobody among them."""
    signed_in = {name: Viewer(user_id=str(uid(name)), role=role) for name, role in PEOPLE.items()}
    return {"nobody": Viewer(), **signed_in}
