"""The vocabulary in which a domain describes how its types map to tables and who may see what.

Each domain's module declares `Type`s and `Root`s with it; the compiler does the rest. SQL fragments
are `str.format` templates: `{t}` is the alias of the current row, `{p}` that of its parent row,
`{viewer}` the viewer's id (a uuid, null if anonymous), `{role}` the viewer's role and `{arg}` or an
argument's own name a bound argument. Nothing from a request ever becomes SQL text.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum


class Form(Enum):
    """How an SQL value becomes JSON text."""

    PLAIN = "plain"
    """Its text is JSON already: numbers, booleans, jsonb."""
    QUOTED = "quoted"
    """Its text needs quotes but never escapes: uuid, enumerations."""
    TEXT = "text"
    """Its text must be escaped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A leaf. `visible` is a predicate; unless it is true the value is null."""

    sql: str
    form: Form
    nullable: bool = False
    visible: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """An object whose members are in the same row."""

    type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class One:
    """A single related row.

    A nullable one is null if there is none, or none that the viewer may see. A non-nullable one is
    shown to everybody: its type's own rule does not apply, and neither does it if `open`.
    """

    type: str
    join: str
    nullable: bool = False
    open: bool = False

    @property
    def checked(self) -> bool:
        """Whether the type's own rule applies."""
        return self.nullable and not self.open


@dataclass(frozen=True, slots=True, kw_only=True)
class Many:
    """Related rows in order, those the viewer may see, `limit` at most."""

    type: str
    join: str
    order: str
    limit: int = 500


@dataclass(frozen=True, slots=True)
class Key:
    """One column of a connection's order; `kind` names how a cursor's text is read back."""

    sql: str
    kind: str
    descending: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """Related rows in pages, by keyset: `keys` order them totally and all in one direction.

    Which page is asked for, `protocol.pages` reads from the arguments. `filters` maps an argument's
    path to its kind and a predicate over `{arg}`, which applies when the argument is given. For a
    root, `sorts` are the orders that its argument `sort` can choose, instead of `keys`. With
    `open`, `join` leads to rows that everybody may see, and the type's own rule does not apply.
    """

    type: str
    join: str
    keys: tuple[Key, ...]
    open: bool = False
    filters: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    sorts: Mapping[str, tuple[Key, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnyOf:
    """A row of whichever type has the id: `kinds` by the name of the type, asked in this order.

    Null if no type has it, or none that the viewer may see.
    """

    kinds: Mapping[str, One]


Shape = Value | Embedded | One | Many | Connection | AnyOf


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """A type of the schema over a table. `visible` is the rule for its rows, None: everybody.

    `plural` names several in the type of a connection, where that is not `<name>s`.
    """

    name: str
    table: str = ""
    fields: Mapping[str, Shape]
    visible: str | None = None
    plural: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Root:
    """A root field. `arguments` names those that `shape` uses, with the kind of each.

    A root that is not in the schema's queries serves the payloads of mutations and, if its name
    begins with `event`, of subscriptions. The right to those was checked before, so it is open.
    """

    shape: One | Many | Connection | AnyOf
    arguments: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Domain:
    """What one domain adds to the model.

    `extends` has, by the name of another domain's type, the fields that this one adds to it.
    `nodes` has, by the name of each type that implements `Node`, how it is found by `{id}`, or by
    `{number}` if its id is a whole number, where the viewer may see it without coming from a
    parent.
    """

    types: tuple[Type, ...]
    roots: Mapping[str, Root]
    extends: Mapping[str, Mapping[str, Shape]] = field(default_factory=dict)
    nodes: Mapping[str, One] = field(default_factory=dict)


NODE = "node"
"""The root that finds an object of any type by its id."""


class Model:
    """All types and roots together."""

    def __init__(self, *domains: Domain) -> None:
        """Raises `ValueError` for a field that two domains declare, `KeyError` for an unknown
        type."""
        self.types: dict[str, Type] = {t.name: t for d in domains for t in d.types}
        for domain in domains:
            for name, fields in domain.extends.items():
                self.types[name] = _extended(self.types[name], fields)
        self.roots: dict[str, Root] = {k: r for d in domains for k, r in d.roots.items()}
        kinds = {name: one for d in domains for name, one in d.nodes.items()}
        self.roots[NODE] = Root(shape=AnyOf(kinds=kinds), arguments={"id": "uuid"})


def _extended(known: Type, fields: Mapping[str, Shape]) -> Type:
    if twice := known.fields.keys() & fields.keys():
        raise ValueError(f"{known.name} has these fields already: {sorted(twice)}")
    return replace(known, fields={**known.fields, **fields})


def identifier() -> Value:
    """The usual `id` column."""
    return Value(sql="{t}.id", form=Form.QUOTED)


def text(column: str, *, nullable: bool = False, visible: str | None = None) -> Value:
    """A column of free text."""
    nullable = nullable or visible is not None
    return Value(sql="{t}." + column, form=Form.TEXT, nullable=nullable, visible=visible)


def plain(column: str, *, nullable: bool = False, visible: str | None = None) -> Value:
    """A column whose text is JSON: numbers, booleans, jsonb."""
    nullable = nullable or visible is not None
    return Value(sql="{t}." + column, form=Form.PLAIN, nullable=nullable, visible=visible)


def enumeration(column: str) -> Value:
    """An enumeration: lower-case in the table, upper-case in the schema."""
    return Value(sql="upper({t}." + column + ")", form=Form.QUOTED)


def instant(column: str, *, nullable: bool = False, visible: str | None = None) -> Value:
    """A timestamptz as ISO 8601 in UTC with milliseconds."""
    sql = "to_char({t}." + column + " at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"')"
    nullable = nullable or visible is not None
    return Value(sql=sql, form=Form.QUOTED, nullable=nullable, visible=visible)
