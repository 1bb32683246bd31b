"""Reading CSV tables, Kahoot's spreadsheet and Aiken, as people and programs write them."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pytest

from actors.assessments.formats.aiken import parse_aiken
from actors.assessments.formats.csv_table.reader import parse_csv
from actors.assessments.formats.kahoot import HEADINGS, parse_kahoot
from actors.assessments.formats.reading import QuestionFile
from protocol.assessments.quizzes import (
    AcceptedNumber,
    BlanksKey,
    ChoiceKey,
    EssayKey,
    MatchingKey,
    NumericKey,
    QuestionDifficulty,
    TextKey,
    TrueFalseKey,
)
from protocol.errors import ValidationError

TABLE = """Type,Question,Answer,Several,Tolerance,Points,Seconds,Difficulty,Explanation,Option 1,\
Option 2,Option 3,Mood
multiple choice,Which are moons?,1|3,,,2,30,hard,"Two of
them",Io,Mars,Titan,good
Multiple_Choice,Which is a star?,2,yes,,,,,,Io,Sun,,
true-false,Titan is a moon.,TRUE,,,,,,,,,,
short answer,Who saw them?,Galile*|G. G\\*|a\\|b,,,,,,,,,,
number,Days of a year?,365.25,,0.25,"1,5",,,,,,,
essay,Why?,Look for reasons,,,,,,,,,,
fill_blank,____ and ____,Sun/star|Moon,,,,,,,,,,
matching,Whose?,,,,,,,,Titan -> Saturn,Io -> Jupiter,-> Venus,
poem,Rose?,,,,,,,,,,,

multiple_choice,None?,,,,,,,,a,b,,
"""


def csv(text: str, encoding: str = "utf-8") -> QuestionFile:
    return parse_csv(text.encode(encoding), lambda: "")


def refusal(read: Any) -> list[tuple[str, str]]:
    with pytest.raises(ValidationError) as error:
        read()
    return [(each["code"], each["message"]) for each in error.value.details["fields"]]


def test_each_type_of_row_is_read() -> None:
    file = csv(TABLE)
    assert [(read.line, read.question.key) for read in file.questions] == [
        (2, ChoiceKey(correct=(0, 2))),
        (4, ChoiceKey(correct=(1,))),
        (5, TrueFalseKey(value=True)),
        (6, TextKey(accepted=("G. G*", "a|b"), patterns=("Galile*",))),
        (7, NumericKey(answers=(AcceptedNumber(number=365.25, tolerance=0.25),))),
        (8, EssayKey(guidance="Look for reasons")),
        (9, BlanksKey(blanks=(("Sun", "star"), ("Moon",)))),
        (10, MatchingKey(pairs=(("Titan", "Saturn"), ("Io", "Jupiter")), distractors=("Venus",))),
    ]
    moons, star, *_ = (read.question for read in file.questions)
    assert (moons.multiple, moons.points, moons.seconds) == (True, 2, 30)
    assert (moons.difficulty, moons.explanation) == (QuestionDifficulty.HARD, "Two of\nthem")
    assert star.multiple is True
    assert file.questions[4].question.points == 1.5
    assert file.skipped == (
        "line 1: columns that are not known are not kept (1)",
        "line 11: 'poem' is no type of question: multiple_choice, true_false, short_answer,"
        " numeric, number, ordering, essay, fill_blank, matching",
        "line 13: no option is named as right",
    )


@pytest.mark.parametrize("separator", [";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_the_separator_and_the_encoding_are_found_out(separator: str, encoding: str) -> None:
    rows = [["type", "question", "answer"], ["true_false", "Schön, oder?", "true"]]
    text = "\r\n".join(separator.join(row) for row in rows)
    assert csv(text, encoding).questions[0].question.text == "Schön, oder?"


def test_a_line_may_name_the_separator() -> None:
    file = csv("sep=;\ntype;question;answer\ntrue_false;a,b,c,d;true\n")
    assert [(read.line, read.question.text) for read in file.questions] == [(3, "a,b,c,d")]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("multiple_choice,Q,9,a,b", "'9' is no number of an option"),
        ("multiple_choice,Q,1,a,a", "two options are the same"),
        ("multiple_choice,Q,1,a,", "two options to choose from"),
        ("true_false,Q,perhaps,,", "true or false"),
        ("short_answer,Q,,,", "the answer is empty"),
        ("number,Q,ten,,", "is no number"),
        ("fill_blank,____,,,", "a gap has no answer"),
        ("matching,Q,,a,b", "this -> that"),
        ("essay,,,,", "the question has no text"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(row: str, reason: str) -> None:
    ((code, message),) = refusal(lambda: csv(f"type,question,answer,option 1,option 2\n{row}"))
    assert code == "NOT_IMPORTED"
    assert message.startswith("line 2: ")
    assert reason in message


def test_a_table_without_our_columns_is_refused() -> None:
    assert refusal(lambda: csv("a,b\n1,2"))[0][0] == "UNSUPPORTED"
    assert refusal(lambda: csv('type,question\nessay,"' + "x" * 200_000))[0][0] == "DAMAGED"


def sheet(*rows: tuple[Any, ...], headings: tuple[str, ...] = HEADINGS) -> bytes:
    book = openpyxl.Workbook()
    active = book.active
    assert active is not None
    active.append(["", "Quiz template"])
    for _ in range(6):
        active.append([])
    active.append(["", *headings])
    for number, row in enumerate(rows, 1):
        active.append([number, *row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def kahoot(*rows: tuple[Any, ...]) -> QuestionFile:
    return parse_kahoot(sheet(*rows), lambda: "")


def test_the_template_is_read() -> None:
    file = kahoot(
        ("Which is a star?", "Mars", "Sun", "Io", None, 30, 2),
        ("Titan is a moon.", True, False, None, None, 5, 1),
        ("Which are moons?", "Io", None, "Mars", "Titan", 20.0, "1,4"),
        ("And these?", 1, 2.5, "c", None, None, 1.2),
        (None, None, None, None, None, 20, None),
    )
    star, titan, moons, numbers = (read.question for read in file.questions)
    assert (star.options, star.key, star.seconds) == (
        ("Mars", "Sun", "Io"),
        ChoiceKey(correct=(1,)),
        30,
    )
    assert (titan.key, titan.seconds) == (TrueFalseKey(value=True), 5)
    assert moons.options == ("Io", "Mars", "Titan")
    assert moons.key == ChoiceKey(correct=(0, 2), weights=(100_000, 0, 100_000))
    assert (numbers.options, numbers.seconds) == (("1", "2.5", "c"), None)
    assert [read.line for read in file.questions] == [9, 10, 11, 12]
    assert file.skipped == ()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ((None, "a", "b", None, None, 20, 1), "the question has no text"),
        (("Q", "a", "b", None, None, 20, None), "no correct answer is named"),
        (("Q", "a", "b", None, None, 20, 3), "that is not there"),
        (("Q", "a", "b", None, None, 20, 7), "that is not there"),
        (("Q", "a", None, None, None, 20, 1), "two answers to choose from"),
        (("Q", "a", "a", None, None, 20, 1), "two answers are the same"),
    ],
)
def test_a_row_of_the_sheet_that_cannot_be_taken_says_why(
    row: tuple[Any, ...], reason: str
) -> None:
    ((code, message),) = refusal(lambda: kahoot(row))
    assert (code, message[:8]) == ("NOT_IMPORTED", "line 9: ")
    assert reason in message


def test_a_time_that_is_none_is_left_out() -> None:
    file = kahoot(("Q", "a", "b", None, None, "soon", 1))
    assert file.questions[0].question.seconds is None
    assert "its time, which is no number of seconds" in file.skipped[0]


def test_another_sheet_is_refused() -> None:
    other = sheet(("a", "b"), headings=("Name", "Mark"))
    assert refusal(lambda: parse_kahoot(other, lambda: ""))[0][0] == "UNSUPPORTED"


AIKEN = """Which is a star?
A. Mars
B) Sun
ANSWER: b

Which is
no planet?
A. Venus
B. Io
  which orbits Jupiter
C. Mars
answer: B

Titan is a moon.
A. True
B. False
ANSWER: A

Nobody says which?
A. one
B. two

Wrong letter?
A. one
B. two
ANSWER: D

A. no text
B. at all
ANSWER: A
"""


def test_aiken_is_read() -> None:
    file = parse_aiken(AIKEN.encode(), lambda: "")
    star, planet, titan = (read.question for read in file.questions)
    assert (star.options, star.key) == (("Mars", "Sun"), ChoiceKey(correct=(1,)))
    assert planet.text == "Which is\nno planet?"
    assert planet.options == ("Venus", "Io\nwhich orbits Jupiter", "Mars")
    assert titan.key == TrueFalseKey(value=True)
    assert [read.line for read in file.questions] == [1, 6, 14]
    assert file.skipped == (
        "line 19: there is no line ANSWER: with the letter of the right option",
        "line 23: ANSWER: names an option that is not there",
        "line 28: the question has no text",
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Q\nA. a\nC. c\nANSWER: A", "not lettered A, B, C"),
        ("Q\nA. a\nANSWER: A", "two answers to choose from"),
        ("Q\nANSWER: A", "an option that is not there"),
        ("Q\nA. a\nB. b", "there is no line ANSWER:"),
        ("Q\n\nA. a\nB. b\nANSWER: A", "there are no options below it"),
        ("Q\n" + "".join(f"{c}. {c}\n" for c in "ABCDEFGHIJKLMNOPQRSTU") + "ANSWER: A", "20"),
    ],
)
def test_what_aiken_lacks_is_said(text: str, reason: str) -> None:
    (code, message), *_ = refusal(lambda: parse_aiken(text.encode(), lambda: ""))
    assert code == "NOT_IMPORTED"
    assert reason in message


def test_options_need_no_space_before_them() -> None:
    (read,) = parse_aiken(b"Q\nA)a\nB)b\nANSWER: B", lambda: "").questions
    assert read.question.options == ("a", "b")
