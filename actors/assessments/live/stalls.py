"""A stall of the node: players get its time back, as after a crash, and nobody's runs out in it.

A game may be told of one stall several times, and of stalls that it was not there for. It credits
what lies after the question opened and after the last stop it knows, and awaits players longer by
what lies after the last stall it was told of.
"""

from __future__ import annotations

from actors.assessments.live.pace import wait_ms
from actors.assessments.live.state import (
    LiveState,
)
from actors.assessments.live.steps import AWAY, taken
from actors.assessments.live.volatile import (
    BatchDue,
    ReturnsDelayed,
)
from actors.effects import Effect, Effects, Volatile, WakeAt
from protocol.assessments.live.events import OutageCredited
from protocol.assessments.live.phases import Phase
from protocol.lifecycle import Stalled


def stalled(state: LiveState, command: Stalled, now: int) -> Effects:
    """Take the stall out of what runs: the open question, the next step, those who are awaited."""
    if state.phase is Phase.FINISHED:
        return []
    effects = _returns_delayed(state, command)
    if state.paused_at is not None:
        return effects
    if state.phase is Phase.OPEN:
        stopped = state.stops[-1].ended if state.stops else 0
        since = max(command.since, state.opens_at, stopped)
        if command.until > since:
            # At its end and not now: an answer read since then was given in the time after it.
            event = OutageCredited(at=command.until, outage_ms=command.until - since)
            effects += taken(state, (event,), now)
    elif state.advance_at is not None and command.until > state.last_at:
        again = command.until + (wait_ms(state) or 0)
        effects.append(WakeAt("advance", max(again, state.advance_at)))
    return effects


def _returns_delayed(state: LiveState, command: Stalled) -> list[Effect]:
    """Who was awaited when the stall began is awaited so much longer."""
    presence = state.presence
    since = max(command.since, presence.delayed_until)
    if command.until <= since:
        return []
    delayed: list[Effect] = [Volatile(ReturnsDelayed(since=since, until=command.until))]
    if not presence.away or max(presence.away.values()) < since:
        return delayed
    until = min(presence.away.values()) + command.until - since
    return [
        *delayed,
        Volatile(BatchDue(name=AWAY, due_at=until)),
        WakeAt(AWAY, until, durable=False),
    ]
