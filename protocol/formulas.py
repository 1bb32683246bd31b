"""Texts from strangers in CSV, which has no types: no spreadsheet may run one.

A formula begins a cell (OWASP, CSV injection). Where a cell begins depends on the reader: with a
comma for decimals, a spreadsheet separates by semicolons or tabs and misreads our quotes, so text
after these can begin a cell too. A leading apostrophe makes such a text harmless. What is a
number is no formula, and stays as it is.
"""

from __future__ import annotations

import math
import re
from typing import Final

STARTS: Final = (*"=+-@", *"\uff1d\uff0b\uff0d\uff20")
"""The last four are full-width forms, which East Asian locales treat like the others."""
CONTROLS: Final = ("\t", "\r", "\n")
"""A text that begins with one is made harmless too: some spreadsheets drop them."""
IGNORED: Final = ' \u00a0\u3000"'
"""Blanks, and quotes that are misread."""

_between_cells = re.compile(r"([;\t\r\n])")
_number = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?")


def defused(text: str) -> str:
    """The text, with an apostrophe wherever a spreadsheet would find a formula otherwise."""
    harmless = "".join(map(_defused_cell, _between_cells.split(text)))
    return f"'{harmless}" if text.startswith(CONTROLS) else harmless


def is_number(text: str) -> bool:
    """Whether this is a finite decimal number, with a point or a comma, and nothing else."""
    return _number.fullmatch(text) is not None and math.isfinite(float(text.replace(",", ".")))


def _defused_cell(text: str) -> str:
    bare = text.strip(IGNORED)
    return f"'{text}" if bare.startswith(STARTS) and not is_number(bare) else text
