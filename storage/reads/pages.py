"""Connections: pages of rows by keyset in both directions, with edges, cursors and the total.

A cursor is base64 of the JSON array of the list's name and the row's keys as texts, so it stays
right when rows come and go. The page reads one row more than asked to know whether another page
follows. A page before a cursor is read in the opposite order, along the same index, and turned
around. The total is counted up to a bound: a list is no dearer to ask for because it is long.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Protocol

from protocol import pages
from protocol.selection import Field
from storage.reads import binding
from storage.reads.binding import Binder
from storage.reads.model import Connection, Model, Type
from storage.reads.objects import json_object, literal

MAX_COUNTED = 10_000
"""Rows that `totalCount` counts, as the schema says: in a millisecond or two, if they are cheap to
tell. More than any page shows by numbers, and than most courses have students."""
TOTALS = ("totalCount", "totalCountIsExact")
OPPOSITE = str.maketrans("<>", "><")


class PageCompiler(Protocol):
    """What a page needs of its compilation; implemented in `storage.reads.compiler`."""

    model: Model
    sort: str
    backward: Collection[int]

    def alias(self) -> str: ...

    def parameter(self, key: Any, kind: str, binder: Binder) -> str: ...

    def fill(self, template: str, *, t: str, p: str = "", **names: str) -> str: ...

    def members(self, type_: Type, field: Field, t: str) -> str: ...

    def rows(
        self,
        type_: Type,
        join: str,
        t: str,
        parent: str,
        *,
        checked: bool,
        names: Mapping[str, str],
    ) -> str: ...


def compile_page(compiler: PageCompiler, shape: Connection, field: Field, parent: str) -> str:
    """The JSON text of a connection, as a scalar subquery."""
    return Page(compiler, shape, field, parent).sql()


class Page:
    """One connection field being compiled."""

    def __init__(
        self, compiler: PageCompiler, shape: Connection, field: Field, parent: str
    ) -> None:
        self.compiler = compiler
        self.shape = shape
        self.field = field
        self.parent = parent
        self.type: Type = compiler.model.types[shape.type]
        self.t = compiler.alias()
        self.columns: list[str] = []
        self.keys = shape.sorts[compiler.sort] if shape.sorts else shape.keys
        self.list_name = compiler.sort if shape.sorts else field.name
        self.backward = id(field) in compiler.backward
        self.size = self._size()
        self.after = self._bound("after")
        self.before = self._bound("before")

    def _size(self) -> str:
        """The number of rows.

        If the document fixes it, it is part of the statement: PostgreSQL keeps one plan for a known
        limit, but makes a new one each time for an unknown limit.
        """
        arguments = self.field.arguments
        if not pages.depends(arguments, pages.INPUT, *pages.SIZES):
            fixed = {name: arguments.get(name) for name in (pages.INPUT, *pages.SIZES)}
            return str(pages.page_of(fixed, {}).size)
        return self.compiler.parameter(
            (id(self.field), "size"), "int", binding.page_size(arguments)
        )

    def _bound(self, end: str) -> list[str]:
        """The keys of a cursor as parameters; empty if the document leaves it out."""
        arguments = self.field.arguments
        if all(binding.is_left_out(arguments, path) for path in (end, f"{pages.INPUT}.{end}")):
            return []
        kinds = [key.kind for key in self.keys]
        return [
            self.compiler.parameter(
                (id(self.field), end, index),
                kind,
                binding.cursor_part(arguments, end, kinds, index, self.list_name),
            )
            for index, kind in enumerate(kinds)
        ]

    def sql(self) -> str:
        """Compile the connection.

        Members come first, because they decide which columns the page computes.
        """
        whole = json_object([(child, self._member(child)) for child in self.field.children])
        columns = "".join(f",{sql} c{i}" for i, sql in enumerate(self.columns))
        page = (
            f"select row_number() over (order by {self._order()}) n, {self._cursor()} k{columns}"
            f" {self._rows()}{self._within()} order by {self._order()} limit {self.size}+1"
        )
        # `having` makes it one row of aggregates even where no member asks for an aggregate.
        return f"({self._counted()}select {whole} from ({page}) x having true)"

    def _rows(self) -> str:
        rows = self.compiler.rows(
            self.type, self.shape.join, self.t, self.parent, checked=not self.shape.open, names={}
        )
        arguments = self.field.arguments
        for path, (kind, predicate) in self.shape.filters.items():
            if binding.is_left_out(arguments, path):
                continue
            bind = binding.argument(arguments, path, kind)
            given = self.compiler.parameter((id(self.field), path), kind, bind)
            condition = self.compiler.fill(predicate, t=self.t, arg=given)
            if not binding.is_given(arguments, path):
                condition = f"({given} is null or {condition})"
            rows += f" and {condition}"
        return rows

    def _order(self) -> str:
        return ", ".join(
            key.sql.format(t=self.t) + (" desc" if key.descending != self.backward else "")
            for key in self.keys
        )

    def _within(self) -> str:
        """Between the cursors; one that is null in this request bounds nothing."""
        return "".join(
            f" and ({bound[0]} is null or {self._compared(side, bound)})"
            for side, bound in ((">", self.after), ("<", self.before))
            if bound
        )

    def _compared(self, side: str, bound: list[str]) -> str:
        """The row's keys are after (`>`, `>=`) or before (`<`, `<=`) those of a cursor."""
        if self.keys[0].descending:
            side = side.translate(OPPOSITE)
        keys = ", ".join(key.sql.format(t=self.t) for key in self.keys)
        return f"({keys}) {side} ({', '.join(bound)})"

    def _cursor(self) -> str:
        keys = ", ".join(f"({key.sql.format(t=self.t)})::text" for key in self.keys)
        named = f"{literal(self.list_name)}, {keys}"
        return (
            f"translate(encode(convert_to(json_build_array({named})::text,'UTF8'),'base64'),"
            "E'\\n','')"
        )

    def _member(self, child: Field) -> str:
        if child.name == "__typename":
            several = self.type.plural or f"{self.type.name}s"
            return literal(f'"{several}Connection"')
        if child.name == "totalCount":
            return f"(select least(n, {MAX_COUNTED})::text from counted)"
        if child.name == "totalCountIsExact":
            return f"(select (n <= {MAX_COUNTED})::text from counted)"
        if child.name == "pageInfo":
            return self._page_info(child)
        if child.name == "nodes":
            return self._list(self.compiler.members(self.type, child, self.t))
        return self._list(self._edge(child))

    def _list(self, expression: str) -> str:
        self.columns.append(expression)
        column = f"x.c{len(self.columns) - 1}"
        order = "x.n desc" if self.backward else "x.n"
        return (
            f"coalesce('['||string_agg({column},',' order by {order})"
            f" filter (where x.n <= {self.size})||']','[]')"
        )

    def _edge(self, field: Field) -> str:
        return json_object([(child, self._edge_member(child)) for child in field.children])

    def _edge_member(self, child: Field) -> str:
        if child.name == "node":
            return self.compiler.members(self.type, child, self.t)
        if child.name == "cursor":
            return f"""('"'||{self._cursor()}||'"')"""
        return literal(f'"{self.shape.type}Edge"')

    def _counted(self) -> str:
        """The rows of the whole list, one more than the bound at most; counted once, if asked."""
        if not any(child.name in TOTALS for child in self.field.children):
            return ""
        t, self.t = self.t, self.compiler.alias()
        rows = f"select 1 {self._rows()} limit {MAX_COUNTED}+1"
        self.t = t
        return f"with counted as (select count(*) n from ({rows}) y) "

    def _page_info(self, field: Field) -> str:
        more = f"count(*) > {self.size}"
        after, before = self._beyond("<=", self.after), self._beyond(">=", self.before)
        if self.backward:
            after = f"({more} or {after})"
        else:
            before = f"({more} or {before})"
        known = {
            "__typename": lambda: literal('"PageInfo"'),
            "hasNextPage": lambda: f"({before})::text",
            "hasPreviousPage": lambda: f"({after})::text",
            "startCursor": lambda: self._cursor_at(first=not self.backward),
            "endCursor": lambda: self._cursor_at(first=self.backward),
        }
        return json_object([(child, known[child.name]()) for child in field.children])

    def _beyond(self, side: str, bound: list[str]) -> str:
        """Whether the list has rows on the other side of a cursor.

        The cursor's own row is one, as long as it exists, so this is found at once.
        """
        if not bound:
            return "false"
        t, self.t = self.t, self.compiler.alias()
        rows = f"{self._rows()} and {self._compared(side, bound)}"
        self.t = t
        return f"({bound[0]} is not null and exists (select 1 {rows}))"

    def _cursor_at(self, *, first: bool) -> str:
        order = "x.n" if first else "x.n desc"
        column = f"(array_agg(x.k order by {order}) filter (where x.n <= {self.size}))[1]"
        return f"""coalesce('"'||{column}||'"','null')"""
