"""JSON for `jsonb` columns, which cannot hold every text that JSON can."""

from __future__ import annotations

import re
from typing import Any

import msgspec

NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")
"""An escaped NUL in JSON text. jsonb cannot hold one, and a student may well type it."""


def json_text(value: Any) -> str:
    """JSON that a jsonb column takes: U+0000 becomes U+FFFD."""
    return without_nul(msgspec.json.encode(value))


def without_nul(encoded: bytes) -> str:
    """JSON text as jsonb takes it."""
    return NUL.sub(rb"\1\\ufffd", encoded).decode()
