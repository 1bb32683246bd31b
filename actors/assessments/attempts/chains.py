"""Whether a chain of sealed answers is what was committed, and what of it counts. Pure.

The hashes say that nothing was changed since the commitment, and the anchor that the chain was made
in this attempt. The times are the device's: they are held against what the server has seen itself.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Sequence

from actors.assessments.attempts.clock import LATE_MS
from actors.assessments.attempts.shapes import check_answer
from actors.assessments.attempts.state import (
    OUTAGE_MS,
    Absence,
    AttemptState,
    SealState,
    authored,
    index_of,
)
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


def check_seal(state: AttemptState, ended_at: int, seal: Seal, at: int) -> Absence:
    """When the server had not seen the student; `at` is when the commitment came.

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
    return outage(state, ended_at, at)


def outage(state: AttemptState, ended_at: int, at: int) -> Absence:
    """What the attempt ended in, or what was over just before `at`, when its chain comes.

    Connections flap, so it lasts from the first absence of that kind to the last. Its `until` is
    None where the student was not seen again before the end. Raises `RefusedError`.
    """
    found = list[Absence]()
    if state.offer is not None and at <= (state.offer.until or 0) + UNNOTICED_MS:
        found.append(state.offer)
    for each in unseen(state):
        ends_it = each.until is None or each.until > ended_at
        if each.since <= ended_at and (ends_it or _is_recent(each, at)):
            found.append(Absence(each.since) if ends_it else each)
    if not found:
        raise RefusedError("SEALED_AWAY", "The student was connected when the attempt ended")
    return Absence(min(each.since for each in found), found[-1].until)


def _is_recent(absence: Absence, at: int) -> bool:
    """Whether one that was over before the end is what a chain of that moment tells of."""
    until = absence.until or 0
    return until - absence.since >= OUTAGE_MS and at <= until + UNNOTICED_MS


def unseen(state: AttemptState) -> Iterator[Absence]:
    """The absences without what came over HTTP, and without all that was before the last save.

    A device that was away tells of its chain before it saves, so who saved was back already.
    """
    for absence in state.absences:
        since, until = max(absence.since, state.saved_at), absence.until
        for sighting in state.sightings:
            if sighting.last > since and (until is None or sighting.first < until):
                if sighting.first > since:
                    yield Absence(since, sighting.first)
                since = sighting.last
        if until is None or until > since:
            yield Absence(since, until)


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
    """Raise `RefusedError` unless times rise, from the outage on until the commitment.

    The chain was begun before the student was back. What repeats a save whose acknowledgement was
    lost changes nothing, and may be as old as the anchor.
    """
    anchored = [saved.at for saved in state.answers.values() if saved.revision <= seal.revision]
    oldest = max([state.begun_at, *anchored]) - LATE_MS
    since = max(oldest, seal.away_since - LATE_MS)
    last, until = 0, seal.committed_at
    if seal.back_at is not None:
        until = min(until, seal.back_at + LATE_MS)
    for entry in entries:
        at = entry.at + seal.offset_ms
        earliest = oldest if _repeats(state, seal, entry) else since
        if not max(last, earliest) <= at <= until:
            said = "This was not written while the student was away"
            raise RefusedError("SEALED_TIMES", said, entry=entry.n)
        last, until = at, seal.committed_at


def _repeats(state: AttemptState, seal: SealState, entry: SealedEntry) -> bool:
    """Whether it is what was saved after the anchor that the device knew."""
    index = index_of(state, entry.question)
    assert index is not None
    saved = state.answers.get(index)
    if saved is None or saved.revision <= seal.revision:
        return False
    answer = authored(state, index, entry.answer)
    return saved.answer == answer and type(saved.answer) is type(answer)


def answers_of(
    state: AttemptState, seal: SealState, entries: Sequence[SealedEntry]
) -> tuple[SealedAnswer, ...]:
    """The last entry to each question that was written before its end, in the quiz's order."""
    found = dict[int, SealedAnswer]()
    for entry in entries:
        at = entry.at + seal.offset_ms
        if at > seal.ended_at + LATE_MS:
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
    for n, entry in enumerate(entries):
        index = index_of(state, entry.question)
        if index is None:
            raise NotFoundError("question", entry.question[:64])
        check_answer(state.questions[index], entry.answer, f"entries[{n}].answer")
