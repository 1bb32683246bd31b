"""Content codings: which one a client gets (RFC 9110, 12.5.3), and the coding itself.

Not everything is coded. The length of a coded answer tells somebody who watches the line, and can
make a victim's browser ask with text of his choice, a secret in the same answer letter by letter
("BREACH"). Nothing here can be asked so: what a foreign page can send without being allowed to
(cookies) answers no query, queries are answered for bearer tokens, which no browser adds by itself.
As a second wall, what brings secrets is never coded: mutations (tokens), answers that set a cookie,
event streams, polls, and what a WebSocket sends to one client. What remains is files, pages, the
answers to queries, and, where it is switched on, what a WebSocket sends to many (`front.deflate`).

Up to `LOOP_BYTES` coding takes less than a millisecond; more is coded in a worker thread.
"""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from functools import lru_cache
from typing import Final, Literal

import brotli
import trio
import zstandard

Coding = Literal["br", "zstd", "gzip"]

MIN_BYTES: Final = 1_024
"""Less fits into one packet anyway."""
LOOP_BYTES: Final = 32_768
AHEAD: Final[Sequence[Coding]] = ("br", "zstd", "gzip")
"""The smallest first, where time does not matter."""
AT_ONCE: Final[Sequence[Coding]] = ("zstd", "br", "gzip")
"""The quickest first."""
HUGE_BYTES: Final = 262_144
"""The last tenth of this would take seconds."""
MAX_ACCEPT: Final = 256
"""Characters of an Accept-Encoding header. What follows in a longer one could refuse a coding."""

_TEXT = frozenset(
    {"application/json", "application/javascript", "application/x-ndjson", "image/svg+xml"}
)
_coders = trio.CapacityLimiter(1)
"""One thread codes at a time: the other core is the loop's."""
MAX_WAITING: Final = 8
"""Answers that wait for that thread, in memory; further ones are sent as they are."""


def is_text(content_type: str) -> bool:
    """Whether a body of this type becomes smaller; pictures and documents are coded already."""
    media = content_type.partition(";")[0].strip().lower()
    return (media.startswith("text/") and media != "text/event-stream") or (
        media in _TEXT or media.endswith("+json")
    )


def choose(accept: str | bytes, preferred: Sequence[Coding]) -> Coding | None:
    """The coding for a client; None for none, also where the header makes no sense or is too long.

    The client's weights come first, then the order of `preferred`.
    """
    if len(accept) > MAX_ACCEPT:
        return None
    if isinstance(accept, bytes):
        accept = accept.decode("latin-1")
    return _choose(accept.lower(), tuple(preferred))


@lru_cache(maxsize=256)
def _choose(accept: str, preferred: tuple[Coding, ...]) -> Coding | None:
    weights = _weights(accept)
    anything = weights.get("*", 0.0)
    best: Coding | None = None
    best_weight = weights.get("identity", 0.0)
    for coding in preferred:
        weight = weights.get(coding, anything)
        if weight > 0 and (weight > best_weight or (best is None and weight == best_weight)):
            best, best_weight = coding, weight
    return best


def _weights(accept: str) -> dict[str, float]:
    weights: dict[str, float] = {}
    for each in accept.split(","):
        name, *parameters = (part.strip() for part in each.split(";"))
        weight = 1.0
        for parameter in parameters:
            key, _, value = parameter.partition("=")
            if key.strip() == "q":
                weight = _weight(value.strip())
        name = "gzip" if name == "x-gzip" else name
        weights[name] = max(weight, weights.get(name, 0.0))
    return weights


def _weight(value: str) -> float:
    """From 0 to 1; 0 for what is none."""
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0


def encode(body: bytes, coding: Coding) -> bytes:
    """Code quickly."""
    if coding == "zstd":
        return zstandard.ZstdCompressor(level=3).compress(body)
    if coding == "br":
        return _brotli(body, 4)
    return gzip.compress(body, 5, mtime=0)


def encode_once(body: bytes, coding: Coding) -> bytes:
    """Code as small as it gets: tens of milliseconds, so never on the loop."""
    if coding == "zstd":
        return zstandard.ZstdCompressor(level=19 if len(body) < HUGE_BYTES else 9).compress(body)
    if coding == "br":
        return _brotli(body, 11 if len(body) < HUGE_BYTES else 6)
    return gzip.compress(body, 9, mtime=0)


def _brotli(body: bytes, quality: int) -> bytes:
    coded: bytes = brotli.compress(body, mode=brotli.MODE_TEXT, quality=quality)
    return coded


def is_busy() -> bool:
    """Whether a large answer is better sent as it is than kept waiting for the thread."""
    return _coders.statistics().tasks_waiting >= MAX_WAITING


async def encode_beside(body: bytes, coding: Coding, *, once: bool = False) -> bytes:
    """Code in a worker thread, one after another."""
    function = encode_once if once else encode
    return await trio.to_thread.run_sync(function, body, coding, limiter=_coders)
