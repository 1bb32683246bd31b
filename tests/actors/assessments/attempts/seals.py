"""Chains as the page of an attempt makes them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from protocol.assessments.attempts.sealed import (
    CommitSeal,
    OpenSeal,
    Seal,
    SealedEntry,
    SealTaken,
    entry_bytes,
    hash_of,
)
from protocol.assessments.quizzes import LateAnswers, Question
from tests.actors.assessments.attempts.papers import Attempt

Change = tuple[Question, Any, int]


def chain_of(anchor: str, changes: Sequence[Change]) -> tuple[SealedEntry, ...]:
    """Entries with right hashes. A change is a question, an answer, and the device's clock."""
    entries, before = list[SealedEntry](), anchor
    for n, (question, answer, at) in enumerate(changes, 1):
        entry = SealedEntry(n=n, prev=before, at=at, question=question.id, answer=answer)
        entries.append(entry)
        before = hash_of(entry_bytes(entry))
    return tuple(entries)


def seal_of(
    attempt: Attempt, entries: Sequence[SealedEntry], clock: int, revision: int | None = None
) -> Seal:
    """What is committed of them."""
    known = attempt.state.revision if revision is None else revision
    return Seal(
        revision=known,
        anchor=entries[0].prev,
        head=hash_of(entry_bytes(entries[-1])),
        length=len(entries),
        clock=clock,
    )


def commit(attempt: Attempt, seal: Seal, policy: LateAnswers = LateAnswers.REVIEW) -> SealTaken:
    reply = attempt.do(CommitSeal(by="ada", seal=seal, policy=policy, received_at=attempt.now))
    assert isinstance(reply, SealTaken)
    return reply


def send(
    attempt: Attempt,
    head: str,
    entries: Sequence[SealedEntry],
    policy: LateAnswers = LateAnswers.REVIEW,
) -> SealTaken:
    reply = attempt.do(
        OpenSeal(
            by="ada", head=head, entries=tuple(entries), policy=policy, received_at=attempt.now
        )
    )
    assert isinstance(reply, SealTaken)
    return reply


def changed(entry: SealedEntry, **members: Any) -> SealedEntry:
    return msgspec.structs.replace(entry, **members)
