"""Nicknames: what is allowed, how they are tidied, and when two are the same."""

from __future__ import annotations

import unicodedata

from protocol.assessments.live import MAX_NICKNAME
from protocol.errors import ValidationError

_JOINERS = {"\u200d", "\ufe0f"}
"""Zero-width joiner and emoji presentation: emoji are written with them."""


def normalised(nickname: str) -> str:
    """NFC, white space folded to single blanks. Raises `ValidationError` on `nickname`."""
    tidy = " ".join(unicodedata.normalize("NFC", nickname).split())
    if not 1 <= len(tidy) <= MAX_NICKNAME:
        raise ValidationError.of("nickname", f"1 to {MAX_NICKNAME} characters")
    if any(unicodedata.category(c)[0] == "C" and c not in _JOINERS for c in nickname):
        raise ValidationError.of("nickname", "No control characters")
    if not folded(tidy):
        raise ValidationError.of("nickname", "At least one visible character")
    return tidy


def numbered(nickname: str, number: int) -> str:
    """The nickname with a number behind it, cut so that both fit."""
    suffix = f" {number}"
    return nickname[: MAX_NICKNAME - len(suffix)].rstrip() + suffix


def folded(nickname: str) -> str:
    """What must be unique in a game: NFKC, case folded, without joiners and blanks."""
    compatible = unicodedata.normalize("NFKC", nickname).casefold()
    return "".join(c for c in compatible if c not in _JOINERS and not c.isspace())
