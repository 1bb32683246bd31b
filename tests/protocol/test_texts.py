"""Text is bounded before it is normalised."""

from __future__ import annotations

import ast
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.texts import MAX_MARKS, has_stacked_marks, is_mark, normal

ROOMS = ("protocol", "actors", "gateway", "storage", "supervisors")
MARKS = "\u0301\u0327\u20dd\ufe0f\uff9e"


@pytest.mark.parametrize("room", ROOMS)
def test_nothing_is_normalised_but_here(room: str) -> None:
    root = Path(__file__).parents[2]
    for path in (root / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr == "normalize":
                assert path == root / "protocol" / "texts.py", path


@given(text=st.text(st.sampled_from("ab " + MARKS), max_size=120), most=st.integers(1, 8))
def test_rows_of_marks_are_found_wherever_they_stand(text: str, most: int) -> None:
    longest = row = 0
    for character in text:
        row = row + 1 if is_mark(character) else 0
        longest = max(longest, row)
    assert has_stacked_marks(text, most) == (longest > most)


def test_everything_that_may_be_ordered_counts_as_a_mark() -> None:
    for number in [*range(0xD800), *range(0xE000, 0x20000), *range(0xE0000, 0xE0200)]:
        character = chr(number)
        if unicodedata.combining(unicodedata.normalize("NFKD", character)[0]):
            assert is_mark(character), hex(number)


@pytest.mark.parametrize("text", ["\u1ec7" * 1_000, "\uac01" * 1_000, "", "Zoe\u0308", "a" * 5_000])
def test_what_people_write_is_normalised(text: str) -> None:
    assert normal("NFC", text, most=5_000) == unicodedata.normalize("NFC", text)
    assert normal("NFC", text, most=len(text) - 1) is None


@pytest.mark.parametrize("marks", ["\u0301\u0327", "\u0301", "\uff9e\u0301", "\u0344"])
def test_many_marks_are_refused_at_once(marks: str) -> None:
    began = time.thread_time()
    assert normal("NFKC", "a" + marks * 60_000, most=1_000_000) is None
    assert time.thread_time() - began < 0.05
    assert normal("NFKC", "a" + "\u0301" * MAX_MARKS, most=100) is not None
    assert normal("NFKC", "a" + "\u0301" * (MAX_MARKS + 1), most=100) is None
