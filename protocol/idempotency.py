"""Commands that a client may send again because it never saw the answer.

A client names a try by a key of its own. The same command under the same key is done once: a
repetition within `KEPT_MS` gets the first answer, whatever has changed since. The key is kept in
the transaction of the command, so there is no moment at which only one of the two exists.
"""

from __future__ import annotations

import hashlib
import re

import msgspec

from protocol.envelope import Message
from protocol.errors import ConflictError, ValidationError
from protocol.validation import Rule

KEPT_MS = 24 * 3600 * 1000
MAX_KEY = 64
KEY = re.compile(rf"[!-~]{{1,{MAX_KEY}}}")
FIELD = "idempotencyKey"


class Repeatable(Message, frozen=True, kw_only=True):
    """Base of commands that would do something twice if they came twice.

    `by` is the acting user, to whom the key belongs, `by_role` the user's role.
    """

    by: str
    by_role: str
    idempotency_key: str | None = None


class Once(msgspec.Struct, frozen=True, kw_only=True):
    """A key of a user, with a digest of the command it stands for."""

    user_id: str
    key: str
    digest: bytes


def once(command: Repeatable) -> Once | None:
    """What is kept of the command; None if it has no key. Raises `ValidationError`."""
    key = command.idempotency_key
    if key is None:
        return None
    if KEY.fullmatch(key) is None:
        said = f"must be 1 to {MAX_KEY} printable ASCII characters"
        raise ValidationError.of(FIELD, Rule.INVALID_FORMAT, said)
    asked = msgspec.structs.replace(command, idempotency_key=None, by_role="")
    digest = hashlib.sha256(msgspec.json.encode(asked)).digest()
    return Once(user_id=command.by, key=key, digest=digest)


def reused() -> ConflictError:
    """The error for a key under which something else was asked before."""
    return ConflictError("This key was used for another command", conflict_field=FIELD)
