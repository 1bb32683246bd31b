"""Checks receipts and result sheets, as `docs/client-protocols/receipts.md` says.

It accepts one way of writing each thing only: a receipt in which any byte is another is not valid.
`docs/client-protocols/verify_receipt.py` does the same without this code; tests hold both to it.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Annotated, Any

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from protocol.assessments.attempts.receipts import (
    ANSWER_TYPE,
    SHEET_FORMAT,
    SUBMISSION_TYPE,
    base64url,
    canonical,
    merkle_root,
)
from protocol.signing import SigningKey, key_path

MAX_BYTES = 8 * 2**20
"""Many times the sheet of 200 essays of 5,000 characters in any script, with its receipts."""
LATEST_MS = 253_402_300_799_999
"""The end of the year 9999, the last that a date can be in."""
TOKEN = re.compile(r"[\w-]+\.[\w-]+\.[\w-]+", re.ASCII)

PublicKey = Callable[[str, str], bytes | None]
"""The public key with that `kid` of that `iss`; None if the issuer does not publish it."""
Moment = Annotated[int, msgspec.Meta(ge=0, le=LATEST_MS)]


class Unreadable(ValueError):
    """It is neither a receipt nor a result sheet, or no keys."""


class NotValid(ValueError):
    """It is one, but does not prove what it says."""


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    alg: str
    iss: str
    kid: str
    typ: str


class AnswerStatement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """What the receipt of an answer states."""

    answer_id: str
    answer_sha256: str
    question: str
    revision: int
    saved_at: Moment
    submission: str


class SubmissionStatement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """What the receipt of a submission states."""

    answers: int
    ending: str
    revision: int
    root: str
    submission: str
    submitted_at: Moment


Statement = AnswerStatement | SubmissionStatement
STATEMENTS: Mapping[str, type[AnswerStatement] | type[SubmissionStatement]] = {
    ANSWER_TYPE: AnswerStatement,
    SUBMISSION_TYPE: SubmissionStatement,
}


class Line(msgspec.Struct, frozen=True, rename="camel"):
    question_id: str
    answer: Any
    receipt: str


class Sheet(msgspec.Struct, frozen=True):
    """A result sheet as it is in a file; whatever else it has is signed by nobody and ignored."""

    submission: str
    root: str
    receipts: tuple[Line, ...]


class Verified(msgspec.Struct, frozen=True):
    """One valid receipt. `answer` is what a sheet shows; the hash of it is in the statement."""

    statement: Statement
    kid: str
    payload: bytes
    answer: Any = None


def verify(data: bytes, key: PublicKey) -> Sequence[Verified]:
    """What the content of a file proves: one receipt, or that of a submission and all of its sheet.

    Raises `Unreadable`, `NotValid`.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable(f"it is longer than {MAX_BYTES} bytes")
    try:
        text = data.decode().strip()
    except UnicodeDecodeError:
        raise Unreadable("it is no text in UTF-8") from None
    if text.startswith("{"):
        return _sheet(_as_sheet(text), key)
    if TOKEN.fullmatch(text) is None:
        raise Unreadable("it is neither a receipt nor a result sheet")
    return [_receipt(text, key, (ANSWER_TYPE, SUBMISSION_TYPE))]


def _as_sheet(text: str) -> Sheet:
    try:
        found = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        raise Unreadable("it is no JSON") from None
    if found.get("format") != SHEET_FORMAT:
        raise Unreadable(f"its format is not {SHEET_FORMAT}")
    try:
        return msgspec.convert(found, Sheet)
    except msgspec.ValidationError as error:
        raise NotValid(f"it is not whole: {error}") from None


def _sheet(sheet: Sheet, key: PublicKey) -> list[Verified]:
    whole = _receipt(sheet.submission, key, (SUBMISSION_TYPE,))
    over = whole.statement
    assert isinstance(over, SubmissionStatement)
    lines = [_line(line, over, key) for line in sheet.receipts]
    if not len({line.question_id for line in sheet.receipts}) == len(lines) == over.answers:
        raise NotValid("it does not have one receipt of each question that was answered")
    revisions = [0, *(line.statement.revision for line in lines)]
    if revisions != sorted(set(revisions)) or revisions[-1] != over.revision:
        raise NotValid("its receipts are not in order")
    if not base64url(merkle_root([line.payload for line in lines])) == over.root == sheet.root:
        raise NotValid("its root is not that of its receipts")
    return [whole, *lines]


def _line(line: Line, over: SubmissionStatement, key: PublicKey) -> Verified:
    found = _receipt(line.receipt, key, (ANSWER_TYPE,))
    said = found.statement
    assert isinstance(said, AnswerStatement)
    if (said.submission, said.question) != (over.submission, line.question_id):
        raise NotValid("it has a receipt of another question or submission")
    if said.answer_sha256 != _digest(line.answer):
        raise NotValid(f"it has another answer to {said.question} than was saved")
    return msgspec.structs.replace(found, answer=line.answer)


def _digest(answer: Any) -> str:
    try:
        return base64url(sha256(canonical(answer)).digest())
    except (ValueError, RecursionError):  # nothing that an answer can be
        return ""


def _receipt(token: str, key: PublicKey, types: Sequence[str]) -> Verified:
    """Raise `NotValid` unless it is of one of these types, and signed by a published key."""
    parts = token.split(".")
    if len(parts) != 3:
        raise NotValid("a receipt in it is no compact JWS")
    header = _decoded(parts[0], Header)
    if header.alg != "EdDSA" or header.typ not in types:
        raise NotValid(f"it is a {header.typ} where {' or '.join(types)} is to be")
    public = key(header.iss, header.kid) if header.kid.startswith(f"{header.iss}/") else None
    if public is None:
        raise NotValid(f"it is signed by a key that its issuer does not publish: {header.kid!r}")
    signed = f"{parts[0]}.{parts[1]}".encode()
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(_bytes(parts[2]), signed)
    except InvalidSignature:
        raise NotValid("its signature is wrong: something in it was changed") from None
    statement: Statement = _decoded(parts[1], STATEMENTS[header.typ])
    return Verified(statement, header.kid, _bytes(parts[1]))


def _bytes(part: str) -> bytes:
    """Of base64url in the one form that these bytes have."""
    try:
        data = urlsafe_b64decode(part + "=" * (-len(part) % 4))
    except ValueError:
        data = b""
    if base64url(data) != part:
        raise NotValid("a receipt in it is not in base64url")
    return data


def _decoded(part: str, type: Any) -> Any:
    """Of a part of a JWS; only canonical JSON is taken."""
    data = _bytes(part)
    try:
        found = msgspec.json.decode(data, type=type)
        is_canonical = canonical(msgspec.to_builtins(found)) == data
    except (msgspec.DecodeError, ValueError, RecursionError):
        is_canonical = False
    if not is_canonical:
        raise NotValid("it does not have the form of a receipt")
    return found


# --- keys -----------------------------------------------------------------------------------------


def own_keys(keys: Sequence[SigningKey]) -> PublicKey:
    """The keys of this installation, under whatever address it had when it signed."""
    public = {key_path(key.id): key.public for key in keys}

    def key(issuer: str, kid: str) -> bytes | None:
        return public.get(kid.removeprefix(issuer))

    return key


def published_keys(jwks: bytes) -> PublicKey:
    """Those of a JWK set (RFC 7517) with Ed25519 keys (RFC 8037). Raises `Unreadable`."""
    try:
        found = msgspec.json.decode(jwks)["keys"]
        public = {str(each["kid"]): _bytes(each["x"]) for each in found if _is_ed25519(each)}
    except (msgspec.DecodeError, NotValid, LookupError, TypeError, RecursionError):
        raise Unreadable("the keys are no JWK set") from None
    if not public or any(len(key) != 32 for key in public.values()):
        raise Unreadable("the keys are no JWK set with Ed25519 keys")

    def key(_issuer: str, kid: str) -> bytes | None:
        return public.get(kid)

    return key


def _is_ed25519(jwk: Mapping[str, Any]) -> bool:
    return (jwk["kty"], jwk.get("crv")) == ("OKP", "Ed25519")
