"""What files are uploaded for: which kinds are taken, and how large each may be."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec

from protocol.content.kinds import KINDS, Family
from protocol.content.values import GIB, MIB
from protocol.pictures import MAX_CLEANED_BYTES

MAX_CONTENT_TYPE: Final = 255
"""Characters, with the parameters, which are dropped."""


class FileUse(StrEnum):
    """What a file is uploaded for."""

    AVATAR = "avatar"
    RESOURCE = "resource"
    ASSIGNMENT = "assignment"
    VIDEO = "video"
    ATTACHMENT = "attachment"
    CAPTIONS = "captions"


class Allowed(NamedTuple):
    """The extensions that are taken for a use, and the most bytes of any of them."""

    extensions: frozenset[str]
    most_bytes: int


_MATERIAL = frozenset(KINDS) - {"mov", "m4v", "mkv", "avi", "vtt", "srt"}
"""What browsers and everybody's programs open."""

USES: Final[Mapping[FileUse, Allowed]] = {
    FileUse.AVATAR: Allowed(frozenset({"png", "jpg", "jpeg", "webp"}), 256 * 1024),
    FileUse.RESOURCE: Allowed(_MATERIAL, 512 * MIB),
    FileUse.ASSIGNMENT: Allowed(_MATERIAL | {"mov", "m4v"}, 100 * MIB),
    FileUse.VIDEO: Allowed(frozenset({"mp4", "mov", "m4v", "webm", "mkv", "avi"}), 5 * GIB),
    FileUse.ATTACHMENT: Allowed(_MATERIAL - {"epub"}, 25 * MIB),
    FileUse.CAPTIONS: Allowed(frozenset({"vtt", "srt"}), 2 * MIB),
}

MOST_BYTES: Final[Mapping[Family, int]] = {
    Family.PICTURE: MAX_CLEANED_BYTES,
    Family.TEXT: 32 * MIB,
    Family.OFFICE: 200 * MIB,
    Family.OPEN_DOCUMENT: 200 * MIB,
}
"""Lower bounds of some families: pictures are written anew, and texts are read as a whole."""


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """What a file is said to be, before it is uploaded. The whitelist has it; its content follows.

    `name` is one printable line with its ending as it was typed, `extension` that in lower case,
    and `content_type` the one of this extension that we serve it with. `size` is in bytes.
    """

    use: FileUse
    name: str
    extension: str
    content_type: str
    size: int


def most_bytes(use: FileUse, extension: str) -> int:
    """The largest file with this extension for that use."""
    kind = KINDS.get(extension)
    most = USES[use].most_bytes
    return most if kind is None else min(most, MOST_BYTES.get(kind.family, most))
