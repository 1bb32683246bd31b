"""What each event does to the state of an attempt. Events cannot fail or be refused here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec

from actors.assessments.attempts.clock import credited_ms
from actors.assessments.attempts.state import (
    MAX_ABSENCES,
    MAX_COMMANDS,
    MAX_CREDITS,
    MAX_DEVICES,
    MAX_MESSAGES,
    MAX_SIGHTINGS,
    OUTAGE_MS,
    Absence,
    AttemptState,
    Credit,
    End,
    SealState,
    Sighting,
    begun_state,
    changed_by,
    shared,
)
from actors.assessments.attempts.volatile import (
    Awoken,
    ChainOffered,
    DeviceCame,
    DeviceGone,
    StudentSeen,
)
from protocol.assessments.attempts.events import (
    AttemptAccommodated,
    AttemptActivityNoted,
    AttemptAnswerSaved,
    AttemptBegun,
    AttemptConnected,
    AttemptCreditVetoed,
    AttemptDisconnected,
    AttemptEnded,
    AttemptExtended,
    AttemptMessaged,
    AttemptOutageCredited,
    AttemptReopened,
    AttemptSealCommitted,
    AttemptSealDecided,
    AttemptSealOpened,
)
from protocol.assessments.attempts.values import Activity, Saved, SealedAnswer, SealedStatus
from protocol.assessments.attempts.views import TeachersMessage
from protocol.envelope import Message


def evolve(state: AttemptState, event: Any) -> AttemptState:
    """Apply one event of the journal."""
    if type(event) is AttemptBegun:
        return begun_state(state, event)
    state.questions = shared(state.version_id, state.questions)
    _EVOLVE[type(event)](state, event)
    return state


def _saved(state: AttemptState, event: AttemptAnswerSaved) -> None:
    index, state.revision = event.question_index, event.revision
    before = state.answers.get(index)
    had_one = before is not None and before.answer is not None
    state.answered += (event.answer is not None) - had_one
    state.viewed.discard(index)
    state.answers[index] = Saved(event.answer, event.answer_id, event.revision, event.received_at)
    state.saved_at = max(state.saved_at, event.received_at)


def _noted(state: AttemptState, event: AttemptActivityNoted) -> None:
    state.noted += 1
    index = event.question_index
    if event.activity is Activity.VIEWED and index is not None and index not in state.answers:
        state.viewed.add(index)


def _connected(state: AttemptState, event: AttemptConnected) -> None:
    state.noted += 1
    state.connected = True
    if state.absences and state.absences[-1].until is None:
        since = state.absences[-1].since
        state.absences = (*state.absences[:-1], Absence(since, max(since, event.at)))


def _disconnected(state: AttemptState, event: AttemptDisconnected) -> None:
    state.noted += 1
    state.connected = False
    since = event.at if event.seen_at is None else min(event.seen_at, event.at)
    came = (state.absences[-1].until or 0) if state.absences else 0
    state.absences = (*state.absences, Absence(max(since, came)))[-MAX_ABSENCES:]


def _seen(state: AttemptState, event: StudentSeen) -> None:
    *others, last = state.sightings or (Sighting(event.at, event.at),)
    if event.at - last.last < OUTAGE_MS:
        last = Sighting(last.first, max(last.last, event.at))
    else:
        others, last = [*others, last], Sighting(event.at, event.at)
    state.sightings = (*others, last)[-MAX_SIGHTINGS:]


def _offered(state: AttemptState, event: ChainOffered) -> None:
    state.offer = event.outage


def _device_came(state: AttemptState, event: DeviceCame) -> None:
    others = (each for each in state.devices if each != event.connection_id)
    state.devices = (*others, event.connection_id)[-MAX_DEVICES:]


def _device_gone(state: AttemptState, event: DeviceGone) -> None:
    state.devices = tuple(each for each in state.devices if each != event.connection_id)


def _awoken(state: AttemptState, _: Awoken) -> None:
    state.devices = ()


def _messaged(state: AttemptState, event: AttemptMessaged) -> None:
    said = TeachersMessage(message_id=event.message_id, text=event.text, at=event.at)
    state.messages = (*state.messages, said)[-MAX_MESSAGES:]
    _remember(state, event.message_id)


def _extended(state: AttemptState, event: AttemptExtended) -> None:
    state.extra_ms += event.extra_ms
    _remember(state, event.command_id)


def _accommodated(state: AttemptState, event: AttemptAccommodated) -> None:
    state.timing = msgspec.structs.replace(
        state.timing, factor=event.factor, unlimited=event.unlimited
    )


def _credited(state: AttemptState, event: AttemptOutageCredited) -> None:
    credits = (*state.credits, Credit(event.began, event.outage_ms))
    before, state.credits = credits[:-MAX_CREDITS], credits[-MAX_CREDITS:]
    state.credited_before_ms += sum(each.outage_ms for each in before if not each.vetoed)


def _vetoed(state: AttemptState, event: AttemptCreditVetoed) -> None:
    state.credits = tuple(
        Credit(each.began, each.outage_ms, vetoed=True) if each.began == event.began else each
        for each in state.credits
    )


def _ended(state: AttemptState, event: AttemptEnded) -> None:
    state.end = End(event.at, event.ending)


def _reopened(state: AttemptState, event: AttemptReopened) -> None:
    ended_at = event.at if state.end is None else state.end.at
    state.away_ms += credited_ms(state) + max(0, event.at - ended_at)
    state.extra_ms, state.credits, state.credited_before_ms = 0, (), 0
    state.reopened_until, state.end = event.until, None
    _remember(state, event.command_id)


def _seal_committed(state: AttemptState, event: AttemptSealCommitted) -> None:
    seal = SealState(
        number=event.number,
        revision=event.revision,
        head=event.head,
        length=event.length,
        away_since=event.away_since,
        ended_at=event.at if state.end is None else state.end.at,
        back_at=event.back_at,
        offset_ms=event.offset_ms,
        committed_at=event.at,
    )
    state.seals = (*state.seals, seal)


def _seal_opened(state: AttemptState, event: AttemptSealOpened) -> None:
    opened = {"received_at": event.at, "answers": event.answers, "late": event.late}
    _put_seal(state, event.number, status=SealedStatus.PENDING, **opened)


def _seal_decided(state: AttemptState, event: AttemptSealDecided) -> None:
    seal = state.seals[event.number - 1]
    saved = (state.answers.get(each.index) for each in seal.answers)
    status = SealedStatus.ACCEPTED if event.accepted else SealedStatus.REFUSED
    _put_seal(
        state,
        event.number,
        status=status,
        decided_at=event.at,
        by=event.by,
        reason=event.reason,
        before=tuple(None if each is None else each.answer for each in saved),
    )
    if event.accepted:
        for each in changed_by(state, seal):
            _replace(state, seal, each)


def _put_seal(state: AttemptState, number: int, **changes: Any) -> None:
    seals = list(state.seals)
    seals[number - 1] = msgspec.structs.replace(seals[number - 1], **changes)
    state.seals = tuple(seals)


def _replace(state: AttemptState, seal: SealState, new: SealedAnswer) -> None:
    """As if it were saved when its chain came, which is the time that its receipt states."""
    before = state.answers.get(new.index)
    had_one = before is not None and before.answer is not None
    state.revision += 1
    state.answered += (new.answer is not None) - had_one
    state.viewed.discard(new.index)
    at = seal.committed_at if seal.received_at is None else seal.received_at
    answer_id = f"sealed-{seal.number}-{new.index}"
    state.answers[new.index] = Saved(new.answer, answer_id, state.revision, at)


def _remember(state: AttemptState, command_id: str) -> None:
    state.commands = (*state.commands, command_id)[-MAX_COMMANDS:]


_EVOLVE: dict[type[Message], Callable[[AttemptState, Any], None]] = {
    AttemptAnswerSaved: _saved,
    AttemptActivityNoted: _noted,
    AttemptConnected: _connected,
    AttemptDisconnected: _disconnected,
    AttemptMessaged: _messaged,
    DeviceCame: _device_came,
    DeviceGone: _device_gone,
    StudentSeen: _seen,
    ChainOffered: _offered,
    Awoken: _awoken,
    AttemptExtended: _extended,
    AttemptAccommodated: _accommodated,
    AttemptOutageCredited: _credited,
    AttemptCreditVetoed: _vetoed,
    AttemptEnded: _ended,
    AttemptReopened: _reopened,
    AttemptSealCommitted: _seal_committed,
    AttemptSealOpened: _seal_opened,
    AttemptSealDecided: _seal_decided,
}
