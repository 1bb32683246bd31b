"""How much a video may cost: time, memory, room. What is within them is tried to its end."""

from __future__ import annotations

import os
from typing import Final

import msgspec

MIB: Final = 1024 * 1024
MAX_PIXELS: Final = 8192 * 4352
"""Of the source: 8K in each of its shapes."""
MEMORY: Final = 4096 * MIB
"""Addresses, not pages: 8K with sixteen reference frames has 800 MiB of these alone."""
ROOM_LEFT: Final = 256 * MIB
"""What the disk must have free beside a video, for everything else that is kept there."""
PROBE_SECONDS: Final = 120.0
START_SECONDS: Final = 600.0
SECONDS_PER_SECOND: Final = 10.0
"""Of wall time for a second of video. A core of 2015 takes two for 1080p."""
STALL_SECONDS: Final = 300.0
"""Without another frame; the machine may be busy with others, which go first."""
PICTURE_BYTES: Final = 16 * MIB
BITS_FOR_SOUND: Final = 200_000
"""Each second: 128 kbit/s, with what is around it."""
SLACK: Final = 1.5
"""Over the bitrates that the encoder is told not to pass, which it does for a moment."""


class Bounds(msgspec.Struct, frozen=True, kw_only=True):
    """Of one run of the program. Bytes of the folder are those that it may add to it."""

    wall_seconds: float = PROBE_SECONDS
    stall_seconds: float = PROBE_SECONDS
    folder_bytes: int = MIB
    memory_bytes: int = MEMORY
    room_left: int = ROOM_LEFT

    @property
    def cpu_seconds(self) -> int:
        """No more than the wall clock allows on all the cores that it may have."""
        return int(self.wall_seconds * cores() + 10)


def expected_bytes(kilobits: int, duration_ms: int) -> int:
    """What renditions of so many kbit/s together, the sound and the pictures take at most."""
    bits = kilobits * 1_000 + BITS_FOR_SOUND
    return int(bits * (duration_ms / 8_000)) + PICTURE_BYTES


def transcoding_bounds(kilobits: int, duration_ms: int) -> Bounds:
    """Of the run that makes the renditions."""
    return Bounds(
        wall_seconds=START_SECONDS + SECONDS_PER_SECOND * duration_ms / 1_000,
        stall_seconds=STALL_SECONDS,
        folder_bytes=int(SLACK * expected_bytes(kilobits, duration_ms)),
    )


def cores() -> int:
    """How many the program may have: one is left for live rooms, where there are two."""
    return max(1, (os.cpu_count() or 1) - 1)


def threads() -> int:
    """Of each decoder and encoder; more would rather cost memory than gain time."""
    return min(4, cores())
