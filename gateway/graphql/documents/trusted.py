"""Trusted documents: a server that executes only what its operator has registered.

The operator's manifest is read once, at start. What the pages of this installation send is
trusted too, so that teachers can still sign in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

from gateway.graphql.documents.persisted import PREFIX, name_of, nothing_asked
from gateway.graphql.errors import RequestError
from gateway.graphql.parameters import Parameters

WEB = Path(__file__).parents[2] / "web"
LITERAL = re.compile(
    r"^export const [A-Z_]+ =(?: /\* GraphQL \*/)? `((?:[^`$]|\$(?!\{))*)`;$", re.MULTILINE
)
"""One document of a `documents.js`: nothing is filled in."""


class TrustedDocuments:
    """A store that knows its documents from the start and learns no others.

    A document is found by its name in the manifest, by its SHA-256 with or without `sha256:`, or
    by its text.
    """

    def __init__(self, named: Mapping[str, str], unnamed: Iterable[str] = ()) -> None:
        texts = (*named.values(), *unnamed)
        digests = {sha256(text.encode()).hexdigest(): text for text in texts}
        self._texts = frozenset(texts)
        self._named = {
            **{PREFIX + digest: text for digest, text in digests.items()},
            **digests,
            **named,
        }

    def find(self, given: Parameters) -> tuple[str, str | None]:
        """The registered text. Raises `RequestError` for an unregistered document."""
        name = name_of(given)
        text = given.query if name is None else self._named.get(name)
        if name is None and text is None:
            raise nothing_asked()
        if text is None or text not in self._texts or given.query not in (None, text):
            raise RequestError.of(
                "DOCUMENT_NOT_TRUSTED",
                "This server executes only registered documents",
                status=403,
            )
        return text, None

    @property
    def texts(self) -> frozenset[str]:
        """Every registered document."""
        return self._texts

    def keep(self, digest: str, text: str) -> None:
        """Does nothing: only registered documents are known."""

    def statistics(self) -> dict[str, float]:
        """Sizes for the metrics."""
        return {"persisted": len(self._texts)}


@cache
def documents_of_pages() -> tuple[str, ...]:
    """The documents that the pages of this installation send: of every `documents.js`."""
    files = sorted(WEB.rglob("documents.js"))
    return tuple(
        text for file in files for text in LITERAL.findall(file.read_text(encoding="utf-8"))
    )
