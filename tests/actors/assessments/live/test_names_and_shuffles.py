"""Nicknames that may be used, and permutations that can be made again."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.assessments.answers.shuffles import permutation
from actors.assessments.live.nicknames import folded, normalised, numbered
from protocol.errors import ValidationError

many = settings()


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (" Ann  Lee ", "Ann Lee"),
        ("e\u0301", "\u00e9"),
        ("\U0001f469\u200d\U0001f680", "\U0001f469\u200d\U0001f680"),
        (
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
            "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        ),
        ("\u0915\u094d\u200d\u0937", "\u0915\u094d\u200d\u0937"),
        ("\u2764\ufe0f", "\u2764\ufe0f"),
        (
            "\U0001f468\u200d\u2764\ufe0f\u200d\U0001f468",
            "\U0001f468\u200d\u2764\ufe0f\u200d\U0001f468",
        ),
        ("x" * 40, "x" * 40),
    ],
)
def test_nicknames_are_tidied(given: str, kept: str) -> None:
    assert normalised(given) == kept


@pytest.mark.parametrize(
    "nickname",
    [
        *("", "  ", "x" * 41, "a\x00b", "a\u202eb", "a\u2066b", "a\u200bb", "a\nb", "\ud800"),
        *("\u200d", "\u200c\u200d", "\ufe0f", "\u3164", "\u2800 \u3164", "\u0301"),
        *("\u200da", "a\u200c", "a\u200d b", "a \u200cb", "a\u200d\u200db", "\ue000"),
    ],
)
def test_nicknames_that_are_refused(nickname: str) -> None:
    with pytest.raises(ValidationError) as refused:
        normalised(nickname)
    assert refused.value.details["fields"][0]["field"] == "nickname"


def test_names_that_look_alike_are_the_same() -> None:
    assert folded("Stra\u00dfe") == folded("STRASSE") == folded("stra sse")
    assert folded("\uff21nn") == folded("ann")
    assert folded("a\u200cn\ufe0fn") == folded("ann")


@pytest.mark.parametrize(
    "unseen",
    [*"\u3164\u2800\u115f\u034f\u17b4\u17b5\u180b\ufe00\ufe0f", "\U000e0100", "\U000e01ef"],
    ids=ascii,
)
def test_what_shows_nothing_makes_neither_a_name_nor_another_one(unseen: str) -> None:
    assert folded(f"An{unseen}n") == folded("Ann")
    with pytest.raises(ValidationError):
        normalised(unseen)


def test_marks_do_not_tower_over_the_lines_above() -> None:
    assert normalised("x\u0332\u0323\u0301")
    assert normalised("1\ufe0f\u20e3")
    with pytest.raises(ValidationError):
        normalised("x" + "\u0332\u0323\u0301\u0302")


def test_a_name_that_is_cut_for_its_number_ends_in_something_visible() -> None:
    assert normalised(numbered("x" * 37 + "\u200dy", 2)) == "x" * 37 + " 2"


@many
@given(st.text(max_size=60))
def test_a_nickname_is_tidied_once_and_for_all_or_refused(text: str) -> None:
    try:
        tidy = normalised(text)
    except ValidationError:
        return
    assert normalised(tidy) == tidy
    assert 1 <= len(tidy) <= 40


@many
@given(st.integers(), st.text(max_size=10), st.integers(0, 60))
def test_a_permutation_is_one_and_always_the_same(seed: int, label: str, size: int) -> None:
    order = permutation(seed, label, size)
    assert sorted(order) == list(range(size))
    assert permutation(seed, label, size) == order


def test_this_order_never_changes_since_journals_depend_on_it() -> None:
    assert permutation(42, "options|0", 10) == GOLDEN


def test_every_order_of_three_comes_about_equally_often() -> None:
    seen: dict[tuple[int, ...], int] = {}
    for seed in range(6_000):
        order = permutation(seed, "x", 3)
        seen[order] = seen.get(order, 0) + 1
    assert len(seen) == 6
    assert all(850 < times < 1_150 for times in seen.values())


GOLDEN = (8, 0, 3, 9, 2, 6, 4, 1, 5, 7)
