"""What ffmpeg says while it runs: `key=value` lines (its option `-progress`), and complaints."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

import msgspec

MAX_LINE: Final = 4_096
KEPT_LINES: Final = 20
"""The last ones of what it complains about, for operators."""
MAX_KEPT_LINE: Final = 200

_DURATION: Final = re.compile(r"  Duration: ([0-9]{2,4}):([0-9]{2}):([0-9]{2}\.[0-9]{1,6}), ")
_REACHED: Final = re.compile(r"out_time_us=([0-9]{1,18})")
_RATE: Final = re.compile(r"#tb 0: (\d{1,9})/(\d{1,9})")
"""The reciprocal of the first track's rate, which is that of the pictures, where there are any."""
_DIMENSIONS: Final = re.compile(r"#dimensions \d: (\d{1,6})x(\d{1,6})")
_SHAPE: Final = re.compile(r"#sar \d: (\d{1,9})/(\d{1,9})")
WIDEST: Final = 8
"""Times wider or higher than it looks a pixel may be."""


class Lines:
    """Bytes as they come, cut to lines; of a very long line the beginning is kept."""

    def __init__(self) -> None:
        self._held = b""

    def feed(self, data: bytes) -> Iterator[str]:
        """The lines that ended."""
        *whole, rest = data.replace(b"\r", b"\n").split(b"\n")
        for line in whole:
            yield (self._held + line)[:MAX_LINE].decode(errors="replace")
            self._held = b""
        self._held = (self._held + rest)[:MAX_LINE]


class Listener:
    """Hears the lines of a run. `steps` counts what shows that it gets on."""

    def __init__(self) -> None:
        self.steps = 0
        self._complaints: deque[str] = deque(maxlen=KEPT_LINES)

    def out(self, line: str) -> None:
        """A line of what it writes."""
        self.steps += bool(line)

    def err(self, line: str) -> None:
        """A line of what it complains about."""
        self._complaints.append(line[:MAX_KEPT_LINE])

    def complaints(self) -> str:
        """The last of them, as one line."""
        said = " | ".join(line.strip() for line in self._complaints if line.strip())
        return "".join(letter if letter.isprintable() else "?" for letter in said)


class Advance(Listener):
    """How far a run is, which reports itself on its output."""

    def __init__(self) -> None:
        super().__init__()
        self.milliseconds = 0
        self.announced_ms: int | None = None
        """How long the source says it is."""

    def out(self, line: str) -> None:
        """It never falls."""
        found = _REACHED.fullmatch(line)
        if found and int(found[1]) // 1_000 > self.milliseconds:
            self.milliseconds = int(found[1]) // 1_000
            self.steps += 1

    def err(self, line: str) -> None:
        super().err(line)
        found = _DURATION.match(line)
        if found and self.announced_ms is None:
            hours, minutes, seconds = int(found[1]), int(found[2]), float(found[3])
            self.announced_ms = round(((hours * 60 + minutes) * 60 + seconds) * 1_000)


class Streams(msgspec.Struct, frozen=True, kw_only=True):
    """What there is to see and to hear. The first three are None without pictures.

    The sides are as they are shown; `rate` is of frames a second, as the file says.
    """

    width: int | None
    height: int | None
    rate: Fraction | None
    sound: bool

    @property
    def empty(self) -> bool:
        """Whether there is neither."""
        return self.width is None and not self.sound


class Headers(Listener):
    """The lines that begin ffmpeg's format framecrc: what it decodes, after turning it upright."""

    def __init__(self) -> None:
        super().__init__()
        self._kinds: set[str] = set()
        self._sides = (0, 0)
        self._shape = Fraction(1)
        self._rate = Fraction(0)

    def out(self, line: str) -> None:
        super().out(line)
        if line.startswith("#media_type "):
            self._kinds.add(line.rpartition(" ")[2])
        elif (found := _RATE.fullmatch(line)) and int(found[1]):
            self._rate = Fraction(int(found[2]), int(found[1]))
        elif found := _DIMENSIONS.fullmatch(line):
            self._sides = (int(found[1]), int(found[2]))
        elif (found := _SHAPE.fullmatch(line)) and int(found[1]) and int(found[2]):
            self._shape = Fraction(int(found[1]), int(found[2]))

    def streams(self) -> Streams:
        """Once it has ended."""
        width, height = self._sides
        shown = "video" in self._kinds and width and height
        if shown and Fraction(1, WIDEST) <= self._shape <= WIDEST:
            # The longer of two ways, so that no pixel is lost.
            if self._shape > 1:
                width = round(width * self._shape)
            else:
                height = round(height / self._shape)
        return Streams(
            width=width if shown else None,
            height=height if shown else None,
            rate=self._rate if shown else None,
            sound="audio" in self._kinds,
        )
