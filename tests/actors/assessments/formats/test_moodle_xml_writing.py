"""Whatever can be in a quiz is read back from the Moodle XML that is written of it."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from actors.assessments.formats.moodle_xml.reader import parse_moodle_xml
from actors.assessments.formats.moodle_xml.writer import write_moodle_xml
from actors.assessments.formats.reading import FilePicture
from protocol.assessments.quizzes import (
    Question,
)
from tests.actors.assessments.formats.test_gift_writing import questions

PICTURE = FilePicture("a.png", b"\x89PNG\r\n\x1a\n...")


def read(data: bytes) -> tuple[Question, ...]:
    return tuple(each.question for each in parse_moodle_xml(data, lambda: "").questions)


@given(quiz=st.lists(questions(), min_size=1, max_size=4).map(tuple))
def test_a_quiz_that_is_written_is_read_as_it_was(quiz: tuple[Question, ...]) -> None:
    assert read(write_moodle_xml(quiz).data) == quiz


@given(quiz=st.lists(questions(), min_size=1, max_size=3).map(tuple))
def test_pictures_are_written_into_the_file_and_read_from_it(quiz: tuple[Question, ...]) -> None:
    written = write_moodle_xml(quiz, pictures={"/pictures/a.png": PICTURE})
    file = parse_moodle_xml(written.data, lambda: "")
    for each, wanted in zip(file.questions, quiz, strict=True):
        assert each.picture == (PICTURE if wanted.media_url else None)
        assert each.question == msgspec.structs.replace(wanted, media_url=None)
