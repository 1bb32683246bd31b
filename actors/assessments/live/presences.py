"""What volatile events do to an activation's knowledge of sockets: who is here, who is awaited."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from actors.assessments.live import clocks
from actors.assessments.live.state import (
    MAX_DEVICES,
    MAX_HOST_SCREENS,
    LiveState,
    Presence,
    here_or_awaited,
    may_answer,
)
from actors.assessments.live.volatile import (
    Awoken,
    BatchDue,
    HostAttached,
    HostDetached,
    HostScreensGone,
    PlayerConnected,
    PlayerDisconnected,
    PlayerLinked,
    ReturnsDelayed,
    ReturnsExpired,
)
from protocol.assessments.live.commands import Link
from protocol.assessments.live.phases import Phase

NO_DISTANCE = Link()
"""Nothing to credit and nothing to tell."""


def await_answers(state: LiveState) -> None:
    """The open question waits for everybody who is here, or may be, and has still to answer."""
    players = state.players
    expected = here_or_awaited(state)
    state.presence.pending = {p: True for p in expected if may_answer(state, players[p])}


def _player_connected(state: LiveState, event: PlayerConnected) -> None:
    presence = state.presence
    presence.presumed.pop(event.player_id, None)
    presence.away.pop(event.player_id, None)
    devices = presence.connections.setdefault(event.player_id, [])
    if event.connection_id not in devices:
        devices.append(event.connection_id)
        del devices[:-MAX_DEVICES]
    _linked(presence, event.player_id, event.link)
    if state.phase is Phase.OPEN and may_answer(state, state.players[event.player_id]):
        presence.pending[event.player_id] = True


def _player_linked(state: LiveState, event: PlayerLinked) -> None:
    _linked(state.presence, event.player_id, event.link)


def _linked(presence: Presence, player_id: str, link: Link) -> None:
    """Remember the link; of several devices the farthest, since the answer may come from each."""
    known = presence.links.pop(player_id, NO_DISTANCE)
    if len(presence.connections.get(player_id, ())) > 1:
        link = Link(
            round_trip_ms=max(known.round_trip_ms, link.round_trip_ms),
            held_back_ms=max(known.held_back_ms, link.held_back_ms),
        )
    if link != NO_DISTANCE:
        presence.links[player_id] = link


def _player_disconnected(state: LiveState, event: PlayerDisconnected) -> None:
    presence = state.presence
    before = presence.connections.get(event.player_id, [])
    if devices := [device for device in before if device != event.connection_id]:
        presence.connections[event.player_id] = devices
        return
    was_here = [
        known.pop(event.player_id, None) is not None
        for known in (presence.connections, presence.presumed)
    ]
    if event.awaited_until is None:
        gone(presence, event.player_id)
    elif any(was_here):
        presence.away[event.player_id] = event.awaited_until


def gone(presence: Presence, player_id: str) -> None:
    """Nobody waits for this player any longer."""
    everywhere: tuple[dict[str, Any], ...] = (
        presence.connections,
        presence.presumed,
        presence.pending,
        presence.away,
        presence.links,
    )
    for known in everywhere:
        known.pop(player_id, None)


def _returns_expired(state: LiveState, event: ReturnsExpired) -> None:
    presence = state.presence
    for player_id in [p for p, until in presence.away.items() if until <= event.at]:
        gone(presence, player_id)


def _returns_delayed(state: LiveState, event: ReturnsDelayed) -> None:
    presence = state.presence
    delay_ms = event.until - event.since
    presence.away = {p: until + delay_ms for p, until in presence.away.items()}
    presence.delayed_until = event.until


def _host_attached(state: LiveState, event: HostAttached) -> None:
    presence = state.presence
    presence.hosts[event.connection_id] = event.user_id
    if event.user_id == state.host_id:
        presence.host_presumed = False
    if len(presence.hosts) > MAX_HOST_SCREENS:
        del presence.hosts[next(iter(presence.hosts))]


def _host_detached(state: LiveState, event: HostDetached) -> None:
    state.presence.hosts.pop(event.connection_id, None)
    if event.user_id == state.host_id:
        state.presence.host_presumed = False


def _host_screens_gone(state: LiveState, event: HostScreensGone) -> None:
    for screen in event.connection_ids:
        state.presence.hosts.pop(screen, None)
    if event.user_id == state.host_id:
        state.presence.host_presumed = False


def _batch_due(state: LiveState, event: BatchDue) -> None:
    state.presence.due[event.name] = event.due_at


def _awoken(state: LiveState, event: Awoken) -> None:
    kept = event.sockets_kept
    lost = {} if kept else clocks.expired(state, event.since)
    away = {**state.absent, **lost}
    here = [p.player_id for p in state.players.values() if not p.out and p.player_id not in away]
    state.presence = presence = Presence(
        host_presumed=kept, sockets_kept=kept, delayed_until=event.at
    )
    if kept:
        presence.presumed = dict.fromkeys(here, True)
    else:
        presence.away = dict.fromkeys(here, event.awaited_until)
    if state.phase is Phase.OPEN:
        await_answers(state)


VOLATILE: dict[type, Callable[[LiveState, Any], None]] = {
    PlayerConnected: _player_connected,
    PlayerLinked: _player_linked,
    PlayerDisconnected: _player_disconnected,
    ReturnsExpired: _returns_expired,
    ReturnsDelayed: _returns_delayed,
    HostAttached: _host_attached,
    HostDetached: _host_detached,
    HostScreensGone: _host_screens_gone,
    BatchDue: _batch_due,
    Awoken: _awoken,
}
