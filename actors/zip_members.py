"""What only attacks have in zip archives, by what an archive's directory says of a member.

Archives with questions and archives that are uploaded as they are obey the same rules.
"""

from __future__ import annotations

import stat
from typing import Final

_ENCRYPTED: Final = 0x1 | 0x40 | 0x2000
"""Encrypted, strongly so, or with a masked header (APPNOTE 4.4.4)."""
_AES: Final = 99
"""The method of members that WinZip encrypts."""
NAMED: Final = 80
"""Characters of a member's name that an error repeats."""


def is_encrypted(flags: int, method: int) -> bool:
    """Whether nobody can look into the member without a password."""
    return bool(flags & _ENCRYPTED) or method == _AES


def is_special(external_attributes: int) -> bool:
    """Whether it is a link, a pipe or a device; a file or folder on Unix says so, or nothing."""
    return stat.S_IFMT(external_attributes >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR)


def leads_out(name: str) -> bool:
    """Whether it would be unpacked elsewhere than below the folder that somebody chooses."""
    parts = name.replace("\\", "/").split("/")
    absolute = name.startswith(("/", "\\"))
    return absolute or ".." in parts or ":" in parts[0] or "\0" in name
