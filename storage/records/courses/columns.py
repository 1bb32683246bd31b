"""The columns that a change sets."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import UNSET


def changed_columns(change: msgspec.Struct, key: str) -> dict[str, Any]:
    """What is to be written, by the column's name."""
    values = {name: getattr(change, name) for name in change.__struct_fields__ if name != key}
    return {name: value for name, value in values.items() if value is not UNSET}
