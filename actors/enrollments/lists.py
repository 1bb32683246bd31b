"""Reading a list of e-mail addresses: CSV as spreadsheets and registers write it, or one by one.

The column is the one whose heading says so, or whichever cell of a line has an `@`. What is wrong
with a line is noted in it; only a list that is no list at all is refused.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from actors.addresses import MAX_EMAIL, is_email, normal_email
from protocol.enrollments.invitations import MAX_LINES, MAX_LIST
from protocol.errors import ValidationError
from protocol.validation import Problem, Rule, problem

DELIMITERS = ",;\t"
HEADING = re.compile(r"e-?_?mail|address|adresse|correo|courriel|بريد", re.IGNORECASE)
IN_BRACKETS = re.compile(r"<([^<>]*)>\s*\Z")
"""`Mira Okafor <mira@school.example>`."""
MAX_SHOWN = MAX_EMAIL
"""Characters of what stands in a line."""
BYTE_ORDER_MARK = "\ufeff"

MISSING = problem(Rule.REQUIRED, "has no address")
TOO_LONG = problem(Rule.TOO_LONG, f"must be at most {MAX_EMAIL} characters", max=MAX_EMAIL)
NO_ADDRESS = problem(Rule.INVALID_FORMAT, "is not a valid e-mail address")


class ListedAddress(msgspec.Struct, frozen=True):
    """A line: what stands there, and the address as addresses are stored, or what is wrong."""

    line: int
    said: str
    email: str = ""
    wrong: Problem | None = None


def read_addresses(csv_text: str | None, addresses: Sequence[str] | None) -> list[ListedAddress]:
    """The lines of the one that is given. Raises `ValidationError`."""
    if (csv_text is None) == (addresses is None):
        said = "Give either CSV or addresses"
        raise ValidationError.of("csv", Rule.CONFLICTING, said)
    if csv_text is not None:
        return _bounded("csv", _of_csv(csv_text))
    return _bounded("addresses", _one_by_one(addresses or ()))


def _bounded(field: str, lines: Iterable[ListedAddress]) -> list[ListedAddress]:
    found: list[ListedAddress] = []
    for each in lines:
        if len(found) == MAX_LINES:
            said = f"must be at most {MAX_LINES} addresses"
            raise ValidationError.of(field, Rule.TOO_MANY, said, max=MAX_LINES)
        found.append(each)
    if not found:
        raise ValidationError.of(field, Rule.REQUIRED, "is required")
    return found


def _one_by_one(addresses: Sequence[str]) -> Iterator[ListedAddress]:
    return (_listed(number, said) for number, said in enumerate(addresses, 1))


def _of_csv(text: str) -> Iterator[ListedAddress]:
    if len(text) > MAX_LIST:
        said = f"must be at most {MAX_LIST} characters"
        raise ValidationError.of("csv", Rule.TOO_LONG, said, max=MAX_LIST)
    rows = _rows(text.removeprefix(BYTE_ORDER_MARK))
    column = None
    for index, (line, cells) in enumerate(rows):
        if index == 0 and not any("@" in cell for cell in cells):
            column = next((n for n, cell in enumerate(cells) if HEADING.search(cell)), None)
            if column is not None:
                continue
        yield _listed(line, _cell(cells, column))


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    """The records that are not empty, each with the number of the line where it begins."""
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=None), delimiter=delimiter)
    begins = 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield begins, cells
            begins = reader.line_num + 1
    except csv.Error as error:
        said = f"is no CSV from line {begins} on"
        raise ValidationError.of("csv", Rule.INVALID_FORMAT, said) from error


def _cell(cells: Sequence[str], column: int | None) -> str:
    if column is not None:
        return cells[column] if column < len(cells) else ""
    return next((cell for cell in cells if "@" in cell), cells[0])


def _listed(line: int, said: str) -> ListedAddress:
    shown = said.strip()[:MAX_SHOWN]
    if not shown:
        return ListedAddress(line, shown, wrong=MISSING)
    if len(said) > 2 * MAX_EMAIL:
        return ListedAddress(line, shown, wrong=TOO_LONG)
    bracketed = IN_BRACKETS.search(said)
    email = normal_email(bracketed[1] if bracketed else said)
    if not is_email(email):
        return ListedAddress(line, shown, wrong=NO_ADDRESS)
    return ListedAddress(line, shown, email)
