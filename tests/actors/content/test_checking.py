"""Every file is what the ending of its name says, or is refused."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.content.checking import check_content
from protocol.content.faults import FileFault, FileRefused
from protocol.content.kinds import KINDS
from tests.support.files import (
    archive,
    box,
    declared_as,
    examples,
    film,
    matroska,
    mp3,
    office,
    ogg,
    open_document,
    reader,
)
from tests.support.profiles import share

TEXTS = {"txt", "md", "csv", "vtt", "srt"}
ONE_KIND = (
    TEXTS,
    {"jpg", "jpeg"},
    {"mp4", "m4v"},
    {"zip", "docx", "xlsx", "pptx", "odt", "ods", "odp", "epub"},
)
"""Endings of files that may be both: texts are texts, and office files are archives."""


@cache
def files() -> Mapping[str, bytes]:
    return examples()


async def fault_of(extension: str, data: bytes) -> FileFault | None:
    try:
        await check_content(reader(data), declared_as(extension, data))
    except FileRefused as refused:
        return refused.fault
    return None


def test_there_is_an_example_of_every_kind() -> None:
    assert set(files()) == set(KINDS)


@pytest.mark.parametrize("extension", sorted(KINDS))
async def test_a_file_of_each_kind_is_taken(extension: str) -> None:
    assert await fault_of(extension, files()[extension]) is None


def may_be_both(extension: str, other: str) -> bool:
    both = {extension, other}
    return (other == "zip" and both <= ONE_KIND[3]) or any(both <= kind for kind in ONE_KIND[:3])


@pytest.mark.parametrize("extension", sorted(KINDS))
async def test_a_file_that_is_renamed_to_another_kind_is_refused(extension: str) -> None:
    for other in sorted(set(KINDS) - {extension}):
        fault = await fault_of(other, files()[extension])
        if may_be_both(extension, other):
            assert fault is None
        else:
            assert fault is not None, f"{extension} as {other}"


@pytest.mark.parametrize("extension", sorted(set(KINDS) - TEXTS))
async def test_nothing_else_is_taken_for_a_file_of_a_kind(extension: str) -> None:
    others = (b"", b"\0", b"MZ\x90\0" + bytes(60), b"\x7fELF" + bytes(60), b"<html>", b"#!/bin/sh")
    for data in (*others, bytes(70_000), b"\xff" * 70_000):
        assert await fault_of(extension, data + b"x") is not None


@given(st.sampled_from(sorted(set(KINDS) - TEXTS)), st.binary(min_size=1))
@settings(max_examples=share(3))
async def test_random_bytes_are_of_no_kind(extension: str, data: bytes) -> None:
    assert await fault_of(extension, data) is not None


@given(st.data())
@settings(max_examples=share(5))
async def test_a_damaged_file_is_taken_or_refused_and_never_fails(data: st.DataObject) -> None:
    extension = data.draw(st.sampled_from(sorted(KINDS)))
    content = bytearray(files()[extension])
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=6)):
        content[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(content)))
    await fault_of(extension, bytes(content[:cut]))


@given(st.sampled_from(sorted(KINDS)), st.integers(1, 5_000))
async def test_pieces_may_come_in_any_size(extension: str, most: int) -> None:
    data = files()[extension]
    await check_content(reader(data, most), declared_as(extension, data))


async def test_a_file_that_is_shorter_than_was_said_is_damaged() -> None:
    data = files()["txt"]
    with pytest.raises(FileRefused) as refused:
        await check_content(reader(data[:-1]), declared_as("txt", data))
    assert (refused.value.code, refused.value.fault) == ("FILE_REFUSED", FileFault.DAMAGED)
    assert refused.value.details == {"reason": "damaged"}


@pytest.mark.parametrize("extension", ["pdf", "png", "jpg", "gif", "webp", "mp3", "mp4", "wav"])
@pytest.mark.parametrize("behind", [b"", b"\n\n"])
async def test_an_archive_behind_another_file_is_refused(extension: str, behind: bytes) -> None:
    both = files()[extension] + files()["zip"] + behind
    assert await fault_of(extension, both) == FileFault.EXTRA_CONTENT


async def test_a_document_that_begins_late_is_refused() -> None:
    for before in (b"\n", b"\xef\xbb\xbf", b"GIF89a", b"x" * 900):
        assert await fault_of("pdf", before + files()["pdf"]) == FileFault.WRONG_KIND


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "cp932"])
async def test_texts_of_many_encodings_are_texts(encoding: str) -> None:
    text = "Größe\t1\r\n" if encoding != "cp932" else "表計算\r\n"
    assert await fault_of("csv", (text * 40_000).encode(encoding)) is None


@pytest.mark.parametrize("control", ["\0", "\x01", "\x08", "\x7f"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
async def test_control_characters_are_in_no_text(control: str, encoding: str) -> None:
    text = "x" * 600_000 + control
    assert await fault_of("txt", text.encode(encoding)) == FileFault.WRONG_KIND


async def test_broken_utf_16_and_other_files_of_characters_are_no_texts() -> None:
    broken = (b"\xff\xfea", b"\xff\xfe\x00\xd8a\0", b"\xfe\xff\xdc\0", b"%PDF-1.4\n", b"{\\rtf1 a}")
    for data in broken:
        assert await fault_of("txt", data) == FileFault.WRONG_KIND
    assert await fault_of("txt", b"<script>alert(1)</script>") is None  # never shown as a page


@pytest.mark.parametrize(
    ("extension", "name"),
    [
        ("docx", "word/vbaProject.bin"),
        ("docx", "word/VBAPROJECT.BIN"),
        ("pptx", "ppt/embeddings/setup.exe"),
        ("odt", "Basic/Standard/Module1.xml"),
        ("ods", "Scripts/python/run.py"),
        ("epub", "OEBPS/run.bat"),
    ],
)
async def test_office_files_with_programs_in_them_are_refused(extension: str, name: str) -> None:
    more = (name, b"x")
    mains = {"docx": "word/document.xml", "pptx": "ppt/presentation.xml"}
    main = mains.get(extension)
    data = office(main, more) if main else open_document(extension, more)
    assert await fault_of(extension, data) == FileFault.PROGRAMS


async def test_lists_of_macros_without_macros_and_embedded_tables_are_taken() -> None:
    lists = [("Basic/script-lc.xml", b"x"), ("Basic/Standard/script-lb.xml", b"x")]
    assert await fault_of("odt", open_document("odt", *lists)) is None
    table = ("word/embeddings/table.xlsx", b"x")
    assert await fault_of("docx", office("word/document.xml", table)) is None


async def test_an_encrypted_open_document_is_refused() -> None:
    data = open_document("odt", ("encrypted-package", b"x"))
    assert await fault_of("odt", data) == FileFault.ENCRYPTED


async def test_a_book_says_first_what_it_is_and_unpacked() -> None:
    container = ("META-INF/container.xml", b"<x/>")
    kind = ("mimetype", b"application/epub+zip")
    assert await fault_of("epub", archive(container, kind)) == FileFault.WRONG_KIND
    assert await fault_of("epub", archive(kind)) == FileFault.WRONG_KIND
    assert await fault_of("epub", archive(kind, container)) is None


@pytest.mark.parametrize(
    ("extension", "data"),
    [
        ("mp4", film(b"mp42", b"vide", others=b"isom", late=False)),
        ("mp4", film(b"3gp4", b"vide", others=b"isom")),
        ("mp4", film(b"isom", b"soun")),
        ("m4a", film(b"mp42", b"soun", others=b"isom")),
        ("mov", box(b"wide") + film(b"qt  ", b"vide")[16:]),
        ("mov", box(b"mdat", b"x") + box(b"moov", film(b"qt  ", b"vide", late=False)[24:])),
    ],
)
async def test_other_forms_of_films_and_sound_are_taken(extension: str, data: bytes) -> None:
    assert await fault_of(extension, data) is None


@pytest.mark.parametrize(
    ("extension", "data"),
    [
        ("m4a", film(b"mp42", b"soun", b"vide")),
        ("m4v", film(b"mp42", b"soun")),
        ("mp4", film(b"M4A ", b"soun", others=b"isommp42")),
        ("mp4", film(b"heic", b"pict", others=b"mif1")),
        ("mp4", film(b"isom")),
        ("mp4", box(b"ftyp", b"isom", bytes(4))),
        ("mp4", box(b"ftyp", b"isom", bytes(4)) + box(b"moov", b"\0\0\0\x01trak")),
        ("mp4", box(b"ftyp", b"isom", bytes(4)) + bytes(400)),
        ("mov", film(b"isom", b"vide")),
        ("webm", matroska(b"webm")[:-9]),
        ("webm", matroska(b"weba")),
        ("ogg", ogg(b"\x80theora")),
        ("mp3", mp3()[:24]),
        ("mp3", mp3(1) + b"x"),
        ("mp3", b"\xff\xfb\x90\x00" + bytes(500)),
        ("wav", b"RIFF\0\0\0\0WAVEdata\0\0\0\0"),
    ],
)
async def test_sound_and_films_that_are_none_are_refused(extension: str, data: bytes) -> None:
    assert await fault_of(extension, data) in (FileFault.WRONG_KIND, FileFault.DAMAGED)


async def test_few_pieces_are_read_of_a_film_however_many_boxes_it_has() -> None:
    data = box(b"ftyp", b"isom", bytes(4)) + box(b"free") * 100_000
    read, asked = reader(data), 0

    async def counted(start: int, length: int) -> bytes:
        nonlocal asked
        asked += 1
        return await read(start, length)

    with pytest.raises(FileRefused):
        await check_content(counted, declared_as("mp4", data))
    assert asked < 600
