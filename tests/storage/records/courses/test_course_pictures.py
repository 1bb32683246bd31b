"""The picture of a course: uploaded, shown, and removed once nothing shows it."""

from __future__ import annotations

from typing import Any

import pytest

from protocol.courses.commands import (
    ArchiveCourse,
    CloneCourse,
    DeleteCourse,
    UpdateCourse,
    UploadCoursePicture,
)
from protocol.errors import AuthorizationError, NotFoundError, RefusedError, ValidationError
from protocol.pictures import KEPT_UNUSED_MS, LONGEST_SIDE, MAX_ALT, MAX_PICTURE_BYTES
from protocol.validation import Rule
from storage.postgres import Database
from storage.records.files import referenced_files
from tests.storage.records.courses.teaching import do, refused, taught
from tests.storage.records.school import School
from tests.support.pictures import shelf_of

PNG = b"\x89PNG\r\n\x1a\n"


async def upload(school: School, by: str, course: str, image: bytes = PNG) -> str:
    stored = await do(school, UploadCoursePicture, by, course_id=course, image=image)
    return str(stored.url)


def kept(school: School) -> set[str]:
    return {f"/{key}" for key in school.shelf.kept}


async def week(school: School) -> int:
    """Lets it pass; returns how many pictures were removed."""
    school.clock.at += KEPT_UNUSED_MS + 1
    return await shelf_of(school.database, school.shelf, school.clock).discard_unused()


async def test_a_picture_is_cleaned_and_stored_under_a_name_that_nobody_guesses(
    database: Database,
) -> None:
    school, teacher, course = await taught(database)
    one, other = [await upload(school, teacher, course, image) for image in (PNG, b"\xff\xd8\xff")]
    assert kept(school) == {one, other}
    assert len(one) == len("/pictures/.png") + 32
    assert school.cleaner.seen == [(PNG, LONGEST_SIDE), (b"\xff\xd8\xff", LONGEST_SIDE)]
    files = await database.run(referenced_files)
    names = {url.removeprefix("/") for url in (one, other)}
    assert files["pictures of questions and courses"] == names


async def test_only_teachers_of_a_course_that_is_not_archived_upload(database: Database) -> None:
    school, teacher, course = await taught(database)
    stranger = await school.user("educator")
    picture: Any = {"course_id": course, "image": PNG}
    assert isinstance(
        await refused(school, UploadCoursePicture, stranger, **picture), AuthorizationError
    )
    nowhere: Any = {"course_id": "none", "image": PNG}
    assert isinstance(await refused(school, UploadCoursePicture, teacher, **nowhere), NotFoundError)
    await do(school, ArchiveCourse, teacher, course_id=course)
    refusal = await refused(school, UploadCoursePicture, teacher, **picture)
    assert isinstance(refusal, RefusedError)
    assert refusal.code == "COURSE_ARCHIVED"
    assert (kept(school), school.cleaner.seen) == (set(), [])


async def test_what_is_no_picture_is_not_stored_and_not_counted(database: Database) -> None:
    school, teacher, course = await taught(database)
    for image in (b"<svg>", b"GIF89a", PNG + bytes(MAX_PICTURE_BYTES)):
        with pytest.raises(ValidationError):
            await upload(school, teacher, course, image)
    school.cleaner.error = ValidationError.of("image", Rule.DAMAGED, "cannot be read")
    with pytest.raises(ValidationError):
        await upload(school, teacher, course)
    assert kept(school) == set()
    assert await school.rows("select name from pictures") == []


async def test_a_picture_stays_as_long_as_a_course_or_its_copy_shows_it(database: Database) -> None:
    school, teacher, course = await taught(database)
    unused, shown = [await upload(school, teacher, course) for _ in range(2)]
    words: Any = {"thumbnail_url": shown, "thumbnail_alt": " A telescope "}
    await do(school, UpdateCourse, teacher, course_id=course, **words)
    copy = (await do(school, CloneCourse, teacher, course_id=course)).course_id
    rows = await school.rows("select thumbnail_url, thumbnail_alt from courses")
    assert [tuple(row) for row in rows] == [(shown, "A telescope")] * 2
    assert (await week(school), kept(school)) == (1, {shown})
    assert unused not in kept(school)
    await do(school, DeleteCourse, teacher, course_id=course)
    assert (await week(school), kept(school)) == (0, {shown})
    nothing: Any = {"thumbnail_url": None, "thumbnail_alt": None}
    await do(school, UpdateCourse, teacher, course_id=copy, **nothing)
    assert (await week(school), kept(school)) == (1, set())


async def test_words_for_a_picture_have_a_bound(database: Database) -> None:
    school, teacher, course = await taught(database)
    words: Any = {"course_id": course, "thumbnail_alt": "x" * (MAX_ALT + 1)}
    refusal = await refused(school, UpdateCourse, teacher, **words)
    assert refusal.details["fields"][0]["field"] == "thumbnailAlt"
