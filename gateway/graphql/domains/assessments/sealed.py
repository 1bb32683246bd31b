"""Answers that students wrote without a connection, and teachers' decisions about them."""

from __future__ import annotations

from typing import Any

from gateway.graphql.domain import (
    Acting,
    Addressed,
    Arguments,
    ListValue,
    ObjectValue,
    Outcome,
    Payload,
    PlainValue,
)
from gateway.graphql.domains.assessments.attempts import about
from protocol.assessments.attempts.sealed import (
    HASH_LENGTH,
    MAX_ENTRIES,
    CommitSealed,
    DecideSealed,
    ReadSealed,
    Seal,
    SealedChain,
    SealedEntry,
    SealedLine,
    SealedRead,
    SendSealed,
)
from protocol.assessments.live.entry import HANDLER
from protocol.errors import ValidationError
from protocol.times import iso, maybe_iso
from protocol.validation import Rule

MEMBERS = frozenset({"n", "prev", "at", "question", "answer"})
MAX_WHOLE = 2**53


def commit(arguments: Arguments, acting: Acting) -> Addressed:
    for name in ("anchor", "head"):
        if len(arguments[name]) > HASH_LENGTH or not arguments[name].isprintable():
            raise ValidationError.of(name, Rule.INVALID_FORMAT, "must be SHA-256 in base64url")
    seal = Seal(
        revision=arguments["revision"],
        anchor=arguments["anchor"],
        head=arguments["head"],
        length=arguments["length"],
        clock=arguments["clock"],
    )
    return HANDLER, CommitSealed(
        **about(arguments, acting), seal=seal, received_at=acting.now, remote=acting.remote
    )


def send(arguments: Arguments, acting: Acting) -> Addressed:
    """Raises `ValidationError` for what are no entries."""
    given = arguments["entries"]
    if not isinstance(given, list) or len(given) > MAX_ENTRIES:
        said = f"must be a list of at most {MAX_ENTRIES}"
        raise ValidationError.of("entries", Rule.TOO_MANY, said, max=MAX_ENTRIES)
    return HANDLER, SendSealed(
        **about(arguments, acting),
        head=arguments["head"],
        entries=tuple(_entry(each, f"entries[{n}]") for n, each in enumerate(given)),
        received_at=acting.now,
    )


def _entry(given: Any, field: str) -> SealedEntry:
    """Checked but for the answer, whose shape the attempt knows."""
    if not isinstance(given, dict) or given.keys() != MEMBERS:
        raise ValidationError.of(field, Rule.INVALID_TYPE, "must be an entry of a chain")
    whole = all(type(given[name]) is int and 0 <= given[name] < MAX_WHOLE for name in ("n", "at"))
    texts = all(isinstance(given[name], str) for name in ("prev", "question"))
    if not whole or not texts or len(given["prev"]) > HASH_LENGTH:
        raise ValidationError.of(field, Rule.INVALID_TYPE, "must be an entry of a chain")
    return SealedEntry(**given)


def decide(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, DecideSealed(
        **about(arguments, acting),
        number=arguments["number"],
        accept=arguments["accept"],
        reason=arguments.get("reason"),
    )


def read(arguments: Arguments, acting: Acting) -> Addressed:
    return HANDLER, ReadSealed(**about(arguments, acting))


def shown(reply: SealedRead) -> Outcome:
    """A list of `QuizSealedAnswers`."""
    return Outcome(payload=ListValue([_chain(each) for each in reply.chains]))


def _chain(chain: SealedChain) -> ObjectValue:
    seal = chain.seal
    members: dict[str, Payload] = {
        "number": PlainValue(seal.number),
        "status": PlainValue(seal.status.upper()),
        "awaySince": PlainValue(iso(seal.away_since)),
        "committedAt": PlainValue(iso(seal.committed_at)),
        "receivedAt": PlainValue(maybe_iso(seal.received_at)),
        "offsetMs": PlainValue(seal.offset_ms),
        "head": PlainValue(seal.head),
        "length": PlainValue(seal.length),
        "late": PlainValue(seal.late),
        "answers": ListValue([_line(each) for each in chain.lines]),
        "decidedAt": PlainValue(maybe_iso(seal.decided_at)),
        "decidedBy": PlainValue(seal.by),
        "reason": PlainValue(seal.reason),
    }
    return ObjectValue("QuizSealedAnswers", members)


def _line(line: SealedLine) -> ObjectValue:
    members: dict[str, Payload] = {
        "questionId": PlainValue(line.question_id),
        "questionNumber": PlainValue(line.number),
        "before": PlainValue(line.before),
        "answer": PlainValue(line.answer),
        "firstAt": PlainValue(iso(line.first)),
        "lastAt": PlainValue(iso(line.at)),
        "changes": PlainValue(line.changes),
    }
    return ObjectValue("QuizSealedAnswer", members)
