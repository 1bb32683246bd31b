"""Players who leave or lose their connection, and whom an open question then still waits for.

Leaving on purpose counts at once, a lost connection only after some seconds, and an outage of the
server cuts off everybody. A question closes when nobody is left who has still to answer.
"""

from __future__ import annotations

import copy

from actors.assessments.live import views
from actors.assessments.live.evolution import evolve
from actors.assessments.live.publications import publications
from actors.assessments.live.state import (
    LiveState,
    Player,
    forked,
)
from actors.assessments.live.steps import (
    AWAY,
    AWAY_MS,
    LINGER_MS,
    attended,
    batch,
    closed_if_all_answered,
    deadline_alarm,
    taken,
    without,
)
from actors.assessments.live.volatile import (
    BatchDue,
    PlayerConnected,
    PlayerDisconnected,
    PlayerLinked,
    ReturnsExpired,
)
from actors.effects import Effect, Effects, Persist, Reply, Volatile, WakeAt
from protocol.assessments.live.commands import LeaveGame, Link
from protocol.assessments.live.events import PlayerReturned
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
    if waits:
        effects += look_for_returns(state, now, now + AWAY_MS)
    if command.player_id in state.presence.pending:
        effects += tell_awaited(state, now)
    effects += [*batch(state, "lobby", now), *last_out(state, now)]
    closing: list[Effect] = []
    if not waits and len(state.presence.pending) <= 1:
        closing = _closing(state, event, now)
    if not (waits or closing) and _is_last(state, command):
        closing = without(state, state.players[command.player_id])
    return [*effects, *closing, Reply(Done())]


def _is_last(state: LiveState, command: LeaveGame) -> bool:
    """Whether an awaited player has no other device left."""
    devices = state.presence.connections.get(command.player_id, ())
    awaited = command.player_id in state.presence.pending
    return awaited and all(device == command.connection_id for device in devices)


def learned(state: LiveState, player_id: str, link: Link) -> list[Effect]:
    """What the network costs a player is known, unless nobody knows of that player being here."""
    presence = state.presence
    if player_id not in presence.connections and player_id not in presence.presumed:
        return []
    return [Volatile(PlayerLinked(player_id=player_id, link=link))]


def last_out(state: LiveState, now: int) -> list[Effect]:
    """Check later whether anybody is left, if this may have been the last one."""
    presence = state.presence
    if len(presence.connections) > 1 or len(presence.hosts) > 1:
        return []
    return [WakeAt("leave", now + LINGER_MS, durable=False), *attended(state, now)]


def look_for_returns(state: LiveState, now: int, until: int) -> list[Effect]:
    """Look then who has not come back, unless that is done earlier anyway."""
    if now < state.presence.due.get(AWAY, 0) <= until:
        return []
    return [Volatile(BatchDue(name=AWAY, due_at=until)), WakeAt(AWAY, until, durable=False)]


def returns_expired(state: LiveState, now: int) -> Effects:
    """Whoever has not come back in time is gone; look again when the next one's time is up."""
    presence = state.presence
    event = ReturnsExpired(at=now)
    later = [until for until in presence.away.values() if until > now]
    effects: list[Effect] = [Volatile(event), *tell_awaited(state, now)]
    if any(presence.away.get(p, now + 1) <= now for p in presence.pending):
        after = evolve(forked(state), event)
        effects += _closing(state, event, now) or deadline_alarm(after)
    if later:
        effects += look_for_returns(state, now, min(later))
    return effects


def come_back(state: LiveState, player: Player, connected: PlayerConnected, now: int) -> Effects:
    """A known player has a connection again; an own clock that waited for that runs on."""
    player_id = player.player_id
    effects: list[Effect] = [
        Volatile(connected),
        *batch(state, "lobby", now),
        *attended(state, now),
    ]
    if player_id in state.presence.away and player_id in state.presence.pending:
        effects += tell_awaited(state, now)
    if player_id not in state.returning and player_id not in state.absent:
        return [*effects, Reply(views.player_view(state, player))]
    event = PlayerReturned(player_id=player_id, at=now)
    after = evolve(_own_part(state, player_id), event)
    effects += [Persist((event,)), *publications(after, event)]
    pending = state.presence.pending
    if not any(p in pending and p != player_id for p in state.returning):
        # Until now the question was open for whoever came last.
        effects += deadline_alarm(evolve(forked(state), event))
    return [*effects, Reply(views.player_view(after, player))]


def _own_part(state: LiveState, player_id: str) -> LiveState:
    """A copy that knows of no other player's clock, made at the same cost in any class."""
    twin = copy.copy(state)
    twin.returning = {p: True for p in (player_id,) if p in state.returning}
    twin.waits = {p: state.waits[p] for p in (player_id,) if p in state.waits}
    twin.absent = {}
    return twin


def tell_awaited(state: LiveState, now: int) -> list[Effect]:
    """Tell the hosts soon whom the question waits for."""
    watched = state.presence.hosts or state.presence.host_presumed
    return batch(state, "awaited", now) if state.phase is Phase.OPEN and watched else []


def _closing(state: LiveState, event: Message, now: int) -> list[Effect]:
    """Close the question if this volatile event leaves nobody to wait for."""
    events = closed_if_all_answered(state, (event,), now)
    return taken(state, events, now) if events else []
