"""Similar answers: the most alike first, each text and mark once, and little else is looked at."""

from __future__ import annotations

import time
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from actors.assessments.answers.similarity import similar
from protocol.assessments.attempts.similar import (
    LEAST_SIMILARITY,
    MAX_COMPARED,
    MAX_COMPARED_TEXT,
    MAX_SIMILAR,
    GradedAnswer,
)
from tests.support.turns import slowness

RIVERS = "Rivers wind because water wears away the outer bank"


def answer(text: str, points: str = "1") -> GradedAnswer:
    return GradedAnswer(answer=text, points=Decimal(points))


def test_the_most_similar_stand_first_and_what_is_not_alike_is_left_out() -> None:
    near = answer(RIVERS.replace("wears", "tears"), "3")
    same = answer(f"  {RIVERS.upper()} ", "4")
    far = answer("Mountains are made of granite, mostly", "0")
    found = similar(RIVERS, [far, near, same])
    assert [each.graded for each in found] == [same, near]
    assert found[0].similarity == 100 > found[1].similarity >= LEAST_SIMILARITY


def test_the_order_of_words_matters_little() -> None:
    [found] = similar("water wears away banks", [answer("away banks wears water")])
    assert found.similarity == 100


def test_the_same_text_with_the_same_mark_is_said_once() -> None:
    twice = [answer(RIVERS), answer(RIVERS.lower()), answer(RIVERS, "2")]
    assert [each.graded for each in similar(RIVERS, twice)] == [twice[0], twice[2]]


def test_texts_without_anything_to_compare_are_like_none() -> None:
    assert similar("  ", [answer("  ")]) == ()
    assert similar("a" + "\u0301" * 99, [answer("a")]) == ()
    assert similar("a", [answer("a" + "\u0301" * 99), answer(" ")]) == ()


@given(st.text(max_size=40), st.lists(st.text(max_size=40), max_size=12))
def test_what_is_found_is_bounded_sorted_and_of_what_there_is(text: str, texts: list[str]) -> None:
    graded = [answer(each) for each in texts]
    found = similar(text, graded)
    alike = [each.similarity for each in found]
    assert len(found) <= MAX_SIMILAR
    assert alike == sorted(alike, reverse=True)
    assert all(
        each.graded in graded and LEAST_SIMILARITY <= each.similarity <= 100 for each in found
    )


def test_as_many_and_as_long_answers_as_there_may_be_take_no_second() -> None:
    words = [f"word{n} {n % 7}" for n in range(MAX_COMPARED_TEXT)]
    texts = [" ".join(words[n:] + words[:n]) for n in range(MAX_COMPARED)]
    began = time.thread_time()
    found = similar(texts[0] * 3, [answer(text) for text in texts])
    assert found
    assert time.thread_time() - began < 1.0 * slowness()
