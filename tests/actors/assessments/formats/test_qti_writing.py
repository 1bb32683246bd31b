"""Whatever can be in a quiz is read back from the QTI package that is written of it."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from actors.assessments.formats.qti.reader import parse_qti
from actors.assessments.formats.qti.writer import write_qti
from actors.assessments.formats.reading import FilePicture
from protocol.assessments.files import ExportFormat
from protocol.assessments.quizzes import Question
from tests.actors.assessments.formats.test_gift_writing import questions

PICTURE = FilePicture("a.png", b"\x89PNG\r\n\x1a\n...")
VERSIONS = [ExportFormat.QTI_2_1, ExportFormat.QTI_2_2, ExportFormat.QTI_3]


@given(
    quiz=st.lists(questions(), min_size=1, max_size=4).map(tuple),
    version=st.sampled_from(VERSIONS),
)
def test_a_quiz_that_is_written_is_read_as_it_was(
    quiz: tuple[Question, ...], version: ExportFormat
) -> None:
    file = parse_qti(write_qti(version, quiz).data, lambda: "")
    assert tuple(each.question for each in file.questions) == quiz
    assert file.skipped == ()


@given(
    quiz=st.lists(questions(), min_size=1, max_size=3).map(tuple),
    version=st.sampled_from(VERSIONS),
)
def test_pictures_are_in_the_package(quiz: tuple[Question, ...], version: ExportFormat) -> None:
    written = write_qti(version, quiz, pictures={"/pictures/a.png": PICTURE})
    file = parse_qti(written.data, lambda: "")
    for each, wanted in zip(file.questions, quiz, strict=True):
        assert each.picture == (PICTURE if wanted.media_url else None)
        assert each.question == msgspec.structs.replace(wanted, media_url=None)
