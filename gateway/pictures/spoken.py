"""What the process that cleans pictures and the server say to each other, and its bounds."""

from __future__ import annotations

import msgspec

MAX_CPU_SECONDS = 30
"""The largest picture that keeps its size takes about two, as WebP eight."""
MAX_MEMORY = 1024 * 1024 * 1024
"""Bytes of address space; the largest picture takes some 400 MiB, as WebP that keeps its size
nearly all."""


class Dirty(msgspec.Struct, frozen=True, kw_only=True):
    """A picture as it was uploaded. `side`: the longer one has at most so many pixels."""

    image: bytes
    side: int
    max_pixels: int


class Clean(msgspec.Struct, frozen=True, kw_only=True):
    """The picture, or why there is none."""

    image: bytes = b""
    too_many_pixels: bool = False
    unreadable: str = ""
