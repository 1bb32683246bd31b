"""Lists of addresses, as spreadsheets and registers write them."""

from __future__ import annotations

import csv

import pytest

from actors.enrollments.lists import ListedAddress, read_addresses
from protocol.enrollments.invitations import MAX_LINES, MAX_LIST
from protocol.errors import ValidationError
from protocol.validation import Rule


def emails(text: str) -> list[tuple[int, str]]:
    return [(each.line, each.email) for each in read_addresses(text, None)]


def refused(csv: str | None, addresses: list[str] | None = None) -> tuple[str, str]:
    with pytest.raises(ValidationError) as refusal:
        read_addresses(csv, addresses)
    [field] = refusal.value.details["fields"]
    return field["field"], field["code"]


@pytest.mark.parametrize(
    "text",
    [
        "name,e-mail\nMira,mira@school.example\nTom,tom@school.example\n",
        '\ufeffName;E-Mail-Adresse;Klasse\r\n\r\n"Okafor; Mira";Mira@School.example;7b\r\n'
        "Tom;tom@school.example;7b",
        "email\tname\rmira@school.example\tMira\rtom@school.example\tTom",
        "courriel\nmira@school.example\nTom <tom@school.example>\n",
    ],
)
def test_the_heading_names_the_column(text: str) -> None:
    assert [email for _, email in emails(text)] == ["mira@school.example", "tom@school.example"]


def test_without_a_heading_it_is_the_cell_with_an_at() -> None:
    text = "7b,mira@school.example\n7c,Tom,tom@school.example\n"
    assert emails(text) == [(1, "mira@school.example"), (2, "tom@school.example")]


def test_a_first_line_that_is_no_heading_is_told() -> None:
    [first, second] = read_addresses("mira.school.example\ntom@school.example", None)
    assert (first.line, first.said, first.email) == (1, "mira.school.example", "")
    assert first.wrong is not None
    assert first.wrong.rule is Rule.INVALID_FORMAT
    assert second == ListedAddress(2, "tom@school.example", "tom@school.example")


def test_lines_are_those_of_the_text_whatever_stands_in_between() -> None:
    text = 'e-mail,note\n\na@b.example,"two\nlines"\n ,\nc@d.example,\n,nobody\nx'
    assert emails(text) == [(3, "a@b.example"), (6, "c@d.example"), (7, ""), (8, "")]
    assert [each.wrong.rule for each in read_addresses(text, None) if each.wrong] == [
        Rule.REQUIRED,
        Rule.INVALID_FORMAT,
    ]


def test_a_row_that_is_too_short_has_no_address() -> None:
    [row] = read_addresses("name,e-mail\nMira", None)
    assert (row.line, row.said) == (2, "")
    assert row.wrong is not None
    assert row.wrong.rule is Rule.REQUIRED


def test_a_quotation_mark_that_is_not_closed_spoils_the_rest_and_is_told() -> None:
    [first, second] = read_addresses('a@b.example\n"c@d.example\ne@f.example\n', None)
    assert first.email == "a@b.example"
    assert (second.line, second.email) == (2, "")
    assert second.wrong is not None


def test_what_is_very_long_is_refused_unread_and_shown_cut() -> None:
    [row] = read_addresses(None, ["x" * 5_000 + "@school.example"])
    assert row.said == "x" * 254
    assert row.wrong is not None
    assert row.wrong.at("line") == {
        "field": "line",
        "message": "must be at most 254 characters",
        "code": "TOO_LONG",
        "max": 254,
    }


def test_addresses_one_by_one_are_counted_from_1() -> None:
    found = read_addresses(None, ["Mira@School.example", "", "nobody"])
    assert [(each.line, each.email) for each in found] == [
        (1, "mira@school.example"),
        (2, ""),
        (3, ""),
    ]


def test_a_list_is_given_once_is_not_empty_and_bounded() -> None:
    assert refused(None) == ("csv", "CONFLICTING")
    assert refused("a@b.example", ["a@b.example"]) == ("csv", "CONFLICTING")
    assert refused("") == ("csv", "REQUIRED")
    assert refused("e-mail\n\n") == ("csv", "REQUIRED")
    assert refused(None, []) == ("addresses", "REQUIRED")
    assert refused("x" * (MAX_LIST + 1)) == ("csv", "TOO_LONG")
    assert refused("a@b.example\n" * (MAX_LINES + 1)) == ("csv", "TOO_MANY")
    assert refused(None, ["a@b.example"] * (MAX_LINES + 1)) == ("addresses", "TOO_MANY")
    assert len(read_addresses("e-mail\n" + "a@b.example\n" * MAX_LINES, None)) == MAX_LINES


def test_what_is_no_csv_says_from_which_line_on() -> None:
    before = csv.field_size_limit(20)
    try:
        assert refused("a@b.example\n" + "x" * 30) == ("csv", "INVALID_FORMAT")
    finally:
        csv.field_size_limit(before)
