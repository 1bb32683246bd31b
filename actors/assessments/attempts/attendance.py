"""Which devices of the student are there. Journalled is only whether any is, for the log."""

from __future__ import annotations

from actors.assessments.attempts import views
from actors.assessments.attempts.clock import in_time
from actors.assessments.attempts.state import AttemptState
from actors.assessments.attempts.turns import LEAVE, leaving
from actors.assessments.attempts.volatile import DeviceCame, DeviceGone, StudentSeen
from actors.effects import Effect, Effects, Persist, Reply, Volatile, WakeAt
from protocol.assessments.attempts.commands import EnterAttempt, LeaveAttempt
from protocol.assessments.attempts.events import AttemptConnected, AttemptDisconnected
from protocol.assessments.attempts.sealed import LATE_ENDINGS
from protocol.envelope import Message
from protocol.lifecycle import Done

MAX_NOTED = 5_000
"""Reports of the page, comings and goings that are kept."""


def enter(state: AttemptState, command: EnterAttempt, now: int) -> Effects:
    """A device shows it; `machine.decide` has noted that it is there."""
    return [Reply(views.attempt_view(state, now, also=command.connection_id))]


def leave(state: AttemptState, command: LeaveAttempt, now: int) -> Effects:
    """A device has gone; with the last one, so has the student."""
    gone = Volatile(DeviceGone(connection_id=command.connection_id))
    seen_at = now if command.seen_at is None else command.seen_at
    if any(each != command.connection_id for each in state.devices):
        return [gone, *seen(state, seen_at), Reply(Done())]
    return [gone, *absent(state, now, seen_at), *leaving(state, now), Reply(Done())]


def came(state: AttemptState, connection_id: str, now: int) -> list[Effect]:
    """A device that was not known is there."""
    effects: list[Effect] = [
        Volatile(DeviceCame(connection_id=connection_id)),
        WakeAt(LEAVE, None, durable=False),
    ]
    if not state.connected and state.end is None:
        effects.append(noted(state, AttemptConnected(at=now)))
    return effects


def seen(state: AttemptState, at: int) -> list[Effect]:
    """A sign of life that no device gives which is known to be there, and nothing else keeps.

    After the end nothing that a student does says where he was before.
    """
    return [Volatile(StudentSeen(at=at))] if in_time(state, at) else []


def absent(state: AttemptState, at: int, seen_at: int) -> list[Effect]:
    """No device is there; `seen_at` is the last sign of life of the last one.

    One that was lost before the end may be noticed after it. Who was there at the end was not away.
    """
    end = state.end
    if not state.connected or (
        end is not None and (end.ending not in LATE_ENDINGS or seen_at > end.at)
    ):
        return []
    # Another device may have left, or a request have come, after the last one was heard.
    last = max([seen_at, *(each.last for each in state.sightings if each.last <= at)])
    return [noted(state, AttemptDisconnected(at=at, seen_at=last))]


def resumed(state: AttemptState, now: int) -> list[Effect]:
    """The attempt goes on: comings and goings after its end were not noted."""
    if state.connected == bool(state.devices):
        return []
    event = AttemptConnected(at=now) if state.devices else AttemptDisconnected(at=now)
    return [noted(state, event)]


def noted(state: AttemptState, event: Message) -> Effect:
    """Journal it for the log, up to a bound."""
    return Persist((event,)) if state.noted < MAX_NOTED else Volatile(event)
