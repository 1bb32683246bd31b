"""The words of the pages in parts: of the one file of a language, a page fetches what it says.

A part is `/words/<language>/<section>.json`, with the words whose names begin with the section.
`base` holds those of the frame, which every page has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

FOLDER: Final = "/words/"
BASE: Final = "base"
BASE_SECTIONS: Final = frozenset({"enums", "errors", "frame", "kit", "nav", "rules"})


def is_whole(name: str) -> bool:
    """Whether this path of the site is that of all words of a language."""
    return name.startswith(FOLDER) and "/" not in name.removeprefix(FOLDER)


def word_parts(name: str, body: bytes) -> Iterator[tuple[str, bytes]]:
    """The parts of a language's file, by their paths on the site."""
    for part, words in parts(msgspec.json.decode(body)).items():
        yield f"{name.removesuffix('.json')}/{part}.json", msgspec.json.encode(words)


def parts(words: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The words by the part they belong to."""
    found: dict[str, dict[str, Any]] = {BASE: {}}
    for word, wording in words.items():
        section = word.partition(".")[0]
        part = BASE if section in BASE_SECTIONS else section
        found.setdefault(part, {})[word] = wording
    return found
