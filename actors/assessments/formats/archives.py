"""Zip archives of strangers, read in memory and never written to a disk.

What only attacks have is refused before anything is unpacked: paths out of the archive, links,
encrypted members, and more than the bound. A member is unpacked no further than the archive's
directory says, so the sum there bounds all.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Final

from actors.assessments.formats.reading import Check
from actors.zip_members import NAMED, is_encrypted, is_special, leads_out
from protocol.assessments.files import MAX_UNPACKED_BYTES
from protocol.errors import ValidationError
from protocol.validation import Rule

MAX_MEMBERS: Final = 2_000
FIELD: Final = "file"
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def is_archive(data: bytes) -> bool:
    """Whether it begins as a zip archive does, also one with nothing in it."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


class Archive:
    """The members of an archive by their names. Raises `ValidationError`."""

    def __init__(self, data: bytes) -> None:
        try:
            self._file = zipfile.ZipFile(io.BytesIO(data))
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError):
            raise ValidationError.of(FIELD, Rule.DAMAGED, "is no whole zip archive") from None
        members = self._file.infolist()
        if len(members) > MAX_MEMBERS:
            said = f"must have at most {MAX_MEMBERS} files in it"
            raise ValidationError.of(FIELD, Rule.TOO_MANY, said, max=MAX_MEMBERS)
        for member in members:
            _check(member)
        if sum(member.file_size for member in members) > MAX_UNPACKED_BYTES:
            said = f"must be at most {MAX_UNPACKED_BYTES} bytes when it is unpacked"
            raise ValidationError.of(FIELD, Rule.TOO_MANY_BYTES, said, max=MAX_UNPACKED_BYTES)
        self._members = {each.filename: each for each in members if not each.is_dir()}
        if len(self._members) < sum(not each.is_dir() for each in members):
            raise ValidationError.of(
                FIELD, Rule.NOT_ALLOWED, "must not have two files of one name in it"
            )

        self.names = frozenset(self._members)

    def size(self, name: str) -> int:
        """The bytes of a file, unpacked."""
        return self._members[name].file_size

    def read(self, name: str) -> bytes:
        """A file. Raises `ValidationError` DAMAGED, and `KeyError` for one that is not there."""
        member = self._members[name]
        try:
            with self._file.open(member) as opened:
                # A number: without one, all is unpacked before it is cut to what was promised.
                return opened.read(member.file_size + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError):
            raise ValidationError.of(
                FIELD, Rule.DAMAGED, f"has a damaged file in it: {name[:NAMED]}"
            ) from None

    def stored(self, check: Check) -> io.BytesIO:
        """The archive with its files as they are unpacked, for others to read.

        Each is as large as the archive says, and whoever reads it piece by piece is asked at each
        whether anybody still waits. Raises `ValidationError` DAMAGED.
        """
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as written:
            for name in self._members:
                check()
                written.writestr(name, self.read(name))
        return _Checked(out.getvalue(), check)


class _Checked(io.BytesIO):
    """Bytes that ask `check` whenever some of them are read."""

    def __init__(self, data: bytes, check: Check) -> None:
        super().__init__(data)
        self._check = check

    def read(self, size: int | None = -1, /) -> bytes:
        self._check()
        return super().read(size)


def _check(member: zipfile.ZipInfo) -> None:
    name = member.filename
    if is_encrypted(member.flag_bits, member.compress_type):
        raise ValidationError.of(FIELD, Rule.NOT_ALLOWED, f"must not be encrypted: {name[:NAMED]}")
    if is_special(member.external_attr):
        raise ValidationError.of(
            FIELD, Rule.NOT_ALLOWED, f"must not have links in it: {name[:NAMED]}"
        )
    if leads_out(name):
        raise ValidationError.of(
            FIELD, Rule.NOT_ALLOWED, f"must not have paths that lead out of it: {name[:NAMED]}"
        )
    if member.compress_type not in _METHODS:
        raise ValidationError.of(
            FIELD,
            Rule.UNSUPPORTED,
            f"has a file in it that is not packed by deflate: {name[:NAMED]}",
        )
