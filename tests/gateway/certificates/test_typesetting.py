"""Names and titles of any script: faces, directions, and how long ones are broken."""

from __future__ import annotations

import unicodedata
from functools import cache
from pathlib import Path

import pytest
import uharfbuzz as hb
from hypothesis import given
from hypothesis import strategies as st

from gateway.certificates.pdf import INSTRUCTOR, NAME, TITLE
from gateway.certificates.typesetting.faces import (
    CJK,
    EMOJI,
    EUROPEAN,
    SCRIPTS,
    SERIF_BOLD,
    Face,
    coverage,
    language,
    script_of,
)
from gateway.certificates.typesetting.lines import LEADING, POINT, Box, fit
from gateway.certificates.typesetting.runs import (
    MIRRORED,
    MISSING,
    Run,
    clusters,
    missing,
    reordered,
)

BLOCKS = [
    (0x41, 0x7A),
    (0xC0, 0x24F),
    (0x300, 0x36F),
    (0x370, 0x3FF),
    (0x400, 0x52F),
    (0x531, 0x587),
    (0x5D0, 0x5EA),
    (0x610, 0x6FF),
    (0x900, 0x97F),
    (0x980, 0x9DF),
    (0xA80, 0xAEF),
    (0xB80, 0xBFA),
    (0xC00, 0xC7F),
    (0xC80, 0xCEF),
    (0xD00, 0xD7F),
    (0xD80, 0xDDF),
    (0xE01, 0xE5B),
    (0xE80, 0xEDF),
    (0xF00, 0xFD4),
    (0x1000, 0x109F),
    (0x10A0, 0x10FF),
    (0x1200, 0x137F),
    (0x1400, 0x167F),
    (0x1780, 0x17F9),
    (0x3041, 0x30FF),
    (0x4E00, 0x9FFF),
    (0xAC00, 0xD7A3),
    (0x1F300, 0x1F64F),
    (0x20, 0x40),
    (0x5B, 0x60),
    (0x7B, 0x7E),
]
"""Scripts that people's names are written in, emoji, digits and punctuation."""
JOINING = "\u200c\u200d\ufe0f"


def in_use(character: str) -> bool:
    """In fonts of a year before Python's tables, letters added since are not to be expected."""
    return any(ord(character) in coverage(face) for face in (*SCRIPTS.values(), *ALL))


ALL = (*EUROPEAN, CJK, EMOJI)
texts = st.text(
    st.one_of(
        *(st.characters(min_codepoint=low, max_codepoint=high) for low, high in BLOCKS),
        st.sampled_from(JOINING),
    ).filter(lambda each: each in JOINING or in_use(each)),
    min_size=1,
    max_size=40,
)
ARABIC_LETTER_MARK = "\u061c"
"""Has no form: it is obeyed, and not written."""
letters = st.sampled_from(
    ["a", "é", "李", "김", "ש", "م", "ก", "अ", "(", ")", "[", "]", "🎓", "1", " "]
)


@cache
def shaper(path: Path) -> hb.Font:
    return hb.Font(hb.Face(hb.Blob.from_file_path(str(path))))


def glyphs(run: Run) -> list[int]:
    buffer = hb.Buffer()
    buffer.add_str(run.text)
    buffer.guess_segment_properties()
    buffer.direction = "rtl" if run.level % 2 else "ltr"
    hb.shape(shaper(run.face.path), buffer)
    return [each.codepoint for each in buffer.glyph_infos]


@given(texts)
def test_no_run_has_a_glyph_of_what_its_font_lacks(text: str) -> None:
    for run in reordered(clusters(text)):
        assert 0 not in glyphs(run), (run.text, run.face.family)


@given(texts)
def test_nothing_of_a_text_is_lost(text: str) -> None:
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    plain = plain.replace(ARABIC_LETTER_MARK, "")
    said = "".join(each.text for each in clusters(text))
    assert MISSING in said or said == plain
    shown = "".join(run.text for run in reordered(clusters(text)))
    assert sorted(shown) == sorted(said) or not MIRRORED.keys().isdisjoint(said)
    assert len(shown) == len(said)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("abc אבג", ["abc ", "אבג"]),
        ("אבג abc", ["abc", "אבג "]),
        ("שרה (Sara) כהן", ["כהן", "(", "Sara", ")", "שרה"]),
        ("محمد 12", ["12", "محمد "]),
    ],
)
def test_parts_stand_from_left_to_right_as_they_are_read(text: str, shown: list[str]) -> None:
    assert [run.text.strip() for run in reordered(clusters(text)) if run.text.strip()] == [
        each.strip() for each in shown
    ]


@given(st.text(letters, max_size=30))
def test_the_two_brackets_of_a_pair_have_one_face(text: str) -> None:
    around = clusters(f"({text})")
    assert (around[0].face, around[-1].face) == (SERIF_BOLD, SERIF_BOLD)


def test_letters_of_one_text_have_one_face_even_if_one_is_rare() -> None:
    assert {each.face for each in clusters("Иван Ҏ")} == {EUROPEAN[1]}
    assert {each.face for each in clusters("Ọlá Ọ̀ṣun Иван")} == {SERIF_BOLD}


def test_emoji_are_whole_and_do_not_change_the_letters_beside_them() -> None:
    found = clusters("a 👨‍👩‍👧‍👦🇩🇪 b1️⃣1")
    assert [each.text for each in found] == ["a", " ", "👨‍👩‍👧‍👦", "🇩🇪", " ", "b", "1️⃣", "1"]
    assert [each.face is EMOJI for each in found] == [0, 0, 1, 1, 0, 0, 1, 0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("田中さくら", "ja"),
        ("김민준 金", "ko"),
        ("刘德华", "zh-Hans"),
        ("劉德華", "zh-Hant"),
        ("李明", "zh-Hans"),
        ("Mira", "zh-Hans"),
    ],
)
def test_han_characters_have_the_forms_of_the_language(text: str, expected: str) -> None:
    assert language(text) == expected


def test_every_hangul_syllable_and_every_character_of_both_chinas_has_a_glyph() -> None:
    wanted = {chr(each) for each in range(0xAC00, 0xD7A4)}
    for encoding in ("gb2312", "big5", "shift_jis", "euc_kr"):
        pairs = (bytes((high, low)) for high in range(0x81, 0xFF) for low in range(0x40, 0xFF))
        wanted |= {each for pair in pairs if len(each := pair.decode(encoding, "ignore")) == 1}
    letters = {each for each in wanted if unicodedata.category(each) == "Lo"}
    assert len(letters) > 28_000
    assert {each for each in letters if ord(each) not in coverage(CJK)} == set()


@pytest.mark.parametrize(("script", "face"), SCRIPTS.items(), ids=lambda each: str(each)[:20])
def test_each_face_is_that_of_its_script(script: object, face: Face) -> None:
    own = [chr(each) for each in coverage(face) if script_of(chr(each)) is script]
    letters = [each for each in own if unicodedata.category(each)[0] == "L"]
    assert len(letters) > 20
    assert missing("".join(letters)) == ()


def test_what_no_face_has_is_named_once() -> None:
    assert missing("a\U00013000b\U00013000") == ("\U00013000",)
    assert [each.text for each in clusters("a\U00013000")] == ["a", MISSING]
    assert [each.text for each in clusters("a\U0001e8d0")] == ["a", MISSING]
    assert missing("Mira 李 🎓 \u202eשרה\u200f") == ()


def test_overrides_turn_nothing_around_and_marks_have_no_width() -> None:
    assert [run.text for run in reordered(clusters("a\u202ebc\u202c\u200ed"))] == ["abcd"]


def of_width(run: Run) -> float:
    """As if each character were 0.6 of its size wide."""
    return len(run.text) * 0.6 * POINT


@given(texts, st.integers(1, 8), st.sampled_from([NAME, TITLE, INSTRUCTOR]))
def test_lines_keep_to_their_box_and_in_order(text: str, times: int, box: Box) -> None:
    whole = clusters(" ".join([text] * times))
    setting = fit(whole, box, of_width)
    assert box.smallest <= setting.size <= box.largest
    assert len(setting.lines) == 1 or len(setting.lines) * setting.leading <= box.height + 1e-9
    for line in setting.lines:
        wide = sum(map(of_width, reordered(line))) * setting.size
        assert wide <= box.width + 1e-9 or len(line) == 1
    said = "".join(each.text for line in setting.lines for each in line)
    everything = "".join(each.text for each in whole)
    if not said.endswith("…"):
        assert "".join(said.split()) == "".join(everything.split())


def test_long_texts_become_smaller_then_wrap_between_words_then_are_cut() -> None:
    box = Box(width=100, height=20, largest=20, wrapped=10, smallest=10)
    assert fit(clusters("short"), box, of_width).size == 20
    middle = fit(clusters("x" * 30), box, of_width)
    assert (len(middle.lines), 10 <= middle.size < 20) == (1, True)
    wrapped = fit(clusters("words " * 12), box, of_width)
    assert ["".join(c.text for c in line) for line in wrapped.lines] == [
        "words words words words words words words words",
        "words words words words",
    ]
    cut = fit(clusters("x" * 500), box, of_width)
    assert len(cut.lines) == int(box.height / (10 * LEADING * POINT))
    assert cut.lines[-1][-1].text == "…"


@pytest.mark.parametrize("text", ["", " \n "])
def test_nothing_is_set_as_nothing(text: str) -> None:
    setting = fit(clusters(text), NAME, of_width)
    assert setting.lines == ((),)
