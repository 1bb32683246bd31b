"""The central directory of a zip archive, read without the members (PKWARE's APPNOTE, 4.3).

Programs differ in where they look for it, so that one file can be two archives. Here it must be
where all find it: behind the members, with nothing between it and the record that ends the file,
and nothing before the first member.
"""

from __future__ import annotations

import struct
from typing import Final, NamedTuple

import trio

from actors.content.checking.content import Content, damaged
from protocol.content.faults import FileFault, FileRefused

MAX_MEMBERS: Final = 10_000
MAX_DIRECTORY_BYTES: Final = 2 * 1024 * 1024
"""A directory of 10,000 members with long names has about as many."""
MAX_EXTRAS: Final = 32
"""Extra fields of a member; programs write up to four."""
MAX_ENDS: Final = 100
"""Records in the last bytes of a file that might end an archive; there is one."""
LOCAL_HEADER: Final = 30
"""Bytes before a member's name and content, at least."""

_END: Final = struct.Struct("<4s4H2LH")
_LOCATOR: Final = struct.Struct("<4sLQL")
_END_64: Final = struct.Struct("<4sQ2H2L4Q")
_ENTRY: Final = struct.Struct("<4s6H3L5H2L")
_END_SIGNATURE: Final = b"PK\x05\x06"
_MAX_COMMENT: Final = 0xFFFF
TAIL: Final = _LOCATOR.size + _END.size + _MAX_COMMENT
_IN_EXTRA: Final = {2: 0xFFFF, 4: 0xFFFFFFFF}
"""By the bytes of a field, what it is when the true number stands in the 64-bit record."""
_LONG_NUMBERS: Final = 0x0001
_UNICODE_PATH: Final = 0x7075
_UTF8: Final = 0x800


class Member(NamedTuple):
    """What the directory says of one. `names`: also the one that some programs prefer.

    `packed` and `size` are bytes, `least` those that it takes in the archive at least.
    """

    names: tuple[str, ...]
    flags: int
    method: int
    packed: int
    size: int
    offset: int
    least: int
    attributes: int

    @property
    def name(self) -> str:
        return self.names[0]


class Place(NamedTuple):
    """Where the directory is, and of how many members."""

    start: int
    size: int
    members: int


async def read_directory(content: Content, extension: str) -> tuple[Place, list[Member]]:
    """The directory, with at most `MAX_MEMBERS`. Raises `FileRefused`."""
    place = await _find(content, extension)
    if place.members > MAX_MEMBERS or place.size > MAX_DIRECTORY_BYTES:
        said = f"The archive has more than {MAX_MEMBERS} files in it, or a list of them too long"
        raise FileRefused(FileFault.TOO_MANY_FILES, said)
    directory = await content.piece(place.start, place.size)
    try:
        members = await trio.to_thread.run_sync(_members, directory, place.members)
    except (struct.error, ValueError):  # among them UnicodeDecodeError
        raise damaged(extension) from None
    return place, members


def ends_like_an_archive(tail: bytes) -> bool:
    """Whether programs might find the end of an archive there, also before a few more bytes."""
    ends = _ends(tail)
    return len(ends) > MAX_ENDS or any(_is_plausible(tail, at) for at in ends)


def _is_plausible(tail: bytes, at: int) -> bool:
    _, disk, _, here, count, size, _, _ = _END.unpack_from(tail, at)
    return disk in (0, 0xFFFF) and here == count and size >= count * _ENTRY.size


def _ends(tail: bytes) -> list[int]:
    """Where such a record might be; one more than `MAX_ENDS` at most."""
    found: list[int] = []
    at = tail.find(_END_SIGNATURE)
    while 0 <= at <= len(tail) - _END.size and len(found) <= MAX_ENDS:
        found.append(at)
        at = tail.find(_END_SIGNATURE, at + 1)
    return found


async def _find(content: Content, extension: str) -> Place:
    tail = await content.tail(TAIL)
    before = content.size - len(tail)
    ends = _ends(tail)
    fitting = [at for at in ends if at + _END.size + _END.unpack_from(tail, at)[-1] == len(tail)]
    # With two, programs would not agree which one it is.
    if len(ends) > MAX_ENDS or len(fitting) != 1:
        raise damaged(extension)
    at = fitting[0]
    _, disk, first_disk, here, count, size, start, _ = _END.unpack_from(tail, at)
    place, end, disks = Place(start, size, count), before + at, (disk, first_disk)
    locator = at - _LOCATOR.size
    if locator >= 0 and tail.startswith(b"PK\x06\x07", locator):
        found = await _find_64(content, _LOCATOR.unpack_from(tail, locator), before + locator)
        if found is None or not _agree(place, found[0]):
            raise damaged(extension)
        place, end, here, disks = *found, found[0].members, (0, 0)
    if any(disks) or here != place.members or place.start + place.size != end:
        raise damaged(extension)
    return place


async def _find_64(
    content: Content, locator: tuple[bytes, int, int, int], located: int
) -> tuple[Place, int] | None:
    """The directory's place by the 64-bit record, and where that begins; None if it is wrong."""
    _, disk, at, disks = locator
    record = await content.piece(at, _END_64.size)
    if len(record) < _END_64.size or disk != 0 or disks > 1:
        return None
    signature, length, _, _, disk, first_disk, here, count, size, start = _END_64.unpack(record)
    right = signature == b"PK\x06\x06" and at + 12 + length == located
    if not right or disk or first_disk or here != count:
        return None
    return Place(start, size, count), at


def _agree(short: Place, long: Place) -> bool:
    """Whether each of the short numbers is the long one, or says that it stands there."""
    pairs = zip(short, long, (4, 4, 2), strict=True)
    return all(small in (large, _IN_EXTRA[width]) for small, large, width in pairs)


def _members(directory: bytes, count: int) -> list[Member]:
    """Raises `ValueError` and `struct.error`."""
    members: list[Member] = []
    at = 0
    for _ in range(count):
        member, at = _member(directory, at)
        members.append(member)
    if at != len(directory):
        raise ValueError("something stands behind the last member")
    return members


def _member(directory: bytes, at: int) -> tuple[Member, int]:
    entry = _ENTRY.unpack_from(directory, at)
    signature, flags, method = entry[0], entry[3], entry[4]
    packed, size, named, extended, commented, disk = entry[8:14]
    attributes, offset = entry[15:]
    start = at + _ENTRY.size
    end = start + named + extended + commented
    if signature != b"PK\x01\x02" or end > len(directory) or disk not in (0, 0xFFFF):
        raise ValueError("no member")
    raw = directory[start : start + named]
    names: tuple[str, ...] = (raw.decode("utf-8" if flags & _UTF8 else "cp437"),)
    extra = directory[start + named : start + named + extended]
    if extra:
        fields = _extras(extra)
        if _UNICODE_PATH in fields:
            names += (fields[_UNICODE_PATH][5:].decode("utf-8"),)
        size, packed, offset = _long(fields.get(_LONG_NUMBERS, b""), (size, packed, offset))
    least = LOCAL_HEADER + named + packed
    return Member(names, flags, method, packed, size, offset, least, attributes), end


def _extras(extra: bytes) -> dict[int, bytes]:
    """The extra fields by their numbers. What is no field at the end, some programs write so."""
    fields: dict[int, bytes] = {}
    at = 0
    for _ in range(MAX_EXTRAS):
        if at + 4 > len(extra):
            return fields
        number, length = struct.unpack_from("<2H", extra, at)
        fields.setdefault(number, extra[at + 4 : at + 4 + length])
        at += 4 + length
    raise ValueError("too many extra fields")


def _long(field: bytes, numbers: tuple[int, int, int]) -> tuple[int, ...]:
    """The numbers, those that are too large for 32 bits as the extra field has them, in order."""
    found: list[int] = []
    at = 0
    for number in numbers:
        if number == _IN_EXTRA[4] and field:
            (number,) = struct.unpack_from("<Q", field, at)
            at += 8
        found.append(number)
    return tuple(found)
