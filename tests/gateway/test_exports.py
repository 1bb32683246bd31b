"""Results as a table, and the table as CSV and XLSX that no spreadsheet runs."""

from __future__ import annotations

import csv
import io
import math
import re
from typing import Any

import msgspec
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.assessments.exports import (
    PAGE,
    Table,
    answer_text,
    as_csv,
    as_table,
    as_xlsx,
    read_results,
    safe_cell,
)
from protocol.errors import NotFoundError
from protocol.selection import Selection, Viewer
from tests.support.fakes import FakeReads

QUESTIONS = [
    {"questionId": "q1", "questionText": "Largest planet?"},
    {"questionId": "q2", "questionText": "=HYPERLINK(1)"},
]


def result(number: int, **changes: Any) -> dict[str, Any]:
    return {
        "playerId": f"p{number}",
        "nickname": f"Player {number}",
        "score": 1000 - number,
        "rank": number + 1,
        "correct": 1,
        "answered": 1,
        "answers": [
            {
                "question_id": "q1",
                "answer": ["Jupiter"],
                "correct": True,
                "points": 900,
                "elapsed_ms": 1500,
            },
            {"question_id": "q2", "answer": None, "points": 0, "elapsed_ms": None},
        ],
    } | changes


def rows_of(raw: bytes) -> list[list[str]]:
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


class PagedReads(FakeReads):
    """Gives the players in pages, as the read compiler does."""

    def __init__(self, players: int) -> None:
        super().__init__()
        self.players = [result(number) for number in range(players)]
        self.asked: list[dict[str, Any]] = []

    def answer_to(self, selection: Selection, viewer: Viewer) -> bytes:
        variables = dict(selection.variables)
        self.asked.append(variables)
        start = int(variables["after"] or 0)
        end = start + variables["first"]
        page = {
            "nodes": self.players[start:end],
            "pageInfo": {"hasNextPage": end < len(self.players), "endCursor": str(end)},
        }
        game = {"title": "Solar system", "playedQuestions": QUESTIONS, "results": page}
        return msgspec.json.encode(game)


@pytest.mark.parametrize("players", [0, 1, PAGE, PAGE + 1, 3 * PAGE])
async def test_all_pages_are_read_and_no_more(players: int) -> None:
    reads = PagedReads(players)
    table = await read_results(reads, "g", Viewer(user_id="u", role="educator"))
    assert [row[2] for row in table.rows] == [f"p{number}" for number in range(players)]
    assert len(reads.asked) == max(1, -(-players // PAGE))


async def test_a_game_that_the_viewer_may_not_see_is_not_found() -> None:
    with pytest.raises(NotFoundError):
        await read_results(FakeReads(), "g", Viewer())


def test_a_table_has_a_row_for_each_player_and_three_columns_for_each_question() -> None:
    table = as_table("Solar system", QUESTIONS, [result(0)])
    assert table.header[6:9] == ["Q1 Largest planet?", "Q1 points", "Q1 seconds"]
    assert list(table.rows[0]) == [
        *(1, "Player 0", "p0", 1000, 1, 1),
        *("Jupiter", 900, 1.5),
        *(None, 0, None),
    ]


def test_questions_that_a_player_never_saw_stay_empty() -> None:
    table = as_table("T", QUESTIONS, [result(0, answers=None)])
    assert list(table.rows[0][6:]) == [None] * 6


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (None, None),
        (True, "true"),
        (False, "false"),
        (["a", "b"], "a; b"),
        ("x", "x"),
        ([], "None of these"),
    ],
)
def test_an_answer_is_readable(answer: Any, text: str | None) -> None:
    assert answer_text(answer) == text


@pytest.mark.parametrize("start", [*"=+-@\t\r\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_a_cell_that_would_be_a_formula_is_made_text(start: str) -> None:
    assert safe_cell(f"{start}1+1") == f"'{start}1+1"
    raw = as_csv(Table("T", ["Name"], [[f"{start}cmd|' /C calc'!A0"]]))
    assert rows_of(raw)[1][0].startswith("'")


@pytest.mark.parametrize("start", [*"=+-@", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_in_a_workbook_a_formula_is_a_text(start: str) -> None:
    name = f"{start}1+1"
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx(Table("T", [name], [[name]])))).active
    assert sheet is not None
    for cell in ("A1", "A2"):
        assert (sheet[cell].value, sheet[cell].data_type) == (name, "s")


def test_numbers_may_be_negative() -> None:
    assert safe_cell(-5) == -5


NUMBERS = ["-3.5", "+4", "-3,5", "-.5", "-1e5", "+0", "-7.", "-1E-3", "3.5"]


@pytest.mark.parametrize("number", [*NUMBERS, "1; -3.5", "-1;-2;+3", " -3.5"])
def test_a_number_that_somebody_wrote_is_no_formula(number: str) -> None:
    raw = as_csv(Table("T", [number], [[number]]))
    assert rows_of(raw) == [[number], [number]]
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx(Table("T", [number], [[number]])))).active
    assert sheet is not None
    assert (sheet["A2"].value, sheet["A2"].data_type) == (number, "s")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "-inf",
            "+nan",
            "-1e999",
            "-1_000",
            "-\u0663",
            "--5",
            "-5-5",
            "+A1",
            "-1.2.3",
            "-5%",
            "-",
        ),
        *(
            "\uff0d5",
            "+",
            "-3.5\n=1+1",
            "x;=1+1",
            "x\t=1+1;",
            "x\r\n@SUM(A1)",
            "; -3; =2",
            " =1",
            'x;"=1',
        ),
    ],
)
def test_what_only_looks_like_a_number_or_begins_behind_a_separator_is_made_text(text: str) -> None:
    assert runs_as(text)
    assert not runs_as(str(safe_cell(text)))


def runs_as(text: str) -> list[str]:
    """What a spreadsheet might run, whatever it takes for the end of a cell."""
    cells = (cell.strip(' \u00a0\u3000"') for cell in re.split(r"[;\t\r\n]", text))
    return [cell for cell in cells if cell and cell[0] in DANGEROUS and not finite(cell)]


DANGEROUS = "=+-@\uff1d\uff0b\uff0d\uff20"


def finite(text: str) -> bool:
    """Independently of the product: ASCII, and Python's own idea of a number."""
    if not text.isascii() or any(c not in "0123456789+-.,eE" for c in text) or text.count(",") > 1:
        return False
    try:
        return math.isfinite(float(text.replace(",", ".")))
    except ValueError:
        return False


@given(
    st.text(st.sampled_from("=+-@;\t\r\n 019.,eE'\"x\u00a0\uff1d"), max_size=12)
    | st.floats(allow_nan=False, allow_infinity=False).map(str)
    | st.integers().map(str)
    | st.text(max_size=20)
)
def test_no_text_runs_and_every_finite_number_stays(text: str) -> None:
    cell = str(safe_cell(text))
    assert not runs_as(cell)
    assert cell.replace("'", "") == text.replace("'", "")
    if finite(text):
        assert cell == text
    if not runs_as(text) and not text.startswith(("\t", "\r", "\n")):
        assert cell == text


def test_questions_in_the_header_are_made_text_too() -> None:
    raw = as_csv(as_table("T", [{"questionId": "q", "questionText": "=1"}], []))
    assert rows_of(raw)[0][6] == "Q1 =1"
    assert not rows_of(raw)[0][6].startswith("=")


def test_a_workbook_holds_texts_as_texts_and_numbers_as_numbers() -> None:
    table = Table("T", ["Name", "Score", "Seconds"], [["=1+1", 7, 1.5], ["https://x", 0, None]])
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx(table))).active
    assert sheet is not None
    assert sheet["A2"].value == "=1+1"
    assert sheet["A2"].data_type == "s"
    assert sheet["B2"].value == 7
    assert sheet["C2"].value == 1.5
    assert sheet["A3"].hyperlink is None
    assert sheet["C3"].value is None


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=30), max_size=8))
def test_whatever_a_name_holds_it_is_one_cell_and_never_a_formula(names: list[str]) -> None:
    rows = rows_of(as_csv(Table("T", ["Name", "Score"], [[name, 1] for name in names])))
    assert len(rows) == len(names) + 1
    for name, row in zip(names, rows[1:], strict=True):
        assert row[1] == "1"
        assert row[0].replace("'", "") == name.replace("'", "")
        assert not row[0].startswith(("=", "+", "-", "@", "\t", "\r"))


def test_half_points_stay_what_they_are_in_every_file() -> None:
    answers = [
        {"question_id": "q1", "answer": ["a"], "correct": False, "points": 0.5, "elapsed_ms": 9}
    ]
    table = as_table("T", QUESTIONS[:1], [result(0, score=1000.5, answers=answers)])
    (_, row) = rows_of(as_csv(table))
    assert (row[3], row[7]) == ("1000.5", "0.5")
    sheet = openpyxl.load_workbook(io.BytesIO(as_xlsx(table))).active
    assert sheet is not None
    assert (sheet.cell(2, 4).value, sheet.cell(2, 8).value) == (1000.5, 0.5)


def test_an_answer_that_nobody_has_read_has_no_points() -> None:
    given = {"question_id": "q1", "answer": "Because", "correct": None, "points": 0}
    missing = {"question_id": "q2", "answer": None, "correct": None, "points": 0}
    table = as_table("T", QUESTIONS, [result(0, answers=[given, missing])])
    assert [table.rows[0][place] for place in (6, 7, 9, 10)] == ["Because", None, None, 0]
