"""Accepted answers with `*`, as Moodle compares short answers."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.assessments.answers.grades import Grade
from actors.assessments.answers.grading import folded, grade
from actors.assessments.answers.wildcards import as_shown, has_wildcard, matches
from protocol.assessments.quizzes import MAX_ANSWER_TEXT, WHOLE, BlanksKey, Credit, TextKey
from tests.actors.assessments.live.games import BLANKS, TEXT, asked, keyed
from tests.support.turns import slowness


@pytest.mark.parametrize(
    ("pattern", "answer", "right"),
    [
        ("*", "anything", True),
        ("*", " ", False),
        ("col*r", "Colour", True),
        ("col*r", "color", True),
        ("col*r", "colours", False),
        ("*ain*", "rain in Spain", True),
        ("a*a", "a", False),
        ("a*a", "aa", True),
        ("a*b*a", "aba", True),
        ("a*b*a", "aab", False),
        ("a *", "a", False),
        ("a *", "a  cat", True),
        ("*’s", "it's", True),
        ("2\\*3", "2*3", True),
        ("2\\*3", "2 and 3", False),
        ("2\\**", "2*3", True),
        ("STRASSE*", "straße 7", True),
        ("İ*k", "ışık", True),
        ("a.c*", "abc", False),
        ("10^*", "10²", True),
    ],
)
def test_a_star_stands_for_any_characters(pattern: str, answer: str, right: bool) -> None:
    assert grade(keyed(TEXT, TextKey(patterns=(pattern,))), (), answer) == Grade(int(right), 1)


def test_case_counts_where_the_author_says_so() -> None:
    question = keyed(TEXT, TextKey(patterns=("Mc*",), case_sensitive=True))
    assert grade(question, (), "McAdam") == Grade(1, 1)
    assert grade(question, (), "mcadam") == Grade(0, 1)


def test_patterns_stand_beside_texts_in_answers_blanks_and_credits() -> None:
    text = keyed(
        TEXT,
        TextKey(
            accepted=("Rome",), patterns=("Rom?*",), credits=(Credit(weight=50_000, pattern="R*"),)
        ),
    )
    answers = {"rome": Grade(1, 1), "Rom?a": Grade(1, 1), "Roma": Grade(50_000, WHOLE)}
    for answer, expected in answers.items():
        assert grade(text, (), answer) == expected
    blanks = keyed(BLANKS, BlanksKey(blanks=((), ("four",)), patterns=(("t*o",), ())))
    assert grade(blanks, (), ["two", "four"]) == Grade(2, 2)
    assert grade(blanks, (), ["ten", "four"]) == Grade(1, 2)


def test_a_reveal_shows_a_pattern_without_its_escapes() -> None:
    game = asked(
        keyed(TEXT, TextKey(accepted=("Rome",), patterns=("2\\*3*",))),
        keyed(BLANKS, BlanksKey(blanks=((), ("four",)), patterns=(("t*o",), ()))),
    )
    for _ in range(6):
        game.next()
    text, blanks = game.named("live.reveal")
    assert (text.correct, text.accepted) == ("Rome", ("Rome", "2*3*"))
    assert blanks.correct == ["t*o", "four"]


letters = st.text("ab *\\", max_size=8)


@given(pattern=letters, answer=st.text("ab *", min_size=1, max_size=10))
def test_it_is_what_the_regular_expression_says(pattern: str, answer: str) -> None:
    """Of words without spaces at their ends, which folding would change."""
    plain = folded(answer)
    pattern = " ".join(pattern.split())
    parts = [re.escape(part) for part in re.split(r"(\\\*|\*)", pattern)]
    known = {re.escape("\\*"): re.escape("*"), re.escape("*"): ".*"}
    expression = "".join(known.get(part, part) for part in parts)
    assert matches(pattern, plain) == (re.fullmatch(expression, plain) is not None)
    assert has_wildcard(pattern) == (".*" in parts or re.escape("*") in parts)


@given(text=st.text(min_size=1, max_size=30))
def test_a_text_whose_stars_are_escaped_is_matched_by_itself(text: str) -> None:
    pattern = text.replace("*", "\\*")
    assert not has_wildcard(pattern)
    assert as_shown(pattern) == text
    if folded(text) and "\ue000" not in text:
        assert matches(pattern, folded(text))


def test_many_stars_take_little_time() -> None:
    pattern, answer = "a*" * (MAX_ANSWER_TEXT // 2), "a" * MAX_ANSWER_TEXT
    began = time.thread_time()
    assert matches(pattern, answer)
    assert not matches(pattern + "b", answer[:-1] + "c")
    assert time.thread_time() - began < 1.0 * slowness()
