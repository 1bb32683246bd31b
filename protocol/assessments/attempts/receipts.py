"""What receipts of attempts state, as bytes, and the tree over them. Pure.

`docs/client-protocols/receipts.md` is the specification: whoever holds a receipt checks it without
this code, so nothing here may change what is written for the same facts. A statement does not
depend on who signs it or when, so a receipt of the day and one that is signed anew for a result
sheet, by a later key, are the same leaf.
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from typing import Any

import msgspec

from protocol.assessments.attempts.views import AttemptHandedIn, KeptAnswer
from protocol.assessments.quizzes import Answer
from protocol.signing import Signer

ANSWER_TYPE = "stoa-receipt+jwt"
SUBMISSION_TYPE = "stoa-submission+jwt"
"""The `typ` of each, which nothing else that the same keys sign has (RFC 8725, section 3.11)."""
SHEET_FORMAT = "stoa-result-sheet-1"

LEAF, NODE = b"\x00", b"\x01"


class SheetLine(msgspec.Struct, frozen=True, kw_only=True):
    """One answer of a result sheet, with its receipt."""

    question_id: str
    answer: Answer | None
    receipt: str


class ResultSheet(msgspec.Struct, frozen=True, kw_only=True):
    """What a student keeps of an attempt. `root` is in `submission`, too."""

    submission: str
    root: str
    lines: tuple[SheetLine, ...]


def canonical(value: Any) -> bytes:
    """The canonical JSON (RFC 8785) of texts, integers below 2^53, booleans, null, lists, objects.

    Names of objects are ASCII. For these the scheme is what the standard library writes: numbers
    that are not whole, whose form is the hard part of it, occur in no answer.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return text.encode()


def base64url(data: bytes) -> str:
    """Without padding (RFC 7515, section 2)."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def answer_statement(submission_id: str, kept: KeptAnswer) -> bytes:
    """The payload of the receipt of an answer."""
    digest = hashlib.sha256(canonical(kept.answer)).digest()
    return canonical(
        {
            "answerId": kept.answer_id,
            "answerSha256": base64url(digest),
            "question": kept.question_id,
            "revision": kept.revision,
            "savedAt": kept.saved_at,
            "submission": submission_id,
        }
    )


def submission_statement(over: AttemptHandedIn, leaves: Sequence[bytes]) -> bytes:
    """The payload of the receipt of a submission with these statements of answers."""
    return canonical(
        {
            "answers": len(leaves),
            "ending": over.ending,
            "revision": over.revision,
            "root": base64url(merkle_root(leaves)),
            "submission": over.submission_id,
            "submittedAt": over.ended_at,
        }
    )


def merkle_root(leaves: Sequence[bytes]) -> bytes:
    """The Merkle Tree Hash of RFC 9162, section 2.1.1, with SHA-256."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    hashes = [hashlib.sha256(LEAF + leaf).digest() for leaf in leaves]
    while len(hashes) > 1:  # an odd one at the end goes up as it is, which is the same tree
        pairs = zip(hashes[::2], hashes[1::2], strict=False)
        odd = hashes[-1:] if len(hashes) % 2 else []
        hashes = [hashlib.sha256(NODE + left + right).digest() for left, right in pairs] + odd
    return hashes[0]


# --- signed ---------------------------------------------------------------------------------------


def answer_receipt(signer: Signer, submission_id: str, kept: KeptAnswer) -> str | None:
    """The receipt of an answer that is durable; None where no key can sign."""
    return signer.sign(ANSWER_TYPE, answer_statement(submission_id, kept))


def submission_receipt(signer: Signer, over: AttemptHandedIn) -> str | None:
    """The receipt of a submission that is durable; None where no key can sign."""
    leaves = [answer_statement(over.submission_id, kept) for kept in over.answers]
    return signer.sign(SUBMISSION_TYPE, submission_statement(over, leaves))


def result_sheet(signer: Signer, over: AttemptHandedIn) -> ResultSheet | None:
    """All receipts of an attempt that has ended; None where no key can sign.

    200 signatures take longer than the loop may be held: call it in a thread.
    """
    leaves = [answer_statement(over.submission_id, kept) for kept in over.answers]
    submission = signer.sign(SUBMISSION_TYPE, submission_statement(over, leaves))
    if submission is None:
        return None
    lines = list[SheetLine]()
    for kept, leaf in zip(over.answers, leaves, strict=True):
        receipt = signer.sign(ANSWER_TYPE, leaf)
        if receipt is None:
            return None
        lines.append(SheetLine(question_id=kept.question_id, answer=kept.answer, receipt=receipt))
    root = base64url(merkle_root(leaves))
    return ResultSheet(submission=submission, root=root, lines=tuple(lines))
