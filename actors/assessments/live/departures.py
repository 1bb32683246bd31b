"""Players who leave or lose their connection, and whom an open question then still waits for.

Leaving on purpose counts at once, a lost connection only after some seconds. A question closes
when that leaves nobody who has still to answer.
"""

from __future__ import annotations

from actors.assessments.live.state import LiveState, PlayerDisconnected, ReturnsExpired
from actors.assessments.live.steps import (
    AWAY,
    AWAY_MS,
    LINGER_MS,
    attended,
    batch,
    closed_if_all_answered,
    taken,
)
from actors.effects import Effect, Effects, Reply, Volatile, WakeAt
from protocol.assessments.live.commands import LeaveGame
from protocol.assessments.live.phases import Phase
from protocol.envelope import Message
from protocol.lifecycle import Done


def leave(state: LiveState, command: LeaveGame, now: int) -> Effects:
    """One socket of a player has closed."""
    waits = command.dropped and state.phase is not Phase.FINISHED
    event = PlayerDisconnected(
        player_id=command.player_id,
        connection_id=command.connection_id,
        awaited_until=now + AWAY_MS if waits else None,
    )
    effects: list[Effect] = [Volatile(event)]
    if waits and not state.presence.away:
        effects.append(WakeAt(AWAY, now + AWAY_MS, durable=False))
    effects += [*batch(state, "lobby", now), *last_out(state, now)]
    if not waits and len(state.presence.pending) <= 1:
        effects += _closing(state, event, now)
    return [*effects, Reply(Done())]


def last_out(state: LiveState, now: int) -> list[Effect]:
    """Check later whether anybody is left, if this may have been the last one."""
    presence = state.presence
    if len(presence.connections) > 1 or len(presence.hosts) > 1:
        return []
    return [WakeAt("leave", now + LINGER_MS, durable=False), *attended(state, now)]


def returns_expired(state: LiveState, now: int) -> Effects:
    """Whoever has not come back in time is gone; look again when the next one's time is up."""
    presence = state.presence
    event = ReturnsExpired(at=now)
    later = [until for until in presence.away.values() if until > now]
    effects: list[Effect] = [Volatile(event)]
    if all(presence.away.get(player_id, now + 1) <= now for player_id in presence.pending):
        effects += _closing(state, event, now)
    if later:
        effects.append(WakeAt(AWAY, min(later), durable=False))
    return effects


def _closing(state: LiveState, event: Message, now: int) -> list[Effect]:
    """Close the question if this volatile event leaves nobody to wait for."""
    events = closed_if_all_answered(state, (event,), now)
    return taken(state, events, now) if events else []
