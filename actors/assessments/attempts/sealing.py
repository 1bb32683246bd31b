"""Answers that were written without a connection, and come when the attempt has ended.

The head of their chain comes first and is kept, so that nothing can be written after it; then the
entries. A teacher, or the quiz's setting, decides whether they replace what was saved.
"""

from __future__ import annotations

from actors.assessments.attempts import chains, views
from actors.assessments.attempts.evolution import evolve
from actors.assessments.attempts.state import (
    Absence,
    AttemptState,
    End,
    SealState,
    changed_by,
    forked,
    question_order,
)
from actors.assessments.attempts.volatile import ChainOffered
from actors.effects import Announce, Effect, Effects, Persist, Reply, SaveRecord, Volatile
from protocol.assessments.attempts.events import (
    AttemptSealCommitted,
    AttemptSealDecided,
    AttemptSealOpened,
)
from protocol.assessments.attempts.sealed import (
    LATE_ENDINGS,
    MAX_SEALS,
    CommitSeal,
    DecideSeal,
    OpenSeal,
    SealDecided,
    SealsShown,
    SealTaken,
    ShowSeals,
    anchor_of,
)
from protocol.assessments.attempts.values import SealedStatus
from protocol.assessments.quizzes import LateAnswers
from protocol.envelope import Message
from protocol.errors import NotFoundError, RefusedError, ValidationError

DECIDED = frozenset({SealedStatus.ACCEPTED, SealedStatus.REFUSED})


def commit(state: AttemptState, command: CommitSeal, _: int) -> Effects:
    """Keep the head of a chain for the end that there is; while there is none, nothing of it.

    Raises `RefusedError` and `ValidationError`.
    """
    seal = command.seal
    if state.end is None:
        return [*_offered(state, command), Reply(SealTaken(submission_id=state.submission_id))]
    known = next((each for each in state.seals if each.head == seal.head), None)
    if known is not None:
        return [_taken(state, known.status)]
    _check_policy(command.policy, state.end)
    chains.check_taken(state.end.at, command.received_at)
    outage = chains.check_seal(state, state.end.at, seal, command.received_at)
    again = any(each.ended_at == state.end.at for each in state.seals)
    if again or len(state.seals) >= MAX_SEALS:
        raise RefusedError("SEALED_TWICE", "Another chain of that outage is there already")
    event = AttemptSealCommitted(
        number=len(state.seals) + 1,
        revision=seal.revision,
        head=seal.head,
        length=seal.length,
        away_since=outage.since,
        back_at=outage.until,
        offset_ms=command.received_at - seal.clock,
        at=command.received_at,
    )
    return [*_kept(state, event), _taken(state, SealedStatus.COMMITTED)]


def _offered(state: AttemptState, command: CommitSeal) -> list[Effect]:
    """Remember the outage that a device is back from: should the attempt end before all is saved,
    what was saved since does not say that the device had been there all the time."""
    at = command.received_at
    try:
        outage = chains.check_seal(state, at, command.seal, at)
    except (RefusedError, ValidationError):
        return []
    until = at if outage.until is None else outage.until
    return [Volatile(ChainOffered(outage=Absence(outage.since, until)))]


def _check_policy(policy: LateAnswers, end: End) -> None:
    if end.ending not in LATE_ENDINGS:
        raise RefusedError("ATTEMPT_ENDED", "This attempt has ended", ended_at=end.at)
    if policy is LateAnswers.REFUSE:
        raise RefusedError("SEALED_REFUSED", "This quiz takes nothing after its end")


def open_seal(state: AttemptState, command: OpenSeal, now: int) -> Effects:
    """Take the entries of a chain, by the end that it was committed for.

    The attempt may have been reopened since, and handed in. Raises `RefusedError`,
    `ValidationError` and `NotFoundError`.
    """
    seal = next((each for each in state.seals if each.head == command.head), None)
    if seal is None:
        raise RefusedError("SEALED_UNKNOWN", "The head of this chain was not committed")
    if seal.status is not SealedStatus.COMMITTED:
        return [_taken(state, seal.status)]
    if state.end is None:
        raise RefusedError("ATTEMPT_RUNNING", "This attempt has not ended")
    _check_policy(command.policy, state.end)
    chains.check_taken(seal.ended_at, command.received_at)
    entries = command.entries
    chains.check_entries(state, seal.length, entries)
    anchor = anchor_of(state.seed, state.submission_id, seal.revision)
    chains.check_chain(anchor, seal.head, entries)
    chains.check_times(state, seal, entries)
    answers = chains.answers_of(state, seal, entries)
    event = AttemptSealOpened(
        number=seal.number,
        answers=answers,
        late=len(entries) - sum(each.changes for each in answers),
        at=command.received_at,
    )
    then = evolve(forked(state), event)
    opened = then.seals[seal.number - 1]
    if command.policy is LateAnswers.ACCEPT or not changed_by(then, opened):
        decided = _decision(opened, accept=True, by="", reason=None, now=now)
        effects = _kept(state, event, decided)
        return [*effects, _announced(state, decided), _taken(state, SealedStatus.ACCEPTED)]
    return [*_kept(state, event), _taken(state, SealedStatus.PENDING)]


def decide(state: AttemptState, command: DecideSeal, now: int) -> Effects:
    """A teacher decides, who has seen when it was written.

    Raises `RefusedError` and `NotFoundError`.
    """
    if not 1 <= command.number <= len(state.seals):
        raise NotFoundError("sealed answers", str(command.number))
    seal = state.seals[command.number - 1]
    wanted = SealedStatus.ACCEPTED if command.accept else SealedStatus.REFUSED
    if seal.status is wanted:
        return [_taken(state, wanted)]
    if seal.status is SealedStatus.COMMITTED:
        raise NotFoundError("sealed answers", str(command.number))
    if seal.status is SealedStatus.ACCEPTED:
        raise RefusedError("SEALED_DECIDED", "These answers were accepted already")
    if state.end is None:
        raise RefusedError("ATTEMPT_RUNNING", "This attempt has not ended")
    event = _decision(seal, accept=command.accept, by=command.by, reason=command.reason, now=now)
    return [*_kept(state, event), _announced(state, event), _taken(state, wanted)]


def show(state: AttemptState, _: ShowSeals, _now: int) -> Effects:
    """All chains, the oldest first; never refused."""
    shown = SealsShown(
        version_id=state.version_id,
        order=tuple(question_order(state)),
        seals=tuple(map(views.shown_seal, state.seals)),
        before=tuple(views.before_seal(state, each) for each in state.seals),
    )
    return [Reply(shown)]


def _decision(
    seal: SealState, *, accept: bool, by: str, reason: str | None, now: int
) -> AttemptSealDecided:
    return AttemptSealDecided(number=seal.number, accepted=accept, by=by, reason=reason, at=now)


def _kept(state: AttemptState, *events: Message) -> list[Effect]:
    then = forked(state)
    for event in events:
        then = evolve(then, event)
    return [Persist(events), SaveRecord(views.attempt_row(then))]


def _announced(state: AttemptState, event: AttemptSealDecided) -> Effect:
    return Announce(
        SealDecided(
            by=event.by,
            submission_id=state.submission_id,
            quiz_id=state.quiz_id,
            student_id=state.student_id,
            accepted=event.accepted,
            at=event.at,
        )
    )


def _taken(state: AttemptState, status: SealedStatus) -> Effect:
    return Reply(SealTaken(submission_id=state.submission_id, status=status))
