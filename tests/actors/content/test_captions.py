"""Captions: WebVTT and SubRip in, clean WebVTT out."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from actors.content.caption_text import cleaned
from actors.content.captions import MAX_CUES, Cue, captions, cues, written_as
from protocol.content.video_values import MAX_CAPTION_TEXT, MAX_DURATION_MS
from protocol.errors import ValidationError

VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\n"
ALLOWED = re.compile("</?(?:[biuc]|ruby|rt)>|<v [^<>]+>|</v>")

SUBRIP = """\ufeff1\r
00:00:01,000 --> 00:00:02,500\r
- <font color="#ff0000">Hello</font>,\r
{\\an8}<i>world</i>\r
\r
2\r
0:00:03,000 --> 0:00:04,000 X1:10 X2:20\r
Second\r
"""

TRACK = """WEBVTT - of the first lesson
Kind: captions

STYLE
::cue { background: url(https://example.org/seen) }

REGION
id:fred

NOTE something
of two lines

second
01:00:03.000 --> 01:00:04.000 align:start region:fred position:10%,line-left line:-1 size:101%
<v.loud Mary>Later & <c.yellow>later</c>
- and <00:19.000>more

00:01.000 --> 00:02.000
First
"""


def refused(text: str) -> Any:
    with pytest.raises(ValidationError) as found:
        captions(text)
    [field] = found.value.details["fields"]
    assert field["field"] == "text"
    return field


def test_subrip_becomes_webvtt() -> None:
    assert captions(SUBRIP) == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\n- Hello,\n<i>world</i>\n\n"
        "00:00:03.000 --> 00:00:04.000\nSecond\n"
    )


def test_webvtt_is_ordered_and_keeps_what_places_and_marks_its_words() -> None:
    assert captions(TRACK) == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nFirst\n\n"
        "01:00:03.000 --> 01:00:04.000 line:-1 position:10%,line-left align:start\n"
        "<v Mary>Later &amp; <c>later</c>\n- and more</v>\n"
    )


def test_cues_that_follow_each_other_without_an_empty_line_are_two() -> None:
    close = "1\n00:00:01,000 --> 00:00:02,000\nOne\n2\n00:00:02,000 --> 00:00:03,000\nTwo"
    assert [cue.text for cue in cues(close)] == ["One", "Two"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("<script>alert(1)</script>x", "x"),
        ("<img src=x onerror=alert(1)>x", "x"),
        ("<b onclick=a()>x</b>", "<b>x</b>"),
        ("<b><i>x</b>y</i>", "<b><i>x</i></b>y"),
        ("1 < 2 > 1 <3 & &lt;b&gt; &amp;lt;", "1 &lt; 2 &gt; 1 &lt;3 &amp; &lt;b&gt; &amp;lt;"),
        ("<v Ann>Hi\n<v Bob>Ho", "<v Ann>Hi\n</v><v Bob>Ho</v>"),
        ("<v A &gt; <b>x", "&lt;v A &gt; <b>x</b>"),
        ("<v>x", "x"),
        ("<v >x", "x"),
        ("<ruby>a<rt>b</rt></ruby><rt>c", "<ruby>a<rt>b</rt></ruby>c"),
        ("a<br/>b<BR>c", "a\nb\nc"),
        ("<x>\n<y>\nz\n", "z"),
        ("a&#10;&#10;b\x00\x0b\u2028\ud800c", "a  b    c"),
        ("<style>x", ""),
        ("&nbsp;", ""),
        ("<b></b>", ""),
    ],
)
def test_a_cue_keeps_its_words_and_harmless_marks(text: str, kept: str) -> None:
    assert cleaned(text) == kept
    assert cleaned(kept) == kept


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "INVALID_FORMAT"),
        ("Hello", "INVALID_FORMAT"),
        ("WEBVTT", "INVALID_FORMAT"),
        ("WEBVTTX\n\n00:01.000 --> 00:02.000\nx", "INVALID_FORMAT"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\n<b></b>", "INVALID_FORMAT"),
        ("x" * (MAX_CAPTION_TEXT + 1), "TOO_LONG"),
        (VTT + "&" * (MAX_CAPTION_TEXT // 2), "TOO_LONG"),
        ("WEBVTT\n\n" + "0:0.000 --> 0:01.000\nx\n", "INVALID_FORMAT"),
    ],
)
def test_what_is_no_captions_is_refused(text: str, code: str) -> None:
    assert refused(text)["code"] == code


def test_so_many_cues_and_no_more() -> None:
    one = "0:00.000-->0:01.000\nx\n"
    assert len(cues("WEBVTT\n" + one * MAX_CUES)) == MAX_CUES
    with pytest.raises(ValidationError) as found:
        cues("WEBVTT\n" + one * (MAX_CUES + 1))
    assert found.value.details["fields"][0]["code"] == "TOO_MANY"


@pytest.mark.parametrize(
    "times",
    [
        "00:02.000 --> 00:02.000",
        "00:02.000 --> 00:01.000",
        "00:00.000 --> 06:00:00.001",
        "00:00.000 --> 00:61.000",
        "00:00.00 --> 00:01.000",
        "--> 00:01.000",
        "words --> words",
    ],
)
def test_wrong_times_are_refused_with_their_line(times: str) -> None:
    assert "line 5" in refused(f"WEBVTT\n\nNOTE x\n\n{times}\nx\n")["message"]


def test_hostile_texts_are_read_in_linear_time() -> None:
    for piece in ("<", "<b>", "</b>", "<v ", "<a<", "&", "&#", "{\\", " ", "\r", "-", "<ruby><rt>"):
        text = (VTT + piece * (MAX_CAPTION_TEXT // len(piece)))[:MAX_CAPTION_TEXT]
        began = time.process_time()
        try:
            captions(text)
            captions("1\n" + text[8:])
        except ValidationError:
            pass
        assert time.process_time() - began < 5, piece


TAGS = ("<b>", "</b>", "<v A>", "<ruby>", "<rt>", "<script>", "</script>", "<br>")
OTHERS = ("&lt;", "&amp", "-->", "1", "{\\an8}", "\u2028", "word", "\xa0")
PIECES = st.sampled_from((*"<>/&;{}-.v \n\t\r\x00", *TAGS, *OTHERS))
TEXTS = st.lists(PIECES | st.characters(), max_size=30).map("".join)


@given(TEXTS)
@example("&am<x>p;lt;")
def test_what_is_kept_of_a_cue_is_stable_and_has_no_other_tags(text: str) -> None:
    kept = cleaned(text)
    assert cleaned(kept) == kept
    rest = ALLOWED.sub("", kept)
    assert "<" not in rest
    assert ">" not in rest
    assert all(line.strip() for line in kept.split("\n")) or kept == ""
    for tag in ("b", "i", "u", "c", "v", "ruby", "rt"):
        assert len(re.findall(f"<{tag}[ >]", kept)) == kept.count(f"</{tag}>")


WORDS = TEXTS.map(cleaned).filter(bool)
TIMES = st.tuples(st.integers(0, MAX_DURATION_MS - 1), st.integers(1, MAX_DURATION_MS)).filter(
    lambda times: times[0] < times[1]
)
SETTINGS = st.sampled_from(["", "line:-1", "vertical:rl line:50.5%,end align:left", "size:100%"])


@given(st.lists(st.tuples(TIMES, SETTINGS, WORDS), min_size=1, max_size=5))
def test_what_is_written_is_read_as_the_same(given: list[Any]) -> None:
    whole = [Cue(first, last, *more) for (first, last), *more in given]
    assert cues(written_as(whole)) == whole
    once = captions(written_as(whole))
    assert captions(once) == once
    assert cues(once) == sorted(whole, key=lambda cue: cue[:2])


@given(TEXTS, st.booleans())
def test_any_text_is_refused_or_gives_clean_captions(text: str, subrip: bool) -> None:
    try:
        once = captions(("1\n" + VTT[8:] if subrip else VTT) + text)
    except ValidationError:
        return
    assert captions(once) == once
