"""The sheet of small pictures that is shown along a film, and where each moment is on it."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil
from typing import Final

import msgspec

from protocol.transcoding import THUMBNAILS

MAX_PICTURES: Final = 100
COLUMNS: Final = 10
WIDTH: Final = 160
HEIGHT: Final = 284
"""Of a film that stands upright: 9:16 of the width."""


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """`count` pictures of that size in rows, one for every `every` segments."""

    every: int
    count: int
    columns: int
    rows: int
    width: int
    height: int


def sheet(segments: int, width: int, height: int) -> Sheet:
    """The sheet for a film of so many segments, from 1 on, and sides."""
    every = ceil(segments / MAX_PICTURES)
    count = ceil(segments / every)
    columns = min(COLUMNS, count)
    factor = min(1.0, WIDTH / width, HEIGHT / height)
    return Sheet(
        every=every,
        count=count,
        columns=columns,
        rows=ceil(count / columns),
        width=max(2, int(width * factor) // 2 * 2),
        height=max(2, int(height * factor) // 2 * 2),
    )


def times(of: Sheet, segments: list[float]) -> str:
    """WebVTT: from when to when each picture counts. `segments` are their seconds."""
    lines, at = ["WEBVTT\n"], 0.0
    for number, until in enumerate(_ends(of, segments)):
        row, column = divmod(number, of.columns)
        where = f"{column * of.width},{row * of.height},{of.width},{of.height}"
        lines.append(f"{_moment(at)} --> {_moment(until)}\n{THUMBNAILS}#xywh={where}\n")
        at = until
    return "\n".join(lines)


def _ends(of: Sheet, segments: list[float]) -> Iterator[float]:
    at = 0.0
    for first in range(0, len(segments), of.every):
        at += sum(segments[first : first + of.every])
        yield at


def _moment(seconds: float) -> str:
    whole, thousandths = divmod(round(seconds * 1_000), 1_000)
    minutes, whole = divmod(whole, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{whole:02}.{thousandths:03}"
