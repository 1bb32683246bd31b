"""Archives that attack are refused by their directory alone, in a bounded time."""

from __future__ import annotations

import io
import random
import stat
import struct
import time
import zipfile
from collections.abc import Callable

import pytest
import trio
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.content.checking import check_content
from actors.content.checking.archives import (
    FREE_OF_RATIO,
    MAX_ARCHIVES_INSIDE,
    MAX_UNPACKED,
)
from actors.content.checking.content import Content
from actors.content.checking.directories import (
    MAX_DIRECTORY_BYTES,
    MAX_EXTRAS,
    MAX_MEMBERS,
    TAIL,
    read_directory,
)
from protocol.content.faults import FileFault, FileRefused
from tests.support.files import archive, declared_as, examples, reader
from tests.support.profiles import share
from tests.support.turns import Watch, slowness

MOST_SECONDS = 0.6
"""CPU time of the worst directory; it takes a fifth of it."""
NAME = st.from_regex(r"[a-zä文]{1,8}(/[a-z]{1,8}){0,3}", fullmatch=True)


async def fault_of(data: bytes, extension: str = "zip") -> FileFault | None:
    try:
        await check_content(reader(data), declared_as(extension, data))
    except FileRefused as refused:
        return refused.fault
    return None


def made(
    *names: str, change: Callable[[zipfile.ZipInfo], None] = lambda _: None, data: bytes = b"x"
) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as written:
        for name in names:
            info = zipfile.ZipInfo(name)
            change(info)
            written.writestr(info, data)
    return out.getvalue()


def entry(
    name: bytes = b"a", packed: int = 0, size: int = 0, offset: int = 0, extra: bytes = b"",
    flags: int = 0, method: int = 8,
) -> bytes:  # fmt: skip
    """A member in the directory."""
    head = struct.pack("<4s6H3L", b"PK\x01\x02", 20, 20, flags, method, 0, 0, 0, packed, size)
    return head + struct.pack("<5H2L", len(name), len(extra), 0, 0, 0, 0, offset) + name + extra


def closed(before: bytes, directory: bytes, count: int, comment: bytes = b"") -> bytes:
    """An archive of these parts. Its count says what it likes."""
    short = min(count, 0xFFFF)
    numbers = (0, 0, short, short, len(directory), len(before), len(comment))
    return before + directory + struct.pack("<4s4H2LH", b"PK\x05\x06", *numbers) + comment


def forged(*entries: bytes, count: int | None = None, room: int = 200) -> bytes:
    before = b"PK\x03\x04" + bytes(room - 4)
    return closed(before, b"".join(entries), len(entries) if count is None else count)


@given(st.dictionaries(NAME, st.binary(max_size=300), max_size=12), st.booleans())
async def test_every_archive_that_others_make_is_taken_and_read_right(
    members: dict[str, bytes], packed: bool
) -> None:
    data = archive(*members.items(), packed=packed)
    assert await fault_of(data) is None
    _, found = await read_directory(Content(reader(data), len(data)), "zip")
    assert {each.name: each.size for each in found} == {
        name: len(content) for name, content in members.items()
    }


async def test_an_empty_archive_folders_and_a_comment_are_no_faults() -> None:
    assert await fault_of(archive()) is None
    assert await fault_of(made("a/", "a/b.txt", data=b"")) is None
    out = io.BytesIO(archive(("a", b"a")))
    with zipfile.ZipFile(out, "a") as written:
        written.comment = b"made by hand" * 100
    assert await fault_of(out.getvalue()) is None


async def test_an_archive_with_64_bit_numbers_is_read_right() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as written, written.open("a", "w", force_zip64=True) as member:
        member.write(b"abc")
    assert await fault_of(out.getvalue()) is None
    data = long_numbers()
    place, members = await read_directory(Content(reader(data), len(data)), "zip")
    assert (place.members, [each.size for each in members]) == (1, [3])
    assert await fault_of(data) is None


def long_numbers(**changed: int) -> bytes:
    """One member, and every number where there is room for 64 bits."""
    numbers = {"count": 1, "size": 0, "start": 0, "at": 0, "here": 1, "packed": 3, **changed}
    before = b"PK\x03\x04" + bytes(40)
    sizes = struct.pack("<2H3Q", 1, 24, 3, numbers["packed"], 0)
    directory = entry(b"a", 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, sizes)
    record = struct.pack(
        *("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, numbers["here"], numbers["count"]),
        *(len(directory) + numbers["size"], len(before) + numbers["start"]),
    )
    at = len(before) + len(directory) + numbers["at"]
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, at, 1)
    full = (0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, *full)
    return before + directory + record + locator + end


@pytest.mark.parametrize("changed", ["count", "size", "start", "at", "here", "packed"])
async def test_64_bit_numbers_that_do_not_fit_are_refused(changed: str) -> None:
    assert await fault_of(long_numbers(**{changed: 10**12})) is not None
    assert await fault_of(long_numbers(**{changed: 2**64 - 500})) is not None


@pytest.mark.parametrize(
    "name",
    ["../a", "/etc/a", "a/../../b", "..\\a", "C:\\a", "\\\\host\\a", "a\\..\\..\\b", "a:b", ".."],
)
async def test_paths_that_lead_out_are_refused(name: str) -> None:
    assert await fault_of(made("b.txt", name)) == FileFault.UNSAFE_PATHS


async def test_the_name_that_some_programs_prefer_is_looked_at_too() -> None:
    other = struct.pack("<2HBL", 0x7075, 5 + 4, 1, 0) + b"../a"
    assert await fault_of(forged(entry(b"a", extra=other))) == FileFault.UNSAFE_PATHS
    same = struct.pack("<2HBL", 0x7075, 5 + 1, 1, 0) + b"b"
    both = forged(entry(b"a", extra=same), entry(b"b", offset=50))
    assert await fault_of(both) == FileFault.SAME_NAMES


@pytest.mark.parametrize("mode", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR, stat.S_IFSOCK])
async def test_links_and_devices_are_refused(mode: int) -> None:
    def change(info: zipfile.ZipInfo) -> None:
        info.external_attr = (mode | 0o777) << 16

    assert await fault_of(made("a", change=change)) == FileFault.LINKS


@pytest.mark.parametrize(("flags", "method"), [(1, 8), (0x41, 8), (0x2000, 0), (1, 99), (0, 99)])
async def test_encrypted_members_are_refused(flags: int, method: int) -> None:
    assert await fault_of(forged(entry(flags=flags, method=method))) == FileFault.ENCRYPTED


async def test_two_files_of_one_name_are_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = made("a", "a")
    assert await fault_of(data) == FileFault.SAME_NAMES


async def test_bombs_are_refused_by_what_they_say() -> None:
    flat = forged(entry(packed=100, size=FREE_OF_RATIO + 1))
    assert await fault_of(flat) == FileFault.UNPACKS_TOO_LARGE
    assert await fault_of(forged(entry(packed=100, size=FREE_OF_RATIO))) is None
    large = closed(b"PK\x03\x04" + bytes(200), entry(b"a", 99, MAX_UNPACKED - 1), 1)
    assert await fault_of(large) == FileFault.UNPACKS_TOO_LARGE
    nested = made(*(f"{n}.zip" for n in range(MAX_ARCHIVES_INSIDE + 1)))
    assert await fault_of(nested) == FileFault.UNPACKS_TOO_LARGE
    assert await fault_of(made(*(f"{n}.zip" for n in range(MAX_ARCHIVES_INSIDE)))) is None


async def test_members_that_lie_in_each_other_are_refused() -> None:
    """One kernel under thousands of names: the ratio of each is harmless."""
    kernel = forged(*(entry(b"%d" % n, 100, 1_000) for n in range(50)))
    assert await fault_of(kernel) == FileFault.UNPACKS_TOO_LARGE
    nested = forged(entry(b"a", 120, 500), entry(b"b", 20, 100, offset=60))
    assert await fault_of(nested) == FileFault.UNPACKS_TOO_LARGE
    behind = forged(entry(b"a", 1_000, 1_000))
    assert await fault_of(behind) == FileFault.DAMAGED


async def test_a_stored_member_has_as_many_bytes_as_it_says() -> None:
    assert await fault_of(forged(entry(packed=5, size=6, method=0))) == FileFault.DAMAGED


async def test_something_before_or_behind_the_archive_is_refused() -> None:
    plain = examples()["zip"]
    assert await fault_of(b"#!/bin/sh\n" + plain) == FileFault.WRONG_KIND
    assert await fault_of(b"PK\x03\x04" + plain) == FileFault.DAMAGED
    assert await fault_of(plain + b"x") == FileFault.DAMAGED
    late = closed(b"PK\x03\x04" + bytes(200), entry(offset=50), 1)
    assert await fault_of(late) == FileFault.EXTRA_CONTENT


async def test_an_archive_that_two_programs_would_read_differently_is_refused() -> None:
    inner = closed(b"", entry(b"b"), 1)
    assert await fault_of(closed(b"PK\x03\x04" + bytes(96), entry(), 1, inner)) == FileFault.DAMAGED


async def test_too_many_members_are_refused_before_the_directory_is_read() -> None:
    many = closed(b"PK\x03\x04" + bytes(96), entry() * 10, MAX_MEMBERS + 1)
    assert await fault_of(many) == FileFault.TOO_MANY_FILES
    directory = entry(b"x" * 60_000) * (MAX_DIRECTORY_BYTES // 60_000 + 1)
    long = closed(b"PK\x03\x04", directory, MAX_DIRECTORY_BYTES // 60_000 + 1)
    assert await fault_of(long) == FileFault.TOO_MANY_FILES


@pytest.mark.parametrize("count", [0, 1, 3, 0xFFFF])
async def test_a_count_that_is_not_that_of_the_directory_is_refused(count: int) -> None:
    assert await fault_of(forged(entry(b"a"), entry(b"b", offset=50), count=count)) is not None


def extras() -> bytes:
    return struct.pack("<2H", 9, 0) * (MAX_EXTRAS - 1)


def most(each: Callable[[int], bytes]) -> bytes:
    """As many members as fit into the largest directory."""
    directory = bytearray()
    count = 0
    while count < MAX_MEMBERS and len(directory) + len(each(count)) <= MAX_DIRECTORY_BYTES:
        directory += each(count)
        count += 1
    return closed(b"PK\x03\x04" + bytes(40 * count), bytes(directory), count)


ADVERSARIES: dict[str, Callable[[], bytes]] = {
    "members": lambda: most(lambda n: entry(b"%d" % n, offset=37 * n)),
    "long names": lambda: most(lambda n: entry(b"%08d" % n + b"x/" * 500)),
    "names of letters": lambda: most(lambda n: entry(b"%d" % n + b"\xe4" * 150, offset=0)),
    "extra fields": lambda: most(lambda n: entry(b"%d" % n, extra=extras(), offset=37 * n)),
    "backwards": lambda: most(lambda n: entry(b"%d" % n, offset=37 * (MAX_MEMBERS - n))),
    "ends": lambda: b"PK\x03\x04" + b"PK\x05\x06" * (TAIL // 4 + 10),
    "fitting ends": lambda: b"PK\x03\x04" + (b"PK\x05\x06" + bytes(18)) * 3_000,
    "zeros": lambda: b"PK\x03\x04" + bytes(TAIL * 2),
}


@pytest.mark.parametrize("adversary", ADVERSARIES)
async def test_the_worst_directory_takes_a_bounded_time(adversary: str) -> None:
    data = ADVERSARIES[adversary]()
    began = time.process_time()
    async with Watch() as watch, trio.open_nursery() as nursery:
        nursery.start_soon(fault_of, data)
        nursery.start_soon(fault_of, data, "pdf")
        nursery.start_soon(fault_of, b"%PDF-1.7\n" + data, "pdf")
    assert time.process_time() - began < MOST_SECONDS * slowness()
    assert watch.too_long(adversary) == []


@given(st.integers(0, 2**32), st.integers(1, 12))
@settings(max_examples=share(5))
async def test_a_damaged_archive_is_never_an_error_of_ours(seed: int, changes: int) -> None:
    """Bytes of the directory changed, most of all its numbers."""
    picked = random.Random(seed)
    data = bytearray(picked.choice([archive(("a/b", b"x" * 90), ("c", b"y")), long_numbers()]))
    start = data.index(b"PK\x01\x02")
    for _ in range(changes):
        at = picked.randrange(start, len(data))
        data[at] = picked.choice([0, 1, 0x7F, 0x80, 0xFF, picked.randrange(256)])
    await fault_of(bytes(data))
