"""HTML is cleaned within bounds on what it costs and what becomes of it."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest

from actors.addresses import is_email, normal_email
from actors.assessments.formats.gift.reader import parse_gift
from actors.assessments.live import nicknames
from actors.fields import Fields
from actors.markup import MAX_DEPTH, MAX_ELEMENTS, MAX_HTML, UnboundedMarkup, harmless
from actors.users import machine
from protocol.errors import ValidationError
from tests.support.turns import slowness

MOST_SECONDS = 1.0
"""CPU time of one text; unbounded, the worst took 1.9 s."""
DEEP = f"must have at most {MAX_DEPTH} elements within each other"
MANY = f"must have at most {MAX_ELEMENTS} elements"
GROWN = f"must be at most {MAX_HTML} characters when it is cleaned"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("<dl><dt>" * 6_200, DEEP),
        ("<div>" * 101, DEEP),
        ("<rt>" * 12_000, DEEP),
        ("<div><table><td></div></table>" * 1_600, DEEP),
        ("<b></b>" * 2_001, MANY),
        ("&a" * 24_000, GROWN),
        ("<" * 48_000, GROWN),
        ("<a></a>" * 1_500 + "&" * 10_000, GROWN),
    ],
)
def test_a_text_that_would_take_long_or_grow_is_refused(text: str, problem: str) -> None:
    began = time.thread_time()
    for check in (Fields.html, Fields.optional_html):
        fields = Fields()
        check(fields, "comment", text[:MAX_HTML])
        said = {"field": "comment", "message": problem, "code": "TOO_COMPLEX"}
        assert fields.problems == [said]
    assert time.thread_time() - began < MOST_SECONDS * slowness()


@pytest.mark.parametrize(
    "text",
    [
        "<div><!--</div>-->" * 2_700,
        "<dl x='</dl>'><dt>" * 2_700,
        "<span x='</span>'>" * 1_500 + "<p>" * 7_000,
        "<table><tr><td>" * 3_000,
        "<li>" * 12_000,
        "<p>" * 16_000,
        "<a " + " ".join(f"a{n:x}" for n in range(8_000)) + ">",
        "<svg><g>" * 50 + "<dd>" * 10_000,
    ],
)
def test_whatever_is_taken_costs_little(text: str) -> None:
    began = time.thread_time()
    with suppress(UnboundedMarkup):
        assert len(harmless(text[:MAX_HTML])) <= MAX_HTML
    assert time.thread_time() - began < MOST_SECONDS * slowness()


@pytest.mark.parametrize(
    "text",
    [
        "<p>A paragraph of a <b>lesson</b> with a <i>few</i> words.</p>\n" * 500,
        "<ul>" + "<li>one of many" * 2_000 + "</ul>",
        "<table>" + "<tr><td>1</td><td>2</td></tr>" * 1_000 + "</table>",
        "<div>" * 90 + "deep" + "</div>" * 90,
    ],
)
def test_what_people_write_is_taken(text: str) -> None:
    fields = Fields()
    assert fields.html("contentText", text)
    assert fields.problems == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a" + "\u0301" * 60_000 + "\u0327" * 60_000, "must be at most 2000 characters"),
        ("a" + "\u0301" * 1_000 + "\u0327" * 900, "must be at most 30 marks on a character"),
    ],
)
def test_marks_on_marks_are_refused(text: str, problem: str) -> None:
    fields, began = Fields(), time.thread_time()
    fields.text("bio", text, most=2_000)
    assert time.thread_time() - began < 0.05 * slowness()
    (wrong,) = fields.problems
    assert (wrong["field"], wrong["message"]) == ("bio", problem)
    assert str(wrong["max"]) in problem


def test_a_text_in_a_gift_file_is_bounded_and_the_others_are_taken() -> None:
    began = time.thread_time()
    long = "[html]" + "<dl><dt>" * 25_000 + "{T}"
    deep = "[html]" + "<dl><dt>" * 5_000 + "{T}"
    read = parse_gift(f"{long}\n\n{deep}\n\nFine{{T}}", lambda: "id")
    assert time.thread_time() - began < MOST_SECONDS * slowness()
    assert [each.question.text for each in read.questions] == ["Fine"]
    assert read.skipped == (
        f"line 1: a text must be at most {MAX_HTML} characters",
        f"line 3: a text {DEEP}",
    )


def test_an_import_ends_where_nobody_waits_for_it() -> None:
    class Gone(Exception):
        pass

    def check() -> None:
        raise Gone

    with pytest.raises(Gone):
        parse_gift("Fine{T}", lambda: "id", check)


def test_an_address_or_a_name_of_marks_is_none() -> None:
    marks, began = "a" + "\u0301" * 60_000 + "\u0327" * 60_000, time.thread_time()
    assert not is_email(normal_email(marks))
    assert machine.password_problems(marks) == [machine.TOO_MANY_BYTES]
    for given in (marks, "a" + "\u0301" * 60 + "\u0327" * 60):
        with pytest.raises(ValidationError):
            nicknames.normalised(given)
    assert time.thread_time() - began < 0.05 * slowness()
