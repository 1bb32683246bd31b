"""The faces, and which of them writes what.

Coverage is read from a font when a text first needs it, and kept: a set of code points, of some
45,000 in the largest font.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from pathlib import Path

import msgspec
import noto_cjk_sans_jp_bold
from fontTools.ttLib import TTFont
from fpdf.unicode_script import UnicodeScript, get_unicode_script

FONTS = Path(__file__).parent.parent / "fonts"


class Face(msgspec.Struct, frozen=True):
    """One font file, under the name and style that the document has it by."""

    family: str
    style: str
    path: Path


SERIF = Face("Serif", "", FONTS / "DejaVuSerif.ttf")
SERIF_BOLD = Face("Serif", "B", FONTS / "DejaVuSerif-Bold.ttf")


def _noto(name: str) -> Face:
    return Face(name, "", FONTS / "noto" / f"{name}.ttf")


SANS_BOLD = _noto("NotoSans-Bold")
CJK = Face("NotoSansCJK-Bold", "", Path(str(noto_cjk_sans_jp_bold.FONT_PATH)))
EMOJI = _noto("NotoEmoji-Bold")

EUROPEAN = (SERIF_BOLD, SANS_BOLD)
"""Latin, Greek and Cyrillic; the second has the accents that stand by themselves."""
SCRIPTS: Mapping[UnicodeScript, Face] = {
    UnicodeScript.ADLAM: _noto("NotoSansAdlam-Bold"),
    UnicodeScript.ARABIC: _noto("NotoSansArabic-Bold"),
    UnicodeScript.ARMENIAN: _noto("NotoSansArmenian-Bold"),
    UnicodeScript.BALINESE: _noto("NotoSansBalinese-Bold"),
    UnicodeScript.BENGALI: _noto("NotoSansBengali-Bold"),
    UnicodeScript.CANADIAN_ABORIGINAL: _noto("NotoSansCanadianAboriginal-Bold"),
    UnicodeScript.CHEROKEE: _noto("NotoSansCherokee-Bold"),
    UnicodeScript.DEVANAGARI: _noto("NotoSansDevanagari-Bold"),
    UnicodeScript.ETHIOPIC: _noto("NotoSansEthiopic-Bold"),
    UnicodeScript.GEORGIAN: _noto("NotoSansGeorgian-Bold"),
    UnicodeScript.GUJARATI: _noto("NotoSansGujarati-Bold"),
    UnicodeScript.GURMUKHI: _noto("NotoSansGurmukhi-Bold"),
    UnicodeScript.HANIFI_ROHINGYA: _noto("NotoSansHanifiRohingya-Bold"),
    UnicodeScript.HEBREW: _noto("NotoSansHebrew-Bold"),
    UnicodeScript.JAVANESE: _noto("NotoSansJavanese-Bold"),
    UnicodeScript.KANNADA: _noto("NotoSansKannada-Bold"),
    UnicodeScript.KHMER: _noto("NotoSansKhmer-Bold"),
    UnicodeScript.LAO: _noto("NotoSansLao-Bold"),
    UnicodeScript.MALAYALAM: _noto("NotoSansMalayalam-Bold"),
    UnicodeScript.MEETEI_MAYEK: _noto("NotoSansMeeteiMayek-Bold"),
    UnicodeScript.MYANMAR: _noto("NotoSansMyanmar-Bold"),
    UnicodeScript.NKO: _noto("NotoSansNKo-Regular"),
    UnicodeScript.OL_CHIKI: _noto("NotoSansOlChiki-Bold"),
    UnicodeScript.ORIYA: _noto("NotoSansOriya-Bold"),
    UnicodeScript.SINHALA: _noto("NotoSansSinhala-Bold"),
    UnicodeScript.SUNDANESE: _noto("NotoSansSundanese-Bold"),
    UnicodeScript.SYRIAC: _noto("NotoSansSyriac-Regular"),
    UnicodeScript.TAMIL: _noto("NotoSansTamil-Bold"),
    UnicodeScript.TELUGU: _noto("NotoSansTelugu-Bold"),
    UnicodeScript.THAANA: _noto("NotoSansThaana-Bold"),
    UnicodeScript.THAI: _noto("NotoSansThai-Bold"),
    UnicodeScript.TIBETAN: _noto("NotoSerifTibetan-Bold"),
    UnicodeScript.TIFINAGH: _noto("NotoSansTifinagh-Regular"),
}
EAST_ASIAN = frozenset(
    {
        UnicodeScript.BOPOMOFO,
        UnicodeScript.HAN,
        UnicodeScript.HANGUL,
        UnicodeScript.HIRAGANA,
        UnicodeScript.KATAKANA,
    }
)
SHARED = frozenset({UnicodeScript.COMMON, UnicodeScript.INHERITED})
"""Digits, punctuation and marks that many scripts use."""
AS_PICTURE = frozenset("\ufe0f\u20e3\u200d")
"""What makes a picture of the character before it."""
FIRST_PICTURE = "\U0001f000"


@cache
def coverage(face: Face) -> frozenset[int]:
    """The code points that the face has."""
    with TTFont(face.path, lazy=True) as font:
        return frozenset(font.getBestCmap())


def covers(face: Face, characters: Iterable[str]) -> bool:
    """Whether the face has all of them."""
    known = coverage(face)
    return all(ord(character) in known for character in characters)


def candidates(cluster: str, european: Sequence[Face]) -> Iterator[Face]:
    """The faces that may write what a reader takes for one character, the best one first."""
    script = script_of(cluster)
    if is_picture(cluster):
        yield EMOJI
    if script in SCRIPTS:
        yield SCRIPTS[script]
    if script in EAST_ASIAN:
        yield CJK
    yield from european
    yield CJK
    yield EMOJI


def is_picture(cluster: str) -> bool:
    """Whether this is meant as an emoji."""
    return script_of(cluster) in SHARED and (
        cluster[0] >= FIRST_PICTURE or not AS_PICTURE.isdisjoint(cluster)
    )


def script_of(cluster: str) -> UnicodeScript:
    """The script of the first character that has one of its own."""
    scripts = map(_script, cluster)
    return next((script for script in scripts if script not in SHARED), UnicodeScript.COMMON)


@lru_cache(4096)
def _script(character: str) -> UnicodeScript:
    """Looked up in a long list."""
    return get_unicode_script(character)


def language(text: str) -> str:
    """The language whose forms Han characters are written in, as BCP 47 has it.

    Kana and Hangul tell. Characters alone are Chinese: traditional, if they are in Big5 and not all
    in GB 2312.
    """
    scripts = set(map(_script, text))
    if scripts & {UnicodeScript.HIRAGANA, UnicodeScript.KATAKANA}:
        return "ja"
    if UnicodeScript.HANGUL in scripts:
        return "ko"
    han = "".join(each for each in text if _script(each) is UnicodeScript.HAN)
    return "zh-Hant" if _is_in(han, "big5") and not _is_in(han, "gb2312") else "zh-Hans"


def _is_in(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
