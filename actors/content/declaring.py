"""Which files may be uploaded, by what is said of them before the first byte is sent."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from actors.fields import TURNS, Fields, too_long
from protocol.content.kinds import KINDS, UNKNOWN_TYPES
from protocol.content.uses import MAX_CONTENT_TYPE, USES, Declared, FileUse, most_bytes
from protocol.objects import MAX_FILENAME
from protocol.texts import LONGEST_DECOMPOSITION
from protocol.validation import Rule

NAME: Final = "fileName"
TYPE: Final = "contentType"
SIZE: Final = "size"
_TYPE: Final = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+", re.ASCII)


def declared(use: FileUse, file_name: str, content_type: str, size: int) -> Declared:
    """What is to be uploaded, if the use's whitelist has it and it is not too large.

    `content_type` is the browser's, with parameters or empty; ours of the extension is kept.
    Raises `ValidationError` on `fileName`, `contentType` and `size`.
    """
    fields = Fields()
    name = _name(fields, file_name)
    extension = _extension(fields, use, name) if name else ""
    _check_type(fields, extension, content_type)
    _check_size(fields, most_bytes(use, extension), size)
    fields.check()
    canonical = KINDS[extension].content_types[0]
    return Declared(use=use, name=name, extension=extension, content_type=canonical, size=size)


def _name(fields: Fields, value: str) -> str:
    """The name as links can have it; empty if something is wrong with it, which is noted."""
    if len(value) > LONGEST_DECOMPOSITION * MAX_FILENAME:
        fields.note(NAME, too_long(MAX_FILENAME))
        return ""
    before = len(fields.problems)
    name = fields.line(NAME, _plain(value), most=MAX_FILENAME)
    if len(fields.problems) > before:
        return ""
    if "/" in name or "\\" in name or not name.isprintable():
        said = "must not contain slashes or characters that are no text"
        fields.wrong(NAME, Rule.INVALID_CHARACTERS, said)
        return ""
    return name


def _plain(value: str) -> str:
    """With plain spaces, which the names of screenshots often lack, and without what nobody sees.

    Characters that turn the direction stay, to be refused.
    """
    return "".join(
        " " if unicodedata.category(character) == "Zs" else character
        for character in value
        if character in TURNS or unicodedata.category(character) != "Cf"
    )


def _extension(fields: Fields, use: FileUse, name: str) -> str:
    """The ending in lower case; empty for one that is not taken, which is noted."""
    stem, _, ending = name.rpartition(".")
    extension = ending.lower()
    if not stem.strip(" ."):
        fields.wrong(NAME, Rule.INVALID_FORMAT, "must be a name with an ending, such as notes.pdf")
    elif extension not in USES[use].extensions:
        taken = ", ".join(sorted(USES[use].extensions))
        fields.wrong(NAME, Rule.UNSUPPORTED, f"must end in one of: {taken}")
    else:
        return extension
    return ""


def _check_type(fields: Fields, extension: str, value: str) -> None:
    if len(value) > MAX_CONTENT_TYPE:
        fields.note(TYPE, too_long(MAX_CONTENT_TYPE))
        return
    said = value.partition(";")[0].strip().lower()
    if said in UNKNOWN_TYPES:
        return
    if _TYPE.fullmatch(said) is None:
        fields.wrong(TYPE, Rule.INVALID_FORMAT, "must be a content type, such as application/pdf")
    elif extension and said not in KINDS[extension].content_types:
        expected = KINDS[extension].content_types[0]
        fields.wrong(TYPE, Rule.NOT_APPLICABLE, f"must be {expected} for a name in .{extension}")


def _check_size(fields: Fields, most: int, size: int) -> None:
    if size < 1:
        fields.wrong(SIZE, Rule.TOO_SMALL, "must be at least 1: the file is empty", min=1)
    elif size > most:
        fields.wrong(SIZE, Rule.TOO_MANY_BYTES, f"must be at most {most} bytes", max=most)
