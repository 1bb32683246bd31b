"""Texts: nothing in them but characters.

UTF-8 and the 8-bit encodings are told from other files by the control characters, which no text
has; UTF-16, which spreadsheets write, by the mark at its beginning.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from actors.content.checking.content import Content, wrong_kind

_LINES: Final = frozenset(b"\t\n\r\x0b\x0c\x1b")
"""White space, and what colours the output of programs."""
_CONTROLS: Final = bytes({*range(0x20), 0x7F} - _LINES)
_CONTROL: Final = re.compile(f"[{re.escape(_CONTROLS.decode())}]")
_MARKS: Final = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_OTHERS: Final = (b"%PDF-", b"{\\rtf")
"""How files of other kinds begin that are made of characters as well."""


async def check_text(content: Content, extension: str) -> None:
    """Raises `FileRefused` for what is no text."""
    head = await content.piece(0, 8)
    encoding = _MARKS.get(head[:2])
    if head.startswith(_OTHERS):
        raise wrong_kind(extension)
    if encoding is None:
        async for piece in content.pieces():
            if len(piece.translate(None, _CONTROLS)) != len(piece):
                raise wrong_kind(extension)
        return
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        async for piece in content.pieces():
            if _CONTROL.search(decoder.decode(piece)):
                raise wrong_kind(extension)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise wrong_kind(extension) from None
