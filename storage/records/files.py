"""Which files of the object storage rows refer to, by domain."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from storage.records import picture_files
from storage.records.certificates import files as certificates
from storage.records.content import encodings
from storage.records.content import files as content
from storage.records.users import files as users


class Kind(NamedTuple):
    """Files of one kind. `keys` reads their keys; `made_again`: Stoa makes a missing one anew."""

    name: str
    keys: Callable[[Any], Awaitable[list[str]]]
    made_again: bool


Referenced = Mapping[str, frozenset[str]]
"""Keys by the name of their kind."""

KINDS = (
    Kind("PDFs of certificates", certificates.keys, made_again=True),
    Kind("pictures of users", users.keys, made_again=False),
    Kind("pictures of questions and courses", picture_files.keys, made_again=False),
    Kind("files of courses", content.keys, made_again=False),
    Kind("films", encodings.keys, made_again=False),
)


async def referenced_files(connection: Any) -> Referenced:
    """The keys that rows name, as the caller's transaction sees them."""
    return {kind.name: frozenset(await kind.keys(connection)) for kind in KINDS}
