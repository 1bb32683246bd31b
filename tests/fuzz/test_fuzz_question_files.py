"""The fuzz target for files with questions: whatever a teacher uploads is read or refused."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from hypothesis import given, settings

from actors.assessments import machine
from actors.assessments.formats.catalogue import read_file, recognised_format, write_file
from actors.assessments.formats.moodle_xml.reader import parse_moodle_xml
from protocol.assessments.files import ExportFormat
from protocol.errors import ValidationError
from tests.fuzz.mutations import EXAMPLES, mutated

ORBITS = (Path(__file__).parents[1] / "data" / "orbits.xml").read_bytes()
QUESTIONS = tuple(read.question for read in parse_moodle_xml(ORBITS, lambda: "").questions)
SAMPLES = [
    ORBITS,
    *(write_file(format, QUESTIONS, 0, {}).data for format in ExportFormat),
]
TOKENS = [
    *(b"<!DOCTYPE a>", b"<![CDATA[", b"]]>", b"&x;", b"<a>", b"</text>", b"{1:SA:=a}", b"[[1]]"),
    *(b'"', b";", b"|", b"ANSWER: A\n", b"PK\x03\x04", b"\xff\xfe", b"\0", b"----", b"-->"),
]


@settings(max_examples=EXAMPLES)
@given(data=mutated(SAMPLES, TOKENS))
def test_a_damaged_file_is_read_or_refused(data: bytes) -> None:
    with suppress(ValidationError):
        format, plain = recognised_format(data, None)
        file = machine.sound(read_file(plain, format, lambda: "", lambda: None), lambda: "")
        assert file.questions
