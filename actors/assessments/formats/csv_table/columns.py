"""The columns of the table, and how lists stand in a cell.

    type         multiple_choice, true_false, short_answer, numeric, essay, fill_blank, matching or
                 ordering
    question     the text; ____ for each gap
    answer       what is right, see below
    several      yes where several options may be chosen; if empty: where several are right
    tolerance    of a number
    points, seconds, difficulty, explanation
    picture, picture words
                 the address of the picture, and what is to be seen in it
    option 1 …   the options; of ordering in their right order; of matching the pairs, as in:
                 prompt -> match
    details      what the other columns cannot say; only our own exports have it

`answer` has the numbers of the right options, true or false, the accepted texts, a number, the
guidance for the grader, or for each gap its accepted texts. Several are separated by |, those of
one gap by /, and a backslash stands before either where it is meant.
"""

from __future__ import annotations

import re
from typing import Final

from protocol.assessments.quizzes import MAX_OPTIONS

NAMED: Final = (
    "type",
    "question",
    "answer",
    "several",
    "tolerance",
    "points",
    "seconds",
    "difficulty",
    "explanation",
    "picture",
    "picture words",
)
OPTION: Final = re.compile(r"option (\d{1,2})")
DETAILS: Final = "details"
MAX_COLUMNS: Final = 200
"""Several times as many as are known: each row is read by all of them."""
NEEDED: Final = frozenset({"type", "question"})
ARROW: Final = " -> "
_ESCAPED: Final = re.compile(r"\\([\\|/])")


def named(header: str) -> str:
    """The name of a column, however it is written."""
    return " ".join(re.sub(r"[_-]", " ", header.strip().casefold()).split())


def is_known(name: str) -> bool:
    """Whether there is a column of that name."""
    option = OPTION.fullmatch(name)
    return (
        name in NAMED
        or name == DETAILS
        or (option is not None and 1 <= int(option[1]) <= MAX_OPTIONS)
    )


def split(text: str, sign: str) -> list[str]:
    """The parts of a list, still with their backslashes; empty ones are kept."""
    return [part.strip() for part in re.split(rf"(?<!\\){re.escape(sign)}", text)]


def plain(text: str) -> str:
    """A part without its backslashes."""
    return _ESCAPED.sub(r"\1", text)


def escaped(text: str) -> str:
    """A text as a part of a list."""
    return re.sub(r"([\\|/])", r"\\\1", text)
