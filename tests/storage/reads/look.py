"""One viewer's look at a sample school: what a viewer is to it, and what resolvers have in common.

Resolvers of a domain are functions of the look, the row they are asked about and the arguments.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from graphql import GraphQLSchema

from protocol.errors import AuthenticationError
from protocol.selection import Viewer
from tests.storage.reads.rows import Row, School

Resolver = Callable[..., Any]
"""`(look, row, **arguments)` gives the value of one field."""


class Look:
    """The viewer and the school."""

    def __init__(self, schema: GraphQLSchema, school: School, viewer: Viewer) -> None:
        self.schema = schema
        self.school = school
        self.viewer = viewer

    # --- rules ---

    def signed_in(self) -> None:
        if self.viewer.user_id is None:
            raise AuthenticationError

    def is_me(self, user_id: Any) -> bool:
        return self.viewer.user_id is not None and str(user_id) == self.viewer.user_id

    @property
    def is_admin(self) -> bool:
        return self.viewer.role == "admin"

    def teaches(self, course_id: Any) -> bool:
        course = self.school.find("courses", id=course_id)
        assert course is not None
        return (
            self.is_admin
            or self.is_me(course["instructor_id"])
            or any(
                self.is_me(row["user_id"])
                for row in self.school.rows("course_teachers")
                if row["course_id"] == course_id
            )
        )

    def enrollment(self, course_id: Any) -> Row | None:
        for row in self.school.rows("enrollments"):
            if row["course_id"] == course_id and self.is_me(row["student_id"]):
                return row
        return None

    def enrolled(self, course_id: Any) -> bool:
        row = self.enrollment(course_id)
        return row is not None and row["status"] != "dropped"

    def course_of_lesson(self, lesson_id: Any) -> Any:
        lesson = self.school.find("lessons", id=lesson_id)
        assert lesson is not None
        module = self.school.find("course_modules", id=lesson["module_id"])
        assert module is not None
        return module["course_id"]

    # --- rows ---

    def seen(self, table: str, wanted: str, rule: Callable[[Row], bool]) -> Row | None:
        """The row of that id, if the rule shows it."""
        for row in self.school.rows(table):
            if str(row["id"]) == wanted:
                return row if rule(row) else None
        return None

    def ordered(self, table: str, **wanted: Any) -> list[Row]:
        """All rows with these values, by their order numbers."""
        rows = [
            row
            for row in self.school.rows(table)
            if all(row[key] == value for key, value in wanted.items())
        ]
        return sorted(rows, key=lambda row: row["order_number"])


def newest(rows: list[Row]) -> list[Row]:
    """The newest first."""
    return sorted(rows, key=lambda row: (row["created_at"], row["id"]), reverse=True)


def page(
    rows: list[Row], pagination: Any = None, first: int | None = None, last: int | None = None
) -> dict[str, Any]:
    """A page at one end of the list; cursors are tested apart."""
    if pagination is not None:
        first = pagination.get("first")
    size = next((each for each in (first, last) if each is not None), 20)
    shown = rows[:size] if last is None else rows[max(0, len(rows) - size) :]
    more = len(rows) > size
    return {
        "nodes": shown,
        "edges": [{"node": row} for row in shown],
        "total_count": len(rows),
        "total_count_is_exact": True,
        "page_info": {
            "has_next_page": more and last is None,
            "has_previous_page": more and last is not None,
        },
    }


def iso(moment: datetime) -> str:
    """A moment as the schema shows it."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def snake(name: str) -> str:
    """The column of a field."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
