"""Texts as lines in a box: as large as they may be, smaller where they are long."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec

from gateway.certificates.typesetting.faces import SERIF_BOLD
from gateway.certificates.typesetting.runs import Cluster, Run, reordered

LEADING = 1.4
"""From one baseline to the next, in sizes: scripts with marks above and below need the room."""
POINT = 25.4 / 72
"""Millimetres."""
ELLIPSIS = Cluster("…", SERIF_BOLD, 0)

Width = Callable[[Run], float]
"""The width of a run at one point, in millimetres."""


class Box(msgspec.Struct, frozen=True):
    """Room for a text, in millimetres, and sizes in points.

    It is set in one line at `largest` or less, down to `wrapped`; then in as many lines as the
    height takes, at `wrapped` or less; at `smallest`, what has no room is cut.
    """

    width: float
    height: float
    largest: float
    wrapped: float
    smallest: float


class Setting(msgspec.Struct, frozen=True):
    """How a text is set: the size in points, and its lines from the top."""

    size: float
    lines: tuple[tuple[Cluster, ...], ...]

    @property
    def leading(self) -> float:
        """From one baseline to the next, in millimetres."""
        return self.size * LEADING * POINT


def fit(text: Sequence[Cluster], box: Box, width: Width) -> Setting:
    """Set the text as large as it fits into the box."""
    measure = _Measure(width)
    whole = measure(text)
    size = box.largest
    while size > box.wrapped and whole * size > box.width:
        size -= 1
    if whole * size <= box.width:
        return Setting(size, (tuple(text),))
    while True:
        lines = _lines(text, box.width / size, measure)
        room = max(1, int(box.height / (size * LEADING * POINT)))
        if len(lines) <= room or size <= box.smallest:
            break
        size = max(box.smallest, size - 1)
    if len(lines) > room:
        lines = [*lines[: room - 1], _cut(lines[room - 1], box.width / size, measure)]
    return Setting(size, tuple(map(tuple, lines)))


class _Measure:
    """Measures parts of a text, each run once."""

    def __init__(self, width: Width) -> None:
        self._width = width
        self._known: dict[Run, float] = {}

    def __call__(self, part: Sequence[Cluster]) -> float:
        return sum(map(self._of, reordered(part)))

    def _of(self, run: Run) -> float:
        if run not in self._known:
            self._known[run] = self._width(run)
        return self._known[run]


def _lines(text: Sequence[Cluster], width: float, measure: _Measure) -> list[list[Cluster]]:
    """Break between words, and within a word that is wider than a line."""
    lines: list[list[Cluster]] = [[]]
    room = width
    for word in _words(text):
        full, bare = measure(word), measure(_trimmed(word))
        if bare > width:
            word, room = _split(word, lines, width, measure)
            full = measure(word)
        elif bare > room:
            lines.append([])
            room = width
        lines[-1].extend(word)
        room -= full
    return [_trimmed(line) for line in lines if line]


def _split(
    word: list[Cluster], lines: list[list[Cluster]], width: float, measure: _Measure
) -> tuple[list[Cluster], float]:
    """Fill lines with a word that is too long for one; what is left begins a new line."""
    line: list[Cluster] = []
    used = 0.0
    for cluster in word:
        wide = measure([cluster])
        if line and used + wide > width:
            lines.append(line)
            line, used = [], 0.0
        line.append(cluster)
        used += wide
    lines.append([])
    return line, width


def _cut(line: list[Cluster], width: float, measure: _Measure) -> list[Cluster]:
    """The line with an ellipsis at its end, shortened to have room for it."""
    kept = list(line)
    while kept and measure([*kept, ELLIPSIS]) > width:
        kept.pop()
    level = kept[-1].level if kept else 0
    return [*_trimmed(kept), msgspec.structs.replace(ELLIPSIS, level=level)]


def _words(text: Sequence[Cluster]) -> Iterator[list[Cluster]]:
    """The parts between which lines may be broken, with the spaces at their ends."""
    word: list[Cluster] = []
    for cluster in text:
        word.append(cluster)
        if cluster.may_break:
            yield word
            word = []
    if word:
        yield word


def _trimmed(line: list[Cluster]) -> list[Cluster]:
    end = len(line)
    while end and line[end - 1].text.isspace():
        end -= 1
    return line[:end]
