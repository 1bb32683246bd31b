"""Files that attack, and files that are none: each is refused in its own words, and at once."""

from __future__ import annotations

import io
import stat
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from actors.assessments.formats.archives import MAX_MEMBERS
from actors.assessments.formats.catalogue import read_file, recognised_format
from actors.assessments.formats.kahoot import MAX_PART
from actors.assessments.formats.reading import QuestionFile
from actors.assessments.formats.trees import MAX_DEPTH, MAX_ELEMENTS
from protocol.assessments.files import MAX_UNPACKED_BYTES, FileFormat
from protocol.errors import ValidationError
from tests.actors.assessments.formats.test_qti import ALONE, item
from tests.actors.assessments.formats.test_tables_and_aiken import sheet

MOST_SECONDS = 10.0
"""CPU time of the worst file; it takes a tenth of it."""
LAUGHS = "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' if n else '<!ENTITY l0 "ha">' for n in range(10)
)
QUESTION = '<question type="essay"><questiontext><text>{}</text></questiontext></question>'


def read(data: bytes) -> QuestionFile:
    format, plain = recognised_format(data, None)
    return read_file(plain, format, lambda: "", lambda: None)


def refusal(data: bytes) -> str:
    began = time.process_time()
    with pytest.raises(ValidationError) as error:
        read(data)
    assert time.process_time() - began < MOST_SECONDS
    (problem,) = error.value.details["fields"]
    assert problem["field"] == "file"
    return str(problem["code"])


@pytest.mark.parametrize("prolog", ["", '<?xml version="1.0"?>\n<!-- a -->'])
@pytest.mark.parametrize(
    "doctype",
    [
        f"<!DOCTYPE quiz [{LAUGHS}]>",
        '<!DOCTYPE quiz [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE quiz [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]>',
        '<!DOCTYPE quiz SYSTEM "http://127.0.0.1:9/quiz.dtd">',
        '<!DOCTYPE quiz [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p"> %p;]>',
        '<!DOCTYPE quiz [<!ENTITY a "' + "x" * 100_000 + '">]>',
        "<!DOCTYPE quiz>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_before_anything_in_it_is_read(
    prolog: str, doctype: str, encoding: str
) -> None:
    if encoding == "utf-16":
        prolog = prolog.replace("?>", ' encoding="utf-16"?>')
    text = prolog + doctype + f"<quiz>{QUESTION.format('&x;&l9;')}</quiz>"
    assert refusal(text.encode(encoding)) == "NOT_ALLOWED"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("<quiz>" + "<a>" * (MAX_DEPTH + 1), "TOO_COMPLEX"),
        ("<quiz>" + "<a/>" * (MAX_ELEMENTS + 1) + "</quiz>", "TOO_COMPLEX"),
        (f"<quiz>{QUESTION.format('&nbsp;')}</quiz>", "DAMAGED"),
        ("<quiz>", "DAMAGED"),
        ("<quiz><question></quiz>", "DAMAGED"),
        ('<?xml version="1.0" encoding="klingon"?><quiz/>', "DAMAGED"),
        ('<?xml version="1.0"?><rss/>', "UNSUPPORTED"),
        ("<?xml version='1.0'?><questestinterop/>", "UNSUPPORTED"),
    ],
)
def test_xml_that_is_too_much_or_none_is_refused(data: str, code: str) -> None:
    assert refusal(data.encode()) == code


def test_external_references_of_other_kinds_lead_nowhere() -> None:
    text = (
        '<quiz xmlns:xi="http://www.w3.org/2001/XInclude" xmlns:x="http://www.w3.org/2001/'
        'XMLSchema-instance" x:schemaLocation="http://127.0.0.1:9 http://127.0.0.1:9/x.xsd">'
        '<?xml-stylesheet href="http://127.0.0.1:9/x.xsl"?>'
        '<question type="essay"><questiontext><text>Q<xi:include href="file:///etc/passwd"/>'
        "</text></questiontext></question></quiz>"
    )
    (found,) = read(text.encode()).questions
    assert found.question.text == "Q"


Change = Callable[[zipfile.ZipInfo], None]


def archive(*members: tuple[str, bytes], change: Change = lambda _: None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for name, data in members:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            change(info)
            written.writestr(info, data)
    return out.getvalue()


def link(info: zipfile.ZipInfo) -> None:
    info.external_attr = (stat.S_IFLNK | 0o777) << 16


def encrypted(data: bytes) -> bytes:
    """With the bit that says so, in both headers."""
    marked = bytearray(data)
    for signature, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        marked[marked.index(signature) + at] |= 1
    return bytes(marked)


ITEM = ("a.xml", item(ALONE))


@pytest.mark.parametrize(
    "name",
    ["../a.xml", "/etc/a.xml", "a/../../b.xml", "..\\a.xml", "C:\\a.xml", "\\\\host\\a.xml"],
)
def test_a_path_that_leads_out_of_the_archive_is_refused(name: str) -> None:
    assert refusal(archive(ITEM, (name, b"x"))) == "NOT_ALLOWED"


def test_links_and_encrypted_members_are_refused() -> None:
    assert refusal(archive(ITEM, change=link)) == "NOT_ALLOWED"
    assert refusal(encrypted(archive(ITEM))) == "NOT_ALLOWED"


def test_two_files_of_one_name_are_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = archive(ITEM, ITEM)
    assert refusal(data) == "NOT_ALLOWED"


def test_bombs_are_refused_by_what_they_say() -> None:
    assert refusal(archive(("a.xml", b" " * (MAX_UNPACKED_BYTES + 1)))) == "TOO_MANY_BYTES"
    many = archive(*((f"{n}.xml", b"") for n in range(MAX_MEMBERS + 1)))
    assert refusal(many) == "TOO_MANY"


def test_a_bomb_that_lies_about_its_size_is_not_unpacked() -> None:
    bomb = bytearray(archive(("a.xml", b" " * 50_000_000)))
    for signature, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = bomb.index(signature) + at
        bomb[place : place + 4] = (1_000).to_bytes(4, "little")
    assert refusal(bytes(bomb)) == "DAMAGED"


def test_other_ways_of_packing_are_refused() -> None:
    def packed(info: zipfile.ZipInfo) -> None:
        info.compress_type = zipfile.ZIP_LZMA

    assert refusal(archive(ITEM, change=packed)) == "UNSUPPORTED"


@pytest.mark.parametrize("cut", [1, 10, 30, -1, -30])
def test_a_damaged_archive_is_refused(cut: int) -> None:
    data = archive(ITEM)
    assert refusal(b"PK\x03\x04" + data[:cut][4:]) == "DAMAGED"


def test_an_archive_of_something_else_has_nothing_to_take() -> None:
    assert refusal(archive(("a.txt", b"x"))) == "NOT_IMPORTED"


def replaced(name: str, data: bytes) -> bytes:
    """A spreadsheet with another part."""
    source = zipfile.ZipFile(io.BytesIO(sheet(("Q", "a", "b", None, None, 20, 1))))
    members = [
        (each, data if each == name else source.read(each))
        for each in dict.fromkeys((*source.namelist(), name))
    ]
    return archive(*members)


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("xl/styles.xml", b"<styleSheet>" + b"<xf/>" * MAX_PART, "TOO_COMPLEX"),
        ("xl/workbook.xml", b"<workbook", "DAMAGED"),
        ("xl/workbook.xml", b'<!DOCTYPE w [<!ENTITY a "b">]><workbook>&a;</workbook>', "DAMAGED"),
        (
            "xl/worksheets/sheet1.xml",
            b'<!DOCTYPE w [<!ENTITY a "b">]><worksheet><sheetData>&a;</sheetData></worksheet>',
            "DAMAGED",
        ),
    ],
)
def test_a_hostile_spreadsheet_is_refused(name: str, data: bytes, code: str) -> None:
    assert refusal(replaced(name, data)) == code


def test_a_gzip_in_a_gzip_is_none_of_the_formats() -> None:
    packer = zlib.compressobj(wbits=31)
    once = packer.compress(b"Q {T}") + packer.flush()
    packer = zlib.compressobj(wbits=31)
    assert refusal(packer.compress(once) + packer.flush()) == "UNSUPPORTED"


@pytest.mark.parametrize(
    ("data", "format"),
    [
        (b"Q {T}", FileFormat.GIFT),
        (b"<b>Q</b> {T}", FileFormat.GIFT),
        (b"\xef\xbb\xbf::t:: Q {T}", FileFormat.GIFT),
        (b"Q\nA. a\nB. b\nANSWER: A\n", FileFormat.AIKEN),
        (b"type,question\nessay,Q", FileFormat.CSV),
        ("question;type\nQ;essay".encode("utf-16"), FileFormat.CSV),
        (b'sep=;\n"Type";"Question"\n', FileFormat.CSV),
        (b"<quiz/>", FileFormat.MOODLE_XML),
        ("<?xml version='1.0' encoding='utf-16'?><quiz/>".encode("utf-16"), FileFormat.MOODLE_XML),
        (b"\n<!-- a --><q:assessmentItem xmlns:q='x'/>", FileFormat.QTI),
        (b"<qti-assessment-item/>", FileFormat.QTI),
        (archive(ITEM), FileFormat.QTI),
        (sheet(), FileFormat.KAHOOT),
    ],
)
def test_the_format_is_told_by_the_content(data: bytes, format: FileFormat) -> None:
    assert recognised_format(data, None)[0] is format


@pytest.mark.parametrize("data", [b"\0\1\2", b"%PDF-1.7\0", b"\x89PNG\r\n\x1a\n\0\0"])
def test_what_is_none_of_them_is_refused(data: bytes) -> None:
    assert refusal(data) == "UNSUPPORTED"


def test_no_reader_opens_a_file_or_a_connection() -> None:
    sources = Path(__file__).parents[4] / "actors" / "assessments" / "formats"
    for source in sources.rglob("*.py"):
        text = source.read_text("utf-8")
        for word in ("urllib.request", "import socket", "extractall", ".extract(", "httpx"):
            assert word not in text, source
