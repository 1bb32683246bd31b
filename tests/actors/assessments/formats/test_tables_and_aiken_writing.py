"""What CSV, Kahoot's spreadsheet and Aiken can carry is read back from what is written."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.assessments.formats.aiken import parse_aiken, write_aiken
from actors.assessments.formats.csv_table.reader import parse_csv
from actors.assessments.formats.csv_table.writer import write_csv
from actors.assessments.formats.kahoot import TIMES, parse_kahoot, write_kahoot
from protocol.assessments.quizzes import (
    WHOLE,
    ChoiceKey,
    EssayKey,
    Question,
    QuestionDifficulty,
    QuestionType,
    TrueFalseKey,
)
from tests.actors.assessments.formats.test_gift_writing import question, questions

words = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="\ufffe\uffff"),
    min_size=1,
    max_size=12,
).filter(lambda word: word.casefold() not in ("true", "false"))


@st.composite
def choices(draw: st.DrawFn) -> Question:
    """One of which one option is right, and nothing else is said."""
    options = draw(st.lists(words, min_size=2, max_size=4, unique=True))
    right = draw(st.integers(0, len(options) - 1))
    return Question(
        id="",
        type=QuestionType.MULTIPLE_CHOICE,
        text=draw(words),
        options=tuple(options),
        key=ChoiceKey(correct=(right,)),
        multiple=False,
        seconds=draw(st.sampled_from(TIMES)),
    )


truths = st.builds(
    lambda text, value, seconds: Question(
        id="",
        type=QuestionType.TRUE_FALSE,
        text=text,
        key=TrueFalseKey(value=value),
        seconds=seconds,
    ),
    words,
    st.booleans(),
    st.sampled_from(TIMES),
)
simple = st.lists(choices() | truths, min_size=1, max_size=4).map(tuple)


def texts(file: Any) -> tuple[Question, ...]:
    return tuple(each.question for each in file.questions)


@given(quiz=st.lists(questions(), min_size=1, max_size=4).map(tuple))
def test_a_quiz_that_is_written_as_csv_is_read_as_it_was(quiz: tuple[Question, ...]) -> None:
    file = parse_csv(write_csv(quiz).data, lambda: "")
    assert texts(file) == quiz
    assert file.skipped == ()


@given(quiz=simple)
def test_what_kahoot_carries_is_read_as_it_was(quiz: tuple[Question, ...]) -> None:
    written = write_kahoot(quiz)
    assert written.left_out == ()
    file = parse_kahoot(written.data, lambda: "")
    assert (texts(file), file.skipped) == (quiz, ())


@given(quiz=simple)
def test_what_aiken_carries_is_read_as_it_was(quiz: tuple[Question, ...]) -> None:
    untimed = tuple(msgspec.structs.replace(each, seconds=None) for each in quiz)
    written = write_aiken(untimed)
    if written.left_out:
        assert all("Aiken has no way to write" in each for each in written.left_out)
        return
    file = parse_aiken(written.data, lambda: "")
    assert (texts(file), file.skipped) == (untimed, ())


@given(quiz=st.lists(questions(), min_size=1, max_size=4).map(tuple))
def test_a_report_names_what_kahoot_and_aiken_leave_out(quiz: tuple[Question, ...]) -> None:
    for write, parse in ((write_kahoot, parse_kahoot), (write_aiken, parse_aiken)):
        written = write(quiz)
        gone = [each for each in written.left_out if "written without" not in each]
        if len(gone) == len(quiz):
            continue
        assert len(parse(written.data, lambda: "").questions) == len(quiz) - len(gone)


def test_the_reasons_are_said_in_words() -> None:
    choice = question(
        QuestionType.MULTIPLE_CHOICE,
        "Which?",
        ChoiceKey(correct=(0, 1)),
        options=("a", "b", "c"),
        multiple=True,
        explanation="So",
        points=2,
        difficulty=QuestionDifficulty.HARD,
        seconds=45,
        notes="mine",
        media_url="/pictures/a.png",
    )
    many = msgspec.structs.replace(choice, options=tuple("abcde"))
    essay = question(QuestionType.ESSAY, "Why?", EssayKey())
    long = msgspec.structs.replace(choice, text="x" * 121)
    assert write_kahoot((choice, many, essay, long), left_out=2).left_out == (
        "2 unfinished questions are left out",
        "question 1: written without its explanation, its picture, its points, its difficulty,"
        " its notes, its time of 45 seconds (it has 30), that all of its right answers must be"
        " chosen (any is enough there)",
        "question 2: Kahoot has at most 4 answers",
        "question 3: Kahoot's spreadsheet has no essays",
        "question 4: Kahoot has questions of at most 120 characters",
    )
    assert write_aiken((choice, essay)).left_out == (
        "question 1: Aiken has one right answer, and it has several",
        "question 2: Aiken has no essays",
    )
    assert write_csv((choice,)).left_out == (
        "question 1: its notes are left out: the file is for others",
        "question 1: of its picture only the address is written",
    )


@pytest.mark.parametrize("text", ["=1+1", "+cmd|'/c calc'!A0", "-2+3", "@SUM(A1)", "\t=1"])
def test_no_cell_is_a_formula(text: str) -> None:
    asked = question(
        QuestionType.MULTIPLE_CHOICE,
        text,
        ChoiceKey(correct=(0,)),
        options=(text, "b"),
        multiple=False,
        explanation=text,
    )
    table = write_csv((asked,)).data.decode("utf-8-sig")
    assert table.count(f"'{text.strip()}") + table.count(f"'{text}") >= 3
    kept = msgspec.structs.replace(asked, id="", text=text.strip())
    options = (text.strip(), "b")
    kept = msgspec.structs.replace(kept, options=options, explanation=text.strip())
    assert texts(parse_csv(table.encode(), lambda: ""))[0].text == kept.text


def test_several_right_answers_of_kahoot_are_any_of_them() -> None:
    asked = question(
        QuestionType.MULTIPLE_CHOICE,
        "Which?",
        ChoiceKey(correct=(0, 2), weights=(WHOLE, 0, WHOLE)),
        options=("a", "b", "c"),
        multiple=False,
        seconds=20,
    )
    file = parse_kahoot(write_kahoot((asked,)).data, lambda: "q")
    assert texts(file) == (asked,)
