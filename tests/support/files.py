"""Files of every kind that may be uploaded, as small as they can be, and how they are read."""

from __future__ import annotations

import io
import struct
import wave
import zipfile
from collections.abc import Mapping

from fpdf import FPDF
from openpyxl import Workbook

from actors.content.checking.content import Read
from protocol.content.kinds import KINDS
from protocol.content.uses import Declared, FileUse
from protocol.uploads import MAX_READ
from tests.support.pictures import picture

OPEN_DOCUMENTS = ("odt", "ods", "odp", "epub")


def declared_as(extension: str, data: bytes) -> Declared:
    """What such a file was said to be."""
    return Declared(
        use=FileUse.RESOURCE,
        name=f"file.{extension}",
        extension=extension,
        content_type=KINDS[extension].content_types[0],
        size=len(data),
    )


def reader(data: bytes, most: int = MAX_READ) -> Read:
    """Reads as a storage does, at most so many bytes at once."""

    async def read(start: int, length: int) -> bytes:
        assert start >= 0
        assert 0 < length <= MAX_READ
        return data[start : start + min(length, most)]

    return read


def archive(*members: tuple[str, bytes], packed: bool = True) -> bytes:
    """A zip archive with these members; `mimetype` is never packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as written:
        for name, data in members:
            method = zipfile.ZIP_DEFLATED if packed and name != "mimetype" else zipfile.ZIP_STORED
            written.writestr(zipfile.ZipInfo(name), data, compress_type=method)
    return out.getvalue()


def office(main: str, *more: tuple[str, bytes]) -> bytes:
    """Word's or PowerPoint's parts."""
    parts = ("[Content_Types].xml", "_rels/.rels", main)
    return archive(*((name, b"<x/>") for name in parts), *more)


def open_document(extension: str, *more: tuple[str, bytes]) -> bytes:
    """OpenDocument, or a book."""
    kind = KINDS[extension].content_types[0].encode()
    needed = "META-INF/container.xml" if extension == "epub" else "META-INF/manifest.xml"
    return archive(("mimetype", kind), (needed, b"<x/>"), ("content.xml", b"<x/>"), *more)


def box(kind: bytes, *body: bytes) -> bytes:
    """A box of MPEG-4, of this body."""
    content = b"".join(body)
    return struct.pack(">L4s", 8 + len(content), kind) + content


def track(handler: bytes) -> bytes:
    said = box(b"hdlr", bytes(8), handler, bytes(13))
    return box(b"trak", box(b"tkhd", bytes(84)), box(b"mdia", box(b"mdhd", bytes(24)), said))


def film(chief: bytes, *handlers: bytes, others: bytes = b"", late: bool = True) -> bytes:
    """With its index behind the film, as recorders write it, or before it."""
    index = box(b"moov", box(b"mvhd", bytes(100)), *map(track, handlers))
    parts = [box(b"mdat", b"\x01\x02" * 500), index]
    head = box(b"ftyp", chief, bytes(4), others)
    return head + b"".join(parts if late else reversed(parts))


def matroska(kind: bytes) -> bytes:
    head = b"\x42\x86\x81\x01" + b"\x42\x82" + bytes([0x80 | len(kind)]) + kind
    return b"\x1aE\xdf\xa3" + bytes([0x80 | len(head)]) + head + b"\x18S\x80g\x01" + b"\xff" * 7


def mp3(frames: int = 3) -> bytes:
    """Silence of 128 kbit/s behind a tag."""
    frame = b"\xff\xfb\x90\x00" + bytes(413)
    return b"ID3\x04\0\0\0\0\0\x0a" + bytes(10) + frame * frames


def ogg(codec: bytes = b"OpusHead") -> bytes:
    return b"OggS\0\x02" + bytes(20) + b"\x01\x13" + codec + bytes(11)


def wav() -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as written:
        written.setnchannels(1)
        written.setsampwidth(2)
        written.setframerate(8_000)
        written.writeframes(bytes(800))
    return out.getvalue()


def avi() -> bytes:
    head = b"LIST" + struct.pack("<L", 4) + b"hdrl"
    return b"RIFF" + struct.pack("<L", 4 + len(head)) + b"AVI " + head


def pdf() -> bytes:
    document = FPDF()
    document.add_page()
    return bytes(document.output())


def workbook() -> bytes:
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


def examples() -> Mapping[str, bytes]:
    """One of each kind, by its extension."""
    return {
        "pdf": pdf(),
        "docx": office("word/document.xml"),
        "xlsx": workbook(),
        "pptx": office("ppt/presentation.xml"),
        **{extension: open_document(extension) for extension in OPEN_DOCUMENTS},
        "zip": archive(("notes/a.txt", b"a" * 50), ("notes/b.txt", b"b")),
        "txt": "Wäre es so?\r\n".encode(),
        "md": b"# Cells\n\n*all* of them\n",
        "vtt": b"WEBVTT\n\n00:01.000 --> 00:02.000\nLook up\n",
        "srt": b"1\n00:00:01,000 --> 00:00:02,000\nLook up\n",
        "csv": "Name;Größe\r\nZelle;3\r\n".encode("cp1252"),
        "png": picture("PNG"),
        "jpg": picture("JPEG"),
        "jpeg": picture("JPEG"),
        "webp": picture("WEBP"),
        "gif": picture("GIF", mode="P"),
        "mp3": mp3(),
        "m4a": film(b"M4A ", b"soun", others=b"isommp42"),
        "ogg": ogg(),
        "wav": wav(),
        "mp4": film(b"isom", b"vide", b"soun", others=b"iso2avc1mp41"),
        "m4v": film(b"M4V ", b"vide", others=b"mp42"),
        "mov": film(b"qt  ", b"vide"),
        "webm": matroska(b"webm"),
        "mkv": matroska(b"matroska"),
        "avi": avi(),
    }
