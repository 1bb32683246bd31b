"""Uploads from their first link to the file that a resource takes over."""

from __future__ import annotations

from typing import Any

import pytest

from protocol.content import commands, values
from protocol.errors import (
    AuthorizationError,
    NotFoundError,
    RefusedError,
    StorageUnavailable,
    ValidationError,
)
from protocol.records.content import FileFacts
from protocol.uploads import LINK_SECONDS, PART_BYTES
from storage.postgres import Database
from storage.records.files import referenced_files
from tests.actors.content.library import PIECE, Library, library


async def refused(library: Library, kind: Any, **more: Any) -> Any:
    with pytest.raises((RefusedError, AuthorizationError, NotFoundError, ValidationError)) as found:
        await library.do(kind, **more)
    return found.value


async def test_a_file_is_uploaded_and_taken_over(database: Database) -> None:
    books = await library(database)
    shown = await books.begin()
    assert (shown.size, shown.part_size, shown.stored) == (len(PIECE), PART_BYTES, ())
    [link] = shown.links
    assert (link.part, link.start, link.size) == (1, 0, len(PIECE))
    assert f"seconds={LINK_SECONDS}" in link.url
    assert link.expires_at == books.school.clock.at + 3_600_000
    books.send(shown)
    again = await books.do(commands.ShowUpload, upload_id=shown.upload_id)
    assert (again.stored, again.links) == ((1,), ())
    added = await books.do(commands.AddResource, course_id=books.course, upload_id=shown.upload_id)
    [key] = books.shelf.kept
    assert books.shelf.kept[key].data == PIECE
    assert (await database.run(referenced_files))["files of courses"] == {key}
    assert (added.added, added.version) == (True, 1)
    assert await books.day() == 0
    assert list(books.shelf.kept) == [key]


async def test_a_large_file_has_parts_and_goes_on_where_it_stopped(database: Database) -> None:
    books = await library(database)
    shown = await books.begin(2 * PART_BYTES + 5, file_name="a.zip", content_type="")
    assert [(each.part, each.start, each.size) for each in shown.links] == [
        (1, 0, PART_BYTES),
        (2, PART_BYTES, PART_BYTES),
        (3, 2 * PART_BYTES, 5),
    ]
    books.send(shown, b"12345", part=3)
    books.send(shown, b"too short", part=1)
    again = await books.do(commands.ShowUpload, upload_id=shown.upload_id)
    assert again.stored == (3,)
    assert [each.part for each in again.links] == [1, 2]
    refusal = await refused(
        books, commands.AddResource, course_id=books.course, upload_id=shown.upload_id
    )
    assert refusal.code == "UPLOAD_INCOMPLETE"
    assert await books.files() == 1


async def test_the_same_upload_is_taken_over_once(database: Database) -> None:
    books = await library(database)
    upload = await books.uploaded()
    adding: Any = {"course_id": books.course, "upload_id": upload}
    one = await books.do(commands.AddResource, **adding, title="One")
    other = await books.do(commands.AddResource, **adding, title="Other")
    assert one.resource_id == other.resource_id
    assert (one.added, other.added) == (True, False)
    [row] = await books.school.rows("select title from course_resources")
    assert row["title"] == "One"
    assert await books.school.announced("content.resource_changed") == 1


async def test_a_file_that_is_refused_is_gone_at_once(database: Database) -> None:
    books = await library(database)
    upload = await books.uploaded(b"bad\n")
    adding: Any = {"course_id": books.course, "upload_id": upload}
    refusal = await refused(books, commands.AddResource, **adding)
    assert (refusal.code, refusal.details["reason"]) == ("FILE_REFUSED", "wrong_kind")
    assert (books.shelf.kept, await books.files()) == ({}, 0)
    assert isinstance(await refused(books, commands.AddResource, **adding), NotFoundError)


async def test_uploads_of_others_and_for_other_courses_are_not_taken(database: Database) -> None:
    books = await library(database)
    upload = await books.uploaded()
    elsewhere = await books.school.course(books.teacher, title="Elsewhere")
    wrong = await refused(books, commands.AddResource, course_id=elsewhere, upload_id=upload)
    assert [each["field"] for each in wrong.details["fields"]] == ["uploadId"]
    stranger = await books.school.user("educator")
    own = await books.school.course(stranger)
    for kind, more in (
        (commands.AddResource, {"course_id": own, "upload_id": upload}),
        (commands.ShowUpload, {"upload_id": upload}),
        (commands.ShowUpload, {"upload_id": "nonsense"}),
    ):
        assert isinstance(await refused(books, kind, by=stranger, **more), NotFoundError)
    abandon = await refused(books, commands.AbandonUpload, by=stranger, upload_id=upload)
    assert isinstance(abandon, AuthorizationError)


async def test_what_is_given_up_is_removed_with_its_parts(database: Database) -> None:
    books = await library(database)
    upload = await books.uploaded()
    await books.do(commands.AbandonUpload, upload_id=upload)
    assert (books.shelf.begun, books.shelf.kept, await books.files()) == ({}, {}, 0)
    gone = await refused(books, commands.AbandonUpload, upload_id=upload)
    assert isinstance(gone, NotFoundError)
    added = await books.uploaded()
    await books.do(commands.AddResource, course_id=books.course, upload_id=added)
    taken = await refused(books, commands.AbandonUpload, upload_id=added)
    assert isinstance(taken, NotFoundError)
    assert len(books.shelf.kept) == 1


async def test_what_nothing_takes_over_is_collected_after_a_day(database: Database) -> None:
    books = await library(database)
    whole, begun = await books.uploaded(), await books.begin()
    books.school.clock.at += values.KEPT_UNTAKEN_MS
    assert await books.uploading.collect() == 0
    assert await books.day() == 2
    assert (books.shelf.begun, await books.files()) == ({}, 0)
    for upload in (whole, begun.upload_id):
        gone = await refused(books, commands.ShowUpload, upload_id=upload)
        assert isinstance(gone, NotFoundError)


async def test_the_collector_goes_on_where_the_storage_was_away(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    books = await library(database)
    upload = await books.uploaded()

    async def away(*_: Any) -> None:
        raise StorageUnavailable

    with monkeypatch.context() as patched:
        patched.setattr(books.shelf, "abandon", away)
        with pytest.raises(StorageUnavailable):
            await books.day()
        # It is half gone, so nothing may take it over any more.
        adding: Any = {"course_id": books.course, "upload_id": upload}
        assert isinstance(await refused(books, commands.AddResource, **adding), NotFoundError)
    assert await books.uploading.collect() == 1
    assert await books.files() == 0


async def test_an_upload_that_the_storage_does_not_begin_leaves_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    books = await library(database)

    async def away(*_: Any, **__: Any) -> str:
        raise StorageUnavailable

    monkeypatch.setattr(books.shelf, "begin", away)
    with pytest.raises(StorageUnavailable):
        await books.begin()
    assert await books.files() == 0


@pytest.mark.parametrize(
    ("name", "bound", "whose"),
    [("COURSE_BYTES", 0, "course"), ("PERSON_BYTES", 0, "person"), ("", 10, "school")],
)
async def test_quotas_count_what_is_being_uploaded(
    database: Database, monkeypatch: pytest.MonkeyPatch, name: str, bound: int, whose: str
) -> None:
    if name:
        monkeypatch.setattr(f"actors.content.machine.{name}", 10)
    books = await library(database, school_bytes=bound)
    begun = await books.begin(7)
    with pytest.raises(RefusedError) as full:
        await books.begin(7)
    assert (full.value.code, full.value.details["whose"]) == ("STORAGE_FULL", whose)
    await books.do(commands.AbandonUpload, upload_id=begun.upload_id)
    await books.begin(7)


async def test_uploads_at_once_are_bounded(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("actors.content.machine.MAX_OPEN_UPLOADS", 2)
    books = await library(database)
    for _ in range(2):
        await books.begin()
    with pytest.raises(RefusedError) as many:
        await books.begin()
    assert many.value.code == "TOO_MANY_UPLOADS"


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"file_name": "page.html"}, "fileName"),
        ({"file_name": "x"}, "fileName"),
        ({"content_type": "image/png"}, "contentType"),
        ({"size": 0}, "size"),
        ({"size": 10**15}, "size"),
    ],
)
async def test_what_is_declared_wrongly_is_not_begun(
    database: Database, more: dict[str, Any], field: str
) -> None:
    books = await library(database)
    with pytest.raises(ValidationError) as wrong:
        await books.begin(**more)
    assert [each["field"] for each in wrong.value.details["fields"]] == [field]
    assert (await books.files(), books.shelf.begun) == (0, {})


async def test_an_archived_course_takes_no_files(database: Database) -> None:
    books = await library(database)
    upload = await books.uploaded()
    await books.school.rows("update courses set status = 'archived'")
    adding: Any = {"course_id": books.course, "upload_id": upload}
    assert (await refused(books, commands.AddResource, **adding)).code == "COURSE_ARCHIVED"
    with pytest.raises(RefusedError, match="archived"):
        await books.begin()


async def test_a_file_that_was_written_anew_is_taken_over_when_it_is_tried_again(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    books = await library(database)
    upload = await books.uploaded(b"with remarks")
    check = books.uploading._check

    async def cleaning(file: FileFacts) -> int:
        await books.shelf.put(file.key, b"plain", file.content_type)
        return await check(file)

    async def away(*_: Any) -> Any:
        raise StorageUnavailable

    monkeypatch.setattr(books.uploading, "_check", cleaning)
    adding: Any = {"course_id": books.course, "upload_id": upload}
    with monkeypatch.context() as patched:
        patched.setattr(books.records, "add", away)
        with pytest.raises(StorageUnavailable):
            await books.do(commands.AddResource, **adding)
    await books.do(commands.AddResource, **adding)
    [row] = await books.school.rows("select r.size, f.size from course_resources r, files f")
    assert tuple(row) == (5, 5)
