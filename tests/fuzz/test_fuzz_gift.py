"""The fuzz target for GIFT: question files that teachers upload."""

from __future__ import annotations

from pathlib import Path

from hypothesis import given, settings

from supervisors import demo
from tests.actors.assessments.formats import test_gift
from tests.fuzz.mutations import EXAMPLES, body_of, mutated_text

FILES = [test_gift.CELLS, Path(demo.__file__).parent / "solar_system.gift"]
QUESTIONS = [part for file in FILES for part in file.read_text().split("\n\n") if part.strip()]
TOKENS = [
    "{",
    "}",
    "~",
    "=",
    "#",
    "\\",
    "::",
    "->",
    "%50%",
    "..",
    "\n\n",
    "//",
    "$CATEGORY:",
    "<b>",
    "<sup>",
    "</sup>",
    "<img alt=x>",
    "}\n",
    "%33.333%",
]

texts = mutated_text(["\n\n".join(QUESTIONS[:6]), *QUESTIONS], TOKENS)


@settings(max_examples=EXAMPLES)
@given(text=texts)
def test_a_damaged_file_is_read_or_refused_with_a_line(text: str) -> None:
    body_of(test_gift.test_any_text_is_read_or_refused_with_a_line)(text)
