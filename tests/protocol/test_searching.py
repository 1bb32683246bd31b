"""What people type finds what they mean."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocol.searching import MAX_SEARCH, found, search_key, search_words

texts = st.text(st.characters(exclude_categories=["Cs", "Cn"]), max_size=30)


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("Öl und Wasser", "O\u0308l"),
        ("O\u0308l und Wasser", "Öl"),
        ("Ὁ Σίσυφος", "ΣΊΣΥΦΟΣ"),
        ("ΣΊΣΥΦΟΣ", "Σίσυφος"),
        ("IŞIK ve gölge", "ışık"),
        ("Işık ve gölge", "IŞIK"),
        ("İstanbul", "istanbul"),
        ("Istanbul", "İSTANBUL"),
        ("Straßenbau", "STRASSE"),
        ("STRASSENBAU", "straße"),
        ("Music, step by step", "step music"),
        ("Music, step by step", "  usic\u00a0tep\t"),
        ("It’s “new” – really", 'it\'s "new" - really'),
        ("co\u00adoperation", "cooperation"),
        ("ﬁsh and ﬂour", "fish flour"),
        ("日本語の入門", "入門 日本"),
        ("ｶﾀｶﾅ", "カタカナ"),
        ("한국어", "\u1112\u1161\u11ab국"),
        ("anything", ""),
        ("anything", " \u200b "),
    ],
)
def test_a_title_is_found_by_what_means_the_same(title: str, wanted: str) -> None:
    assert found(title, wanted)


@pytest.mark.parametrize(
    ("title", "wanted"),
    [
        ("Öl", "Ol"),
        ("Music, step by step", "step musical"),
        ("100 %", "100_%"),
        ("Kurs", "\u212aurse"),
        ("x", "x" * (4 * MAX_SEARCH + 1)),
        ("a", "a" + "\u0301" * 31),
    ],
)
def test_what_means_something_else_finds_nothing(title: str, wanted: str) -> None:
    assert not found(title, wanted)


@given(texts)
def test_a_key_does_not_depend_on_form_or_case_and_is_its_own_key(text: str) -> None:
    key = search_key(text)
    assert search_key(key) == key
    assert search_key(unicodedata.normalize("NFC", text)) == key
    assert search_key(unicodedata.normalize("NFD", text)) == key
    assert search_key(text.swapcase().swapcase()) in (search_key(text.swapcase()), key)


@given(st.lists(texts, max_size=4))
def test_every_order_of_the_words_finds_the_whole(words: list[str]) -> None:
    assert found(" ".join(words), " ".join(reversed(words)))


def test_words_are_the_longest_first_and_each_once() -> None:
    assert search_words("a bbb cc A") == ["bbb", "cc", "a"]
