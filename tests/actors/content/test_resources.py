"""The resources of a course: files in versions, and links."""

from __future__ import annotations

from typing import Any

import pytest

from protocol.content import commands, values
from protocol.courses.commands import CloneCourse
from protocol.errors import AuthorizationError, NotFoundError, RefusedError, ValidationError
from storage.postgres import Database
from tests.actors.content.library import Library, library
from tests.actors.content.test_uploading import refused

ROWS = "select title, folder, url, file_name, size, version from course_resources order by title"


async def shown(books: Library) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await books.school.rows(ROWS)]


async def link(books: Library, **more: Any) -> Any:
    given = {"url": "https://example.org", "title": "Site", **more}
    return await books.do(commands.AddLink, course_id=books.course, **given)


async def test_a_resource_is_called_as_its_file_unless_it_has_a_title(database: Database) -> None:
    books = await library(database)
    await books.added(folder=" Books ")
    await books.added(title="Reading")
    await link(books, folder="Links")
    assert await shown(books) == [
        ("Reading", "", None, "week.txt", 7, 1),
        ("Site", "Links", "https://example.org", None, None, 1),
        ("week.txt", "Books", None, "week.txt", 7, 1),
    ]


async def test_a_new_version_keeps_the_older_ones_up_to_a_bound(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.records.content.resources.MAX_VERSIONS", 2)
    books = await library(database)
    first = await books.added(b"1")
    for content in (b"22", b"333"):
        changed = await books.do(
            commands.UpdateResource,
            resource_id=first.resource_id,
            upload_id=await books.uploaded(content),
        )
    assert (changed.version, changed.added) == (3, True)
    assert await shown(books) == [("week.txt", "", None, "week.txt", 3, 3)]
    assert await books.day() == 1
    assert sorted(each.data for each in books.shelf.kept.values()) == [b"22", b"333"]


async def test_the_same_change_once_more_changes_nothing(database: Database) -> None:
    books = await library(database)
    added = await books.added()
    change: Any = {
        "resource_id": added.resource_id,
        "title": "New",
        "upload_id": await books.uploaded(b"more"),
    }
    for _ in range(2):
        changed = await books.do(commands.UpdateResource, **change)
        assert changed.version == 2
    assert await books.school.announced("content.resource_changed") == 2


async def test_an_upload_that_another_resource_has_is_no_new_version(database: Database) -> None:
    books = await library(database)
    one, upload = await books.added(), await books.uploaded(b"other")
    await books.do(commands.AddResource, course_id=books.course, upload_id=upload)
    gone = await refused(
        books, commands.UpdateResource, resource_id=one.resource_id, title="X", upload_id=upload
    )
    assert isinstance(gone, NotFoundError)
    assert [row[0] for row in await shown(books)] == ["week.txt", "week.txt"]


async def test_a_file_has_no_address_and_a_link_no_file(database: Database) -> None:
    books = await library(database)
    file, site = await books.added(), await link(books)
    for more, field in (
        ({"resource_id": file.resource_id, "url": "https://example.org"}, "url"),
        ({"resource_id": site.resource_id, "upload_id": await books.uploaded()}, "uploadId"),
        ({"resource_id": site.resource_id, "url": "javascript:alert(1)"}, "url"),
        ({"resource_id": site.resource_id, "url": " "}, "url"),
        ({"resource_id": site.resource_id, "title": ""}, "title"),
        ({"resource_id": site.resource_id, "folder": "x" * 101}, "folder"),
    ):
        wrong = await refused(books, commands.UpdateResource, **more)
        assert [each["field"] for each in wrong.details["fields"]] == [field]


async def test_who_sees_a_resource_gets_a_link_to_its_file(database: Database) -> None:
    books = await library(database)
    added = await books.added(b"1")
    newer: Any = {"resource_id": added.resource_id, "upload_id": await books.uploaded(b"22")}
    await books.do(commands.UpdateResource, **newer)
    await books.school.rows("update courses set status = 'published'")
    student, stranger = await books.school.user(), await books.school.user()
    await books.school.enroll(student, books.course)

    async def got(version: int | None = None, **who: str) -> str:
        ask: Any = {"resource_id": added.resource_id, "version": version}
        linked = await books.do(commands.LinkResource, **who, **ask)
        assert linked.expires_at == books.school.clock.at + values.DOWNLOAD_SECONDS * 1000
        return str(linked.url)

    newest = await got()
    assert newest == await got(2) == await got(by=student, role="student")
    assert newest == await got(2, by=student, role="student")
    assert newest != await got(1)
    with pytest.raises(AuthorizationError):
        await got(1, by=student, role="student")
    with pytest.raises(NotFoundError):
        await got(by=stranger, role="student")
    with pytest.raises(NotFoundError):
        await got(9)
    await books.school.rows("update enrollments set status = 'dropped'")
    with pytest.raises(NotFoundError):
        await got(by=student, role="student")


async def test_a_link_has_no_file_to_download(database: Database) -> None:
    books = await library(database)
    site = await link(books)
    gone = await refused(books, commands.LinkResource, resource_id=site.resource_id)
    assert isinstance(gone, NotFoundError)


async def test_what_is_deleted_is_collected(database: Database) -> None:
    books = await library(database)
    added = await books.added()
    await books.do(commands.DeleteResource, resource_id=added.resource_id)
    again = await refused(books, commands.DeleteResource, resource_id=added.resource_id)
    assert isinstance(again, NotFoundError)
    assert await shown(books) == []
    assert await books.day() == 1
    assert (books.shelf.kept, await books.files()) == ({}, 0)


async def test_the_files_of_a_course_that_is_deleted_are_collected(database: Database) -> None:
    books = await library(database)
    await books.added()
    await books.school.rows("delete from courses")
    assert await books.day() == 1
    assert books.shelf.kept == {}


async def test_the_resources_of_a_course_are_bounded(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("actors.content.machine.MAX_RESOURCES", 2)
    books = await library(database)
    await link(books)
    await books.added()
    with pytest.raises(RefusedError) as full:
        await link(books)
    assert full.value.code == "RESOURCES_FULL"


async def test_a_link_is_added_once_for_a_key(database: Database) -> None:
    books = await library(database)
    one, other = [await link(books, idempotency_key="k") for _ in range(2)]
    assert one == other
    assert len(await shown(books)) == 1


async def test_only_who_teaches_changes_resources(database: Database) -> None:
    books = await library(database)
    site = await link(books)
    stranger = await books.school.user("educator")
    for kind, more in (
        (commands.DeleteResource, {"resource_id": site.resource_id}),
        (commands.UpdateResource, {"resource_id": site.resource_id, "title": "Mine"}),
        (commands.AddLink, {"course_id": books.course, "url": "/x", "title": "X"}),
    ):
        wrong = await refused(books, kind, by=stranger, **more)
        assert isinstance(wrong, AuthorizationError)
    with pytest.raises(ValidationError):
        await link(books, title="")


async def test_a_copy_of_a_course_has_its_resources_and_shares_their_files(
    database: Database,
) -> None:
    books = await library(database)
    added = await books.added(b"1", folder="Books")
    newer: Any = {"resource_id": added.resource_id, "upload_id": await books.uploaded(b"22")}
    await books.do(commands.UpdateResource, **newer)
    await link(books)
    before = await shown(books)
    clone = CloneCourse(by=books.teacher, by_role="educator", course_id=books.course)
    await books.school.courses.handle(clone)
    copies = await books.school.rows(
        f"{ROWS.partition(' order')[0]} where course_id::text <> $1 order by title", books.course
    )
    assert [tuple(row)[:-1] for row in copies] == [row[:-1] for row in before]
    assert [row["version"] for row in copies] == [1, 1]
    await books.do(commands.DeleteResource, resource_id=added.resource_id)
    assert await books.day() == 1
    assert [each.data for each in books.shelf.kept.values()] == [b"22"]
    # The upload was taken over by what is gone, and is not there to be taken again.
    ask: Any = {"course_id": books.course, "upload_id": newer["upload_id"]}
    assert isinstance(await refused(books, commands.AddResource, **ask), NotFoundError)
