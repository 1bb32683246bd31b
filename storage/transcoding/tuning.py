"""What tests do otherwise: quicker, and with less patience."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from storage.transcoding.commands import PRESET
from storage.transcoding.limits import Bounds, transcoding_bounds


class Tuning(msgspec.Struct, frozen=True, kw_only=True):
    """`bounds` are of so many kbit/s together and milliseconds."""

    preset: str = PRESET
    probing: Bounds = Bounds()
    bounds: Callable[[int, int], Bounds] = transcoding_bounds
