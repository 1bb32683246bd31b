"""A text as runs: parts in one face and one direction, which HarfBuzz can shape.

What a reader takes for one character (a grapheme cluster, UAX #29) is never split. Directions are
those of the Unicode Bidirectional Algorithm (UAX #9), lines may end where UAX #14 says.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, groupby

import msgspec
from fpdf.bidi import BidiParagraph
from uniseg.graphemecluster import grapheme_clusters
from uniseg.linebreak import line_break_boundaries

from gateway.certificates.typesetting.faces import (
    EMOJI,
    EUROPEAN,
    SERIF_BOLD,
    SHARED,
    Face,
    candidates,
    covers,
    is_picture,
    script_of,
)
from protocol.texts import normal

MAX_LENGTH = 1000
"""Characters; the longest name or title has 255, and is kept composed."""
MISSING = "\ufffd"
"""Stands for a character that no face has."""
JOINERS = frozenset("\u200c\u200d")
"""They shape what is around them, and have no form of their own."""
OVERRIDES = frozenset("\u202d\u202e")
"""They would turn a name around; not even the algorithm gets to see them."""
MARKS = frozenset("\u061c\u200e\u200f")
EXPLICIT = frozenset(["BN", "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"])
"""Classes of characters that are only for the algorithm, as the marks are."""
MIRRORED = dict(zip("()[]{}<>«»‹›≤≥⟨⟩", ")(][}{><»«›‹≥≤⟩⟨", strict=True))
"""What a sign looks like that goes leftwards (UAX 9, rule L4)."""
BRACKETS = frozenset(["Ps", "Pe", "Pi", "Pf"])
"""Categories of what comes in pairs, whose two halves shall be of one face."""


class Cluster(msgspec.Struct, frozen=True):
    """What a reader takes for one character; a line may end after it if `may_break`."""

    text: str
    face: Face
    level: int
    may_break: bool = False


class Run(msgspec.Struct, frozen=True):
    """A part of a line in one face and at one level of embedding; odd levels go leftwards."""

    text: str
    face: Face
    level: int


def clusters(text: str) -> tuple[Cluster, ...]:
    """The clusters of a text, in the order in which they are read. White space becomes single."""
    plain = _plain(text)
    if not plain:
        return ()
    characters = BidiParagraph(plain, preserve_bn_chars=True).get_characters()
    levels = {each.character_index: each.embedding_level for each in characters}
    breaks = set(line_break_boundaries(plain))
    european = _european(plain)
    found: list[Cluster] = []
    face, at = SERIF_BOLD, 0
    for cluster in grapheme_clusters(plain):
        level, at = levels.get(at, 0), at + len(cluster)
        parts = list(_shown(cluster, face, european))
        for shown, chosen in parts:
            found.append(Cluster(shown, chosen, level))
            # The spaces of the emoji are as wide as emoji.
            face = face if chosen is EMOJI else chosen
        if parts and at in breaks:
            found[-1] = msgspec.structs.replace(found[-1], may_break=True)
    return tuple(found)


def missing(text: str) -> tuple[str, ...]:
    """The characters of a text that no face has, each once."""
    plain = _plain(text)
    european = _european(plain)
    lost = (
        character
        for cluster in grapheme_clusters(plain)
        if _face(cluster, SERIF_BOLD, european) is None
        for character in cluster
        if _face(character, SERIF_BOLD, european) is None
    )
    return tuple(dict.fromkeys(lost))


def reordered(line: Iterable[Cluster]) -> list[Run]:
    """The runs of a line from left to right (rule L2 of UAX #9)."""
    runs = [
        Run("".join(each.text for each in group), face, level)
        for (face, level), group in groupby(line, lambda each: (each.face, each.level))
    ]
    highest = max((run.level for run in runs), default=0)
    for level in range(highest, 0, -1):
        turned: list[Run] = []
        for is_at, group in groupby(runs, lambda run: run.level >= level):  # noqa: B023
            part = list(group)
            turned += reversed(part) if is_at else part
        runs = turned
    return [_as_seen(run) for run in runs]


def _as_seen(run: Run) -> Run:
    """Brackets and other signs that go leftwards, as the signs that are seen from left to right.

    Readers of the file find letters in their order, but the signs as they look.
    """
    if run.level % 2 == 0 or any(unicodedata.category(each)[0] in "LMN" for each in run.text):
        return run
    seen = "".join(MIRRORED.get(each, each) for each in reversed(run.text))
    return Run(seen, run.face, run.level - 1)


def _plain(text: str) -> str:
    """In composed form, with single spaces."""
    composed = normal("NFC", text, most=MAX_LENGTH)
    spaced = " ".join((text if composed is None else composed).split())
    return "".join(each for each in spaced if each not in OVERRIDES)


def _shown(cluster: str, before: Face, european: Sequence[Face]) -> Iterator[tuple[str, Face]]:
    """What is written of a cluster, in which face; a sign for what no face has."""
    visible = "".join(each for each in cluster if not _is_control(each))
    if not visible:
        return
    face = _face(visible, before, european)
    if face is not None:
        yield visible, face
        return
    # Better the letter without its mark, and a sign that it is missing, than the sign alone.
    face = _face(visible[0], before, european)
    if face is not None:
        yield visible[0], face
    yield MISSING, SERIF_BOLD


def _face(cluster: str, before: Face, european: Sequence[Face]) -> Face | None:
    """The face for a cluster: the one before it, if it is of no script and that face has it."""
    written = [each for each in cluster if not _is_hidden(each)]
    if not written:
        return before
    choice = candidates(cluster, european)
    if unicodedata.category(cluster[0]) in BRACKETS:
        choice = chain((SERIF_BOLD,), choice)
    elif script_of(cluster) in SHARED and not is_picture(cluster):
        choice = chain((before,), choice)
    return next((face for face in choice if covers(face, written)), None)


def _is_control(character: str) -> bool:
    """Whether a character is only for the algorithm of directions, or for none."""
    if _is_hidden(character):
        return False
    return character in MARKS or unicodedata.bidirectional(character) in EXPLICIT


def _is_hidden(character: str) -> bool:
    """Whether a character has no form but shapes others: joiners, selectors and tags."""
    return (
        character in JOINERS
        or "\ufe00" <= character <= "\ufe0f"
        or "\U000e0020" <= character <= "\U000e01ef"
    )


def _european(text: str) -> Sequence[Face]:
    """The faces of Latin, Greek and Cyrillic, with one first that has all of the text's letters."""
    letters = [
        each
        for each in text
        if script_of(each).name in ("LATIN", "GREEK", "CYRILLIC", "INHERITED")
        and not _is_hidden(each)
    ]
    return sorted(EUROPEAN, key=lambda face: not covers(face, letters))
