"""Files that attack, and files that are none: each is refused in its own words, and at once."""

from __future__ import annotations

import contextlib
import io
import math
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
from actors.assessments.formats.moodle_xml.cloze import gaps_in
from actors.assessments.formats.reading import QuestionFile
from actors.assessments.formats.trees import MAX_DEPTH, MAX_ELEMENTS
from protocol.assessments.files import MAX_UNPACKED_BYTES, FileFormat
from protocol.errors import ValidationError
from tests.actors.assessments.formats.test_qti import ALONE, item
from tests.actors.assessments.formats.test_tables_and_aiken import sheet
from tests.support.turns import slowness

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
    assert time.process_time() - began < MOST_SECONDS * slowness()
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


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'


def one_item(body: str) -> bytes:
    """With a response that is right, and what is asked."""
    said = (
        '<responseDeclaration identifier="R" baseType="identifier" cardinality="single">'
        "<correctResponse><value>a</value></correctResponse></responseDeclaration>"
    )
    return f"<assessmentItem>{said}<itemBody><p>Q</p>{body}</itemBody></assessmentItem>".encode()


def many(tag: str, times: int = 40_000, inside: str = "<b>x</b>") -> str:
    return f'<{tag} identifier="a">{inside}</{tag}>' * times


def manifest(*resources: str) -> bytes:
    return f"<manifest>{''.join(resources)}</manifest>".encode()


WORST = {
    "an option of a million lines": b"Q\nA. x\n" + b"y\n" * 1_000_000 + b"ANSWER: A\n",
    "a text of a million lines": b"y\n" * 1_000_000 + b"A. x\nANSWER: A\n",
    "questions without options": b"Q\n\n" * 300_000 + b"A. x\nANSWER: A\n",
    "columns": b"type,question" + b"," * 3_000_000 + b"\n" + b"essay,q\n" * 300,
    "wide rows": b"type,question\n" + (b"essay,q" + b"," * 20_000 + b"\n") * 199,
    "empty rows": b"type,question\n" + b"\n" * 1_000_000,
    "tags": b"//[tag:a]\n" * 90_000 + b"Q {T}",
    "tags without end": (b"//" + b"[tag:" * 190 + b"\n") * 1_000 + b"Q {T}",
    "arrows": b'// stoa: {"key":{"type":"matching","pairs":[["a","no"],["b","no"]]}}\n'
    b"Q {=" + b"->" * 400_000 + b"=b -> no}",
    "gaps within gaps": b"<quiz>"
    + b'<question type="cloze"><questiontext><text>'
    + b"{1:SA:\\" * 900_000
    + b"</text></questiontext></question></quiz>",
    "spaces in gaps": b"<quiz>"
    + (
        b'<question type="cloze"><questiontext><text>'
        + (b"{1:SA:=a" + b" " * 4_900 + b"b}") * 20
        + b"</text></questiontext></question>"
    )
    * 20
    + b"</quiz>",
    "choices of gaps": b'<quiz><question type="gapselect"><questiontext><text>[[1]]</text>'
    b"</questiontext>" + many("selectoption").encode() + b"</question></quiz>",
    "interactions": one_item(many("uploadInteraction", 90_000, "")),
    "gaps": one_item(many("textEntryInteraction", 90_000, "")),
    "a long text of many": one_item("x" * 4_000_000 + many("extendedTextInteraction", 190, "")),
    "choices": one_item(f"<choiceInteraction>{many('simpleChoice')}</choiceInteraction>"),
    "words": one_item(f"<hottextInteraction>{many('hottext')}</hottextInteraction>"),
    "labels": one_item(
        f"<gapMatchInteraction>{many('gapText')}{many('gap')}</gapMatchInteraction>"
    ),
    "rubrics": one_item(
        '<rubricBlock view="scorer"><b>x</b></rubricBlock>' * 40_000 + "<extendedTextInteraction/>"
    ),
    "feedback": one_item(many("feedbackBlock") + "<extendedTextInteraction/>"),
    "tests": archive(
        (
            "imsmanifest.xml",
            manifest('<resource type="imsqti_test_xmlv2p1" href="t.xml"/>' * 50_000),
        ),
        (
            "t.xml",
            b"<assessmentTest>" + b'<assessmentItemRef href="a"/>' * 50_000 + b"</assessmentTest>",
        ),
    ),
    "rows": replaced(
        "xl/worksheets/sheet1.xml", SHEET + b'<row r="1"/>' * 60_000 + b"</sheetData></worksheet>"
    ),
    "strings": replaced("xl/sharedStrings.xml", b"<sst>" + b"<si/>" * 200_000 + b"</sst>"),
}


class NobodyWaits(BaseException):
    """As of a request that is cancelled."""


@pytest.mark.no_cover  # traced, each takes thrice as long
@pytest.mark.parametrize("shape", WORST)
def test_the_worst_files_are_read_in_linear_time_and_let_go_when_nobody_waits(shape: str) -> None:
    checks = 0

    def check(most: float = math.inf) -> None:
        nonlocal checks
        checks += 1
        if checks > most:
            raise NobodyWaits

    began = time.process_time()
    format, plain = recognised_format(WORST[shape], None)
    with contextlib.suppress(ValidationError):
        read_file(plain, format, lambda: "", check)
    assert time.process_time() - began < MOST_SECONDS * slowness()
    if shape == "columns":  # which is refused at the first line
        return
    asked, checks = checks, 0
    assert asked > len(plain) / 4_000_000
    with pytest.raises(NobodyWaits):
        read_file(plain, format, lambda: "", lambda: check(asked / 2))


def test_what_is_left_out_is_counted_and_not_kept() -> None:
    text = "Q\n\n" * 5_000 + "Q\nA. x\nB. y\nANSWER: A\n"
    skipped = read_file(text.encode(), FileFormat.AIKEN, lambda: "", lambda: None).skipped
    assert len(skipped) == 200
    assert skipped[0] == "line 1: there are no options below it"
    assert skipped[-1] == "line 399: here and below are 4801 more such lines"


def test_gaps_are_found_whatever_begins_within_their_answers() -> None:
    text = "a {1:SA:=x\\{1:SA:=y} b {:MC:~z} {1:SA:=x{2:NM:=3:1} d"
    assert [(text[gap.start : gap.end], gap.inside) for gap in gaps_in(text)] == [
        ("{1:SA:=x\\{1:SA:=y}", "=x\\{1:SA:=y"),
        ("{:MC:~z}", "~z"),
        ("{2:NM:=3:1}", "=3:1"),
    ]
    assert gaps_in("{1:SA:" + "x" * 5_001 + "}") == []
    long = "{1:SA:" + "x" * 5_000 + "\\{1:SA:=y}"
    assert [gap.inside for gap in gaps_in(long)] == ["=y"]


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
