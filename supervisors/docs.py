"""Generating of documents from the code: `python -m supervisors.docs`, or `make docs`.

They are committed for readers who do not run the code; a test fails if they are stale.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec

from gateway import asyncapi
from gateway.graphql.printed import printed
from gateway.graphql.schema import make_schema
from protocol.permissions import (
    PERMISSIONS,
    REALTIME,
    SUBSCRIPTIONS,
    VISIBLE,
    Permission,
    Relation,
    Visibility,
)
from supervisors.error_document import error_codes

ROOT = Path(__file__).parent.parent
GATEWAY = ROOT / "gateway"


def documents() -> Mapping[Path, str]:
    """Each document by its path."""
    realtime = msgspec.json.format(msgspec.json.encode(asyncapi.document()), indent=2)
    return {
        GATEWAY / "asyncapi.json": realtime.decode() + "\n",
        GATEWAY / "PERMISSIONS.md": permissions(),
        ROOT / "docs" / "client-protocols" / "errors.md": error_codes(),
        GATEWAY / "schema.graphql": printed(make_schema()),
    }


def permissions() -> str:
    """Who may do and see what, as tables."""
    return "\n".join(
        [
            "# Who may do and see what",
            "",
            "Generated from `protocol/permissions/` by `make docs`. A user may have several"
            " of these relations at once; one that is allowed is enough. *Owner*: it is the user's"
            " own, or as the row says. *Former*: has left the course. Further rules (an archived"
            " course, for example) are described by the errors of each operation.",
            "",
            "## Mutations",
            "",
            *_table(_rows(PERMISSIONS), "on"),
            "",
            "## Subscriptions",
            "",
            *_table(_rows(SUBSCRIPTIONS), "on"),
            "",
            "## Beside GraphQL",
            "",
            "Over Socket.IO, or as the row says.",
            "",
            *_table(_rows(REALTIME), "on"),
            "",
            "## Visibility",
            "",
            "Whoever sees the parent sees what is not named here.",
            "",
            *_table({name: (_when(each), each.to) for name, each in VISIBLE.items()}, "when"),
            "",
        ]
    )


def _rows(permissions: Mapping[str, Permission]) -> Mapping[str, tuple[str, frozenset[Relation]]]:
    return {name: (_on(each), each.to) for name, each in permissions.items()}


def _on(permission: Permission) -> str:
    owner = f"owner: {permission.owner}" if permission.owner else ""
    return "; ".join(each for each in (permission.on, owner, permission.note) if each)


def _when(visibility: Visibility) -> str:
    parts = [f"owner: {visibility.owner}"] if visibility.owner else []
    if visibility.everybody:
        parts.append(f"everybody: {visibility.everybody}")
    if visibility.students:
        parts.append(f"students: {visibility.students}")
    return "; ".join(parts)


def _table(rows: Mapping[str, tuple[str, frozenset[Relation]]], head: str) -> list[str]:
    relations = list(Relation)
    return [
        f"| | {' | '.join(relation.value for relation in relations)} | {head} |",
        f"|---|{'---|' * (len(relations) + 1)}",
        *(
            f"| `{name}` | {' | '.join('✓' if each in to else '' for each in relations)} | {said} |"
            for name, (said, to) in rows.items()
        ),
    ]


def main() -> None:
    """Write all documents."""
    for path, text in documents().items():
        path.write_text(text)


if __name__ == "__main__":
    main()
