"""Uploads in a folder on disk: what happens to their files. Nothing here waits but for the disk.

An upload is a folder `.uploads/<name>` with a file `about` (content type and key) and one file for
each part. `join` gives the folder another name first, `<name>.joining`: no link leads there, so
from then on nothing changes the parts. When they are no longer needed, it becomes `<name>.gone`.
A process that ends in between leaves one of these states, from which the next call goes on.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
from collections.abc import Sequence
from io import FileIO
from pathlib import Path
from typing import Final

from protocol.errors import NotFoundError
from protocol.object_links import PartTicket
from protocol.uploads import StoredPart
from storage.objects.disk import (
    FULL,
    discard,
    keep_draft,
    make_private,
    open_draft,
    sync_folder,
    write_all,
    write_file,
)

FOLDER: Final = ".uploads"
"""No key begins with a dot, so no object is in there."""
ABOUT: Final = "about"
NAME: Final = re.compile(r"[0-9a-f]{32}", re.ASCII)
PART: Final = re.compile(r"[1-9][0-9]{0,3}", re.ASCII)
COPIED_AT_ONCE: Final = 1 << 20
TRIES: Final = 3
"""Of a join whose files another one, or `abandon`, moves meanwhile: each is a step further."""


class DiskUploads:
    """The uploads to objects below `root`."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder = root / FOLDER

    def begin(self, key: str, content_type: str) -> str:
        """Make the folder of an upload; returns its name."""
        name = secrets.token_hex(16)
        write_file(self._folder / name / ABOUT, f"{content_type}\n{key}".encode("ascii"))
        return name

    def open_part(self, ticket: PartTicket) -> tuple[int, Path, Path]:
        """A draft for a part, and where it will be. Raises `NotFoundError` for no open upload."""
        folder = self._open(ticket.upload)
        if _content_type(folder, ticket.key) is None:
            raise ended(ticket.upload)
        path = folder / str(ticket.number)
        try:
            return *open_draft(path), path
        except FileNotFoundError:
            raise ended(ticket.upload) from None

    def keep_part(self, draft: Path, path: Path) -> None:
        """A draft is whole and on disk. Raises `NotFoundError` if its upload has ended."""
        try:
            keep_draft(draft, path)
        except FileNotFoundError:
            raise ended(path.parent.name) from None

    def parts(self, key: str, upload: str) -> list[StoredPart]:
        """What has arrived, in order."""
        for folder in (self._open(upload), self._joining(upload)):
            try:
                if _content_type(folder, key) is not None:
                    found = sorted(_sizes(folder).items())
                    return [StoredPart(number=number, size=size) for number, size in found]
            except FileNotFoundError:  # it has ended, or is joined since we looked
                continue
        return []

    def join(self, key: str, upload: str, sizes: Sequence[int]) -> bool:
        """Make the object; True if it is there in the end."""
        if NAME.fullmatch(upload) is None:
            return False
        for _ in range(TRIES):
            try:
                joined = self._join(key, upload, sizes)
            except FileNotFoundError:
                continue
            if joined is not None:
                return joined
        return (self._root / key).is_file()

    def abandon(self, key: str, upload: str) -> None:
        """Remove the parts."""
        if NAME.fullmatch(upload) is None:
            return
        for folder in (self._open(upload), self._joining(upload)):
            if _content_type(folder, key) is not None:
                with contextlib.suppress(FileNotFoundError):  # somebody else was quicker
                    self._remove(folder, upload)
        self._sweep(upload)

    def _join(self, key: str, upload: str, sizes: Sequence[int]) -> bool | None:
        """One try; None if there is nothing more to join."""
        opened, joining = self._open(upload), self._joining(upload)
        if _content_type(opened, key) is not None:
            if not _has_all(opened, sizes):
                return False
            opened.rename(joining)
        content_type = _content_type(joining, key)
        if content_type is None:
            self._sweep(upload)
            # An earlier join has made it, and what checked it may have written it anew.
            return (self._root / key).is_file()
        if not _has_all(joining, sizes):  # changed between looking and renaming
            joining.rename(opened)
            return False
        _put_together(joining, self._root / key, content_type, sizes)
        self._remove(joining, upload)
        return True

    def _remove(self, folder: Path, upload: str) -> None:
        """At once for whoever looks; then the files, one after the other."""
        self._sweep(upload)
        folder.rename(self._gone(upload))
        sync_folder(self._folder)
        self._sweep(upload)

    def _sweep(self, upload: str) -> None:
        shutil.rmtree(self._gone(upload), ignore_errors=True)

    def _open(self, upload: str) -> Path:
        """Also for a name that is none, which is then of no upload."""
        return self._folder / (upload if NAME.fullmatch(upload) else "none")

    def _joining(self, upload: str) -> Path:
        return self._open(upload).with_suffix(".joining")

    def _gone(self, upload: str) -> Path:
        return self._open(upload).with_suffix(".gone")


def ended(upload: str) -> NotFoundError:
    """What a link is told whose upload is over."""
    return NotFoundError("upload", upload)


def _content_type(folder: Path, key: str) -> str | None:
    """Of what is uploaded in that folder; None if there is no upload to that key."""
    try:
        about = (folder / ABOUT).read_text("ascii")
    except FileNotFoundError:
        return None
    content_type, _, its_key = about.partition("\n")
    return content_type if its_key == key else None


def _sizes(folder: Path) -> dict[int, int]:
    """The parts that are whole, by number."""
    with os.scandir(folder) as entries:
        return {
            int(entry.name): entry.stat().st_size
            for entry in entries
            if PART.fullmatch(entry.name) is not None
        }


def _has_all(folder: Path, sizes: Sequence[int]) -> bool:
    found = _sizes(folder)
    return all(found.get(number) == size for number, size in enumerate(sizes, start=1))


def _put_together(folder: Path, target: Path, content_type: str, sizes: Sequence[int]) -> None:
    """Copy the parts behind the line of the content type, and give the whole its name."""
    make_private(target.parent)
    line = content_type.encode("ascii") + b"\n"
    descriptor, draft = open_draft(folder / "whole")
    try:
        with FileIO(descriptor, "w") as whole:
            write_all(descriptor, line)
            for number, size in enumerate(sizes, start=1):
                with FileIO(folder / str(number)) as part:
                    _copy(part.fileno(), descriptor, size)
            os.fsync(descriptor)
            if whole.tell() != len(line) + sum(sizes):
                raise OSError("it came out with another length")
        draft.replace(target)
        sync_folder(target.parent)
    except OSError:
        discard(draft)
        raise


def _copy(source: int, target: int, size: int) -> None:
    """Copy that many bytes inside the kernel, where it can; both files go on from there."""
    left = size
    if hasattr(os, "copy_file_range"):
        try:
            while left and (copied := os.copy_file_range(source, target, left)):
                left -= copied
        except OSError as error:
            if error.errno in FULL:
                raise
    while left and (piece := os.read(source, min(left, COPIED_AT_ONCE))):
        write_all(target, piece)
        left -= len(piece)
