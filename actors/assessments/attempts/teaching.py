"""What teachers change about an attempt: its time, its end, and its going on."""

from __future__ import annotations

from actors.assessments.answers.shapes import check_id
from actors.assessments.attempts import attendance, views
from actors.assessments.attempts.clock import in_time
from actors.assessments.attempts.state import AttemptState
from actors.assessments.attempts.turns import at_deadline, end, retimed
from actors.effects import Effects, Persist, Publish, Reply
from protocol import topics
from protocol.assessments.attempts.commands import (
    AccommodateAttempt,
    DiscardAttempt,
    EndAttempt,
    ExtendAttempt,
    MessageAttempt,
    ReopenAttempt,
    VetoCredit,
)
from protocol.assessments.attempts.events import (
    AttemptAccommodated,
    AttemptCreditVetoed,
    AttemptExtended,
    AttemptMessaged,
    AttemptReopened,
)
from protocol.assessments.attempts.values import Ending
from protocol.assessments.attempts.views import AttemptMessage
from protocol.errors import NotFoundError, RefusedError
from protocol.lifecycle import Done
from protocol.times import iso


def extend(state: AttemptState, command: ExtendAttempt, now: int) -> Effects:
    check_id("commandId", command.command_id)
    if command.command_id in state.commands:
        return [Reply(Done())]
    _check_running(state)
    event = AttemptExtended(
        extra_ms=command.extra_ms, by=command.by, command_id=command.command_id, at=now
    )
    return [*retimed(state, event, now), Reply(Done())]


def accommodate(state: AttemptState, command: AccommodateAttempt, now: int) -> Effects:
    same = (state.timing.factor, state.timing.unlimited) == (command.factor, command.unlimited)
    if same or state.end is not None:
        return [Reply(Done())]
    event = AttemptAccommodated(factor=command.factor, unlimited=command.unlimited, at=now)
    return [*retimed(state, event, now), Reply(Done())]


def veto(state: AttemptState, command: VetoCredit, now: int) -> Effects:
    credit = next((each for each in state.credits if each.began == command.began), None)
    if credit is None:
        raise NotFoundError("outage", iso(command.began))
    if credit.vetoed:
        return [Reply(Done())]
    _check_running(state)
    event = AttemptCreditVetoed(began=command.began, by=command.by, at=now)
    return [*retimed(state, event, now), Reply(Done())]


def message(state: AttemptState, command: MessageAttempt, now: int) -> Effects:
    check_id("messageId", command.message_id)
    if command.message_id in state.commands:
        return [Reply(Done())]
    _check_running(state)
    event = AttemptMessaged(message_id=command.message_id, text=command.text, by=command.by, at=now)
    said = AttemptMessage(
        submission_id=state.submission_id,
        message_id=command.message_id,
        text=command.text,
        at=now,
    )
    topic = topics.attempt(state.submission_id)
    return [Persist((event,)), Publish(topic, "attempt.message", said), Reply(Done())]


def end_by_teacher(state: AttemptState, command: EndAttempt, now: int) -> Effects:
    if state.end is not None:
        return [Reply(views.handed_in(state, state.end))]
    if not in_time(state, now):
        return at_deadline(state, now, reply=True)
    return end(state, now, Ending.TEACHER, now, by=command.by, reply=True)


def reopen(state: AttemptState, command: ReopenAttempt, now: int) -> Effects:
    check_id("commandId", command.command_id)
    if command.command_id in state.commands:
        return [Reply(Done())]
    if state.end is None:
        raise RefusedError("ATTEMPT_RUNNING", "This attempt has not ended")
    event = AttemptReopened(
        until=now + command.for_ms, by=command.by, command_id=command.command_id, at=now
    )
    return [*retimed(state, event, now), *attendance.resumed(state, now), Reply(Done())]


def discard(state: AttemptState, _: DiscardAttempt, now: int) -> Effects:
    if state.end is not None:
        return [Reply(Done())]
    return [*end(state, now, Ending.DISCARDED, now), Reply(Done())]


def _check_running(state: AttemptState) -> None:
    if state.end is not None:
        raise RefusedError("ATTEMPT_ENDED", "This attempt has ended", ended_at=state.end.at)
