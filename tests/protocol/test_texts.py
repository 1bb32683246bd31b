"""Text is bounded before it is normalised."""

from __future__ import annotations

import ast
import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.texts import (
    MAX_MARKS,
    comparable,
    has_stacked_marks,
    is_mark,
    look_alike,
    normal,
)
from tests.support.turns import slowness

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
    assert time.thread_time() - began < 0.05 * slowness()
    assert normal("NFKC", "a" + "\u0301" * MAX_MARKS, most=100) is not None
    assert normal("NFKC", "a" + "\u0301" * (MAX_MARKS + 1), most=100) is None


def as_compared(text: str) -> str:
    plain = comparable(text, most=5_000)
    assert plain is not None
    return plain


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("it\u2019s", "it's"),
        ("it\u00b4s", "it's"),
        ("it`s", "it's"),
        ("rock \u02bcn\u2032 roll", "rock 'n' roll"),
        ("\u201eJa\u201c", '"ja"'),
        ("\u00abJa\u00bb", '"ja"'),
        ("\u2039Ja\u203a", "'ja'"),
        ("``Ja''", '"ja"'),
        ("6\u2033", '6"'),
        ("\u300cja\uff63", '"ja"'),
        *(
            (f"1914{dash}18", "1914-18")
            for dash in "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d\ufe63\u05be"
        ),
        ("photo\u00adsynthesis", "photosynthesis"),
        ("zero\u200bwidth\ufeff\u2060\u200e", "zerowidth"),
        ("\u2764\ufe0f", "\u2764"),
        *(
            (f"New{space}York", "new york")
            for space in "\u00a0\u2003\u2009\u202f\u205f\u3000\u2028\t\n\x0b\x1f\x85\u2800"
        ),
        ("\u0130stanbul", "istanbul"),
        ("ISPARTA", "\u0131sparta"),
        ("D\u0130YARBAKIR", "diyarbak\u0131r"),
        ("STRASSE", "stra\u00dfe"),
        ("\u039f\u03a3", "\u03bf\u03c2"),
        ("e\u0301t\u00e9", "\u00e9te\u0301"),
        ("H\u2082O", "h2o"),
        ("10\u00b2", "10^2"),
        ("10\u207b\u00b3", "10^-3"),
        ("1\u00bd", "1 1/2"),
        ("\u00bd", "1/2"),
        ("\u0661\u0660\u0666\u0666", "1066"),
        ("\u096a\uff12", "42"),
    ],
)
def test_texts_that_people_call_the_same_are_compared_as_the_same(typed: str, same: str) -> None:
    assert as_compared(typed) == as_compared(same)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("10\u00b2", "102"),
        ("1\u00bd", "11/2"),
        ("a b", "ab"),
        ("resume", "r\u00e9sum\u00e9"),
        ("-", ""),
    ],
)
def test_texts_that_differ_are_not_compared_as_the_same(one: str, other: str) -> None:
    assert as_compared(one) != as_compared(other)


def test_case_is_kept_where_it_matters() -> None:
    assert comparable("\u0130\u2019I", most=10, case_sensitive=True) == "\u0130'I"


@given(text=st.text(max_size=30), case_sensitive=st.booleans())
def test_comparing_again_changes_nothing(text: str, case_sensitive: bool) -> None:
    plain = comparable(text, most=100, case_sensitive=case_sensitive)
    if plain is not None and not has_stacked_marks(plain):
        assert comparable(plain, most=1_000, case_sensitive=case_sensitive) == plain


def test_comparing_any_character_again_changes_nothing() -> None:
    for number in [*range(0xD800), *range(0xE000, 0x20000), *range(0xE0000, 0xE0200)]:
        plain = as_compared(f"a{chr(number)}1")
        assert as_compared(plain) == plain, hex(number)


@given(
    text=st.text(st.characters(codec="utf-8", max_codepoint=0x24F), max_size=30),
    unseen=st.sampled_from("\u00ad\u200b\u200c\u200d\u2060\ufeff\u034f\ufe0f\u200e\x00"),
    at=st.integers(0, 30),
)
def test_what_nobody_sees_makes_no_difference_anywhere(text: str, unseen: str, at: int) -> None:
    assert as_compared(text[:at] + unseen + text[at:]) == as_compared(text)


def test_every_dash_and_every_space_is_one() -> None:
    for number in range(0x110000):
        character = chr(number)
        if unicodedata.category(character) == "Pd":
            assert as_compared(f"a{character}b") == "a-b", hex(number)
        if character.isspace():
            assert as_compared(f"a{character}b") == "a b", hex(number)


def test_what_is_too_long_or_stacked_is_not_compared() -> None:
    assert comparable("a" * 6, most=5) is None
    assert comparable("a" + "\u0301" * (MAX_MARKS + 1), most=100) is None


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("a", "A", True),
        ("3", "\uff13", True),
        ("3", "\u0663", False),
        ("x2", "x\u00b2", False),
        ("x^2", "x\u00b2", False),
    ],
)
def test_what_is_compared_as_the_same_may_look_different(one: str, other: str, alike: bool) -> None:
    assert (look_alike(one, most=100) == look_alike(other, most=100)) is alike
