"""Removal of secrets from the log: by the names of keys, and by patterns in texts.

Everything becomes plain values (structs, exceptions and unknown objects too), so that no renderer
gets an object that would reveal more later. Depth, width and length are bounded, so that a client
that makes the server log something cannot cause much work or fill the disk.
"""

from __future__ import annotations

import base64
import binascii
import dataclasses
import enum
import re
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

import msgspec

REDACTED = "[redacted]"
TOO_DEEP = "[too deep]"
TOO_MANY = "[too many]"
MAX_DEPTH = 8
MAX_ITEMS = 200
"""Items of one container."""
MAX_VALUES = 2_000
"""Values in one line of the log."""
MAX_TEXT = 16_384
"""Characters of one text; a longer one is cut to its two ends."""
MARGIN = 2_048
"""Characters read but not shown beyond a cut, so that a secret across the cut is recognised."""

_ANYWHERE = (
    "password|passwd|passphrase|passwort|secret(?!ar)|token|authori[sz]ation|cookie|credential"
    "|api[-_. ]?key|private[-_. ]?key|signing[-_. ]?key|encryption[-_. ]?key"
    "|card[-_. ]?(?:number|holder|no(?![a-z]))|(?:credit|debit)[-_. ]?card|security[-_. ]?code"
)
_ALONE = "pass|pwd|auth|bearer|jwt|otp|totp|card|pan|cvc|cvc2|cvv|cvv2|iban|bic"
_CAPITAL = "|".join(word.capitalize() for word in _ALONE.split("|"))
_NAME = (
    rf"(?:(?i:{_ANYWHERE})"
    rf"|(?<![A-Za-z])(?i:{_ALONE})(?![a-z])|(?<=[a-z0-9])(?:{_CAPITAL})(?![a-z]))"
)
SECRET_NAME = re.compile(_NAME)

_REST_OF_KEY = r"[\w.\-\]]{0,40}"
_SAYS = r"[\\\"']{0,8}\s{0,3}(?:=>|[=:]|%3[DdAa])\s{0,3}"
_VALUE = (
    r"(?:[bBuUrR]{0,2}(?:\"(?:[^\"\\]|\\.)*(?:\"|$)|'(?:[^'\\]|\\.)*(?:'|$))"
    r"|(?P<slashes>\\{1,8})(?P<quote>[\"']).*?(?:(?P=slashes)(?P=quote)|$)"
    r"|[\[({][^\])}]*"
    r"|[^\s&\"'<>\\]+)"
)
_NAMED = re.compile(rf"(?P<key>{_NAME}{_REST_OF_KEY}{_SAYS}){_VALUE}", re.S)
_HEADER = re.compile(
    r"(?P<key>\b(?:proxy-)?authorization|\b(?:set-)?cookie|\bx-(?:api-key|refresh-token))"
    r"(?P<says>\s{0,3}:\s{0,3})(?P<value>[^\r\n\"']+)",
    re.I,
)
_ARGUMENT = re.compile(
    rf"(?P<key>(?<![\w-])--?[\w-]{{0,30}}{_NAME}[\w-]{{0,30}}\s{{1,3}})(?!-)[^\s]+"
)
_BEARER = re.compile(r"(?P<key>\bbearer\s{1,3})(?!tokens?\b)[^\s\"',;<>]+", re.I)
_BASIC = re.compile(r"(?P<key>\bbasic\s{1,3})(?P<value>[A-Za-z0-9+/_-]{4,}={0,2})", re.I)
_USERINFO = re.compile(
    r"(?<=://)(?:[^\s/@:]{0,200}:(?!\d{1,5}(?:[/?#\s]|$))[^\s]{0,1000}|[^\s/?#]{1,1000})(?=@)"
)
_SHAPES = re.compile(
    r"eyJ[\w-]{5,8000}+(?:\.[\w-]*){1,4}"  # JWS and JWE, wherever they stand
    r"|-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----.*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)"
    r"|\$2[abxy]\$\d\d\$[./A-Za-z0-9]{53}"  # bcrypt
    r"|\b(?:sk|rk)_(?:live|test)_\w+|\bwhsec_\w+|\b\w{2,40}_secret_\w+",  # Stripe
    re.S,
)
_CARD = re.compile(r"(?<![\w.-])[2-6](?:[ -]?\d){13,18}(?![\w-])")
_IBAN = re.compile(r"(?<![\w-])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?![\w-])")
_LABELS = ("name", "key", "header", "field")
_CONTENTS = ("value", "values", "content")


def redact(value: Any) -> Any:
    """`value` as plain values that any renderer can show, without secrets."""
    return _Redactor().value(value, 0)


def redact_text(text: str) -> str:
    """`text` without anything that looks like a secret or is named as one."""
    if len(text) <= MAX_TEXT + 2 * MARGIN:
        return _clean(text)
    half = MAX_TEXT // 2
    head, tail = _clean(text[: half + MARGIN])[:half], _clean(text[-half - MARGIN :])[-half:]
    return f"{head} [{len(text) - 2 * half} characters] {tail}"


def is_secret_name(name: str) -> bool:
    """Whether a value with this name must not be logged. Case does not matter."""
    return SECRET_NAME.search(name) is not None


class _Redactor:
    """Redacts one line of the log; counts what it has shown."""

    def __init__(self) -> None:
        self._left = MAX_VALUES

    def value(self, value: Any, depth: int) -> Any:
        """Any value as a plain one."""
        if value is None or isinstance(value, bool | float):
            return value
        if isinstance(value, enum.Enum):
            return self.value(value.value, depth)
        if isinstance(value, int):
            return REDACTED if _is_card(str(value)) else int(value)
        if isinstance(value, str):
            return redact_text(str(value))
        if isinstance(value, bytes | bytearray | memoryview):
            return redact_text(_decoded(bytes(value)))
        members = _members(value)
        if members is None and not isinstance(value, Sequence | Set):
            return redact_text(_told(value))
        self._left -= 1
        if depth >= MAX_DEPTH:
            return TOO_DEEP
        if members is not None:
            return self._mapping(members, depth)
        return self._items(value, depth)

    def _mapping(self, members: Mapping[Any, Any], depth: int) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        told = _labelled(members)
        for key, value in members.items():
            if len(shown) >= MAX_ITEMS or self._left <= 0:
                shown[TOO_MANY] = len(members) - len(shown)
                break
            self._left -= 1
            name = _name(key)
            secret = is_secret_name(name) or (told and name.lower() in _CONTENTS)
            value = self._secret(value) if secret else self.value(value, depth + 1)
            shown[redact_text(name)] = value
        return shown

    def _items(self, items: Iterable[Any], depth: int) -> list[Any]:
        """A list; in a pair whose first item is a secret's name, the second is a secret."""
        items = list(items)
        if len(items) == 2 and isinstance(items[0], str | bytes):
            name = _name(items[0])
            if " " not in name and is_secret_name(name):
                return [redact_text(name), self._secret(items[1])]
        shown: list[Any] = []
        for item in items:
            if len(shown) >= MAX_ITEMS or self._left <= 0:
                shown.append(TOO_MANY)
                break
            self._left -= 1
            shown.append(self.value(item, depth + 1))
        return shown

    def _secret(self, value: Any) -> Any:
        """The replacement of a secret, which shows only whether there is one."""
        return value if value is None or isinstance(value, bool) else REDACTED


def _members(value: Any) -> Mapping[Any, Any] | None:
    """The named parts of a value, None if it has none."""
    if isinstance(value, Mapping):
        return value
    if isinstance(value, msgspec.Struct):
        return {name: getattr(value, name, None) for name in value.__struct_fields__}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {each.name: getattr(value, each.name, None) for each in dataclasses.fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        members: Mapping[Any, Any] = value._asdict()
        return members
    return None


def _labelled(members: Mapping[Any, Any]) -> bool:
    """Whether it is an entry such as `{"name": "Authorization", "value": …}`."""
    labels = (value for key, value in members.items() if _name(key).lower() in _LABELS)
    return any(isinstance(each, str | bytes) and is_secret_name(_name(each)) for each in labels)


def _name(key: Any) -> str:
    if isinstance(key, bytes):
        return _decoded(key)
    return str(key) if isinstance(key, str) else _told(key)


def _decoded(data: bytes) -> str:
    return data[: MAX_TEXT + 2 * MARGIN].decode("utf-8", "replace")


def _told(value: Any) -> str:
    """An object's text. For an exception it includes the name."""
    try:
        return f"{type(value).__name__}: {value}" if isinstance(value, Exception) else str(value)
    except Exception:
        return f"[{type(value).__name__} that could not be shown]"


# --- texts --------------------------------------------------------------------------------------


def _clean(text: str) -> str:
    text = _SHAPES.sub(REDACTED, text)
    text = _USERINFO.sub(REDACTED, text)
    text = _HEADER.sub(_header, text)
    text = _BEARER.sub(_keep_key, text)
    text = _BASIC.sub(_basic, text)
    text = _NAMED.sub(_keep_key, text)
    text = _ARGUMENT.sub(_keep_key, text)
    text = _CARD.sub(lambda found: REDACTED if _is_card(found[0]) else found[0], text)
    return _IBAN.sub(lambda found: REDACTED if _is_iban(found[0]) else found[0], text)


def _keep_key(found: re.Match[str]) -> str:
    return f"{found['key']}{REDACTED}"


def _header(found: re.Match[str]) -> str:
    return f"{found['key']}{found['says']}{REDACTED}"


def _basic(found: re.Match[str]) -> str:
    """Whether a text is basic credentials: name, colon, password; `basic courses` is not."""
    value = found["value"].rstrip("=").replace("-", "+").replace("_", "/")
    try:
        decoded = base64.b64decode(value + "=" * (-len(value) % 4))
    except (binascii.Error, ValueError):
        return found[0]
    return f"{found['key']}{REDACTED}" if b":" in decoded else found[0]


def _is_card(text: str) -> bool:
    """Whether digits are a card number, by length, first digit and check digit."""
    digits = [int(each) for each in text if each.isdecimal()]
    if not 14 <= len(digits) <= 19 or not 2 <= digits[0] <= 6:
        return False
    doubled = [sum(divmod(2 * each, 10)) for each in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0


def _is_iban(text: str) -> bool:
    """Whether it is an account number by ISO 13616: 15 to 34 characters, 1 modulo 97."""
    compact = text.replace(" ", "")
    if not 15 <= len(compact) <= 34:
        return False
    return int("".join(str(int(each, 36)) for each in compact[4:] + compact[:4])) % 97 == 1
