"""Uploads in a folder: whatever ends in between, and whoever comes in between."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import trio

from protocol.errors import NotFoundError, StorageUnavailable
from protocol.object_links import PartTicket
from protocol.uploads import StoredPart
from storage.objects import folder_uploads
from storage.objects.folder import FolderObjects
from storage.objects.folder_uploads import FOLDER, DiskUploads
from storage.seal import JwtSeal
from tests.support.fakes import SetClock
from tests.support.small_disk import small_disk

KEY = "resources/aaaa-bbbb"
WHOLE = b"application/pdf\nfirst part, second"
SIZES = (11, 7)
PATIENCE = 40
"""More steps than any of these calls takes."""


class Killed(BaseException):
    """The process ends here."""


@pytest.fixture
def uploads(tmp_path: Path) -> DiskUploads:
    return DiskUploads(tmp_path)


def send(uploads: DiskUploads, upload: str, number: int, data: bytes) -> None:
    descriptor, draft, path = open_part(uploads, upload, number, len(data))
    os.write(descriptor, data)
    os.close(descriptor)
    uploads.keep_part(draft, path)


def open_part(uploads: DiskUploads, upload: str, number: int, size: int) -> tuple[int, Path, Path]:
    return uploads.open_part(PartTicket(key=KEY, upload=upload, number=number, size=size))


def begun(uploads: DiskUploads) -> str:
    upload = uploads.begin(KEY, "application/pdf")
    send(uploads, upload, 1, b"first part,")
    send(uploads, upload, 2, b" second")
    return upload


def left(root: Path) -> list[str]:
    """All files, and what is left of uploads."""
    found = [path for path in root.rglob("*") if path.is_file() or FOLDER in path.parts]
    return sorted(str(path.relative_to(root)) for path in found)


@contextmanager
def killed_at(step: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The process ends before that change of the file system."""
    steps = count()

    def counted(act: Callable[..., Any]) -> Callable[..., Any]:
        def run(*args: Any, **kwargs: Any) -> Any:
            if next(steps) == step:
                raise Killed
            return act(*args, **kwargs)

        return run

    with monkeypatch.context() as patch:
        for name in ("open", "write", "fsync", "unlink", "rmdir", "mkdir", "scandir"):
            patch.setattr(os, name, counted(getattr(os, name)))
        if hasattr(os, "copy_file_range"):
            patch.setattr(os, "copy_file_range", counted(os.copy_file_range))
        for name in ("replace", "rename"):
            patch.setattr(Path, name, counted(getattr(Path, name)))
        patch.setattr(folder_uploads, "discard", lambda draft: None)  # who is killed tidies nothing
        yield


@pytest.mark.parametrize("then", ["join", "abandon"])
def test_whatever_a_crash_leaves_of_a_join_another_goes_on_from(
    then: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    survived = 0
    for step in range(PATIENCE):
        root = tmp_path / str(step)
        root.mkdir()
        upload = begun(DiskUploads(root))
        with suppress(Killed), killed_at(step, monkeypatch):
            DiskUploads(root).join(KEY, upload, SIZES)
            survived += 1
        there = (root / KEY).exists()
        if then == "join":
            assert DiskUploads(root).join(KEY, upload, SIZES) is True
        else:
            DiskUploads(root).abandon(KEY, upload)
        assert not there or (root / KEY).read_bytes() == WHOLE
        assert left(root) == ([FOLDER] if then == "abandon" and not there else [FOLDER, KEY])
    assert 0 < survived < PATIENCE - 10, "some steps are crashes, and the last are none"


def test_whatever_a_crash_leaves_of_giving_up_another_goes_on_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for step in range(PATIENCE):
        root = tmp_path / str(step)
        root.mkdir()
        upload = begun(DiskUploads(root))
        with suppress(Killed), killed_at(step, monkeypatch):
            DiskUploads(root).abandon(KEY, upload)
        DiskUploads(root).abandon(KEY, upload)
        assert left(root) == [FOLDER]
        assert DiskUploads(root).parts(KEY, upload) == []


def test_a_part_that_is_on_its_way_changes_nothing_that_is_joined(
    uploads: DiskUploads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = begun(uploads)
    descriptor, draft, path = open_part(uploads, upload, 1, 11)
    put_together = folder_uploads._put_together

    def meanwhile(*args: Any) -> None:
        os.write(descriptor, b"other bytes")
        with pytest.raises(NotFoundError):
            uploads.keep_part(draft, path)
        with pytest.raises(NotFoundError):
            open_part(uploads, upload, 1, 11)
        assert uploads.parts(KEY, upload) == [
            StoredPart(number=1, size=11),
            StoredPart(number=2, size=7),
        ]
        put_together(*args)

    monkeypatch.setattr(folder_uploads, "_put_together", meanwhile)
    assert uploads.join(KEY, upload, SIZES) is True
    os.close(descriptor)
    assert (tmp_path / KEY).read_bytes() == WHOLE


def test_a_part_that_is_on_its_way_does_not_outlive_the_upload(
    uploads: DiskUploads, tmp_path: Path
) -> None:
    upload = begun(uploads)
    descriptor, draft, path = open_part(uploads, upload, 1, 11)
    uploads.abandon(KEY, upload)
    os.close(descriptor)
    with pytest.raises(NotFoundError):
        uploads.keep_part(draft, path)
    assert left(tmp_path) == [FOLDER]


def test_a_join_whose_part_changed_at_the_last_moment_is_taken_back(
    uploads: DiskUploads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = begun(uploads)
    answers = iter((True, False))
    monkeypatch.setattr(folder_uploads, "_has_all", lambda *_: next(answers))
    assert uploads.join(KEY, upload, SIZES) is False
    monkeypatch.undo()
    send(uploads, upload, 1, b"first part,")
    assert uploads.join(KEY, upload, SIZES) is True


def test_one_that_joins_with_another_that_was_quicker_says_that_it_is_there(
    uploads: DiskUploads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = begun(uploads)
    put_together = folder_uploads._put_together

    def late(*args: Any) -> None:
        monkeypatch.undo()
        assert DiskUploads(tmp_path).join(KEY, upload, SIZES)
        put_together(*args)

    monkeypatch.setattr(folder_uploads, "_put_together", late)
    assert uploads.join(KEY, upload, SIZES) is True
    assert left(tmp_path) == [FOLDER, KEY]


@pytest.mark.parametrize("copied", [0, 3, None])
def test_where_the_kernel_does_not_copy_bytes_are_read_and_written(
    copied: int | None, uploads: DiskUploads, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stubborn(source: int, target: int, size: int) -> int:
        if copied is None:
            raise OSError(95, "Operation not supported")
        os.write(target, os.read(source, min(size, copied)))
        return min(size, copied)

    upload = begun(uploads)
    monkeypatch.setattr(os, "copy_file_range", stubborn, raising=False)
    assert uploads.join(KEY, upload, SIZES)
    assert (tmp_path / KEY).read_bytes() == WHOLE


def test_a_part_that_was_cut_on_disk_is_not_joined(uploads: DiskUploads, tmp_path: Path) -> None:
    upload = begun(uploads)
    os.truncate(tmp_path / FOLDER / upload / "2", 3)
    assert uploads.join(KEY, upload, SIZES) is False
    assert not (tmp_path / KEY).exists()


def test_nobody_else_may_read_what_is_uploaded(uploads: DiskUploads, tmp_path: Path) -> None:
    begun(uploads)
    for path in (tmp_path / FOLDER).rglob("*"):
        assert path.stat().st_mode & 0o077 == 0


async def receive(objects: FolderObjects, ticket: PartTicket, *, mebibytes: int) -> None:
    async with objects.receive_part(ticket) as writer:
        for _ in range(mebibytes):
            await writer.write(bytes(1 << 20))
        await writer.keep()


async def test_a_full_disk_is_said_so_and_leaves_nothing() -> None:
    clock = SetClock()
    with small_disk() as disk:
        objects = FolderObjects(disk.path, JwtSeal(b"s" * 32, clock), clock, site=lambda: "")
        upload = await objects.begin(KEY, content_type="application/pdf")
        ticket = PartTicket(key=KEY, upload=upload, number=1, size=64 << 20)
        with pytest.raises(StorageUnavailable) as full:
            await receive(objects, ticket, mebibytes=64)
        assert full.value.details == {"reason": "disk_full"}
        assert list(await objects.parts(KEY, upload)) == []
        assert shutil.disk_usage(disk.path).free > 40 << 20
        await receive(objects, ticket, mebibytes=30)
        with pytest.raises(StorageUnavailable):
            await objects.join(KEY, upload, (30 << 20,))
        assert await objects.size(KEY) is None
        assert [part.number for part in await objects.parts(KEY, upload)] == [1]
        await objects.abandon(KEY, upload)
        assert shutil.disk_usage(disk.path).free > 40 << 20


async def test_a_part_that_is_cancelled_leaves_nothing(tmp_path: Path) -> None:
    clock = SetClock()
    objects = FolderObjects(tmp_path, JwtSeal(b"s" * 32, clock), clock, site=lambda: "")
    upload = await objects.begin(KEY, content_type="application/pdf")
    ticket = PartTicket(key=KEY, upload=upload, number=1, size=7)
    before = left(tmp_path)
    with trio.CancelScope() as scope:
        async with objects.receive_part(ticket) as writer:
            await writer.write(b"conte")
            scope.cancel()
            await writer.write(b"nt")
    assert scope.cancelled_caught
    assert left(tmp_path) == before
