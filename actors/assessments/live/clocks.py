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


def credit_of(state: LiveState, round_trip_ms: int) -> int:
    """How much of the network's round trip the game gives back, in ms: all of it, up to the cap.

    The player pays it whole: the question takes one half to come, the answer the other to be read.
    """
    return max(0, min(round_trip_ms, state.opening.config.latency_cap_ms))


def last_read_at(state: LiveState, player: Player, round_trip_ms: int) -> int:
    """When an answer that this player gave within the own deadline is read at the latest."""
    return deadline_of(state, player) + credit_of(state, round_trip_ms)


def closing_at(state: LiveState, besides: str = "") -> int:
    """When the open question ends: its deadline, or later for those awaited whose answer may come
    later, because of extra time or of a slow link."""
    latest = state.closes_at
    extra, links = state.extra, state.presence.links
    if extra or links:
        for player_id in state.presence.pending:
            if player_id != besides and (player_id in extra or player_id in links):
                latest = max(latest, _awaited_until(state, player_id))
    return latest


def still_awaited(state: LiveState, now: int, besides: str) -> bool:
    """Whether anybody else who has still to answer has time left after the common deadline."""
    extra, links = state.extra, state.presence.links
    return any(
        _awaited_until(state, player_id) >= now
        for player_id in state.presence.pending
        if player_id != besides and (player_id in extra or player_id in links)
    )


def _awaited_until(state: LiveState, player_id: str) -> int:
    link = state.presence.links.get(player_id)
    round_trip_ms = 0 if link is None else link.round_trip_ms
    return last_read_at(state, state.players[player_id], round_trip_ms)
