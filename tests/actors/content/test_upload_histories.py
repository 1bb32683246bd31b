"""Whatever becomes of uploads, what was taken over stays and all else is gone after a day."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from protocol.content import commands
from protocol.content.commands import UploadShown
from protocol.content.uses import FileUse
from protocol.errors import AuthenticationError, StoaError, StorageUnavailable
from protocol.uploads import LINK_SECONDS
from storage.objects.folder import FolderObjects
from tests.actors.content.library import Library
from tests.storage.records.school import School, opened
from tests.support.profiles import share
from tests.support.upload_places import FolderPlace, Place, S3Place

PART = 4
"""Bytes, where the storage lets parts be so small."""
MOST_AT_ONCE = 3
CONTENTS = (b"seven.\n", b"bad\n", b"a", b"twelve bytes")
KEYS = "select object_key from files where owner_id::text = $1"
STEPS = ("send", "send", "send wrongly", "show", "take", "take", "abandon", "delete", "replace")
step = st.one_of(
    st.tuples(st.just("begin"), st.sampled_from(CONTENTS), st.just(0)),
    st.tuples(st.sampled_from(STEPS), st.integers(0, MOST_AT_ONCE), st.integers(0, 2)),
    st.tuples(st.just("away"), st.integers(1, 3), st.just(0)),
    st.tuples(st.just("wait"), st.sampled_from([1, 2, 23]), st.just(0)),
)


class Fragile:
    """A storage that does not answer `away` times."""

    def __init__(self, storage: Any) -> None:
        self._storage = storage
        self.away = 0

    def __getattr__(self, name: str) -> Callable[..., Awaitable[Any]]:
        method = getattr(self._storage, name)

        async def asked(*given: Any, **more: Any) -> Any:
            if self.away:
                self.away -= 1
                raise StorageUnavailable
            return await method(*given, **more)

        return asked


class History:
    """Uploads of one teacher, as somebody would remember them who did everything by hand."""

    def __init__(self, library: Library, storage: Fragile, place: Place) -> None:
        self.library, self.storage, self.place = library, storage, place
        self.uploads: list[tuple[UploadShown, bytes]] = []
        self.kept: dict[str, list[bytes]] = {}
        """The contents of all versions of a resource."""
        self.taken: set[str] = set()
        """Uploads that became a version, of a resource that is still there or not."""

    async def perform(self, what: str, which: Any, more: int) -> None:
        if what == "begin":
            self.uploads.append((await self.library.begin(len(which)), which))
        elif what == "away":
            self.storage.away = which
        elif what == "wait":
            self.library.school.clock.at += which * 3_600_000
            await self.library.uploading.collect()
        elif self.uploads:
            shown, content = self.uploads[which % len(self.uploads)]
            await getattr(self, "_" + what.replace(" ", "_"))(shown, content, more)

    async def _send(self, shown: UploadShown, content: bytes, more: int) -> None:
        link = shown.links[more % len(shown.links)]
        await self.place.send(link.url, content[link.start : link.start + link.size])

    async def _send_wrongly(self, shown: UploadShown, content: bytes, more: int) -> None:
        link = shown.links[more % len(shown.links)]
        if isinstance(self.place, FolderPlace):  # moto does not look at what is signed
            assert await self.place.send(link.url, content + b"more") >= 400

    async def _show(self, shown: UploadShown, content: bytes, more: int) -> None:
        again = await self.library.do(commands.ShowUpload, upload_id=shown.upload_id)
        for link in again.links:
            await self.place.send(link.url, content[link.start : link.start + link.size])

    async def _take(self, shown: UploadShown, content: bytes, more: int) -> None:
        ask: Any = {"course_id": self.library.course, "upload_id": shown.upload_id}
        added = await self.library.do(commands.AddResource, **ask)
        assert added.added == (shown.upload_id not in self.taken)
        self._keep(shown.upload_id, added.resource_id, content)

    async def _replace(self, shown: UploadShown, content: bytes, more: int) -> None:
        if not self.kept:
            return
        resource = sorted(self.kept)[more % len(self.kept)]
        ask: Any = {"resource_id": resource, "upload_id": shown.upload_id}
        changed = await self.library.do(commands.UpdateResource, **ask)
        if changed.added:
            self._keep(shown.upload_id, resource, content)

    async def _abandon(self, shown: UploadShown, content: bytes, more: int) -> None:
        await self.library.do(commands.AbandonUpload, upload_id=shown.upload_id)

    async def _delete(self, shown: UploadShown, content: bytes, more: int) -> None:
        if not self.kept:
            return
        resource = sorted(self.kept)[more % len(self.kept)]
        await self.library.do(commands.DeleteResource, resource_id=resource)
        del self.kept[resource]

    def _keep(self, upload: str, resource: str, content: bytes) -> None:
        if upload not in self.taken:
            self.taken.add(upload)
            self.kept.setdefault(resource, []).append(content)

    def contents(self) -> list[bytes]:
        return sorted(each for versions in self.kept.values() for each in versions)


async def live(school: School, place: Place, storage: Any, steps: list[tuple[Any, ...]]) -> int:
    """Do all that, and compare what is there a day later with what was taken over.

    Returns how many objects there are.
    """
    fragile = Fragile(storage)
    teacher = await school.user("educator")
    course = await school.course(teacher)
    library = Library(school, teacher, course, storage=fragile)  # type: ignore[arg-type]
    history = History(library, fragile, place)
    for each in steps:
        try:
            await history.perform(*each)
        except StoaError:
            continue  # refused, or the storage was away: both are part of life
    fragile.away = 0
    await library.day()
    assert await library.day() == 0
    keys = [row[0] for row in await school.rows(KEYS, teacher)]
    found = [(await storage.get(key)).data for key in keys]
    assert sorted(found) == history.contents()
    for shown, _ in history.uploads:
        if shown.upload_id not in history.taken:
            for link in shown.links:
                assert await place.send(link.url, b"a" * link.size) >= 400
    return len(keys)


HISTORY = settings(
    deadline=None,
    max_examples=share(1.0),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@HISTORY
@given(steps=st.lists(step, min_size=1, max_size=30))
async def test_after_any_history_the_folder_has_what_was_taken_over_and_nothing_else(
    database_url: str, tmp_path: Path, steps: list[tuple[Any, ...]]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("protocol.uploads.PART_BYTES", PART)
        patch.setattr("actors.content.uploading.PART_BYTES", PART)
        async with opened(database_url) as school:
            place = FolderPlace(tmp_path / secrets.token_hex(4))
            place.clock = school.clock  # type: ignore[assignment]
            async with place.client() as storage:
                objects = await live(school, place, storage, steps)
            assert len(files_below(place.root)) == objects


def files_below(root: Path) -> list[Path]:
    """All that the disk has, finished or not."""
    return [each for each in root.rglob("*") if each.is_file()]


@settings(HISTORY, max_examples=share(0.3))
@given(steps=st.lists(step, min_size=1, max_size=20))
async def test_after_any_history_the_bucket_has_what_was_taken_over_and_nothing_else(
    database_url: str, s3_server: str, steps: list[tuple[Any, ...]]
) -> None:
    async with opened(database_url) as school:
        place = S3Place(s3_server)
        async with place.client() as storage:
            objects = await live(school, place, storage, steps)
            client, prefix = storage._client, place.bucket.prefix
            listed = await client.list_objects_v2(Bucket=place.bucket.name, Prefix=prefix)
            assert listed["KeyCount"] == objects
            begun = await client.list_multipart_uploads(Bucket=place.bucket.name)
            mine = [x for x in begun.get("Uploads", ()) if x["Key"].startswith(prefix)]
            assert mine == []


@settings(HISTORY)
@given(
    size=st.integers(1, 5 * 1024**3),
    part=st.integers(0, 400),
    later=st.integers(0, LINK_SECONDS * 1000 - 1),
    after=st.integers(0, 10**9),
)
async def test_the_links_of_an_upload_are_valid_for_exactly_one_hour(
    database_url: str, tmp_path: Path, size: int, part: int, later: int, after: int
) -> None:
    """Property 19: Presigned URL validity

    Validates: Requirements 4.1
    """
    async with opened(database_url) as school:
        place = FolderPlace(tmp_path)
        place.clock = school.clock  # type: ignore[assignment]
        teacher = await school.user("educator")
        course = await school.course(teacher)
        async with place.client() as storage:
            library = Library(school, teacher, course, storage=storage)
            shown = await library.begin(size, use=FileUse.VIDEO, file_name="a.mp4", content_type="")
            link = shown.links[part % len(shown.links)]
            began = school.clock.at
            assert link.expires_at == began + 3_600_000
            school.clock.at = began + later
            ticket = ticket_of(storage, link.url)
            assert (ticket.number, ticket.size) == (link.part, link.size)
            school.clock.at = began + 3_600_000 + after
            with pytest.raises(AuthenticationError):
                ticket_of(storage, link.url)


def ticket_of(storage: FolderObjects, url: str) -> Any:
    """What the link is for. Raises `AuthenticationError` where it is not valid."""
    return storage.part_of(url.rpartition("/")[2])
