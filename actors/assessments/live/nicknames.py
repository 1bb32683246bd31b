"""Nicknames: what is allowed, how they are normalised, and when two are the same.

Invisible characters do not make two names different. Letters of different scripts that look alike
do (Latin and Cyrillic a): a class may write in both, and the host can see and remove an impostor.
"""

from __future__ import annotations

import unicodedata

from actors.fields import BLANKS, is_visible
from protocol.assessments.bounds import MAX_NICKNAME
from protocol.errors import ValidationError
from protocol.texts import LONGEST_DECOMPOSITION, has_stacked_marks, normal
from protocol.validation import Rule, problem

JOINERS = "\u200c\u200d"
"""Zero-width non-joiner and joiner: Persian, Indic scripts and emoji are written with them."""

_UNSEEN_MARKS = frozenset(
    map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), *range(0x180B, 0x1810)])
) | frozenset("\u034f\u17b4\u17b5")
"""Marks that are Default_Ignorable_Code_Point: variation selectors, which choose between text and
emoji among others, the grapheme joiner, and two Khmer vowels that are not written."""

MAX_GIVEN = LONGEST_DECOMPOSITION * MAX_NICKNAME
"""Characters before it is tidied."""
MAX_MARKS = 3
"""Marks in a row: enough for vowels, cantillation and emoji, too few to reach the lines above."""

LENGTH = problem(Rule.WRONG_LENGTH, f"1 to {MAX_NICKNAME} characters", min=1, max=MAX_NICKNAME)
MARKS = problem(Rule.TOO_MANY_MARKS, f"At most {MAX_MARKS} marks on a character", max=MAX_MARKS)


def normalised(nickname: str) -> str:
    """Normalise to NFC and single spaces. Raises `ValidationError` on `nickname`.

    Control and format characters are refused, since they would let one player's name rearrange
    another's line; joiners are allowed between visible characters.
    """
    if len(nickname) > MAX_GIVEN:
        raise ValidationError([LENGTH.at("nickname")])
    given = normal("NFC", nickname, most=MAX_GIVEN)
    if given is None:
        raise ValidationError([MARKS.at("nickname")])
    tidy = " ".join(given.split())
    if not 1 <= len(tidy) <= MAX_NICKNAME:
        raise ValidationError([LENGTH.at("nickname")])
    if any(unicodedata.category(c)[0] == "C" and c not in JOINERS for c in nickname):
        raise ValidationError.of("nickname", Rule.INVALID_CHARACTERS, "No control characters")
    if not any(is_visible(c) for c in tidy):
        said = "At least one visible character"
        raise ValidationError.of("nickname", Rule.NOTHING_VISIBLE, said)
    if has_stacked_marks(tidy, MAX_MARKS):
        raise ValidationError([MARKS.at("nickname")])
    if not _joins_visibly(tidy):
        said = "Joiners only between visible characters"
        raise ValidationError.of("nickname", Rule.INVALID_CHARACTERS, said)
    return tidy


def _joins_visibly(tidy: str) -> bool:
    """Whether each joiner stands between visible characters (with or without marks)."""
    for at, character in enumerate(tidy):
        if character not in JOINERS:
            continue
        before, after = tidy[at - 1 : at], tidy[at + 1 : at + 2]
        marked = bool(before) and unicodedata.category(before)[0] == "M"
        if not before or not after or not (marked or is_visible(before)):
            return False
        if not is_visible(after):
            return False
    return True


def numbered(nickname: str, number: int) -> str:
    """The nickname with a number appended, cut so that both fit."""
    suffix = f" {number}"
    return nickname[: MAX_NICKNAME - len(suffix)].rstrip(JOINERS + " ") + suffix


def folded(nickname: str) -> str:
    """What must be unique in a game: NFKC, case folded, without what shows nothing."""
    compatible = (normal("NFKC", nickname, most=MAX_GIVEN) or nickname).casefold()
    unseen = _UNSEEN_MARKS | BLANKS | set(JOINERS)
    return "".join(c for c in compatible if c not in unseen and not c.isspace())
