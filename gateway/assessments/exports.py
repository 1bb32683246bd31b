"""The results of a live quiz as a table, and the table as CSV and XLSX.

Names come from guests, so a spreadsheet must never interpret one as a formula (OWASP ASVS 1.2.10):
in CSV, which has no types, `formulas` makes such a cell harmless; in XLSX texts are written as
texts.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Any

import msgspec
import xlsxwriter

from protocol.errors import NotFoundError
from protocol.formulas import defused
from protocol.ports import Reads
from protocol.selection import Argument, Field, Selection, Viewer

NONE_OF_THESE = "None of these"
"""An empty choice, as the page calls it: an empty cell would be no answer."""
PAGE = 100
"""Rows read in one statement: the largest page of a connection."""

Cell = str | int | float | None


class Table(msgspec.Struct, frozen=True):
    """Rows of equal length under a header. `title` names the game."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Cell]]


def _leaves(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, name) for name in names)


RESULTS = Field(
    "results",
    "results",
    {"first": Argument("first"), "after": Argument("after")},
    (
        Field(
            "nodes",
            "nodes",
            children=_leaves(
                "playerId", "nickname", "score", "rank", "correct", "answered", "answers"
            ),
        ),
        Field("pageInfo", "pageInfo", children=_leaves("hasNextPage", "endCursor")),
    ),
)
QUESTIONS = Field(
    "playedQuestions", "playedQuestions", children=_leaves("questionId", "questionText")
)
GAME = Field(
    "liveQuiz",
    "liveQuiz",
    {"id": Argument("id")},
    (Field("title", "title"), QUESTIONS, RESULTS),
)


async def read_results(reads: Reads, live_quiz_id: str, viewer: Viewer) -> Table:
    """Read the final board with every answer. `NotFoundError` if the viewer may not see it."""
    first: dict[str, Any] | None = None
    nodes: list[dict[str, Any]] = []
    after = None
    while True:
        variables = {"id": live_quiz_id, "first": PAGE, "after": after}
        raw = (await reads.execute([Selection(GAME, variables)], viewer))[0]
        game = msgspec.json.decode(raw)
        if game is None:
            raise NotFoundError("live quiz", live_quiz_id)
        first = first or game
        nodes += game["results"]["nodes"]
        page = game["results"]["pageInfo"]
        if not page["hasNextPage"]:
            break
        after = page["endCursor"]
    return as_table(first["title"], first["playedQuestions"], nodes)


def as_table(
    title: str, questions: Sequence[dict[str, Any]], results: Sequence[dict[str, Any]]
) -> Table:
    """One row for each player, three columns for each question, in the order of the quiz."""
    header = ["Rank", "Name", "Player", "Score", "Correct", "Answered"]
    for number, question in enumerate(questions, 1):
        header += [
            f"Q{number} {question['questionText']}",
            f"Q{number} points",
            f"Q{number} seconds",
        ]
    return Table(title, header, [_row(questions, result) for result in results])


def _row(questions: Sequence[dict[str, Any]], result: dict[str, Any]) -> list[Cell]:
    row: list[Cell] = [
        result["rank"],
        result["nickname"],
        result["playerId"],
        result["score"],
        result["correct"],
        result["answered"],
    ]
    given = {answer["question_id"]: answer for answer in result["answers"] or ()}
    for question in questions:
        answer = given.get(question["questionId"])
        if answer is None:
            row += [None, None, None]
            continue
        elapsed = answer.get("elapsed_ms")
        # What a person has still to read has no points yet, which is not 0.
        unread = answer.get("answer") is not None and answer.get("correct") is None
        row += [
            answer_text(answer.get("answer")),
            None if unread else answer["points"],
            None if elapsed is None else elapsed / 1000,
        ]
    return row


def answer_text(answer: Any) -> str | None:
    """An answer as a person reads it."""
    if answer is None:
        return None
    if isinstance(answer, bool):
        return "true" if answer else "false"
    if isinstance(answer, list):
        return "; ".join(map(str, answer)) if answer else NONE_OF_THESE
    return str(answer)


def safe_cell(value: Cell) -> Cell:
    """Make a text safe that a spreadsheet would interpret as a formula."""
    return defused(value) if isinstance(value, str) else value


def as_csv(table: Table) -> bytes:
    """UTF-8 with a byte order mark, which Excel needs to see that it is UTF-8; RFC 4180."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([safe_cell(cell) for cell in table.header])
    writer.writerows([[safe_cell(cell) for cell in row] for row in table.rows])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def as_xlsx(table: Table) -> bytes:
    """One sheet with a fixed header row. Takes a while for large games: run it in a thread."""
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        sheet = book.add_worksheet("Results")
        bold = book.add_format({"bold": True})
        sheet.freeze_panes(1, 2)
        sheet.set_column(1, 1, 28)
        for column, name in enumerate(table.header):
            sheet.write_string(0, column, name, bold)
        for number, row in enumerate(table.rows, 1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    sheet.write_string(number, column, cell)
                elif cell is not None:
                    sheet.write_number(number, column, cell)
    return buffer.getvalue()
