"""A game comes to memory: what it does not know any more, and what an outage took from it."""

from __future__ import annotations

from actors.assessments.live.departures import look_for_returns
from actors.assessments.live.evolution import evolve
from actors.assessments.live.pace import wait_ms
from actors.assessments.live.state import (
    LiveState,
    forked,
)
from actors.assessments.live.steps import LINGER_MS, RETURN_MS, alarms, batch, taken, tell_room
from actors.assessments.live.volatile import (
    Awoken,
)
from actors.effects import Effect, Effects, Volatile, WakeAt
from protocol.assessments.live.events import OutageCredited
from protocol.assessments.live.phases import Phase
from protocol.lifecycle import Activated


def activated(state: LiveState, command: Activated, now: int) -> Effects:
    """Say what may have been missed, and give the outage back, if there was one."""
    awakening = Awoken(
        sockets_kept=command.down_ms == 0,
        at=now,
        since=max(now - command.down_ms, state.last_at),
        awaited_until=now + RETURN_MS,
    )
    awoken: list[Effect] = [Volatile(awakening), WakeAt("leave", now + LINGER_MS, durable=False)]
    if command.down_ms > 0 or command.after_crash:
        # Messages sent after the last commit may never have arrived.
        awoken.append(tell_room(state))
    if state.late:
        awoken += batch(state, "late", now)
    if state.phase is Phase.FINISHED:
        return awoken
    state = evolve(forked(state), awakening)
    if command.down_ms <= 0:
        return [*awoken, *alarms(state)]
    awoken += look_for_returns(state, now, now + RETURN_MS)
    awoken += taken(state, (_outage(state, command.down_ms, now),), now)
    if state.advance_at is not None and state.paused_at is None:
        again = now + (wait_ms(state) or 0)
        awoken.append(WakeAt("advance", max(again, state.advance_at)))
    return awoken


def _outage(state: LiveState, down_ms: int, now: int) -> OutageCredited:
    """What the outage took from the open question, if one was; of a pause it was a part."""
    running = state.phase is Phase.OPEN and state.paused_at is None
    lost_ms = max(0, min(down_ms, now - state.last_at))
    return OutageCredited(
        at=now,
        outage_ms=lost_ms if running else 0,
        began=now - lost_ms,
        return_ms=RETURN_MS,
    )
