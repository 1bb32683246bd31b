"""Questions about places on a picture in QTI and in Moodle XML: what of them our places can say."""

from __future__ import annotations

import base64
import io
import zipfile
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.assessments import machine
from actors.assessments.formats.areas import Size, place_of
from actors.assessments.formats.moodle_xml.reader import parse_moodle_xml
from actors.assessments.formats.picture_sizes import picture_size
from actors.assessments.formats.qti.reader import parse_qti
from actors.assessments.formats.reading import QuestionFile, Refused
from protocol.assessments.places import SCALE, Ellipse, Polygon, Rectangle
from protocol.assessments.quizzes import HotspotKey, QuestionType
from protocol.errors import ValidationError

PNG = b"\x89PNG\r\n\x1a\n" + bytes(8) + (200).to_bytes(4) + (100).to_bytes(4) + bytes(8)
SHAPES = """
<hotspotChoice identifier="A" shape="circle" coords="20,50,10" hotspotLabel="A lake"/>
<hotspotChoice identifier="B" shape="rect" coords="100,0,200,50"/>
<hotspotChoice identifier="C" shape="poly" coords="0,0,100,0,100,100,0,0"/>
"""


def hotspots(right: str, *, cardinality: str = "multiple", size: str = 'width="200" height="100"'):  # type: ignore[no-untyped-def]
    values = "".join(f"<value>{each}</value>" for each in right.split())
    return f"""
<responseDeclaration identifier="R" cardinality="{cardinality}" baseType="identifier">
  <correctResponse>{values}</correctResponse></responseDeclaration>
<itemBody><p>Where is water?</p><hotspotInteraction responseIdentifier="R" maxChoices="0">
  <object type="image/png" data="map.png" {size}>A map</object>{SHAPES}
</hotspotInteraction></itemBody>"""


def package(inside: str, picture: bytes | None = PNG) -> bytes:
    """One item, with its picture beside it."""
    item = (
        '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="i">'
        f"{inside}</assessmentItem>"
    )
    manifest = (
        '<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resources><resource '
        'identifier="r" type="imsqti_item_xmlv2p1" href="a.xml"><file href="a.xml"/></resource>'
        "</resources></manifest>"
    )
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("imsmanifest.xml", manifest)
        archive.writestr("a.xml", item)
        if picture is not None:
            archive.writestr("map.png", picture)
    return written.getvalue()


def qti(inside: str, picture: bytes | None = PNG) -> QuestionFile:
    return parse_qti(package(inside, picture), lambda: "id")


def key_in(file: QuestionFile) -> HotspotKey:
    [read] = file.questions
    assert read.question.type is QuestionType.HOTSPOT
    assert read.picture is not None
    assert isinstance(read.question.key, HotspotKey)
    return read.question.key


def refusal(file: Any) -> str:
    with pytest.raises(ValidationError) as refused:
        file()
    return str(refused.value.details["fields"][0]["message"])


def test_shapes_of_which_some_are_right_become_places() -> None:
    file = qti(hotspots("A C"))
    lake = Ellipse(x=1_000, y=5_000, radius_x=500, radius_y=1_000, name="A lake")
    land = Polygon(corners=((0, 0), (5_000, 0), (5_000, SCALE)))
    assert key_in(file) == HotspotKey(places=(lake, land))
    [read] = file.questions
    assert (read.question.text, read.question.media_alt) == ("Where is water?", "A map")
    sound = machine.sound(file, lambda: "id")
    assert sound.questions[0].question.media_url is None


def test_one_of_several_right_shapes_is_enough_where_one_may_be_chosen() -> None:
    assert key_in(qti(hotspots("A C", cardinality="single"))).find == 1
    assert key_in(qti(hotspots("A", cardinality="single"))).find is None


def test_without_a_declared_size_the_picture_says_it() -> None:
    key = key_in(qti(hotspots("B", size="")))
    assert key.places == (Rectangle(left=5_000, top=0, right=SCALE, bottom=5_000),)


def test_points_are_right_within_areas() -> None:
    file = qti("""
<responseDeclaration identifier="R" cardinality="single" baseType="point">
  <areaMapping defaultValue="0"><areaMapEntry shape="circle" coords="100,50,20" mappedValue="1"/>
  <areaMapEntry shape="default" coords="" mappedValue="-1"/></areaMapping></responseDeclaration>
<itemBody><selectPointInteraction responseIdentifier="R" maxChoices="1"><prompt>Where?</prompt>
  <object type="image/png" data="map.png"/></selectPointInteraction></itemBody>""")
    assert key_in(file).places == (Ellipse(x=5_000, y=5_000, radius_x=1_000, radius_y=2_000),)
    [read] = file.questions
    assert read.question.media_alt == "map.png"
    assert "words for its picture" in file.skipped[-1]


GAPS = """
<responseDeclaration identifier="R" cardinality="multiple" baseType="directedPair">
  <correctResponse>{}</correctResponse></responseDeclaration>
<itemBody><p>Label</p><graphicGapMatchInteraction responseIdentifier="R">
  <object type="image/png" data="map.png" width="200" height="100">Map</object>
  <gapText identifier="W" matchMax="0">Water</gapText><gapText identifier="L">Land</gapText>
  <associableHotspot identifier="1" shape="rect" coords="0,0,20,10" matchMax="1"/>
  <associableHotspot identifier="2" shape="rect" coords="40,0,60,10" matchMax="1"/>
</graphicGapMatchInteraction></itemBody>"""


def test_labels_become_places_where_all_are_the_same() -> None:
    key = key_in(qti(GAPS.format("<value>W 1</value><value>W 2</value>")))
    assert len(key.places) == 2
    said = refusal(lambda: qti(GAPS.format("<value>W 1</value><value>L 2</value>")))
    assert "differs from place to place" in said


@pytest.mark.parametrize(
    ("inside", "picture", "reason"),
    [
        (hotspots("A"), None, "its picture is not in the file"),
        (hotspots(""), PNG, "no right answer"),
        (hotspots("A", size=""), b"GIF89a", "how large its picture is"),
        (hotspots("A", size='width="0" height="5"'), PNG, "how large its picture is"),
        (hotspots("A").replace("20,50,10", "20,50"), PNG, "cannot be read"),
        (hotspots("B").replace("100,0,200,50", "100,0,100,50"), PNG, "no extent"),
        (hotspots("A").replace("20,50,10", "1," * 600), PNG, "too many corners"),
    ],
)
def test_what_cannot_be_said_is_named(inside: str, picture: bytes | None, reason: str) -> None:
    assert reason in refusal(lambda: qti(inside, picture))


# --- Moodle ---------------------------------------------------------------------------------------


def moodle(drops: str, drags: str = "", picture: bytes | None = PNG, kind: str = "ddmarker") -> Any:
    file = ""
    if picture is not None:
        data = base64.b64encode(picture).decode()
        file = f'<file name="map.png" encoding="base64">{data}</file>'
    return parse_moodle_xml(
        f"""<quiz><question type="{kind}"><name><text>n</text></name>
        <questiontext format="html"><text>Where is water?</text></questiontext>
        {file}{drags}{drops}</question></quiz>""".encode(),
        lambda: "id",
    )


def drop(shape: str, coords: str, choice: int = 1) -> str:
    return (
        f"<drop><no>1</no><shape>{shape}</shape><coords>{coords}</coords>"
        f"<choice>{choice}</choice></drop>"
    )


def drag(number: int, text: str, more: str = "<noofdrags>2</noofdrags>") -> str:
    return f"<drag><no>{number}</no><text>{text}</text>{more}</drag>"


def test_a_marker_with_its_places_is_taken() -> None:
    file = moodle(
        drop("circle", "20,50;10")
        + drop("Rectangle", "100,0;100,50")
        + drop("polygon", "0,0;100,0;100,100"),
        drag(1, "Water") + drag(2, "Fire"),
    )
    assert key_in(file) == HotspotKey(
        places=(
            Ellipse(x=1_000, y=5_000, radius_x=500, radius_y=1_000, name="Water"),
            Rectangle(left=5_000, top=0, right=SCALE, bottom=5_000, name="Water"),
            Polygon(corners=((0, 0), (5_000, 0), (5_000, SCALE)), name="Water"),
        ),
        find=2,
    )
    assert "its markers that belong nowhere" in file.skipped[-1]
    endless = moodle(drop("circle", "20,50;10"), drag(1, "Water", "<infinite/>"))
    assert key_in(endless).find is None
    assert machine.sound(file, lambda: "id").questions


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        (lambda: moodle(drop("circle", "1,1;1") + drop("circle", "9,9;1", 2)), "differs"),
        (lambda: moodle(drop("circle", "1,1;1"), picture=None), "not in the file"),
        (lambda: moodle(drop("circle", "1,1;1"), picture=b"nothing"), "how large"),
        (lambda: moodle(""), "0 right places"),
        (lambda: moodle(drop("circle", "1,1;1") * 21), "21 right places"),
        (lambda: moodle(drop("star", "1,1;1")), "cannot be read"),
        (lambda: moodle("", kind="ddimageortext"), "kind 'ddimageortext'"),
    ],
)
def test_what_moodle_has_besides_is_named(file: Any, reason: str) -> None:
    assert reason in refusal(file)


# --- sizes and places -----------------------------------------------------------------------------

WEBP = b"RIFF\0\0\0\0WEBP"


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (PNG, Size(200, 100)),
        (b"\xff\xd8\xff\xe0\0\x04ab\xff\xff\xc0\0\x11\x08\0\x64\0\xc8\x03", Size(200, 100)),
        (WEBP + b"VP8X" + bytes(8) + b"\xc7\0\0\x63\0\0", Size(200, 100)),
        (
            WEBP + b"VP8L" + bytes(5) + (199 | 99 << 14).to_bytes(4, "little") + bytes(5),
            Size(200, 100),
        ),
        (WEBP + b"VP8 " + bytes(10) + b"\xc8\0\x64\0", Size(200, 100)),
        (WEBP + b"ALPH" + bytes(14), None),
        (b"\xff\xd8\xff\xe0\0\x04ab", None),
        (b"\xff\xd8" + b"\xff" * 2_000, None),
        (PNG[:20], None),
        (b"GIF89a", None),
    ],
)
def test_the_size_of_a_picture_is_in_its_first_bytes(data: bytes, size: Size | None) -> None:
    assert picture_size(data) == size


@given(st.binary(max_size=200).map(lambda data: b"\xff\xd8" + data) | st.binary(max_size=64))
def test_whatever_the_bytes_are_a_size_is_one_that_the_format_can_say_or_none(data: bytes) -> None:
    size = picture_size(data)
    known = data.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8")) or data[8:12] == b"WEBP"
    assert size is None or known
    assert size is None or all(0 <= side < 2**32 and side == int(side) for side in size)


@given(
    st.lists(
        st.tuples(st.sampled_from([0xC4, 0xDB, 0xE0, 0xFE]), st.binary(max_size=40)), max_size=5
    ),
    st.integers(0, 9),
    st.sampled_from([0xC0, 0xC1, 0xC2, 0xCF]),
    st.tuples(st.integers(1, 65_535), st.integers(1, 65_535)),
)
def test_a_size_is_found_behind_whatever_segments_come_before(
    before: list[tuple[int, bytes]], filling: int, frame: int, size: tuple[int, int]
) -> None:
    data = b"\xff\xd8"
    for marker, inside in before:
        data += bytes([0xFF, marker]) + (2 + len(inside)).to_bytes(2, "big") + inside
    width, height = (side.to_bytes(2, "big") for side in size)
    found = b"\xff" * filling + bytes([0xFF, frame]) + b"\0\x11\x08" + height + width
    assert picture_size(data + found) == Size(*size)
    assert picture_size(data + found[:-1]) is None


@given(
    st.sampled_from(["circle", "rect", "poly", "ellipse", "default", "star"]),
    st.lists(st.floats(-1e6, 1e6), max_size=12),
    st.tuples(st.floats(0, 1e6), st.floats(0, 1e6)),
)
def test_every_place_is_on_the_picture(
    shape: str, numbers: list[float], size: tuple[float, float]
) -> None:
    try:
        place = place_of(shape, numbers, Size(*size))
    except Refused:
        return
    match place:
        case Ellipse():
            parts = [place.x, place.y]
            assert all(1 <= each <= SCALE for each in (place.radius_x, place.radius_y))
        case Rectangle():
            parts = [place.left, place.top, place.right, place.bottom]
            assert place.left < place.right
            assert place.top < place.bottom
        case Polygon(corners=corners):
            parts = [part for corner in corners for part in corner]
    assert all(0 <= each <= SCALE for each in parts)
