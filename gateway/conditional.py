"""Preconditions and ranges of RFC 9110, 13 and 14, for files whose bytes are at hand."""

from __future__ import annotations

import re
from typing import Final, Protocol

from werkzeug.http import parse_etags, unquote_etag

UNSATISFIABLE: Final = (0, 0)
"""What `wanted_range` returns for a range without a byte of the file."""

_range = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})", re.IGNORECASE)


class Given(Protocol):
    """Headers of a request by their names, which are asked for in lower case."""

    def get(self, name: str, /) -> str | None:
        """Its value, if it was sent."""
        ...


def precondition(headers: Given, etag: str) -> int | None:
    """412 or 304 if the preconditions of a GET or HEAD say so. `etag` is strong, without quotes.

    `If-Match` compares strongly, `If-None-Match` weakly: proxies that code answers make our
    validators weak, and the text is still the same.
    """
    given = headers.get("if-match")
    if given is not None and not parse_etags(given).contains(etag):
        return 412
    given = headers.get("if-none-match")
    if given is not None and parse_etags(given).contains_weak(etag):
        return 304
    return None


def wanted_range(headers: Given, size: int, etag: str) -> tuple[int, int] | None:
    """The one range that a GET asks for, as start and end of a slice; None for the whole file.

    Several ranges, other units and what is malformed are answered with the whole, as RFC 9110
    (14.2) allows; so is a range of another version of the file (`If-Range`).
    """
    given = headers.get("range")
    if given is None or not _same_version(headers.get("if-range"), etag):
        return None
    found = _range.fullmatch(given)
    if found is None or found[0].endswith("=-"):
        return None
    first, last = found.groups()
    if not first:
        length = int(last)
        return (max(0, size - length), size) if length and size else UNSATISFIABLE
    if last and int(last) < int(first):
        return None
    if int(first) >= size:
        return UNSATISFIABLE
    return int(first), min(int(last) + 1, size) if last else size


def _same_version(given: str | None, etag: str) -> bool:
    if given is None:
        return True
    name, weak = unquote_etag(given)
    return not weak and given.strip().startswith('"') and name == etag
