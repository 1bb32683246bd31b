"""What the process that makes PDFs says to the server, and its bounds."""

from __future__ import annotations

import msgspec

MAX_CPU_SECONDS = 30
"""The largest certificate takes about one."""
MAX_MEMORY = 1024 * 1024 * 1024
"""Bytes of address space; the font for Chinese, Japanese and Korean takes some 200 MiB."""


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """A PDF, and the characters of the names on it that no font has."""

    pdf: bytes
    unwritten: tuple[str, ...]
