"""Writes the documents that are made of the code: `python -m supervisors.docs`, or `make docs`.

They are committed, for whoever reads without running; a test says when they are stale.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import msgspec
from graphql import print_schema

from gateway import asyncapi
from gateway.graphql.schema import make_schema

GATEWAY = Path(__file__).parent.parent / "gateway"


def documents() -> Mapping[Path, str]:
    """Each document by where it lies."""
    realtime = msgspec.json.format(msgspec.json.encode(asyncapi.document()), indent=2)
    return {
        GATEWAY / "asyncapi.json": realtime.decode() + "\n",
        GATEWAY / "schema.graphql": print_schema(make_schema()) + "\n",
    }


def main() -> None:
    """Write them all."""
    for path, text in documents().items():
        path.write_text(text)


if __name__ == "__main__":
    main()
