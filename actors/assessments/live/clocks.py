"""Each player's own clock for the question in play: how it runs, and when it runs out.

The question's clock begins when it opens and stands still in pauses and outages; a player's own
differs from it by what only that player was given. Everything that asks how long somebody took or
has left asks here.
"""

from __future__ import annotations

from actors.assessments.live.state import LiveState, Player


def allotted_to(state: LiveState, player: Player) -> int:
    """This player's time for the question in play, in ms."""
    return int(state.allotted_ms * player.factor)


def deadline_of(state: LiveState, player: Player) -> int:
    """This player's own deadline for the question in play."""
    return state.opens_at + state.stopped_ms + allotted_to(state, player)


def elapsed_of(state: LiveState, player: Player, at: int, credit_ms: int = 0) -> int:
    """The time this player had taken at a moment, less a credit; never below zero.

    An answer read before the newest stop and decided after it is not credited with that stop as
    well.
    """
    stopped = state.stopped_ms
    if at < state.last_stop_at:
        stopped -= state.last_stop_ms
    return max(0, at - credit_ms - state.opens_at - stopped)


def closing_at(state: LiveState, besides: str = "") -> int:
    """When the open question ends: its deadline, or later for those present with extra time."""
    latest = state.closes_at
    for player_id in state.extra:
        if player_id in state.presence.pending and player_id != besides:
            latest = max(latest, deadline_of(state, state.players[player_id]))
    return latest
