"""Documents by the SHA-256 of their text: automatic persisted queries, and `documentId`.

Apollo's protocol: a client sends the hash alone in the extension `persistedQuery`; is told that it
is not known; sends hash and text once; and from then on the hash alone. `documentId`, of the
appendix "Persisted Documents" to the GraphQL-over-HTTP specification, names the same documents.
"""

from __future__ import annotations

import sys
from collections import OrderedDict
from hashlib import sha256
from typing import Protocol

import msgspec

from gateway.graphql.errors import RequestError
from gateway.graphql.limits import Limits
from gateway.graphql.parameters import Parameters, malformed

VERSION = 1
PREFIX = "sha256:"


class Library(Protocol):
    """Where the text of a document comes from."""

    def find(self, given: Parameters) -> tuple[str, str | None]:
        """The text, and the hash to `keep` it by if it is planned. Raises `RequestError`."""

    def keep(self, digest: str, text: str) -> None:
        """Remember a document that has been planned."""

    def statistics(self) -> dict[str, float]:
        """Numbers for the metrics."""


class Extension(msgspec.Struct):
    """The extension `persistedQuery`."""

    version: int
    hash: str = msgspec.field(name="sha256Hash")


def name_of(given: Parameters) -> str | None:
    """By which name the document is asked for, None if by none. Raises `RequestError`."""
    if given.document_id is not None:
        return given.document_id
    extension = given.extensions and given.extensions.get("persistedQuery")
    if not extension:
        return None
    try:
        asked = msgspec.convert(extension, Extension)
    except msgspec.ValidationError as error:
        raise malformed(f"the extension `persistedQuery`: {error}") from error
    if asked.version != VERSION:
        # The name makes Apollo's clients send texts from now on.
        raise RequestError.of(
            "PERSISTED_QUERY_NOT_SUPPORTED", "PersistedQueryNotSupported", version=VERSION
        )
    return asked.hash


def nothing_asked() -> RequestError:
    """Neither a text nor a name."""
    return malformed("`query` or `documentId` is needed")


class AutomaticDocuments:
    """A library that learns: what was planned once may be asked for by its hash.

    Bounded in number and bytes; what was not asked for for longest is forgotten.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._bytes = 0

    def find(self, given: Parameters) -> tuple[str, str | None]:
        """The text as given, or by its hash. Raises `RequestError`."""
        name = name_of(given)
        if name is None:
            if given.query is None:
                raise nothing_asked()
            return given.query, None
        digest = name.removeprefix(PREFIX)
        if given.query is None:
            return self._recall(digest), None
        if sha256(given.query.encode()).hexdigest() != digest:
            raise RequestError.of(
                "PERSISTED_QUERY_HASH_MISMATCH",
                "The hash must be the document's SHA-256 in lower-case hexadecimal",
            )
        return given.query, digest

    def keep(self, digest: str, text: str) -> None:
        """Remember a text by its hash, and forget others where there is no room."""
        if digest in self._texts:
            self._texts.move_to_end(digest)
            return
        self._texts[digest] = text
        self._bytes += sys.getsizeof(text)
        while (
            len(self._texts) > self._limits.persisted or self._bytes > self._limits.persisted_bytes
        ):
            _, forgotten = self._texts.popitem(last=False)
            self._bytes -= sys.getsizeof(forgotten)

    def statistics(self) -> dict[str, float]:
        """Sizes for the metrics."""
        return {"persisted": len(self._texts), "persisted_bytes": self._bytes}

    def _recall(self, digest: str) -> str:
        text = self._texts.get(digest)
        if text is None:
            # The words that clients of the protocol look for.
            raise RequestError.of("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
        self._texts.move_to_end(digest)
        return text
