"""Generating of documents from the code: `python -m supervisors.docs`, or `make docs`.

They are committed for readers who do not run the code; a test fails if they are stale.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec
from graphql import print_schema

from gateway import asyncapi
from gateway.graphql.schema import make_schema
from protocol.permissions import LIVE, PERMISSIONS, SUBSCRIPTIONS, VISIBLE, Relation, Visibility

GATEWAY = Path(__file__).parent.parent / "gateway"


def documents() -> Mapping[Path, str]:
    """Each document by its path."""
    realtime = msgspec.json.format(msgspec.json.encode(asyncapi.document()), indent=2)
    return {
        GATEWAY / "asyncapi.json": realtime.decode() + "\n",
        GATEWAY / "PERMISSIONS.md": permissions(),
        GATEWAY / "schema.graphql": print_schema(make_schema()) + "\n",
    }


def permissions() -> str:
    """Who may do and see what, as tables."""
    return "\n".join(
        [
            "# Who may do and see what",
            "",
            "Generated from `protocol/permissions/` by `make docs`. A user may have several of"
            " these relations at the same time; one that is allowed is enough. *Owner*: it is the"
            " user's own (account, session, enrolment, certificate, review, post in a course; a"
            " game's host, a result's player). *Former*: has left the course. Further rules (an"
            " archived course, a closed quiz) are described by the errors of each operation.",
            "",
            "## Mutations",
            "",
            *_table({name: (each.on, each.to) for name, each in PERMISSIONS.items()}, "on"),
            "",
            "## Subscriptions",
            "",
            "The rooms of Socket.IO are open to those who may follow `userPresence`.",
            "",
            *_table({name: (each.on, each.to) for name, each in SUBSCRIPTIONS.items()}, "on"),
            "",
            "## Live quizzes",
            "",
            "Over Socket.IO and, for the export, HTTP. `joinLiveQuizByPin` applies if guests may"
            " play; otherwise a PIN lets in only those of `joinLiveQuiz`.",
            "",
            *_table({name: (each.on, each.to) for name, each in LIVE.items()}, "on"),
            "",
            "## Visibility",
            "",
            "Whoever sees the parent sees what is not named here.",
            "",
            *_table({name: (_when(each), each.to) for name, each in VISIBLE.items()}, "when"),
            "",
        ]
    )


def _when(visibility: Visibility) -> str:
    parts = []
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
