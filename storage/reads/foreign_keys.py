"""Related rows of which nothing is asked but what their key tells.

A row that a foreign key names is there. Where its id is all that a selection needs of it (the
author's id and profile, say, whose row is found by the same id) its table is not visited.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from protocol.selection import Field
from storage.reads.model import Connection, Many, One, Type, Value

BY_KEY: Final = re.compile(r"\{t\}\.id = \{p\}\.(\w+)")
"""How a relation says that a column of the parent is the id."""
OF_PARENT: Final = re.compile(r"\{p\}\.(\w+)")
OF_ROW: Final = re.compile(r"\{t\}\.(\w+)|\{t\}(?!\.)")


def key_of(shape: One, type_: Type, children: Iterable[Field]) -> str | None:
    """The parent's column that is enough, None if the row must be read.

    The type's own rule does not apply to a relation that cannot be null, so it needs nothing.
    """
    found = None if shape.nullable else BY_KEY.fullmatch(shape.join)
    if found is None or not all(_needs_id_alone(type_, child) for child in children):
        return None
    return found[1]


def _needs_id_alone(type_: Type, child: Field) -> bool:
    if child.name == "__typename":
        return True
    shape = type_.fields[child.name]
    if isinstance(shape, Value):
        needed = OF_ROW.findall(shape.sql + (shape.visible or ""))
    elif isinstance(shape, One | Many | Connection):
        needed = OF_PARENT.findall(shape.join)
    else:
        return False
    return set(needed) <= {"id"}
