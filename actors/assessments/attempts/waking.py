"""What the runtime tells an attempt: that it is in memory again, of stalls, and of its alarms."""

from __future__ import annotations

import copy

from actors.assessments.attempts import attendance
from actors.assessments.attempts.clock import LATE_MS, deadline, is_felt, lost_in
from actors.assessments.attempts.evolution import evolve
from actors.assessments.attempts.state import AttemptState
from actors.assessments.attempts.turns import (
    DEADLINE,
    LEAVE,
    LINGER_MS,
    alarms,
    at_deadline,
    retimed,
    stays,
)
from actors.assessments.attempts.volatile import Awoken
from actors.effects import Effect, Effects, Passivate, Volatile
from protocol.assessments.attempts.events import AttemptOutageCredited
from protocol.assessments.attempts.sealed import UNNOTICED_MS
from protocol.lifecycle import Activated, Reminded, Stalled


def activated(state: AttemptState, command: Activated, now: int) -> Effects:
    """Give back what an outage took, until the platform was there again.

    It has cut off all devices. Without one they are there as before, though nobody knows them yet.
    """
    effects: list[Effect] = [Volatile(Awoken())]
    if command.down_ms <= 0:
        return [*effects, *alarms(forgetful(state), now)]
    began = now - command.down_ms
    # Nobody knows when its devices were seen last; those that were gone would have been missed.
    effects += attendance.absent(state, began, began - UNNOTICED_MS)
    credit = _credit(forgetful(state), began, command.back_at, now)
    return [*effects, *(credit or alarms(forgetful(state), now))]


def forgetful(state: AttemptState) -> AttemptState:
    """The same without devices."""
    return evolve(copy.copy(state), Awoken())


def stalled(state: AttemptState, command: Stalled, now: int) -> Effects:
    if not is_felt(state, command.since, command.until):
        return []
    return _credit(state, command.since, command.until, now)


def _credit(state: AttemptState, began: int, until: int, now: int) -> list[Effect]:
    since, lost_ms = lost_in(state, began, until)
    if lost_ms <= 0:
        return []
    return retimed(state, AttemptOutageCredited(began=since, outage_ms=lost_ms), now)


def reminded(state: AttemptState, command: Reminded, now: int) -> Effects:
    """Its time is up, or nobody has needed it for a while."""
    if command.name == LEAVE:
        if state.devices or stays(state, now):
            return []
        return [*attendance.absent(state, now, now - LINGER_MS), Passivate()]
    ends = None if state.end is not None else deadline(state)
    if command.name != DEADLINE or ends is None:
        return []
    return alarms(state, now) if now < ends + LATE_MS else at_deadline(state, now)
