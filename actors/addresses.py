"""E-mail addresses: the form in which they are stored and compared, and which may be had.

An address may be internationalised (RFC 6531): letters of any one script before the `@`, and a
domain in any script, which is stored as DNS has it (`xn--…`, RFC 5891 after the mapping of UTS 46).
Case does not count anywhere: RFC 5321 lets a server tell cases of the local part apart, but none of
note does, and two accounts for one mailbox would be worse.

Two addresses that look alike are two mailboxes, and nobody gets an account's rights without reading
what is sent to its own. What looks alike within one word is refused all the same: letters of
several scripts (a Cyrillic а in a Latin name), and characters that compatibility makes others of.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import idna

from protocol.texts import LONGEST_DECOMPOSITION, normal

MAX_EMAIL: Final = 254
"""Bytes. RFC 5321 section 4.5.3.1.3, less the angle brackets."""
MAX_LOCAL: Final = 64
"""Bytes before the `@`. RFC 5321 section 4.5.3.1.1."""
_ATOM: Final = r"[a-z0-9!#$%&'*+/=?^_`{|}~\u0080-\U0010ffff-]+"
LOCAL: Final = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
"""By the HTML standard, section 4.10.5.1.5, with no dot at the ends or beside another: mail servers
reject such addresses (RFC 5321, section 4.1.2, "Dot-string"). Beyond ASCII see `_is_word`."""
DOMAIN: Final = re.compile(
    r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+"
)
NUMBER: Final = re.compile(r"(?:.*\.)?[0-9]+")
"""No top-level domain is a number (RFC 3696, section 2); what ends in one is no name."""
ENCODED: Final = re.compile(r"(?:^|\.)xn--")
EAST_ASIAN: Final = frozenset(
    {"BOPOMOFO", "CJK", "HANGUL", "HIRAGANA", "IDEOGRAPHIC", "KATAKANA", "KATAKANA-HIRAGANA"}
)
"""Scripts, by how the names of their letters begin, that are written together, and with Latin."""


def normal_email(text: str) -> str:
    """The form in which addresses are stored and compared; empty for what can be none.

    What is wrong in it stays: addresses that were taken before are found as they are stored.
    """
    bounded = normal("NFC", text.strip(), most=LONGEST_DECOMPOSITION * MAX_EMAIL) or ""
    local, at, domain = bounded.strip().rpartition("@")
    return f"{_lower(local)}{at}{_normal_domain(domain)}"


def _lower(text: str) -> str:
    """Composed again: a letter may have another in lower case that composes."""
    return normal("NFC", text.lower(), most=MAX_EMAIL * LONGEST_DECOMPOSITION * 3) or ""


def _normal_domain(domain: str) -> str:
    lower = _lower(domain)
    if lower.isascii() and not ENCODED.search(lower):
        return lower
    try:
        return idna.encode(domain, uts46=True, std3_rules=True).decode()
    except (idna.IDNAError, UnicodeError):
        return lower


def is_email(text: str) -> bool:
    """Whether this normalised text is an address that somebody may have."""
    return has_form(text) and _is_domain(text.rpartition("@")[2]) and normal_email(text) == text


def has_form(text: str) -> bool:
    """Whether this normalised text may be an account's: fewer could once be refused."""
    if len(text) > MAX_EMAIL or len(text.encode(errors="replace")) > MAX_EMAIL:
        return False
    local, _, domain = text.rpartition("@")
    if len(local.encode(errors="replace")) > MAX_LOCAL:
        return False
    return (
        LOCAL.fullmatch(local) is not None
        and DOMAIN.fullmatch(domain) is not None
        and (local.isascii() or _is_word(local))
    )


def _is_domain(domain: str) -> bool:
    if NUMBER.fullmatch(domain):
        return False
    if not ENCODED.search(domain):
        return True
    try:
        labels = idna.decode(domain).split(".")
    except (idna.IDNAError, UnicodeError):
        return False
    return all(map(_is_of_one_script, labels))


def _is_word(local: str) -> bool:
    """Whether a local part consists of letters of one script, marks and digits, beside ASCII."""
    beyond = [character for character in local if not character.isascii()]
    return (
        all(unicodedata.category(character)[0] in "LMN" for character in beyond)
        and unicodedata.category(local[0])[0] != "M"
        and normal("NFKC", local, most=MAX_LOCAL) == local
        and _is_of_one_script(local)
    )


def _is_of_one_script(text: str) -> bool:
    scripts = {
        unicodedata.name(character, "").partition(" ")[0]
        for character in text
        if unicodedata.category(character)[0] == "L"
    }
    return len(scripts) <= 1 or scripts <= {*EAST_ASIAN, "LATIN"}
