"""Answers written without a connection: a chain of hashes, what is asked about it, and replies.

`docs/client-protocols/sealed-answers.md` is the specification: whoever writes a client follows it,
so nothing here may change what is hashed for the same entries.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any, ClassVar

import msgspec

from protocol.assessments.attempts.commands import StudentCommand
from protocol.assessments.attempts.receipts import base64url, canonical
from protocol.assessments.attempts.requests import SubmissionRequest
from protocol.assessments.attempts.values import Ending, SealedAnswer, SealedStatus
from protocol.assessments.quizzes import Answer, LateAnswers
from protocol.envelope import Message

MAX_ENTRIES = 500
"""Of one chain: one in a quarter of a minute for two hours."""
MAX_SEALED_BYTES = 400_000
"""Canonical JSON of all entries of a chain."""
MAX_SEALS = 20
"""Chains of one attempt; there is one for each time that it ended."""
HASH_LENGTH = 43
"""Of SHA-256 in base64url without padding."""
MAX_REASON = 1_000
TAKEN_MS = 7 * 24 * 3_600_000
"""So long after the end a chain is taken."""
UNNOTICED_MS = 60_000
"""So soon after coming back before the end a device tells of its chain; and a connection may be
gone for so long (45 seconds) before the server notices."""
LATE_ENDINGS = frozenset({Ending.DEADLINE, Ending.TEACHER})
"""Ends that come without the student."""
MAX_CLOCK_MS = 24 * 3_600_000
"""So wrong the clock of a device may be: what is more is no clock."""


class SealedEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One change: `n` counts from 1, `at` is the device's clock, `prev` the hash before."""

    n: int
    prev: str
    at: int
    question: str
    answer: Answer | None


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """The head of a chain, as it was committed; `clock` is the device's when it was sent."""

    revision: int
    anchor: str
    head: str
    length: int
    clock: int


# --- the chain ------------------------------------------------------------------------------------


def anchor_of(seed: int, submission_id: str, revision: int) -> str:
    """What the first entry of a chain follows. Nobody knows it before the server has told it."""
    stated = canonical({"revision": revision, "submission": submission_id})
    return base64url(hmac.new(seed.to_bytes(8, signed=seed < 0), stated, "sha256").digest())


def entry_bytes(entry: SealedEntry) -> bytes:
    """The canonical JSON of an entry."""
    stated: dict[str, Any] = {
        "answer": entry.answer,
        "at": entry.at,
        "n": entry.n,
        "prev": entry.prev,
        "question": entry.question,
    }
    return canonical(stated)


def hash_of(entry: bytes) -> str:
    """The hash that the next entry follows, and at the end the head."""
    return base64url(hashlib.sha256(entry).digest())


# --- to the attempt -------------------------------------------------------------------------------


class CommitSeal(StudentCommand, frozen=True, kw_only=True, tag="assessments.commit_seal"):
    """Keep the head of a chain, before its entries. Replies `SealTaken`; twice is once.

    While the attempt runs nothing is kept: the answers are saved as always. Refused with
    ATTEMPT_ENDED where its student has ended it, or operators, SEALED_REFUSED, SEALED_LATE,
    SEALED_ANCHOR, SEALED_AWAY, SEALED_TWICE, SEALED_TIMES; `ValidationError` on `length`, `head`.
    """

    incidental: ClassVar[frozenset[str]] = frozenset({"received_at", "connection_id"})

    seal: Seal
    policy: LateAnswers
    received_at: int


class OpenSeal(StudentCommand, frozen=True, kw_only=True, tag="assessments.open_seal"):
    """Check the entries of a committed chain, and keep what they say. Replies `SealTaken`.

    Twice is once. The end that counts is the one that the chain was committed for. Refused with
    SEALED_UNKNOWN, ATTEMPT_RUNNING where it was reopened, ATTEMPT_ENDED where its student has
    handed it in then, or operators ended it, SEALED_REFUSED, SEALED_LATE, SEALED_GAP, SEALED_HASH,
    SEALED_TIMES; `ValidationError` on `entries`, `NotFoundError` for a question of another quiz.
    """

    incidental: ClassVar[frozenset[str]] = frozenset({"received_at", "connection_id"})

    head: str
    entries: tuple[SealedEntry, ...]
    policy: LateAnswers
    received_at: int


class DecideSeal(Message, frozen=True, kw_only=True, tag="assessments.decide_seal"):
    """Accept a chain, so that its answers replace what is saved, or refuse it. Replies `SealTaken`.

    The same decision twice is once; what was refused may be accepted later. Refused with
    SEALED_DECIDED and ATTEMPT_RUNNING; `NotFoundError`.
    """

    by: str
    number: int
    accept: bool
    reason: str | None = None


class ShowSeals(Message, frozen=True, kw_only=True, tag="assessments.show_seals"):
    """Read the chains, for somebody who may. Replies `SealsShown`."""


class SealTaken(Message, frozen=True, kw_only=True, tag="assessments.seal_taken"):
    """Reply: it is durable. `status` None: the attempt runs."""

    submission_id: str
    status: SealedStatus | None = None


class ShownSeal(msgspec.Struct, frozen=True, kw_only=True):
    """A chain. Times are milliseconds since the epoch, on the server's clock.

    `away_since`: the server has not seen the student since. `offset_ms`: the device's clock was so
    much behind. `late`: entries written after the end, which do not count. `by` None: the quiz's
    setting has decided.
    """

    number: int
    status: SealedStatus
    away_since: int
    committed_at: int
    received_at: int | None
    offset_ms: int
    head: str
    length: int
    late: int
    answers: tuple[SealedAnswer, ...]
    decided_at: int | None
    by: str | None
    reason: str | None


class SealsShown(Message, frozen=True, kw_only=True, tag="assessments.seals_shown"):
    """Reply. `before`, for each chain, what stood in the place of its answers.

    `order` are the places in the quiz of the questions that the attempt asks, as its student sees
    them one after the other.
    """

    version_id: str
    order: tuple[int, ...]
    seals: tuple[ShownSeal, ...]
    before: tuple[tuple[Answer | None, ...], ...]


# --- to the handler -------------------------------------------------------------------------------


class CommitSealed(SubmissionRequest, frozen=True, kw_only=True, tag="assessments.commit_sealed"):
    """From the student; as `CommitSeal`, to which it leads. Replies `AttemptChanged`.

    `remote` is the client's address. Refused with QUIZ_NETWORK, too.
    """

    incidental: ClassVar[frozenset[str]] = frozenset({"received_at", "remote"})

    seal: Seal
    received_at: int
    remote: str = ""


class SendSealed(SubmissionRequest, frozen=True, kw_only=True, tag="assessments.send_sealed"):
    """From the student; as `OpenSeal`, to which it leads. Replies `AttemptChanged`.

    What was committed cannot be changed any more, so it may come from anywhere.
    """

    incidental: ClassVar[frozenset[str]] = frozenset({"received_at"})

    head: str
    entries: tuple[SealedEntry, ...]
    received_at: int


class DecideSealed(SubmissionRequest, frozen=True, kw_only=True, tag="assessments.decide_sealed"):
    """From a teacher; as `DecideSeal`. What is accepted is marked. Replies `AttemptChanged`."""

    number: int
    accept: bool
    reason: str | None = None


class ReadSealed(SubmissionRequest, frozen=True, kw_only=True, tag="assessments.read_sealed"):
    """Read the chains of an attempt. Replies `SealedRead`.

    `NotFoundError` for whoever is neither its student nor staff of the course.
    """


class SealedLine(msgspec.Struct, frozen=True, kw_only=True):
    """One question: `before` and `answer` are readable by themselves.

    `number` counts from 1: for its student as in the attempt, for staff as in its result, which has
    the questions that were asked in the quiz's order.
    """

    question_id: str
    number: int
    before: Any
    answer: Any
    first: int
    at: int
    changes: int


class SealedChain(msgspec.Struct, frozen=True, kw_only=True):
    seal: ShownSeal
    lines: tuple[SealedLine, ...]


class SealedRead(Message, frozen=True, kw_only=True, tag="assessments.sealed_read"):
    """Reply: oldest first."""

    chains: tuple[SealedChain, ...]


class SealDecided(Message, frozen=True, kw_only=True, tag="assessments.seal_decided"):
    """Domain event: somebody, or the quiz's setting (`by` empty), has decided about a chain."""

    actor: ClassVar[str | None] = "by"
    analytics: ClassVar[frozenset[str]] = frozenset(
        {"by", "submission_id", "quiz_id", "student_id", "accepted", "at"}
    )

    by: str
    submission_id: str
    quiz_id: str
    student_id: str
    accepted: bool
    at: int


DOMAIN_EVENTS: tuple[type[Message], ...] = (SealDecided,)
"""The events announced to other domains."""
