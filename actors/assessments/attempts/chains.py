"""Whether a chain of sealed answers is what was committed, and what of it counts. Pure.

The hashes say that nothing was changed since the commitment, and the anchor that the chain was made
in this attempt. The times are the device's: they are held against what the server has seen itself.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence

from actors.assessments.attempts.clock import LATE_MS
from actors.assessments.attempts.shapes import check_answer
from actors.assessments.attempts.state import AttemptState, SealState, authored, index_of
from protocol.assessments.attempts.sealed import (
    HASH_LENGTH,
    MAX_CLOCK_MS,
    MAX_ENTRIES,
    MAX_SEALED_BYTES,
    TAKEN_MS,
    UNNOTICED_MS,
    Seal,
    SealedEntry,
    anchor_of,
    entry_bytes,
    hash_of,
)
from protocol.assessments.attempts.values import SealedAnswer
from protocol.errors import NotFoundError, RefusedError, ValidationError
from protocol.validation import Rule


def check_seal(state: AttemptState, seal: Seal, at: int) -> int:
    """Since when the server had not seen the student; `at` is when the commitment came.

    Raises `RefusedError` and `ValidationError`.
    """
    if not 1 <= seal.length <= MAX_ENTRIES:
        said = f"must be from 1 to {MAX_ENTRIES}"
        raise ValidationError.of("length", Rule.OUT_OF_RANGE, said, min=1, max=MAX_ENTRIES)
    if len(seal.head) != HASH_LENGTH or not seal.head.isascii():
        raise ValidationError.of("head", Rule.INVALID_FORMAT, "must be SHA-256 in base64url")
    expected = anchor_of(state.seed, state.submission_id, seal.revision)
    known = 0 <= seal.revision <= state.revision and seal.anchor.isascii()
    if not known or not hmac.compare_digest(expected, seal.anchor):
        raise RefusedError("SEALED_ANCHOR", "This chain does not begin in this attempt")
    if abs(at - seal.clock) > MAX_CLOCK_MS:
        raise RefusedError("SEALED_TIMES", "The clock of the device is not right")
    return _away_since(state, at)


def _away_since(state: AttemptState, at: int) -> int:
    """The absence that a commitment of this time ends; connections flap, so the first of them."""
    for absence in state.absences:
        if absence.until is None or at <= absence.until + UNNOTICED_MS:
            return absence.since
    raise RefusedError("SEALED_AWAY", "The student was connected when the attempt ended")


def check_taken(ended_at: int, at: int) -> None:
    """Raise `RefusedError` where too much time has passed since the end."""
    if at > ended_at + TAKEN_MS:
        said = "This came too long after the end of the attempt"
        raise RefusedError("SEALED_LATE", said, until=ended_at + TAKEN_MS)


def check_chain(anchor: str, head: str, entries: Sequence[SealedEntry]) -> None:
    """Raise `RefusedError` unless each entry follows the one before, from the anchor to the head.

    `ValidationError` for one that is too long to be hashed.
    """
    before, size = anchor, 0
    for n, entry in enumerate(entries, 1):
        if entry.n != n:
            raise RefusedError("SEALED_GAP", "An entry of the chain is missing", entry=n)
        if entry.prev != before:
            raise RefusedError("SEALED_HASH", "An entry does not follow the one before", entry=n)
        stated = entry_bytes(entry)
        size += len(stated)
        if size > MAX_SEALED_BYTES:
            said = f"must be at most {MAX_SEALED_BYTES} bytes"
            raise ValidationError.of("entries", Rule.TOO_LARGE, said, max=MAX_SEALED_BYTES)
        before = hash_of(stated)
    if before != head:
        raise RefusedError("SEALED_HASH", "The last entry is not the head of the chain")


def check_times(state: AttemptState, seal: SealState, entries: Sequence[SealedEntry]) -> None:
    """Raise `RefusedError` unless times rise, from the outage on until the commitment."""
    anchored = (saved.at for saved in state.answers.values() if saved.revision == seal.revision)
    since = max(seal.away_since - UNNOTICED_MS, state.begun_at, *anchored) - LATE_MS
    last = since - seal.offset_ms
    for entry in entries:
        if not last <= entry.at <= seal.committed_at - seal.offset_ms:
            said = "This was not written while the student was away"
            raise RefusedError("SEALED_TIMES", said, entry=entry.n)
        last = entry.at


def answers_of(
    state: AttemptState, seal: SealState, entries: Sequence[SealedEntry], ended_at: int
) -> tuple[SealedAnswer, ...]:
    """The last entry to each question that was written before the end, in the quiz's order."""
    found = dict[int, SealedAnswer]()
    for entry in entries:
        at = entry.at + seal.offset_ms
        if at > ended_at + LATE_MS:
            break  # as all that follow
        index = index_of(state, entry.question)
        assert index is not None
        known = found.get(index)
        found[index] = SealedAnswer(
            index,
            authored(state, index, entry.answer),
            at if known is None else known.first,
            at,
            1 if known is None else known.changes + 1,
        )
    return tuple(found[index] for index in sorted(found))


def check_entries(state: AttemptState, length: int, entries: Sequence[SealedEntry]) -> None:
    """Raise what is wrong with entries by themselves, before they are hashed."""
    if len(entries) != length:
        said = "The chain has another length"
        raise RefusedError("SEALED_GAP", said, entry=min(len(entries), length) + 1)
    for entry in entries:
        index = index_of(state, entry.question)
        if index is None:
            raise NotFoundError("question", entry.question[:64])
        check_answer(state.questions[index], entry.answer)
