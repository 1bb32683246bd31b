"""JSON for clients, the same on the whole platform: compact, with decimals as numbers."""

from __future__ import annotations

from typing import Final

import msgspec

encode_json: Final = msgspec.json.Encoder(decimal_format="number").encode
"""The bytes of a JSON value, a msgspec Struct, or lists and dicts of these."""
