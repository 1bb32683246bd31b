"""Pictures of questions: stored for teachers, and removed once nothing needs them."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from actors.course_rules import unarchived
from actors.pictures import storable
from protocol.assessments.editing import AddQuestion, DeleteQuiz, DuplicateQuestion
from protocol.assessments.pictures import (
    QuizPictureStored,
    UploadQuizPicture,
)
from protocol.errors import AuthorizationError, NotFoundError, RefusedError, ValidationError
from protocol.pictures import KEPT_UNUSED_MS, MAX_PICTURE_BYTES, MAX_PICTURES
from protocol.records.common import CourseFacts
from protocol.records.pictures import PictureFacts
from storage.postgres import Database
from storage.records.files import referenced_files
from tests.actors.assessments.test_assessments_handler import TRUTH, Hall

PNG = b"\x89PNG\r\n\x1a\n"


class Gallery:
    """A teacher at a quiz, and the job that removes pictures."""

    def __init__(self, database: Database) -> None:
        self.database, self.hall = database, Hall(database)
        self.by: dict[str, Any] = {}
        self.quiz = ""

    async def furnish(self) -> None:
        await self.hall.furnish()
        self.by = {"by": self.hall.teacher, "by_role": "educator"}
        self.quiz = await self.hall.quiz()

    async def upload(self, image: bytes = PNG, **more: Any) -> str:
        command = UploadQuizPicture(**{**self.by, "quiz_id": self.quiz, "image": image, **more})
        stored = await self.hall.handler.handle(command)
        assert isinstance(stored, QuizPictureStored)
        return stored.url

    async def ask_with(self, url: str) -> str:
        question = msgspec.structs.replace(TRUTH, media_url=url, media_alt="A circle")
        added: Any = await self.hall.handler.handle(
            AddQuestion(**self.by, quiz_id=self.quiz, question=question)
        )
        return str(added.question_id)

    async def week(self) -> int:
        """Lets it pass; returns how many pictures were removed."""
        self.hall.school.clock.at += KEPT_UNUSED_MS + 1
        return await self.hall.pictures.discard_unused()

    @property
    def kept(self) -> set[str]:
        return {f"/{key}" for key in self.hall.shelf.kept}


@pytest.fixture
async def gallery(database: Database) -> Gallery:
    gallery = Gallery(database)
    await gallery.furnish()
    return gallery


async def test_a_picture_is_stored_under_a_name_that_nobody_guesses(gallery: Gallery) -> None:
    one, other = await gallery.upload(), await gallery.upload(b"\xff\xd8\xff")
    assert gallery.kept == {one, other}
    assert one.startswith("/pictures/")
    assert len(one) == len("/pictures/.png") + 32
    assert gallery.hall.shelf.kept[other.removeprefix("/")].content_type == "image/jpeg"
    files = await gallery.database.run(referenced_files)
    assert files["pictures of questions and courses"] == {
        url.removeprefix("/") for url in (one, other)
    }


async def test_what_is_no_picture_or_too_large_is_not_stored(gallery: Gallery) -> None:
    for image in (b"<svg>", b"", PNG + bytes(MAX_PICTURE_BYTES)):
        with pytest.raises(ValidationError):
            await gallery.upload(image)
    with pytest.raises(AuthorizationError):
        await gallery.upload(by=await gallery.hall.school.user("educator"))
    with pytest.raises(NotFoundError):
        await gallery.upload(quiz_id="none")
    assert gallery.kept == set()


async def test_a_picture_goes_a_week_after_the_last_that_needs_it(gallery: Gallery) -> None:
    unused, shown, played = [await gallery.upload() for _ in range(3)]
    question = await gallery.ask_with(shown)
    await gallery.hall.handler.handle(DuplicateQuestion(**gallery.by, question_id=question))
    await gallery.hall.school.rows("delete from questions where id::text = $1", question)
    await gallery.ask_with(played)
    assert await gallery.week() == 1
    assert gallery.kept == {shown, played} - {unused}
    await gallery.hall.school.rows("delete from questions where question_media_url = $1", shown)
    await gallery.hall.handler.handle(gallery.hall.start(gallery.quiz))
    await gallery.hall.handler.handle(DeleteQuiz(**gallery.by, quiz_id=gallery.quiz))
    assert await gallery.week() == 1
    assert gallery.kept == {played}
    await gallery.hall.school.rows("delete from courses")
    assert await gallery.week() == 1
    assert gallery.kept == set()


async def test_what_a_picture_shows_reaches_the_game(gallery: Gallery) -> None:
    url = await gallery.upload()
    await gallery.ask_with(url)
    await gallery.hall.handler.handle(gallery.hall.start(gallery.quiz))
    ((_, lobby),) = gallery.hall.post.sent
    asked = lobby.questions[-1]  # type: ignore[attr-defined]
    assert (asked.media_url, asked.media_alt) == (url, "A circle")


def test_a_course_has_only_so_many_pictures() -> None:
    rule = storable("uploadQuizPicture", "vera", "educator", unarchived)
    facts = PictureFacts(course=CourseFacts(id="c", instructor_id="vera"), pictures=MAX_PICTURES)
    rule(facts)
    with pytest.raises(RefusedError) as full:
        rule(msgspec.structs.replace(facts, pictures=MAX_PICTURES + 1))
    assert full.value.code == "PICTURES_FULL"
