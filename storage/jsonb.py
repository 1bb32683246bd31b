"""JSON for `jsonb` columns, which cannot hold every JSON text."""

from __future__ import annotations

import re
from typing import Any

import msgspec

NUL = re.compile(rb"(?<!\\)((?:\\\\)*)\\u0000")
"""An escaped NUL in JSON text. jsonb cannot hold one, and clients may send one."""


def json_text(value: Any) -> str:
    """Encode as JSON that a jsonb column accepts: U+0000 becomes U+FFFD."""
    return without_nul(msgspec.json.encode(value))


def without_nul(encoded: bytes) -> str:
    """JSON text that jsonb accepts."""
    return NUL.sub(rb"\1\\ufffd", encoded).decode()
