"""Documents by the SHA-256 of their text: automatic persisted queries, and `documentId`.

Apollo's protocol: a client sends only the hash, in the extension `persistedQuery`. If the server
does not know it, the client sends hash and text once, and then only the hash. `documentId`, of the
appendix "Persisted Documents" to the GraphQL-over-HTTP specification, names the same documents.
"""

from __future__ import annotations

import sys
from hashlib import sha256
from typing import Protocol

import msgspec

from gateway.graphql.errors import RequestError
from gateway.graphql.limits import Limits
from gateway.graphql.parameters import Parameters, malformed
from protocol.bounded import LeastRecentlyUsed

VERSION = 1
PREFIX = "sha256:"


class DocumentStore(Protocol):
    """The source of documents' texts."""

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
    """The name of the document in a request, None if it has none. Raises `RequestError`."""
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
        # Apollo's clients react to this name by sending texts from now on.
        raise RequestError.of(
            "PERSISTED_QUERY_NOT_SUPPORTED", "PersistedQueryNotSupported", version=VERSION
        )
    return asked.hash


def nothing_asked() -> RequestError:
    """The error for a request with neither a text nor a name."""
    return malformed("`query` or `documentId` is needed")


class AutomaticDocuments:
    """A store that learns: a document that was planned once may be requested by its hash.

    Bounded in number and bytes; the least recently used documents are forgotten.
    """

    def __init__(self, limits: Limits) -> None:
        self._texts: LeastRecentlyUsed[str, str] = LeastRecentlyUsed(
            limits.persisted, limits.persisted_bytes
        )

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
        """Remember a text by its hash, and forget others if there is no room."""
        self._texts.put(digest, text, sys.getsizeof(text))

    def statistics(self) -> dict[str, float]:
        """Sizes for the metrics."""
        return {"persisted": len(self._texts), "persisted_bytes": self._texts.weight}

    def _recall(self, digest: str) -> str:
        text = self._texts.get(digest)
        if text is None:
            # The text that clients of the protocol look for.
            raise RequestError.of("PERSISTED_QUERY_NOT_FOUND", "PersistedQueryNotFound")
        return text
