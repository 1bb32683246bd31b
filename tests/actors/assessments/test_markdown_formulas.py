"""Formulas in Markdown, which come out as text between backslashes and brackets."""

from __future__ import annotations

from time import process_time

import pytest

from actors.assessments.formatting import render
from actors.assessments.markdown import as_markup
from protocol.assessments.formats import MAX_FORMATTED, TextFormat
from tests.support.turns import slowness


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("$x_1 * y_1 * z$", r"<p>\(x_1 * y_1 * z\)</p>"),
        (r"\(a_1 < b_2\) **c**", r"<p>\(a_1 &lt; b_2\) <strong>c</strong></p>"),
        ("$$a$$ b", r"<p>\[a\] b</p>"),
        ("$$\n- a\n= b\n$$", "<p>\\[- a\n= b\\]</p>"),
        ("> \\[\n> a\n> \\]", "<blockquote>\n<p>\\[a\\]</p>\n</blockquote>"),
        (r"`$x$` \$5", "<p><code>$x$</code> $5</p>"),
        ("It costs $5 or $10, $ 3 $ or $x$5.", "<p>It costs $5 or $10, $ 3 $ or $x$5.</p>"),
        ("$$\na\n\nb", "<p>$$\na</p>\n<p>b</p>"),
        (r"$$$$ $$ $$ \( \)", "<p>$$$$ $$ $$ ( )</p>"),
        ("____ is $a____b$", r"<p>____ is \(a____b\)</p>"),
    ],
)
def test_nothing_in_a_formula_is_markdown(source: str, html: str) -> None:
    assert as_markup(source).strip() == html


def test_the_text_of_a_question_keeps_its_formulas() -> None:
    rendered = render("What is $x_1*y_1*z$ if **x** is 2?", TextFormat.MARKDOWN)
    assert rendered.text == r"What is \(x_1*y_1*z\) if x is 2?"
    assert rendered.formatted is not None
    assert rendered.formatted.html == r"What is \(x_1*y_1*z\) if <strong>x</strong> is 2?"


@pytest.mark.parametrize("sign", ["$", "$$", "$$ ", "$a", "\\(", "\\[", "\\( \\) "])
def test_signs_that_begin_no_formula_cost_little(sign: str) -> None:
    began = process_time()
    as_markup((sign * MAX_FORMATTED)[:MAX_FORMATTED])
    assert process_time() - began < 2 * slowness()
