"""Connections: pages of rows by keyset, with edges, cursors and the total.

A cursor is base64 of the JSON array of the row's keys as texts, so it stays right when rows come
and go. The page reads one row more than asked to know whether another page follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from protocol.selection import Field, Viewer
from storage.reads import binding
from storage.reads.binding import Binder
from storage.reads.model import Connection, Model, Type
from storage.reads.objects import json_object, literal


class PageCompiler(Protocol):
    """What a page needs of its compilation; implemented in `storage.reads.compiler`."""

    model: Model
    sort: str

    def alias(self) -> str: ...

    def parameter(self, key: Any, kind: str, binder: Binder) -> str: ...

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
        self.order = compiler.sort if shape.sorts else ""
        self.keys = shape.sorts[self.order] if shape.sorts else shape.keys
        prefix = f"{shape.page}." if shape.page else ""
        self.first = self._size(f"{prefix}first")
        kinds = [key.kind for key in self.keys]
        after = f"{prefix}after"
        self.after = [
            compiler.parameter(
                (id(field), "after", index),
                kind,
                binding.cursor_part(field.arguments, after, kinds, index, self.order),
            )
            for index, kind in enumerate(kinds)
            if not binding.is_left_out(field.arguments, after)
        ]
        """The cursor's predicates; empty for a first page."""

    def _size(self, path: str) -> str:
        """The number of rows.

        If the document fixes it, it is part of the statement: PostgreSQL keeps one plan for a known
        limit, but makes a new one each time for an unknown limit.
        """
        arguments = self.field.arguments
        bind = binding.page_size(arguments, path)
        if binding.is_given(arguments, path) or binding.is_left_out(arguments, path):
            return str(bind({}, Viewer()))
        return self.compiler.parameter((id(self.field), "first"), "int", bind)

    def sql(self) -> str:
        """Compile the connection.

        Members come first, because they decide which columns the page computes.
        """
        whole = json_object([(child, self._member(child)) for child in self.field.children])
        columns = "".join(f",{sql} c{i}" for i, sql in enumerate(self.columns))
        page = (
            f"select row_number() over (order by {self._order()}) n, {self._cursor()} k{columns}"
            f" {self._rows()}{self._beyond()} order by {self._order()} limit {self.first}+1"
        )
        # `having` makes it one row of aggregates even where no member asks for an aggregate.
        return f"(select {whole} from ({page}) x having true)"

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
            condition = predicate.format(t=self.t, arg=given)
            if not binding.is_given(arguments, path):
                condition = f"({given} is null or {condition})"
            rows += f" and {condition}"
        return rows

    def _order(self) -> str:
        return ", ".join(
            key.sql.format(t=self.t) + (" desc" if key.descending else "") for key in self.keys
        )

    def _beyond(self) -> str:
        if not self.after:
            return ""
        keys = ", ".join(key.sql.format(t=self.t) for key in self.keys)
        operator = "<" if self.keys[0].descending else ">"
        return f" and ({self.after[0]} is null or ({keys}) {operator} ({', '.join(self.after)}))"

    def _cursor(self) -> str:
        keys = ", ".join(f"({key.sql.format(t=self.t)})::text" for key in self.keys)
        if self.order:
            keys = f"{literal(self.order)}, {keys}"
        return (
            f"translate(encode(convert_to(json_build_array({keys})::text,'UTF8'),'base64'),"
            "E'\\n','')"
        )

    def _member(self, child: Field) -> str:
        if child.name == "__typename":
            return literal(f'"{self.shape.type}sConnection"')
        if child.name == "totalCount":
            return self._total()
        if child.name == "pageInfo":
            return self._page_info(child)
        if child.name == "nodes":
            return self._list(self.compiler.members(self.type, child, self.t))
        return self._list(self._edge(child))

    def _list(self, expression: str) -> str:
        self.columns.append(expression)
        column = f"x.c{len(self.columns) - 1}"
        return (
            f"coalesce('['||string_agg({column},',' order by x.n)"
            f" filter (where x.n <= {self.first})||']','[]')"
        )

    def _edge(self, field: Field) -> str:
        return json_object([(child, self._edge_member(child)) for child in field.children])

    def _edge_member(self, child: Field) -> str:
        if child.name == "node":
            return self.compiler.members(self.type, child, self.t)
        if child.name == "cursor":
            return f"""('"'||{self._cursor()}||'"')"""
        return literal(f'"{self.shape.type}Edge"')

    def _total(self) -> str:
        compiler, t = self.compiler, self.t
        self.t = compiler.alias()
        total = f"(select count(*)::text {self._rows()})"
        self.t = t
        return total

    def _page_info(self, field: Field) -> str:
        first = self.first
        known = {
            "__typename": literal('"PageInfo"'),
            "hasNextPage": f"(count(*) > {first})::text",
            "hasPreviousPage": f"({self.after[0]} is not null)::text" if self.after else "'false'",
            "startCursor": self._cursor_at("min", first),
            "endCursor": self._cursor_at("max", first),
        }
        return json_object([(child, known[child.name]) for child in field.children])

    def _cursor_at(self, end: str, first: str) -> str:
        order = "x.n desc" if end == "max" else "x.n"
        column = f"(array_agg(x.k order by {order}) filter (where x.n <= {first}))[1]"
        return f"""coalesce('"'||{column}||'"','null')"""
