"""Files with questions from the command to what the database has, and out again."""

from __future__ import annotations

import gzip
from base64 import b64encode
from pathlib import Path
from typing import Any, cast

import pytest
from msgspec import structs

from actors.assessments.file_pictures import FilePictures
from actors.assessments.formats.moodle_xml.reader import parse_moodle_xml
from actors.assessments.pictures import QuizPictures
from protocol.assessments.editing import AddQuestion, QuestionsAdded
from protocol.assessments.files import (
    MAX_FILE_BYTES,
    MAX_FILE_PICTURES,
    ExportFormat,
    ExportQuiz,
    FileFormat,
    FileRead,
    ImportFile,
    PreviewFile,
    QuizExported,
)
from protocol.errors import AuthorizationError, RefusedError, ValidationError
from protocol.pictures import MAX_PICTURES
from protocol.validation import Rule
from storage.postgres import Database
from tests.actors.assessments.formats.test_on_pictures import PNG
from tests.actors.assessments.test_assessments_handler import Hall
from tests.storage.records.assessments.test_quiz_editing_records import Desk, essay

ORBITS = (Path(__file__).parents[3] / "data" / "orbits.xml").read_bytes()
TAKEN = 13
"""Questions of it that can be taken."""


@pytest.fixture
async def desk(database: Database) -> Desk:
    desk = Desk(Hall(database))
    await desk.furnish()
    return desk


async def rows(desk: Desk) -> list[Any]:
    return await desk.school.rows(
        "select question_text, question_media_url as media_url, question_media_alt as media_alt"
        " from questions where quiz_id::text = $1"
        " order by order_number offset 3",
        desk.quiz,
    )


def problems(error: ValidationError) -> list[tuple[str, str]]:
    return [(each["field"], each["code"]) for each in error.details["fields"]]


async def test_a_file_is_looked_at_and_then_appended_with_its_pictures(desk: Desk) -> None:
    read = await desk.do(PreviewFile, quiz_id=desk.quiz, file=ORBITS)
    assert isinstance(read, FileRead)
    assert read.format is FileFormat.MOODLE_XML
    assert [each.picture for each in read.questions if each.picture] == ["the sun.png", "blue.png"]
    assert await desk.texts() == "abc"
    assert not desk.hall.shelf.kept
    added = await desk.do(ImportFile, quiz_id=desk.quiz, file=ORBITS)
    assert isinstance(added, QuestionsAdded)
    assert (added.question_count, added.skipped) == (TAKEN, read.skipped)
    sun, *others = await rows(desk)
    assert (sun["question_text"], sun["media_alt"]) == ("What is this?", "A yellow disc")
    assert sun["media_url"].removeprefix("/") in desk.hall.shelf.kept
    assert len([row for row in others if row["media_url"]]) == 1


async def test_what_is_exported_is_imported_with_the_same_pictures(desk: Desk) -> None:
    await desk.do(ImportFile, quiz_id=desk.quiz, file=ORBITS)
    before = await rows(desk)
    for format in (ExportFormat.MOODLE_XML,):
        exported = await desk.do(ExportQuiz, quiz_id=desk.quiz, format=format)
        assert isinstance(exported, QuizExported)
        read = await desk.do(PreviewFile, quiz_id=desk.quiz, file=exported.content)
        assert read.skipped == ()
        assert [each.read.question.text for each in read.questions[3:]] == [
            row["question_text"] for row in before
        ]
        stored = set(desk.hall.shelf.kept)
        await desk.do(
            ImportFile, quiz_id=desk.quiz, file=exported.content, only=(3, len(before) + 2)
        )
        new = set(desk.hall.shelf.kept) - stored
        assert len(new) == 2
        for key in new:
            assert desk.hall.shelf.kept[key] in [desk.hall.shelf.kept[old] for old in stored]


async def test_only_what_was_chosen_is_appended(desk: Desk) -> None:
    added = await desk.do(ImportFile, quiz_id=desk.quiz, file=ORBITS, only=(2, 1))
    assert added.question_count == 2
    texts = [row["question_text"] for row in await rows(desk)]
    assert texts == ["Which are giants?", "The Moon orbits Mars."]
    for wrong, code in (
        ((), "REQUIRED"),
        ((1, 1), "DUPLICATE"),
        ((TAKEN,), "UNKNOWN_REFERENCE"),
        ((-1,), "UNKNOWN_REFERENCE"),
        (tuple(range(201)), "TOO_MANY"),
    ):
        with pytest.raises(ValidationError) as error:
            await desk.do(ImportFile, quiz_id=desk.quiz, file=ORBITS, only=wrong)
        assert problems(error.value) == [("only", code)]


async def test_a_file_may_be_packed(desk: Desk) -> None:
    read = await desk.do(PreviewFile, quiz_id=desk.quiz, file=gzip.compress(ORBITS))
    assert len(read.questions) == TAKEN
    for bad in (gzip.compress(ORBITS)[:-9], b"\x1f\x8bno"):
        with pytest.raises(ValidationError) as error:
            await desk.do(PreviewFile, quiz_id=desk.quiz, file=bad)
        assert problems(error.value) == [("file", "DAMAGED")]
    with pytest.raises(ValidationError) as error:
        await desk.do(PreviewFile, quiz_id=desk.quiz, file=gzip.compress(b" " * 9_000_000))
    assert problems(error.value) == [("file", "TOO_MANY_BYTES")]


@pytest.mark.parametrize("kind", [PreviewFile, ImportFile])
async def test_a_file_that_is_too_large_is_refused_before_it_is_read(desk: Desk, kind: Any) -> None:
    with pytest.raises(ValidationError) as error:
        await desk.do(kind, quiz_id=desk.quiz, file=b"\x1f\x8b" + b"x" * MAX_FILE_BYTES)
    assert problems(error.value) == [("file", "TOO_MANY_BYTES")]


async def test_a_picture_that_is_none_costs_only_itself(desk: Desk) -> None:
    file = ORBITS.replace(b"iVBORw0KGgo", b"R0lGODlhAAA")
    added = await desk.do(ImportFile, quiz_id=desk.quiz, file=file, only=(0,))
    assert added.question_count == 1
    assert added.skipped[-1] == (
        "line 11: imported without its picture, which is not a PNG, JPEG or WebP picture"
    )


async def test_a_question_about_places_goes_with_its_picture(desk: Desk) -> None:
    picture = b64encode(PNG).decode()
    file = f"""<quiz><question type="ddmarker"><name><text>n</text></name>
    <questiontext format="html"><text>Where?</text></questiontext>
    <file name="map.png" encoding="base64">{picture}</file>
    <drop><no>1</no><shape>circle</shape><coords>20,50;10</coords><choice>1</choice></drop>
    </question></quiz>""".encode()
    added = await desk.do(ImportFile, quiz_id=desk.quiz, file=file)
    assert added.question_count == 1
    [row] = await rows(desk)
    assert (row["question_text"], row["media_alt"]) == ("Where?", "map.png")
    assert row["media_url"].removeprefix("/") in desk.hall.shelf.kept

    [read] = parse_moodle_xml(file, lambda: "id").questions
    many = [structs.replace(read, line=n) for n in range(MAX_FILE_PICTURES + 1)]
    pictures = FilePictures(cast(QuizPictures, Shelf()))
    taken, lost = await pictures.stored("quiz", many, "ada", "educator")
    assert len(taken) == MAX_FILE_PICTURES
    assert lost == [f"line {MAX_FILE_PICTURES}: its picture is missing: there are over 100"]
    broken = FilePictures(cast(QuizPictures, Shelf(broken=True)))
    with pytest.raises(ValidationError) as refusal:
        await broken.stored("quiz", many[:1], "ada", "educator")
    assert problems(refusal.value) == [("file", "NOT_IMPORTED")]


class Shelf:
    """Where pictures of files are kept, or found to be none."""

    def __init__(self, *, broken: bool = False) -> None:
        self.broken = broken

    async def keep(self, *_: str | bytes) -> str:
        if self.broken:
            raise ValidationError.of("image", Rule.UNSUPPORTED, "is none")
        return "/pictures/a.png"


async def test_where_a_course_has_no_room_for_pictures_nothing_is_imported(desk: Desk) -> None:
    await desk.school.rows(
        "insert into pictures (name, course_id, created_at) select n || '.png', c.id, now()"
        " from generate_series(1, $1::int) n, courses c limit $1 returning name",
        MAX_PICTURES,
    )
    full = await desk.refused(ImportFile, quiz_id=desk.quiz, file=ORBITS)
    assert isinstance(full, RefusedError)
    assert full.code == "PICTURES_FULL"
    assert await desk.texts() == "abc"


async def test_a_repeated_import_appends_once(desk: Desk) -> None:
    command = {"quiz_id": desk.quiz, "file": b"d {=x}", "idempotency_key": "once"}
    first = await desk.do(ImportFile, **command)
    assert await desk.do(ImportFile, **command) == first
    assert await desk.texts() == "abcd"


async def test_a_file_with_nothing_in_it_is_shown_with_what_is_wrong(desk: Desk) -> None:
    read = await desk.do(PreviewFile, quiz_id=desk.quiz, file=b"none")
    assert (read.questions, read.skipped) == ((), ("line 1: a description is not a question",))
    with pytest.raises(ValidationError) as error:
        await desk.do(ImportFile, quiz_id=desk.quiz, file=b"none")
    assert problems(error.value) == [("file", "NOT_IMPORTED")]


async def test_only_teachers_read_files_and_export(desk: Desk) -> None:
    stranger = await desk.school.user("educator")
    for kind, more in (
        (PreviewFile, {"file": ORBITS}),
        (ImportFile, {"file": ORBITS}),
        (ExportQuiz, {}),
    ):
        with pytest.raises(AuthorizationError):
            await desk.do(kind, quiz_id=desk.quiz, by=stranger, **more)


async def test_an_export_says_what_it_leaves_out(desk: Desk) -> None:
    await desk.do(AddQuestion, quiz_id=desk.quiz, question=essay(""), draft=True)
    exported = await desk.do(ExportQuiz, quiz_id=desk.quiz, format=ExportFormat.MOODLE_XML)
    assert exported.left_out == ("1 unfinished questions are left out",)
